"""What a PAC script may call: names, patterns, networks and times.

Origin: Netscape's "Navigator Proxy Auto-Config File Format" of March 1996 and MDN's page on PAC
files; Microsoft's page on IPv6-aware proxy helpers for those that end in Ex (all read 2026-11-25).
A script may pass anything, so that all of these take anything and none raises.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_address, ip_network

from msgspec import Struct

from tlsprobe.model.wildcard import fits

Lookup = Callable[[str], Sequence[str]]
"""The addresses of a name; none where it has none. Never raises."""

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip
_LAST_DAY = 31


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a script can learn of the world."""

    now: datetime
    """In the machine's time zone."""
    lookup: Lookup
    own_addresses: Callable[[], Sequence[str]]
    """Of this machine, the one that it goes out with first. Never raises."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """Each function by its name in a script."""
        texts: Mapping[str, tuple[int, Callable[..., object]]] = {
            "isPlainHostName": (1, _is_plain),
            "dnsDomainIs": (2, _ends),
            "localHostOrDomainIs": (2, _is_host),
            "dnsDomainLevels": (1, _levels),
            "shExpMatch": (2, _fits),
            "isResolvable": (1, self._is_resolvable),
            "dnsResolve": (1, self._ipv4),
            "isInNet": (3, self._is_in_net),
            "myIpAddress": (0, self._own_ipv4),
            "convert_addr": (1, _number),
            "isResolvableEx": (1, self._is_resolvable_ex),
            "dnsResolveEx": (1, self._resolved_ex),
            "isInNetEx": (2, _in_prefix),
            "myIpAddressEx": (0, self._own_addresses_ex),
            "sortIpAddressList": (1, _sorted),
            "getClientVersion": (0, _version),
            "alert": (0, _nothing),
        }
        return {
            **{name: _taking(count, function) for name, (count, function) in texts.items()},
            "weekdayRange": self._weekday_range,
            "dateRange": self._date_range,
            "timeRange": self._time_range,
        }

    def _all(self, host: str) -> Sequence[str]:
        return (host,) if _address(host) is not None else self.lookup(host)

    def _ipv4(self, host: str) -> str | None:
        return _first_ipv4(self._all(host))

    def _is_resolvable(self, host: str) -> bool:
        return self._ipv4(host) is not None

    def _is_resolvable_ex(self, host: str) -> bool:
        return bool(self._all(host))

    def _resolved_ex(self, host: str) -> str:
        return ";".join(self._all(host))

    def _own_ipv4(self) -> str:
        return _first_ipv4(self.own_addresses()) or "127.0.0.1"

    def _own_addresses_ex(self) -> str:
        return ";".join(self.own_addresses())

    def _is_in_net(self, host: str, pattern: str, mask: str) -> bool:
        if not isinstance(_address(pattern), IPv4Address):
            return False
        address = self._ipv4(host)
        bits = _number(mask)
        return address is not None and _number(address) & bits == _number(pattern) & bits

    def _weekday_range(self, *arguments: object) -> bool:
        now, given = self._now(arguments)
        days = [_DAYS.index(one) for one in map(_word, given) if one in _DAYS]
        if not days or len(days) != len(given):
            return False
        return _between((days[0],), (now.weekday(),), (days[-1],))

    def _date_range(self, *arguments: object) -> bool:
        """One value that has to be equal, or two of the same kinds: day, month, year, or several."""
        now, given = self._now(arguments)
        half = len(given) // 2 if len(given) > 1 and len(given) % 2 == 0 else len(given)
        first, last = _date(given[:half]), _date(given[-half:] if half else ())
        if first is None or last is None or first.keys() != last.keys():
            return False
        today = {"year": now.year, "month": now.month, "day": now.day}
        kinds = [kind for kind in today if kind in first]
        low, at, high = (tuple(one[kind] for kind in kinds) for one in (first, today, last))
        return _between(low, at, high)

    def _time_range(self, *arguments: object) -> bool:
        """An hour; or from one time to another, with minutes and seconds or without."""
        now, given = self._now(arguments)
        numbers = [_integer(one) for one in given]
        parts = [one for one in numbers if one is not None]
        if len(parts) != len(numbers) or len(parts) not in {1, 2, 4, 6}:
            return False
        half = max(len(parts) // 2, 1)
        at = (now.hour, now.minute, now.second)[:half]
        return _between(tuple(parts[:half]), at, tuple(parts[-half:]))

    def _now(self, arguments: Sequence[object]) -> tuple[datetime, Sequence[object]]:
        """The time that is meant, and the arguments without the word that says which."""
        if arguments and _word(arguments[-1]) == "GMT":
            return self.now.astimezone(UTC), arguments[:-1]
        return self.now, arguments


def _taking(count: int, function: Callable[..., object]) -> Callable[..., object]:
    """The function for a script, which may give it too much, too little, or no texts."""

    def called(*arguments: object) -> object:
        texts = [_text(one) for one in arguments[:count]]
        return function(*texts, *["undefined"] * (count - len(texts)))

    return called


def _text(value: object) -> str:
    """A value as JavaScript would write it, as far as scripts pass such."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, str | int | float):
        return "null" if value is None else str(value)
    return "[object Object]"


def _word(value: object) -> str:
    return _text(value).upper()


def _integer(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _is_plain(host: str) -> bool:
    return "." not in host and ":" not in host


def _levels(host: str) -> int:
    return host.count(".")


def _fits(text: str, pattern: str) -> bool:
    return fits(pattern, text)


def _version() -> str:
    return "1.0"


def _nothing() -> None:
    """What `alert` does where nobody watches."""


def _ends(host: str, domain: str) -> bool:
    return host.lower().endswith(domain.lower())


def _is_host(host: str, name: str) -> bool:
    """Whether `host` is `name`, or its first label alone."""
    return host == name or ("." not in host and name.startswith(f"{host}."))


def _address(text: str) -> object | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _first_ipv4(addresses: Sequence[str]) -> str | None:
    return next((one for one in addresses if isinstance(_address(one), IPv4Address)), None)


def _number(address: str) -> int:
    """An IPv4 address as a number; 0 for what is none."""
    found = _address(address)
    return int(found) if isinstance(found, IPv4Address) else 0


def _in_prefix(address: str, prefix: str) -> bool:
    try:
        return ip_address(address) in ip_network(prefix, strict=False)
    except ValueError:
        return False


def _sorted(text: str) -> str:
    """A list of addresses, IPv6 before IPv4 and small before large; "" if one is none."""
    listed = [one.strip() for one in text.split(";")]
    try:
        found = [ip_address(one) for one in listed]
    except ValueError:
        return ""
    ordered = sorted(found, key=lambda one: (-one.version, int(one)))
    return ";".join(str(one) for one in ordered)


def _date(given: Sequence[object]) -> dict[str, int] | None:
    """Day, month and year, as far as they are given; None where something else is, or one twice."""
    found: dict[str, int] = {}
    for value in given:
        number = _integer(value)
        if number is not None:
            kind = "day" if number <= _LAST_DAY else "year"
        elif _word(value) in _MONTHS:
            kind, number = "month", _MONTHS.index(_word(value)) + 1
        else:
            return None
        if kind in found:
            return None
        found[kind] = number
    return found or None


def _between(low: tuple[int, ...], at: tuple[int, ...], high: tuple[int, ...]) -> bool:
    """Whether `at` lies between them, both included; over the turn of the year where need be."""
    if low <= high:
        return low <= at <= high
    return at >= low or at <= high
