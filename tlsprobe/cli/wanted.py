"""Which sessions of a capture are wanted: by name, address, port and time."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from msgspec import Struct

from tlsprobe.cli.targets import shown
from tlsprobe.errors import UsageError
from tlsprobe.model.reference import host_key
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store.host_names import host_pattern
from tlsprobe.wire.ip_literals import is_ip_literal

if TYPE_CHECKING:  # it brings the readers of captures along
    from tlsprobe.capture.conversations import Conversation

Network = IPv4Network | IPv6Network

_EVERYTHING_BELOW = "*."
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


class Wanted(Struct, frozen=True, kw_only=True):
    """Which sessions are wanted; what is empty wants all."""

    hosts: tuple[str, ...] = ()
    """Names in lower case; ``*.example.com`` is every name below it, at any depth."""
    networks: tuple[Network, ...] = ()
    """Of the client or of the server."""
    ports: frozenset[int] = frozenset()
    """Of the server, or of the proxy before it."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""

    def __bool__(self) -> bool:
        """Whether anything is not wanted."""
        return bool(self.hosts or self.networks or self.ports or self.since or self.until)

    def admits(self, session: "Conversation") -> bool:
        """Whether this one is wanted."""
        return (
            (self.since is None or session.taken >= self.since)
            and (self.until is None or session.taken < self.until)
            and (not self.hosts or _is_named(session.host, self.hosts))
            and (not self.ports or self._has_port(session))
            and (not self.networks or self._is_there(session))
        )

    def _has_port(self, session: "Conversation") -> bool:
        spoken_to = session.captured.server.rpartition(":")[2]
        return session.port in self.ports or int(spoken_to) in self.ports

    def _is_there(self, session: "Conversation") -> bool:
        captured = session.captured
        places = {_address(captured.client), _address(captured.server)}
        if session.address is not None and is_ip_literal(session.address):
            places.add(ip_address(session.address))
        return any(place in network for place in places for network in self.networks)


def parse_wanted(
    *,
    hosts: Iterable[str] = (),
    addresses: Iterable[str] = (),
    ports: Iterable[int] = (),
    since: str | None = None,
    until: str | None = None,
) -> Wanted:
    """What the options ask for.

    Raises:
        UsageError: one is malformed; in one line that names it.
    """
    return Wanted(
        hosts=tuple(_pattern(text) for text in hosts),
        networks=tuple(_network(text) for text in addresses),
        ports=frozenset(ports),
        since=None if since is None else _moment("--since", since),
        until=None if until is None else _moment("--until", until, end=True),
    )


def parse_verdicts(words: Iterable[str]) -> frozenset[Conclusion]:
    """The verdicts that are wanted.

    Raises:
        UsageError: a word is none.
    """
    return frozenset(_verdict(word) for word in words)


def _verdict(word: str) -> Conclusion:
    try:
        return Conclusion(word.strip().lower())
    except ValueError:
        known = ", ".join(one.value for one in Conclusion)
        raise UsageError(f"--verdict {shown(word)}: expected one of {known}") from None


def _is_named(host: str, patterns: Iterable[str]) -> bool:
    name = host_key(host)
    return any(
        name.endswith(pattern[1:]) if pattern.startswith(_EVERYTHING_BELOW) else name == pattern
        for pattern in patterns
    )


def _address(text: str) -> IPv4Address | IPv6Address:
    """The address of `address:port`."""
    return ip_address(text.rpartition(":")[0].strip("[]"))


def _pattern(text: str) -> str:
    try:
        return host_pattern(text.strip().strip("[]"))
    except ValueError as error:
        raise UsageError(f"--host {shown(text)}: {error}") from None


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip().replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        raise UsageError(f"--address {shown(text)}: expected an IP address, or IP/LENGTH") from None


def _moment(option: str, text: str, *, end: bool = False) -> datetime:
    """When what `text` names begins, or the first moment after it; without a zone it is in UTC."""
    match = _TIME.fullmatch(text.strip())
    if match is not None:
        day, time, zone = match.groups()
        try:
            begin = datetime.fromisoformat(f"{day}T{time or '00:00'}{zone or 'Z'}").astimezone(UTC)
            return begin + _lasts(time) if end else begin
        except (ValueError, OverflowError):
            pass
    raise UsageError(
        f"{option} {shown(text)}: expected a time, as 2026-11-22, 2026-11-22 15:00 (UTC)"
        " or 2026-11-22T15:00:00+01:00"
    )


def _lasts(time: str | None) -> timedelta:
    """How long that lasts which a time of day names: all the day, a minute, a second, a moment."""
    if time is None:
        return timedelta(days=1)
    if "." in time:
        return timedelta(microseconds=1)
    return timedelta(seconds=1) if time.count(":") == 2 else timedelta(minutes=1)
