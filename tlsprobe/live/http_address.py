"""An address of plain HTTP, taken apart; others wrote it, so it is taken by the letter or not at all."""

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from tlsprobe.wire.ip_literals import bracketed, join_host_port

MAX_URL = 2048
"""Bytes of an address that is asked; honest ones have some dozens, and a GET of OCSP two hundred."""


class HttpAddress(NamedTuple):
    """Where to connect and what to ask for."""

    host: str
    """A name or IP address, without brackets."""
    port: int
    target: str
    """Path and query: ``/ca.crl?x``."""

    @property
    def authority(self) -> str:
        """As the Host field has it: the port only where it is not 80."""
        return bracketed(self.host) if self.port == 80 else join_host_port(self.host, self.port)

    @property
    def url(self) -> str:
        """The whole, as a proxy is asked (RFC 9112 section 3.2.2)."""
        return f"http://{self.authority}{self.target}"


def parse(url: str) -> HttpAddress | None:
    """The parts of a URL of plain HTTP; None for any other, and for what no client would ask."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(url)
        port = 80 if parts.port is None else parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or not parts.hostname or "@" in parts.netloc or not port:
        return None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return HttpAddress(parts.hostname, port, target)


def follow(url: str, location: str) -> str | None:
    """Where a redirect leads from `url`; None where that cannot be read."""
    try:
        return urljoin(url, location)
    except ValueError:
        return None
