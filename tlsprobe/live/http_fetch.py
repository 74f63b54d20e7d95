"""Fetch one thing over plain HTTP/1.1, as clients fetch revocation lists: nothing but a question.

No cookie, no login to the server, no compression. What comes is bounded in time and size, redirects are
few and stay within plain HTTP, and whatever the network does is a value.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import h11
from msgspec import Struct
from msgspec.structs import replace

from tlsprobe._version import __version__
from tlsprobe.live import http_address, web_page
from tlsprobe.live.dial import Clock, Dial
from tlsprobe.live.http_address import HttpAddress
from tlsprobe.live.http_exchange import Bounds, Received, converse, events, hear
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.http import Errand
from tlsprobe.live.racing import by_turns, first_to_stand
from tlsprobe.live.resolve import Resolution, ip_literal, resolve
from tlsprobe.live.shared_answers import Growing
from tlsprobe.model.http_reply import HttpReply
from tlsprobe.model.observation import Failure, FailureKind, Stage, Timings

if TYPE_CHECKING:
    from tlsprobe.live.proxy.connect import Forwarded

MAX_REDIRECTS = 3
MAX_ADDRESSES = 3
"""Addresses of a name that are tried."""

_SENT_ON = (301, 302, 303, 307, 308)
_TELLING = frozenset(
    ("server", "via", "location", "content-type", "x-squid-error", "x-cache", "proxy-agent",
     "proxy-authenticate", "www-authenticate", "date", "retry-after")
)  # fmt: skip
MAX_FIELDS = 16
"""Header fields that are kept."""


class Question(Struct, frozen=True, kw_only=True):
    """What is asked for."""

    url: str
    body: bytes | None = None
    """Posted, where there is one."""
    content_type: str = ""
    """Of the body."""
    max_bytes: int
    """Of the answer's body; more of it is a failure."""
    redirects: int = MAX_REDIRECTS
    """That are followed."""

    @property
    def method(self) -> str:
        """Of HTTP."""
        return "GET" if self.body is None else "POST"

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The fields that are the server's to read."""
        accepting = ("Accept", "*/*")
        return (
            (accepting,) if self.body is None else (accepting, ("Content-Type", self.content_type))
        )


class Forwarder(Protocol):
    """An HTTP proxy that is asked for the whole URL, as proxies are for plain HTTP."""

    async def forward(
        self, errand: Errand, *, connected_by: float, deadline: float
    ) -> "Forwarded | Failure":
        """What it passes on, or why there is nothing. Its logins are its own affair."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How servers are reached."""

    dial: Dial
    forwarder: Forwarder | None = None
    """Asked in the servers' place; without one, a proxy is only the dial's matter."""
    takes_names: bool = False
    """Whether the dial is given names and not addresses: a proxy's is, which resolves them itself."""
    hide: Callable[[str], str] = field(default=str, repr=False)
    """Takes the proxy's login out of what is told of an answer."""


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
    address: str | None = None
    """Of the server that was connected to, or tried first; None where a proxy looks for it."""
    timings: Timings = Timings()
    """Of the last connection."""
    onward: str | None = field(default=None, repr=False)
    """The URL that the reply sends on to and that was not followed, as it came: for no eyes but ours."""
    redirects: tuple[str, ...] = ()
    """The addresses that the question was sent on to, whatever came of it there."""


class _Bounded(Struct, frozen=True):
    """What holds for a question and its redirects together."""

    limits: Limits
    deadline: float
    growing: Growing | None

    def of(self, question: Question, clock: Clock) -> Bounds:
        """For one answer."""
        return Bounds(
            max_bytes=question.max_bytes, clock=clock,
            deadline=self.deadline, growing=self.growing,
        )  # fmt: skip


async def fetch(
    question: Question, way: Way, limits: Limits, *, growing: Growing | None = None
) -> Fetched:
    """Ask, follow redirects, and give what came within `limits.total` seconds.

    The body takes the room of `growing`, and where that has to wait, no time counts.

    Raises:
        NoRoomError: it has waited too long.
    """
    clock = way.dial.clock
    start = clock()
    bounded = _Bounded(limits, start + limits.total, growing)
    redirects: tuple[str, ...] = ()
    most = question.redirects
    while True:
        seen = await _ask(question, way, bounded)
        if seen.onward is None or not _may_follow(question, seen) or len(redirects) == most:
            break
        if growing is not None:
            growing.give_up()  # what sends on is read by nobody
        question = replace(question, url=seen.onward)
        redirects = (*redirects, web_page.plain(way.hide(seen.onward)))
    reply, failure = seen.reply and replace(seen.reply, redirects=redirects), seen.failure
    if redirects and failure is not None:
        # It may name the host, and that was the peer's to choose.
        told = f"sent on to {redirects[-1]}: {failure.detail}"
        failure = replace(failure, detail=way.hide(told))
    elapsed = (clock() - start) * 1000
    return dataclasses.replace(
        seen, reply=reply, failure=failure, elapsed=elapsed, redirects=redirects
    )


