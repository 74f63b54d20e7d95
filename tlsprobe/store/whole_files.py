"""Files that are written whole or not at all: beside their places first, and then swapped in."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tlsprobe.errors import InputError


def check(path: Path) -> None:
    """Whether a file can be put there, as far as that shows before there is anything to write.

    Raises:
        InputError: it cannot; it is written beside and swapped in, so never over a device.
    """
    if path.is_dir() or not path.parent.is_dir():
        reason = "is a directory" if path.is_dir() else "its directory is not there"
        raise InputError(str(path), f"{reason}; expected a file to write")
    if path.exists() and not path.is_file():
        raise InputError(str(path), "is no regular file; expected a file to write")


def write(files: Mapping[Path, bytes]) -> None:
    """Put each content in its place, none of them before all are written.

    Where a place is a symbolic link, the file that it leads to is replaced.

    Raises:
        InputError: one cannot be written; it is named, and what was there is there still.
    """
    places = {path: path.resolve() for path in files}
    beside = {
        path: to.with_name(f".{to.name}.{os.getpid()}.partial") for path, to in places.items()
    }
    at_work = Path()
    try:
        for at_work, partial in beside.items():
            _written(partial, files[at_work])
        for at_work, partial in beside.items():
            partial.replace(places[at_work])
    except OSError as error:
        raise InputError(str(at_work), f"cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):  # nothing that was begun is left, where that can be helped
            for partial in beside.values():
                partial.unlink(missing_ok=True)


def _written(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
