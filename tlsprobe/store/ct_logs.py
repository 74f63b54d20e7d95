"""The logs of certificate transparency, in a text file that is searched where it lies.

One log a line, in the order of their ids; the fields, parted by tabs, are

    id  key  standings  interval  operator  description

id and key in base64; standings as ``chrome=usable@2024-11-08T18:00:00Z``, parted by commas, without
state or time where a list gives none; the interval as ``first/end``, or ``-``. Three lines that begin
with ``#`` come first: schema, date of the list, origin. It is text so that a change can be reviewed;
a log is found by its id at the start of a line, and only that line is read.

`chrome_ct_logs` makes such a file of the lists that Chrome publishes.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from tlsprobe.certs import signatures
from tlsprobe.certs.ct_log import Log, LogState, Standing
from tlsprobe.errors import InputError

SCHEMA = "tlsprobe.ct_logs/1"
LARGEST = 8 * 1024 * 1024
"""Bytes of a file; Chrome's own has about 100 thousand."""

_SHIPPED = Path(__file__).parent / "data" / "ct_logs.txt"
_HEAD = 3
_SHOWN = 60


class CtLogs:
    """The logs of one file; a line is read when its log is looked up. Compared by identity."""

    def __init__(self, content: bytes, *, source: str) -> None:
        """Take the content of a file.

        Raises:
            InputError: it does not begin or end as such a list does, or is of another schema.
        """
        self.source = source
        *head, lines = content.split(b"\n", _HEAD)
        said = [line.removeprefix(b"# ").decode("utf-8", "replace") for line in head]
        if len(said) < _HEAD or not content.endswith(b"\n"):
            raise InputError(source, "expected a list of logs, but it is none, or not whole")
        schema, as_of, self.origin = said
        if schema != SCHEMA:
            raise InputError(source, f"line 1: schema {schema[:_SHOWN]!r}: expected {SCHEMA}")
        try:
            self.as_of = date.fromisoformat(as_of.removeprefix("as of "))
        except ValueError:
            raise InputError(
                source, f"line 2: {as_of[:_SHOWN]!r}: expected a date, as of 2026-11-22"
            ) from None
        self._lines = lines
        self._found: dict[bytes, Log] = {}

    def find(self, log_id: bytes) -> Log | None:
        """The log of that id."""
        found = self._found.get(log_id)
        if found is None:
            line = self._by_id.get(b64encode(log_id))
            if line is None:
                return None
            found = self._found[log_id] = _read(line.decode())
        return found

    @cached_property
    def _by_id(self) -> dict[bytes, bytes]:
        """Each line by the id that it begins with: leafs may name logs that stand in none of them."""
        return {line.partition(b"\t")[0]: line for line in self._lines.split(b"\n")[:-1]}

    @property
    def lines(self) -> list[str]:
        """The line of every log."""
        return self._lines.decode("utf-8", "replace").split("\n")[:-1]

    def __iter__(self) -> Iterator[Log]:
        """Every log."""
        return map(_read, self.lines)

    def __len__(self) -> int:
        """The number of logs."""
        return self._lines.count(b"\n")


@cache
def shipped() -> CtLogs:
    """The list that comes with the package."""
    return CtLogs(_SHIPPED.read_bytes(), source=str(_SHIPPED))


def load(path: Path) -> CtLogs:
    """The list in a file that `written` has made. Every line of it is looked at.

    Raises:
        InputError: it cannot be used; in one line that names the file, the line and the reason.
    """
    logs = CtLogs(content_of(path), source=str(path))
    before = ""
    for number, line in enumerate(logs.lines, start=_HEAD + 1):
        try:
            log = _read(line)
            reason = contradiction(log)
        except (ValueError, Base64Error):
            reason = "expected id, key, standings, interval, operator and description of a log"
        if not reason and line[:44] <= before:
            reason = "expected every log once, in the order of their ids"
        if reason:
            raise InputError(str(path), f"line {number}: {reason}")
        before = line[:44]
    return logs


def content_of(path: Path) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        InputError: it cannot be read, or is larger than any such file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error
    if len(content) > LARGEST:
        raise InputError(str(path), f"expected at most {LARGEST} bytes")
    return content


def written(logs: Iterable[Log], *, as_of: date, origin: str) -> str:
    """The text of a file with these logs."""
    head = (f"# {SCHEMA}", f"# as of {as_of.isoformat()}", f"# {origin}")
    return "\n".join((*head, *sorted(map(_line, logs)))) + "\n"


def contradiction(log: Log) -> str | None:
    """What about a log cannot be true; None for nothing."""
    if sha256(log.key).digest() != log.log_id:
        return "its id is not the SHA-256 of its key"
    if signatures.load(log.key) is None:
        return "its key cannot be loaded"
    if log.interval is not None and log.interval[0] >= log.interval[1]:
        return "its interval ends before it begins"
    return None


def _line(log: Log) -> str:
    standings = ",".join(
        f"{one.source}{f'={one.state.value}' if one.state else ''}"
        f"{f'@{_text(one.since)}' if one.since else ''}"
        for one in log.standings
    )
    interval = "/".join(map(_text, log.interval)) if log.interval else "-"
    return "\t".join(
        (b64encode(log.log_id).decode(), log.encoded_key, standings, interval, log.operator,
         log.description)
    )  # fmt: skip


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(line: str) -> Log:
    """The log of a line; a ValueError where it is none."""
    log_id, key, standings, interval, operator, description = line.split("\t")
    first, _, end = interval.partition("/")
    return Log(
        log_id=b64decode(log_id, validate=True),
        encoded_key=key,
        operator=operator,
        description=description,
        interval=None if interval == "-" else (_moment(first), _moment(end)),
        standings=tuple(map(_standing, standings.split(","))),
    )


def _standing(text: str) -> Standing:
    stated, _, since = text.partition("@")
    source, _, state = stated.partition("=")
    return Standing(source, LogState(state) if state else None, _moment(since) if since else None)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment
