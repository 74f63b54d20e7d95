"""The lists of certificate transparency logs that Chrome publishes (schema v3), read strictly.

``log_list.json`` has the logs of today, ``all_logs_list.json`` those of before as well: operators,
each with ``logs`` (RFC 6962) and ``tiled_logs`` (static-ct-api), each with id, key, state and
interval. What is refused is named by operator and log; JSON that cannot be read at all, by its line.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar, cast

from msgspec.structs import replace

from tlsprobe.certs.ct_log import Log, LogState, Standing
from tlsprobe.errors import InputError
from tlsprobe.store.ct_logs import CtLogs, contradiction, written

SOURCE = "chrome"
NEVER_IN = ("test", "monitoring_only")
"""Values of ``log_type`` for logs whose promises no browser takes; others have ``prod``, or none."""

_LONGEST = 1024
"""Characters of a text; the key of an RSA log has some 400, in base64."""
_SHOWN = 60

T = TypeVar("T")


def updated(content: bytes, *, source: str, over: CtLogs) -> str:
    """The text of a list of logs: what `content` says, over what was known already.

    Logs that it does not name stay as they were known, and so does what other lists say of those
    that it names: captures may be older than all of it.

    Raises:
        InputError: `content` is no such list, contradicts itself or what is known, or is older; in
            one line that names `source`, the place and the reason.
    """
    document = _Place(source).mapping(_json(content, source), "the list")
    stamped = _Place(source).moment(document, "log_list_timestamp")
    if stamped.date() < over.as_of:
        raise InputError(
            source,
            f"it is of {stamped.date()}, and the list at hand of {over.as_of}: expected a newer",
        )
    known = {log.log_id: log for log in over}
    named: dict[bytes, Log] = {}
    for place, log in _logs(document, source):
        if log.log_id in named:
            same = named[log.log_id].encoded_key == log.encoded_key
            raise place.refused("its id stands twice" + ("" if same else ", with two keys"))
        if reason := contradiction(log):
            raise place.refused(reason)
        named[log.log_id] = _over(known.get(log.log_id), log)
    if not named:
        raise InputError(source, "it names no log")
    version = document.get("version")
    edition = f" {version}" if isinstance(version, str) and _is_text(version) else ""
    return written(
        (known | named).values(),
        as_of=stamped.date(),
        origin=f"Chrome's list of logs{edition}; others as known before",
    )


def _over(known: Log | None, log: Log) -> Log:
    others = () if known is None else known.standings
    rest = tuple(standing for standing in others if standing.source != SOURCE)
    return replace(log, standings=(*log.standings, *rest))


class _Place:
    """Where in the file something stands; hands out its values by type."""

    def __init__(self, source: str, place: str = "") -> None:
        self._source = source
        self._place = place

    def refused(self, message: str) -> InputError:
        """The error that says `message` of this place."""
        return InputError(self._source, f"{self._place}: {message}" if self._place else message)

    def mapping(self, value: object, what: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.refused(f"{what} is {_shown(value)}: expected an object")
        return cast("dict[str, object]", value)

    def array(self, values: dict[str, object], key: str) -> list[object]:
        value = values.get(key)
        if not isinstance(value, list):
            raise self.refused(f"{key} is {_shown(value)}: expected an array")
        return cast("list[object]", value)

    def text(self, values: dict[str, object], key: str) -> str:
        value = values.get(key)
        if not isinstance(value, str) or not _is_text(value):
            raise self.refused(f"{key} is {_shown(value)}: expected a text")
        return value

    def moment(self, values: dict[str, object], key: str) -> datetime:
        text = self.text(values, key)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.refused(f"{key} is {_shown(text)}: expected a time in UTC")
        return moment

    def octets(self, values: dict[str, object], key: str) -> bytes:
        try:
            return b64decode(self.text(values, key), validate=True)
        except ValueError:  # also of text that is not ASCII
            raise self.refused(f"{key} is {_shown(values[key])}: expected base64") from None


def _json(content: bytes, source: str) -> object:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise InputError(source, f"line {error.lineno}: {error.msg}: expected JSON") from None
    except (ValueError, RecursionError) as error:
        raise InputError(source, f"expected JSON: {_shown(str(error))}") from None


def _logs(document: dict[str, object], source: str) -> Iterator[tuple[_Place, Log]]:
    """Every log with its place."""
    for number, value in enumerate(_Place(source).array(document, "operators"), start=1):
        place = _Place(source, f"operator {number}")
        operator = place.mapping(value, "it")
        name = place.text(operator, "name")
        for kind in ("logs", "tiled_logs"):
            entries = place.array(operator, kind) if kind in operator else []
            for at, entry in enumerate(entries):
                here = _Place(source, f"operator {number} ({name[:_SHOWN]}), {kind}[{at}]")
                yield here, _log(here, here.mapping(entry, "it"), name)


def _log(place: _Place, entry: dict[str, object], operator: str) -> Log:
    place.octets(entry, "key")
    return Log(
        log_id=place.octets(entry, "log_id"),
        encoded_key=place.text(entry, "key"),
        operator=operator,
        description=place.text(entry, "description"),
        interval=_interval(place, entry),
        standings=(_standing(place, entry),),
    )


def _interval(place: _Place, entry: dict[str, object]) -> tuple[datetime, datetime] | None:
    if "temporal_interval" not in entry:
        return None
    interval = place.mapping(entry["temporal_interval"], "temporal_interval")
    return place.moment(interval, "start_inclusive"), place.moment(interval, "end_exclusive")


def _standing(place: _Place, entry: dict[str, object]) -> Standing:
    if entry.get("log_type") in NEVER_IN or "state" not in entry:
        return Standing(SOURCE, None, None)
    states = place.mapping(entry["state"], "state")
    if len(states) != 1:
        raise place.refused(f"it has {len(states)} states: expected one")
    ((name, details),) = states.items()
    try:
        state = LogState(name)
    except ValueError:
        known = ", ".join(state.value for state in LogState)
        raise place.refused(
            f"state {_shown(name)}: expected {known}; is it of a newer schema than v3?"
        ) from None
    return Standing(SOURCE, state, place.moment(place.mapping(details, name), "timestamp"))


def _is_text(text: str) -> bool:
    return bool(text) and text.isprintable() and len(text) <= _LONGEST


def _shown(value: object) -> str:
    return "missing" if value is None else repr(value)[:_SHOWN]
