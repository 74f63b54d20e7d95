"""What `tlsprobe reference update` does, once its options are read."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from tlsprobe.cli.console import Console
from tlsprobe.errors import InputError, UsageError
from tlsprobe.store import chrome_ct_logs, updates
from tlsprobe.store.ccadb import Rebuilt, rebuilt
from tlsprobe.store.ccadb_export import read
from tlsprobe.store.ct_logs import CtLogs, content_of
from tlsprobe.store.trust_stores import certifi_store

T = TypeVar("T")


def update(
    *, ccadb: Sequence[Path], ct_logs: Path | None, as_of: str | None, to: Path | None
) -> None:
    """Build every list anew that something was given for, and swap them in together.

    Raises:
        UsageError: there is no place for it, or the date is none.
        InputError: a file cannot be used, or the place cannot be written to.
    """
    directory = to or updates.folder(os.environ)
    if directory is None:
        raise UsageError("reference update: this user has no home: expected --to DIR")
    today = datetime.now(UTC).date()  # noqa: TID251 - the program's own clock
    day = _day(as_of)
    if day is not None and day > today:
        raise UsageError(f"--as-of {as_of}: expected no day that is still to come")
    # All are built before the first is swapped in.
    lists: dict[str, bytes] = {}
    said: list[str] = []
    if ccadb:
        built = _public_cas(ccadb, day=day or min(_oldest(ccadb), today), directory=directory)
        lists[updates.PUBLIC_CAS] = built.content
        said.append(
            f"{directory / updates.PUBLIC_CAS}: {built.keys} CA keys, {built.new} of them new;"
            f" {built.nowhere} certificates of the exports lead to no public root,"
            f" {built.unreadable} cannot be read\n"
        )
    if ct_logs is not None:
        lists[updates.CT_LOGS] = chrome_ct_logs.updated(
            content_of(ct_logs), source=str(ct_logs), over=_usable(updates.ct_logs, directory)
        ).encode("utf-8")
        logs = CtLogs(lists[updates.CT_LOGS], source=str(ct_logs))
        if logs.as_of > today:
            raise InputError(str(ct_logs), f"it is of {logs.as_of}, which is still to come")
        said.append(f"{directory / updates.CT_LOGS}: {len(logs)} logs, as of {logs.as_of}\n")
    updates.swap_in(lists, directory)
    Console().text("".join(said))


def _public_cas(files: Sequence[Path], *, day: date, directory: Path) -> Rebuilt:
    exports = [read(path) for path in files]
    if not any(export.certificates for export in exports):
        names = ", ".join(map(str, files))
        raise InputError(
            names, "expected certificates as PEM, as AllCertificatePEMsCSVFormat has them"
        )
    before = _usable(updates.authorities, directory)
    if day < before.as_of:
        raise InputError(
            str(files[0]),
            f"it is of {day}, older than the index of {before.as_of} in {before.path}",
        )
    mozilla = certifi_store()
    if mozilla.doubt:
        raise InputError("certifi", f"expected Mozilla's roots: {mozilla.doubt}")
    origin = f"CCADB, {', '.join(path.name for path in files)}, over: {_base(before.origin)}"
    return rebuilt(exports, before=before, mozilla=mozilla, as_of=day, origin=origin)


def _usable(newest: Callable[[Path | None], T], directory: Path) -> T:
    """The list at hand; where the user's own cannot be used, the shipped one: it will be replaced."""
    try:
        return newest(directory)
    except InputError as error:
        Console().complain(f"{error}: it is passed over")
        return newest(None)


def _base(origin: str) -> str:
    """What the shipped index was made of: updates over updates name it once."""
    return origin.rpartition(", over: ")[2]


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text!a}: expected a date, such as 2026-11-22") from None


def _oldest(files: Sequence[Path]) -> date:
    try:
        return min(datetime.fromtimestamp(one.stat().st_mtime, UTC).date() for one in files)
    except OSError as error:
        raise InputError(str(error.filename), f"cannot be read: {error.strerror}") from None
