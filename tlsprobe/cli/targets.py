"""What a target may look like: ``HOST``, ``HOST:PORT``, ``[IPV6]:PORT``, or an https URL of it."""

from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from tlsprobe.errors import UsageError, without_login
from tlsprobe.store.host_names import host_name
from tlsprobe.wire.ip_literals import is_ip_literal

DEFAULT_PORT = 443
DNS_PORT = 53
EXPECTED = "expected HOST, HOST:PORT, [IPV6]:PORT or https://HOST"
LONGEST_SHOWN = 80


class Endpoint(NamedTuple):
    """Host, as DNS has it, or IP address; and port."""

    host: str
    port: int

    @property
    def named(self) -> bool:
        """Whether the host is a name, and no address."""
        return not is_ip_literal(self.host)


def parse_endpoint(text: str, what: str = "target") -> Endpoint:
    """The endpoint that `text` names; port 443 where it names none. `what` is its name in messages.

    Names in other scripts become A-labels (IDNA 2008, UTS 46). Of a URL, host and port count.

    Raises:
        UsageError: it is malformed; in one line that names it.
    """
    try:
        host, port = _parted(text.strip())
        return Endpoint(_host(host), DEFAULT_PORT if port is None else _port(port))
    except ValueError as error:
        raise UsageError(f"{what} {shown(text)}: {error}") from None


def parse_server_name(text: str) -> str:
    """The name to send in server_name, as DNS has it.

    Raises:
        UsageError: it is malformed, or an IP address, which must not stand there (RFC 6066).
    """
    try:
        name = _host(text.strip())
    except ValueError as error:
        raise UsageError(f"--sni {shown(text)}: {error}") from None
    if is_ip_literal(name):
        raise UsageError(f"--sni {shown(text)}: expected a host name, not an IP address")
    return name


def parse_address(text: str) -> str:
    """The IP address to connect to.

    Raises:
        UsageError: it is none.
    """
    bare = text.strip().removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(bare))
    except ValueError:
        raise UsageError(f"--address {shown(text)}: expected an IP address") from None


def parse_resolver(text: str) -> Endpoint:
    """The address and port of a DNS server; port 53 where none is named.

    Raises:
        UsageError: it is malformed, or a name, which would have to be resolved first.
    """
    try:
        host, port = _parted(text.strip())
        found = Endpoint(_host(host), DNS_PORT if port is None else _port(port))
    except ValueError:
        found = None
    if found is None or found.named or "://" in text:
        said = _ambiguity(text.strip()) or "expected IP, IP:PORT or [IPV6]:PORT"
        raise UsageError(f"--resolver {shown(text)}: {said}")
    return found


def shown(text: str) -> str:
    """An argument as a message quotes it: in ASCII, not too long, and without a login."""
    text = without_login(text)
    cut = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
    return ascii(cut)


def _parted(text: str) -> tuple[str, str | None]:
    """Host and port as written; None where no port is."""
    if "://" in text:
        return _of_url(text)
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")) or ":" not in host:
            raise ValueError(EXPECTED)
        return host, rest[1:] if rest else None
    if text.count(":") > 1:
        if (doubt := _ambiguity(text)) is not None:
            raise ValueError(doubt)
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


_OFTEN_ASKED = ("53", "443", "853", "8443")


def _ambiguity(text: str) -> str | None:
    """What to write in the place of an address without brackets whose last group is meant as a port.

    That is where it is an address without it too, and the group a port that is asked often: ``::1:443``.
    """
    host, _, port = text.rpartition(":")
    try:
        IPv6Address(host)
        IPv6Address(text)
    except ValueError:
        return None
    if port not in _OFTEN_ASKED:
        return None
    return f"ambiguous without brackets: expected [{host}]:{port} or [{text}]"


def _of_url(text: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(EXPECTED) from None
    if parts.scheme.lower() != "https" or parts.username is not None or not parts.hostname:
        raise ValueError(f"{EXPECTED}, without a login")
    # `netloc`, as `port` refuses what it does not like in words of its own.
    _, colon, port = parts.netloc.rpartition(":")
    return parts.hostname, port if colon and "]" not in port else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise ValueError(f"port {shown(text)}: expected a number from 1 to 65535")
    return int(text)


def _host(text: str) -> str:
    if not text:
        raise ValueError(EXPECTED)
    if ":" in text:
        # Here and not below, as the zone (``fe80::1%eth0``) keeps its case.
        return _address6(text)
    return host_name(text if text.isascii() else _a_labels(text))


def _address6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise ValueError(EXPECTED) from None


def _a_labels(text: str) -> str:
    import idna  # noqa: PLC0415 - few names need it, and its tables are large

    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError(
            "expected a host name, and IDNA (RFC 5891) has no form of this one"
        ) from None
