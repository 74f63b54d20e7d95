"""The memory that endless captures take: fed through a pipe, and watched from outside."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.big import Big
from benchmarks.capture_peers import ANY_VERDICT
from benchmarks.measure import Missing, NotMeasuredError, environment, last_words
from benchmarks.page import Section
from benchmarks.program import PROGRAM

MIB = 2**20
BOUND = 300 * 10**6
"""What `tlsprobe pcap` may have of its own, in bytes."""

_STREAMS = Path(__file__).with_name("streams.py")
_EVERY = 0.05
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What was fed, and what it took."""

    name: str
    size: int
    """Bytes that went through the pipe."""
    sessions: int
    expected: int
    """How many sessions there are in it."""
    own: int
    """Bytes of memory of its own, at most, of all its processes together."""
    wall: float


def measure(big: Big, folder: Path, *, quick: bool) -> list[Fed | Missing]:
    """One run for each kind of stream."""
    many, times = (10_000, 3) if quick else (1_000_000, 10)
    flows = times * big.tls_flows
    streams: tuple[tuple[str, int, tuple[str | Path, ...]], ...] = (
        (f"{times} times {big.megabytes}", flows, ("repeated", str(times), big.path)),
        (f"{many:,} connections without TLS", 0, ("no-tls", str(many))),
        (f"{10 * many:,} half-open connections", 0, ("half-open", str(10 * many))),
        (f"{many:,} hellos without an answer", many, ("hellos", str(many))),
    )
    return [_tried(name, words, folder, expected) for name, expected, words in streams]


def section(fed: Sequence[Fed | Missing]) -> Section:
    """The table."""
    return Section(
        title="Captures: memory",
        columns=("fed through a pipe", "MB", "sessions", "own memory, MB", "wall s"),
        rows=tuple(map(_row, fed)),
        remarks=(
            ("`benchmarks/streams.py ... | tlsprobe pcap - --json`. Own memory is RssAnon and RssShmem"
            f" of all its processes, looked at every {_EVERY * 1000:.0f} ms: mapped files count not."),
        ),
    )  # fmt: skip


def _row(one: Fed | Missing) -> tuple[str, ...]:
    if isinstance(one, Missing):
        return (one.name, f"missing: {one.reason}", "", "", "")
    return (
        one.name, f"{one.size / 1e6:,.0f}", _of(one), f"{one.own / 1e6:.0f}",
        f"{one.wall:.0f}",
    )  # fmt: skip


def _of(one: Fed) -> str:
    missing = "" if one.sessions == one.expected else f" of {one.expected:,}"
    return f"{one.sessions:,}{missing}"


def _tried(name: str, words: Sequence[str | Path], folder: Path, expected: int) -> Fed | Missing:
    try:
        return _feed(name, words, folder, expected)
    except NotMeasuredError as error:
        return Missing(name=name, reason=str(error))


def _feed(name: str, words: Sequence[str | Path], folder: Path, expected: int) -> Fed:
    output = folder / "output"
    start = perf_counter()
    with (
        output.open("wb") as stdout,
        subprocess.Popen(
            [sys.executable, _STREAMS, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as source,
        subprocess.Popen(
            [PROGRAM, "pcap", "-", "--json"], stdin=subprocess.PIPE, stdout=stdout,
            stderr=subprocess.PIPE, env=environment(),
        ) as reader,
    ):  # fmt: skip
        assert source.stdout is not None
        assert source.stderr is not None
        assert reader.stdin is not None
        assert reader.stderr is not None
        watch = _Watch(reader.pid)
        watch.start()
        size = 0
        with suppress(BrokenPipeError):
            while piece := source.stdout.read(MIB):
                size += len(piece)
                reader.stdin.write(piece)
            reader.stdin.close()
        said = reader.stderr.read()
        watch.stop()
        code = reader.wait()
        source.stdout.close()
        complaint = source.stderr.read()
    if code not in ANY_VERDICT:
        raise NotMeasuredError(f"tlsprobe exited {code}: {last_words(said)}")
    if source.returncode:
        raise NotMeasuredError(f"streams.py exited {source.returncode}: {last_words(complaint)}")
    with output.open("rb") as file:
        sessions = sum(1 for _ in file)
    return Fed(
        name=name,
        size=size,
        sessions=sessions,
        expected=expected,
        own=watch.peak,
        wall=perf_counter() - start,
    )


class _Watch(threading.Thread):
    """Looks again and again at the memory of a process and its children."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._process = process
        self._over = threading.Event()

    def run(self) -> None:
        """Look until `stop`."""
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_own, _family(self._process))))

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def _family(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for one in found:
        with suppress(OSError):
            text = Path(f"/proc/{one}/task/{one}/children").read_text()
            found += map(int, text.split())
    return found


def _own(process: int) -> int:
    """Bytes of memory that belong to no file."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return 1024 * sum(int(fields[name].split()[0]) for name in ("RssAnon", "RssShmem")
                          if name in fields)  # fmt: skip
    return 0
