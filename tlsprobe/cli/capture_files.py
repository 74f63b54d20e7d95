"""Which captures are meant: files as they were named, and all that lies in folders."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from tlsprobe.errors import InputError

STDIN = "-"
_SUFFIXES = (
    ".pcap",
    ".pcapng",
    ".cap",
    ".dmp",
    ".pcap.gz",
    ".pcapng.gz",
    ".pcap.zst",
    ".pcapng.zst",
)
"""What captures are named like: one in a folder that is none, then, is broken."""


class CaptureFile(Struct, frozen=True):
    """A file that is, or may be, a capture."""

    name: str
    """Its path; `-` is stdin."""
    named: bool
    """Whether the caller named it: then it has to be a capture."""
    size: int | None = 0
    """Bytes; of a pipe nobody knows."""


def find(names: Iterable[str]) -> Iterator[CaptureFile | InputError]:
    """The files that are meant, in the order given, those of a folder in the order of their names.

    What cannot be looked into is an answer too. Links to folders are not followed, and only regular
    files of a folder count: nobody else's pipe is to be waited for.
    """
    for name in names:
        if name != STDIN and os.path.isdir(name):  # noqa: PTH112 - a Path would refuse odd names
            yield from _in_folder(name)
        else:
            yield CaptureFile(name, named=True, size=_size(name))


def named_as_capture(name: str) -> bool:
    """Whether a file has the name of a capture."""
    return name.lower().endswith(_SUFFIXES)


def _in_folder(folder: str) -> Iterator[CaptureFile | InputError]:
    broken: list[InputError] = []

    def note(error: OSError) -> None:
        broken.append(InputError(str(error.filename), f"cannot be read: {error.strerror}"))

    for place, folders, files in os.walk(folder, onerror=note):
        yield from broken
        broken.clear()
        folders.sort()
        for name in sorted(files):
            path = Path(place, name)
            if path.is_file():
                yield CaptureFile(str(path), named=False, size=_size(str(path)))
    yield from broken


def _size(name: str) -> int | None:
    if name == STDIN:
        return None
    try:
        status = Path(name).stat()
    except (OSError, ValueError):
        return 0  # whoever opens it says what is wrong
    return status.st_size if stat.S_ISREG(status.st_mode) else None
