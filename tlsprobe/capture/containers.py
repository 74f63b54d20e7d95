"""Opens a capture of any kind: what it is, is told by its first bytes."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from tlsprobe.capture import pcap, pcapng
from tlsprobe.capture.batch import Batch
from tlsprobe.capture.pcap import Pcap
from tlsprobe.capture.pcapng import Pcapng
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored, open_stored
from tlsprobe.capture.unpacking import unpacked
from tlsprobe.capture.window import WINDOW, Window
from tlsprobe.errors import InputError

_EXPECTED = "not a capture: expected pcap or pcapng"


class Container:
    """The packets of one capture, in batches, to be gone through once."""

    def __init__(
        self, name: str, stored: Stored, packets: Pcap | Pcapng, problems: Problems
    ) -> None:
        self.name = name
        """As the caller named it; `-` is stdin."""
        self.size = stored.size
        """Bytes of the file as it lies there, maybe compressed; none of a pipe."""
        self._stored = stored
        self._batches = packets.batches()
        self._problems = problems

    def __iter__(self) -> Iterator[Batch]:
        """The packets; each batch is valid until the next is asked for."""
        return self._batches

    @property
    def position(self) -> int:
        """How many bytes of the file were read so far, out of `size`."""
        return self._stored.position

    @property
    def problems(self) -> list[str]:
        """What is wrong with the file as far as it was read: a line each, the first of many.

        Bytes are counted from 0 in what was unpacked, if it is about packets.
        """
        return self._problems.lines()

    def note(self, problem: str) -> None:
        """Add a problem that showed itself behind the container."""
        self._problems.note(problem)

    def close(self) -> None:
        """Closes the file."""
        self._stored.close()

    def __enter__(self) -> Self:
        """The container itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file."""
        self.close()


def open_capture(name: str) -> Container:
    """The capture at the path `name`, or on stdin for `-`: pcap or pcapng, plain or compressed.

    Raises:
        InputError: it cannot be read, or is no capture.
    """
    problems = Problems()
    stored = open_stored(name, problems)
    try:
        return Container(name, stored, _packets(name, stored, problems), problems)
    except BaseException:
        stored.close()
        raise


def _packets(name: str, stored: Stored, problems: Problems) -> Pcap | Pcapng:
    window = Window(unpacked(stored, problems), WINDOW)
    head = bytes(window.buffer[: min(window.end, pcap.FILE_HEADER)])
    if pcapng.begins(head):
        return Pcapng(window, problems)
    if not pcap.begins(head):
        raise InputError(name, _otherwise(head, problems))
    if len(head) < pcap.FILE_HEADER:
        there = f"{len(head)} of {pcap.FILE_HEADER}"
        raise InputError(name, f"not a capture: cut off in its header, {there} bytes are there")
    return Pcap(window, problems)


def _otherwise(head: bytes, problems: Problems) -> str:
    """Why it is no capture."""
    if reasons := problems.lines():
        return f"{_EXPECTED}, but {reasons[0]}"
    return f"{_EXPECTED}, found {head[:4].hex(' ') if head else 'an empty file'}"
