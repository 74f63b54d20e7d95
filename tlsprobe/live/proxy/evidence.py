"""From a proxy's answer in HTTP to what is kept of it: bounded, printable, without a login."""

import html
import re
from collections.abc import Iterable

from msgspec import Struct

from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.live.web_page import decoded
from tlsprobe.model.proxy_reply import (
    MAX_BODY,
    MAX_FIELDS,
    MAX_TITLE,
    MAX_VALUE,
    ProxyReply,
)

_TELLING = {
    name.lower(): name
    for name in (
        "Via", "Proxy-Agent", "Server", "Proxy-Authenticate", "Location", "Content-Type",
        "Proxy-Status", "X-Squid-Error", "X-Cache", "X-Cache-Lookup",
    )
}  # fmt: skip
"""Header fields that tell who answers and why, as they are usually written."""
# No body of these can be read backwards and forwards without end: a page is cut before it comes here.
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"<(script|style|title)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.IGNORECASE | re.DOTALL
)
# Not the token behind a scheme: the NTLM challenge has names of the proxy's own network in it.
_TOKEN = re.compile(r"\b(NTLM|Negotiate|Kerberos)\s+[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)


class Answer(Struct, frozen=True, kw_only=True):
    """An answer of a proxy in HTTP, as it came."""

    version: bytes
    status: int
    reason: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    """Names in lower case."""
    page: bytes = b""
    """The beginning of its body."""
    cut: bool = False
    """Whether there was more of the body, or more was to come."""
    reusable: bool = False
    """Whether the connection can take another request."""
    rest: bytes = b""
    """What came behind the head of an answer that opens a tunnel."""

    def values(self, name: bytes) -> list[str]:
        """The values of a header field, in their order."""
        return [decoded(value) for each, value in self.headers if each == name]


def reply_of(answer: Answer, *, secrets: Secrets, login: str | None) -> ProxyReply:
    """What is kept of an answer."""
    page = decoded(answer.page)
    if answer.cut:  # it may end inside of a secret, which then is not found
        page = page[: max(0, len(page) - secrets.longest)]
    page = secrets.hide(page)  # before anything in it that looks like markup goes
    title = _TITLE.search(page)
    return ProxyReply(
        protocol=f"HTTP/{shown(answer.version, secrets, 8)}",
        status=answer.status,
        reason=shown(answer.reason, secrets, MAX_VALUE),
        headers=tuple(_fields(answer.headers, secrets)),
        title=(_words(title[1], secrets, MAX_TITLE) or None) if title else None,
        body=_words(_NO_TEXT.sub(" ", page), secrets, MAX_BODY),
        login=login,
    )


def shown(data: bytes, secrets: Secrets, limit: int) -> str:
    """Bytes of a proxy's as text that may be kept."""
    return _kept(_TOKEN.sub(r"\1", decoded(data)), secrets, limit)


def _fields(headers: Iterable[tuple[bytes, bytes]], secrets: Secrets) -> Iterable[tuple[str, str]]:
    named = ((_TELLING.get(decoded(name)), value) for name, value in headers)
    kept = [(name, value) for name, value in named if name is not None]
    for name, value in kept[:MAX_FIELDS]:
        yield name, shown(value, secrets, MAX_VALUE)


def _words(text: str, secrets: Secrets, limit: int) -> str:
    return _kept(html.unescape(text), secrets, limit)


def _kept(text: str, secrets: Secrets, limit: int) -> str:
    """One printable line of ASCII, not too long, without secrets."""
    line = " ".join(secrets.hide(text).split())
    line = line.encode("ascii", "backslashreplace").decode()
    line = "".join(each if each.isprintable() else "?" for each in line)
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
