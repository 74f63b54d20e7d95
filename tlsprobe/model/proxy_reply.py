"""What a proxy answered when it was asked for a connection: evidence, whatever it said."""

from msgspec import Struct

MAX_FIELDS = 16
"""Header fields that are kept."""
MAX_VALUE = 200
"""Characters that are kept of one."""
MAX_TITLE = 120
MAX_BODY = 500
"""Characters that are kept of a page."""


class ProxyReply(Struct, frozen=True, kw_only=True):
    """The answer that counted: the last one, where a login took several.

    Text is printable ASCII, and nothing of a login is left in it, should the proxy have sent it back.
    """

    protocol: str
    """``HTTP/1.1``, ``SOCKS 5``: what it answered in."""
    status: int
    """The status of HTTP, the reply code of SOCKS."""
    reason: str = ""
    """As the proxy words it; for SOCKS the words of RFC 1928."""
    headers: tuple[tuple[str, str], ...] = ()
    """Name and value of the fields that tell who answers and why, in their order."""
    title: str | None = None
    """The title of the page that came with it."""
    body: str = ""
    """The first characters of that page."""
    login: str | None = None
    """How we had logged in for it: ``Basic``, ``NTLM``, ``Negotiate``, ``password`` (RFC 1929)."""

    @property
    def line(self) -> str:
        """Status and reason: ``403 Forbidden``."""
        return f"{self.status} {self.reason}".rstrip()

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a header field."""
        wanted = name.lower()
        return tuple(value for each, value in self.headers if each.lower() == wanted)