def _onward(url: str, head: h11.Response | None) -> str | None:
    """Where an answer sends on whoever asked for `url`."""
    if head is None or head.status_code not in _SENT_ON:
        return None
    location = next((value for name, value in head.headers if name == b"location"), None)
    return None if location is None else http_address.follow(url, location.decode("latin-1"))


def _may_follow(question: Question, seen: Fetched) -> bool:
    """Whether it stays within plain HTTP, and remains the question that it was."""
    if seen.reply is not None and seen.reply.status == 303 and question.body is not None:
        return False  # it would be another question (RFC 9110 section 15.4.4)
    return seen.onward is not None and http_address.parse(seen.onward) is not None


async def _ask(question: Question, way: Way, bounded: _Bounded) -> Fetched:
    """One question to one server, without following where it sends us."""
    address = http_address.parse(question.url)
    if address is None:
        return Fetched(failure=_failure(FailureKind.LOCAL, "it is no address of plain HTTP"))
    try:
        if way.forwarder is not None:
            return await _forwarded(question, address, way, way.forwarder, bounded)
        return await _from_server(question, address, way, bounded)
    except h11.LocalProtocolError as error:
        return Fetched(failure=_failure(FailureKind.LOCAL, f"it cannot be asked by HTTP: {error}"))


async def _forwarded(
    question: Question, address: HttpAddress, way: Way, proxy: Forwarder, bounded: _Bounded
) -> Fetched:
    """The answer as a proxy passes it on."""
    clock, deadline = way.dial.clock, bounded.deadline
    errand = Errand(
        method=question.method, target=address.url, host=address.authority,
        fields=question.fields, body=question.body,
    )  # fmt: skip
    connected_by = min(clock() + bounded.limits.connect, deadline)
    passed = await proxy.forward(errand, connected_by=connected_by, deadline=deadline)
    if isinstance(passed, Failure):
        return Fetched(failure=passed)
    try:
        received = await hear(
            passed.connection, passed.http, passed.head, bounded.of(question, clock),
            received=passed.received,
        )  # fmt: skip
    finally:
        passed.connection.close()
    reached = Fetched(timings=passed.connection.timings)
    return _fetched(question, received, way, reached)


async def _from_server(
    question: Question, address: HttpAddress, way: Way, bounded: _Bounded
) -> Fetched:
    """The answer of a server that is connected to, whatever lies between."""
    clock = way.dial.clock
    found = await _addresses(address, way, bounded)
    if found.failure is not None:
        return Fetched(failure=found.failure, timings=Timings(dns=found.dns))
    connected_by = min(clock() + bounded.limits.connect, bounded.deadline)
    race = await first_to_stand(way.dial, found.addresses, address.port, connected_by)
    connection = race.dialled.outcome
    reached = Fetched(address=ip_literal(race.address), timings=Timings(dns=found.dns))
    if isinstance(connection, Failure):
        return dataclasses.replace(reached, failure=connection)
    reached = dataclasses.replace(reached, timings=replace(connection.timings, dns=found.dns))
    try:
        fields = (
            ("Host", address.authority),
            ("User-Agent", f"tlsprobe/{__version__}"),
            ("Connection", "close"),
            *question.fields,
        )
        asked = events(question.method, address.target, fields, question.body)
        received = await converse(connection, asked, bounded.of(question, clock))
    finally:
        connection.close()
    return _fetched(question, received, way, reached)


async def _addresses(address: HttpAddress, way: Way, bounded: _Bounded) -> Resolution:
    """What the server's name leads to, or the name alone where the dial is given that."""
    if way.takes_names:
        return Resolution(addresses=(ip_literal(address.host) or address.host,))
    left = max(0.001, min(bounded.limits.lookup, bounded.deadline - way.dial.clock()))
    found = await resolve(address.host, timeout=left, clock=way.dial.clock)
    if found.failure is not None:
        return found
    return replace(found, addresses=by_turns(found.addresses)[:MAX_ADDRESSES])


def _fetched(question: Question, received: Received, way: Way, reached: Fetched) -> Fetched:
    """What came, with what it was reached by."""
    failure = received.failure
    return dataclasses.replace(
        reached,
        reply=_reply(received, way.hide),
        body=received.body,
        onward=_onward(question.url, received.head),
        failure=failure and replace(failure, detail=way.hide(failure.detail)),
    )


def _reply(received: Received, hide: Callable[[str], str]) -> HttpReply | None:
    """What of a reply is kept as evidence."""
    head = received.head
    if head is None:
        return None
    fields = [
        (name.decode("latin-1").lower(), web_page.plain(hide(value.decode("latin-1"))))
        for name, value in head.headers
    ]
    told = [field for field in fields if field[0] in _TELLING][:MAX_FIELDS]
    return HttpReply(
        status=head.status_code,
        reason=web_page.plain(hide(bytes(head.reason).decode("latin-1"))),
        headers=tuple(told),
        title=web_page.title(received.body, dict(fields).get("content-type", ""), hide),
    )


def _failure(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.HTTP, kind=kind, detail=detail)
