"""Lists that the user has refreshed: where they lie, when they count, and how they come there.

An update is a file of the same form as the shipped one, in the user's own data directory. It counts
where it is newer. All files of an update are written before the first is swapped in, so that whatever
fails leaves what was there.
"""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tlsprobe.errors import InputError
from tlsprobe.store import shipped, whole_files
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.ct_logs import CtLogs, content_of
from tlsprobe.store.ct_logs import shipped as shipped_logs

PUBLIC_CAS = "public_cas.txt"
CT_LOGS = "ct_logs.txt"


def folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path | None:
    """Where the user's own lists lie, by the custom of the platform; None for one without a home.

    ``%LOCALAPPDATA%`` on Windows, ``~/Library/Application Support`` on macOS, elsewhere
    ``$XDG_DATA_HOME`` or ``~/.local/share`` (XDG Base Directory Specification); below it
    ``tlsprobe/reference``.
    """
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        given = Path(environment.get("XDG_DATA_HOME", ""))
        # The specification: a path that is not absolute is to be ignored.
        base = given if given.is_absolute() else home / ".local" / "share"
    return base / "tlsprobe" / "reference"


def authorities(updates: Path | None) -> CAIndex:
    """The newest index of public CAs: the shipped one, or that in the directory `updates`.

    Raises:
        InputError: that of the user cannot be used.
    """
    ours = shipped.public_cas()
    if updates is None or not (updates / PUBLIC_CAS).is_file():
        return ours
    theirs = CAIndex(updates / PUBLIC_CAS)
    with _mendable():
        return theirs if theirs.as_of > ours.as_of else ours


def ct_logs(updates: Path | None) -> CtLogs:
    """The newest list of the logs of certificate transparency, in the same way.

    Its lines are looked at when their logs are asked for: see `ct_logs.load`.

    Raises:
        InputError: that of the user cannot be used.
    """
    ours = shipped_logs()
    if updates is None or not (updates / CT_LOGS).is_file():
        return ours
    path = updates / CT_LOGS
    with _mendable():
        theirs = CtLogs(content_of(path), source=str(path))
        return theirs if theirs.as_of > ours.as_of else ours


@contextmanager
def _mendable() -> Generator[None]:
    """Say of a list that cannot be used what can be done about it."""
    try:
        yield
    except InputError as error:
        said = str(error).removeprefix(f"{error.source}: ")
        cure = "remove it, or make it anew with `tlsprobe reference update`"
        raise InputError(error.source, f"{said}; {cure}") from None


def swap_in(files: Mapping[str, bytes], directory: Path) -> None:
    """Put the files, by name, into the directory, which is made where it is missing.

    Raises:
        InputError: one cannot be written; what was there is there still.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(directory), f"cannot be written: {error.strerror}") from None
    whole_files.write({directory / name: content for name, content in files.items()})
