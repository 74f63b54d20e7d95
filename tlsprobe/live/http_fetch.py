"""Fetch one thing over plain HTTP/1.1, as clients fetch revocation lists: nothing but a question.

No cookie, no login to the server, no compression. What comes is bounded in time and size, redirects are
few and stay within plain HTTP, and whatever the network does is a value.
"""

from dataclasses import dataclass, field, replace

import h11

from tlsprobe._version import __version__
from tlsprobe.live import http_address, web_page
from tlsprobe.live.dial import Connection, Dial
from tlsprobe.live.http_address import HttpAddress
from tlsprobe.live.http_exchange import Received, converse
from tlsprobe.live.limits import Limits
from tlsprobe.live.resolve import ip_literal, resolve
from tlsprobe.model.http_reply import HttpReply
from tlsprobe.model.observation import Failure, FailureKind, Stage

MAX_REDIRECTS = 3
MAX_ADDRESSES = 3
"""Addresses of a name that are tried, one after the other."""

_SENT_ON = (301, 302, 303, 307, 308)
_TELLING = frozenset(
    ("server", "via", "location", "content-type", "x-squid-error", "x-cache", "proxy-agent",
     "proxy-authenticate", "www-authenticate", "date", "retry-after")
)  # fmt: skip
MAX_FIELDS = 16
"""Header fields that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked for."""

    url: str
    body: bytes | None = None
    """Posted, where there is one."""
    content_type: str = ""
    """Of the body."""
    max_bytes: int
    """Of the answer's body; more of it is a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarder:
    """An HTTP proxy that is asked for the whole URL, as proxies are for plain HTTP.

    One that is reached by CONNECT or SOCKS is a `Dial` instead.
    """

    host: str
    """Name or IP address."""
    port: int
    authorization: str | None = field(default=None, repr=False)
    """The value of Proxy-Authorization. Never part of a failure or a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How servers are reached."""

    dial: Dial
    forwarder: Forwarder | None = None
    takes_names: bool = False
    """Whether the dial is given names and not addresses: a proxy's is, which resolves them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a question."""

    reply: HttpReply | None = None
    body: bytes = b""
    """As far as it came."""
    failure: Failure | None = None
    """Why there is no whole reply. A reply of any status is none."""
    elapsed: float = 0.0
    """Milliseconds."""


async def fetch(question: Question, way: Way, limits: Limits) -> Fetched:
    """Ask, follow redirects, and give what came within `limits.total` seconds."""
    clock = way.dial.clock
    start = clock()
    deadline = start + limits.total
    redirects: tuple[str, ...] = ()
    while True:
        seen = await _ask(question, way, limits, deadline)
        onward = None if seen.reply is None else _onward(question, seen.reply)
        if onward is None or len(redirects) == MAX_REDIRECTS:
            break
        redirects = (*redirects, onward)
        question = replace(question, url=onward)
    reply = seen.reply and replace(
        seen.reply, redirects=tuple(web_page.plain(one) for one in redirects)
    )
    return replace(seen, reply=reply, elapsed=(clock() - start) * 1000)


def _onward(question: Question, reply: HttpReply) -> str | None:
    """Where the reply sends the question on to, if that may be followed."""
    location = dict(reply.headers).get("location")
    if reply.status not in _SENT_ON or location is None:
        return None
    if reply.status == 303 and question.body is not None:
        return None  # it would be another question (RFC 9110 section 15.4.4)
    url = http_address.follow(question.url, location)
    return url if url is not None and http_address.parse(url) is not None else None


async def _ask(question: Question, way: Way, limits: Limits, deadline: float) -> Fetched:
    """One question to one server, without following where it sends us."""
    address = http_address.parse(question.url)
    if address is None:
        return Fetched(failure=_failure(FailureKind.LOCAL, "it is no address of plain HTTP"))
    connection = await _connect(address, way, limits, deadline)
    if isinstance(connection, Failure):
        return Fetched(failure=connection)
    try:
        received = await converse(
            connection, _events(question, address, way.forwarder),
            max_bytes=question.max_bytes, clock=way.dial.clock, deadline=deadline,
        )  # fmt: skip
    except h11.LocalProtocolError as error:
        return Fetched(failure=_failure(FailureKind.LOCAL, f"it cannot be asked by HTTP: {error}"))
    finally:
        connection.close()
    return Fetched(reply=_reply(received), body=received.body, failure=received.failure)


async def _connect(
    address: HttpAddress, way: Way, limits: Limits, deadline: float
) -> Connection | Failure:
    """A connection to the server, or to the proxy in its place."""
    clock, proxy = way.dial.clock, way.forwarder
    host, port = (address.host, address.port) if proxy is None else (proxy.host, proxy.port)
    if way.takes_names:
        addresses: tuple[str, ...] = (ip_literal(host) or host,)
    else:
        left = max(0.001, min(limits.resolve, deadline - clock()))
        found = await resolve(host, timeout=left, clock=clock)
        if found.failure is not None:
            return found.failure
        addresses = found.addresses[:MAX_ADDRESSES]
    failure = _failure(FailureKind.LOCAL, f"{host} has no address")
    for one in addresses:
        connected = await way.dial.connect(one, port, min(clock() + limits.connect, deadline))
        if not isinstance(connected, Failure):
            return connected
        failure = connected
    return failure


def _events(
    question: Question, address: HttpAddress, proxy: Forwarder | None
) -> tuple[h11.Request | h11.Data | h11.EndOfMessage, ...]:
    """The question as h11 takes it."""
    fields = [
        ("Host", address.authority),
        ("User-Agent", f"tlsprobe/{__version__}"),
        ("Accept", "*/*"),
        ("Connection", "close"),
    ]
    if proxy is not None and proxy.authorization is not None:
        fields.append(("Proxy-Authorization", proxy.authorization))
    body = question.body
    if body is not None:
        fields += [("Content-Type", question.content_type), ("Content-Length", str(len(body)))]
    method = "GET" if body is None else "POST"
    target = address.target if proxy is None else address.url
    request = h11.Request(method=method, target=target, headers=fields)
    if body is None:
        return request, h11.EndOfMessage()
    return request, h11.Data(data=body), h11.EndOfMessage()


def _reply(received: Received) -> HttpReply | None:
    """What of a reply is kept as evidence."""
    head = received.head
    if head is None:
        return None
    fields = [
        (name.decode("latin-1").lower(), web_page.plain(value.decode("latin-1")))
        for name, value in head.headers
    ]
    told = [field for field in fields if field[0] in _TELLING][:MAX_FIELDS]
    return HttpReply(
        status=head.status_code,
        reason=web_page.plain(bytes(head.reason).decode("latin-1")),
        headers=tuple(told),
        title=web_page.title(received.body, dict(fields).get("content-type", "")),
    )


def _failure(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.HTTP, kind=kind, detail=detail)
