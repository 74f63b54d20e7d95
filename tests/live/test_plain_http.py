"""Plain HTTP: what a host says, however it says it, is a value, and means the same along every route."""

import asyncio
import contextlib
import dataclasses
import socket
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.live.loopback import now, reset, serve
from tests.live.proxy.relay import head_of, leading_to, proxy_at
from tests.model.test_causes import named
from tests.revoking import revocation_list
from tlsprobe.live import plain_http
from tlsprobe.live.http_fetch import Fetched, Way
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.dial import ProxyDial, way_by
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.http_reply import HttpReply
from tlsprobe.model.observation import FailureKind, Stage, Target
from tlsprobe.model.survey import HttpAnswer

ANSWER = b"HTTP/1.1 403 Forbidden\r\nServer: box\r\nVia: 1.1 proxy\r\nContent-Length: 0\r\n\r\n"
LIMITS = Limits(resolve=20, connect=20, handshake=20, total=20)
ROUTES = ("direct", "forwarded", "tunnel")


def ask(
    pieces: list[bytes],
    *,
    limits: Limits = LIMITS,
    cut: bool = False,
    route: str = "direct",
    list_at: str | None = None,
    heard: list[str] | None = None,
) -> HttpAnswer:
    """What becomes of a host that answers requests in these pieces, and then ends its side.

    Along a tunnel it is behind a proxy, and a proxy that forwards gives the answer itself.
    """

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await head_of(reader)
        if heard is not None:
            heard.append(head)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if cut:
            reset(writer)
        elif pieces != [b""]:
            with contextlib.suppress(OSError):
                writer.write_eof()

    async def whole() -> HttpAnswer:
        async with serve(script) as peer:
            target = Target(host=peer.host, port=peer.port)
            if route == "direct":
                return await plain_http.ask(
                    Way(dial=TcpDial()), target, list_at=list_at, limits=limits, now=now
                )
            async with contextlib.AsyncExitStack() as stack:
                at = peer
                if route == "tunnel":
                    at = await stack.enter_async_context(serve(leading_to(peer, [])))
                proxy = proxy_at(at)
                way = way_by(ProxyDial(TcpDial(), proxy))
                if route == "tunnel":
                    way = dataclasses.replace(way, forwarder=None)  # as it is behind a SOCKS proxy
                return await plain_http.ask(
                    way, replace(target, via=proxy.url), list_at=list_at, limits=limits, now=now
                )

    return asyncio.run(whole())


def said(status: str, *fields: str, body: bytes = b"") -> list[bytes]:
    """An answer with these fields."""
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
    return ["\r\n".join(lines).encode() + body]


def test_a_status_is_an_answer() -> None:
    """Whatever the status, the host speaks HTTP; who made the answer is kept."""
    answer = ask([ANSWER])
    assert (answer.status, answer.reason, answer.server) == (403, "Forbidden", "box, 1.1 proxy")
    assert answer.failure is None
    assert answer.target.address == "127.0.0.1"
    assert answer.timings.tcp is not None


def test_what_comes_before_it_is_passed_over() -> None:
    """Informational responses are no answer."""
    assert ask([b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + ANSWER]).status == 403


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ([b"go away\r\n\r\n"], FailureKind.GARBAGE),
        ([b"\x15\x03\x03\x00\x02\x02\x28"], FailureKind.GARBAGE),
        ([b"HTTP/1.1 200 OK\r\nServer"], FailureKind.CLOSED),
        ([b"HTTP/1.1 200 OK\r\n" + b"A: " + b"x" * 200_000], FailureKind.MALFORMED),
    ],
    ids=["words", "tls-alert", "half", "endless"],
)
def test_what_is_no_http(pieces: list[bytes], kind: FailureKind) -> None:
    """What is no answer is named, and bounded."""
    answer = ask(pieces)
    assert answer.status is None
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.kind) == (Stage.HTTP, kind)


def test_silence_and_reset() -> None:
    """Nothing at all, and a connection that is cut, are told apart."""
    silent = ask([b""], limits=Limits(resolve=1, connect=1, handshake=0.1, total=1))
    assert silent.failure is not None
    assert silent.failure.kind is FailureKind.SILENCE
    cut = ask([b"HTTP/1.1 200"], cut=True)
    assert cut.failure is not None
    assert cut.failure.kind is FailureKind.RESET


def test_nobody_listens() -> None:
    """A refused connection is the answer's failure."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    target = Target(host="127.0.0.1", port=port)
    answer = asyncio.run(plain_http.ask(Way(dial=TcpDial()), target, limits=LIMITS, now=now))
    assert answer.failure is not None
    assert answer.failure.kind is FailureKind.REFUSED


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, len(ANSWER) - 1), max_size=4))
def test_any_chunking_is_the_same(cuts: list[int]) -> None:
    """How the answer is cut up on the way makes no difference."""
    edges = [0, *sorted(set(cuts)), len(ANSWER)]
    pieces = [ANSWER[a:b] for a, b in pairwise(edges)]
    answer = ask(pieces)
    assert (answer.status, answer.server) == (403, "box, 1.1 proxy")


@settings(deadline=None, max_examples=40)
@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda raw: b"HTTP/1.1 2" + raw))
)
def test_no_bytes_raise(raw: bytes) -> None:
    """Whatever comes, there is a status or a failure."""
    answer = ask([raw or b"\n"])
    assert (answer.status is None) is (answer.failure is not None)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "answer",
    [
        said("200 OK", body=b"<title>Lists</title>"),
        said("301 Moved", "Location: https://127.0.0.1/"),
        said("302 Found", "Location: http://its-other-name.example/"),
        said("302 Found", "Location: http://10.0.0.1/login"),
        said("403 Forbidden", "Server: AkamaiGHost", body=b"<h1>Access Denied"),
        said("403 Forbidden", "Via: 1.1 gate (squid/5.7)"),
        said("404 Not Found"),
        said("503 Busy"),
    ],
    ids=[
        "page",
        "tls",
        "other-name",
        "neighbour",
        "denied",
        "denied-behind-a-proxy",
        "none",
        "busy",
    ],
)
def test_whatever_an_honest_server_says_to_nothing_in_particular(route: str, answer: list[bytes]):
    """Any status is an answer, and where it sends on to is told."""
    seen = ask(answer, route=route)
    assert seen.failure is None
    assert seen.status == int(answer[0][9:12])
    assert seen.sent_away is (seen.status == 302)
    assert seen.title == ("Lists" if seen.status == 200 else seen.title)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("answer", "kind", "cause"),
    [
        (said("511 Login"), FailureKind.PROXY_DENIED, CauseKind.CAPTIVE_PORTAL),
        (
            said("407 Login", "Proxy-Authenticate: Basic"),
            FailureKind.LOGIN_REQUIRED, CauseKind.PROXY_LOGIN,
        ),
        (
            said("403 No", "X-Squid-Error: ERR_ACCESS_DENIED 0"),
            FailureKind.PROXY_DENIED, CauseKind.PROXY_DENIED,
        ),
        (said("403 No", "Proxy-Agent: box"), FailureKind.PROXY_DENIED, CauseKind.PROXY_DENIED),
        (
            said("503 No", "X-Squid-Error: ERR_CONNECT_FAIL 111"),
            FailureKind.PROXY_FAILED, CauseKind.PROXY_FAILED,
        ),
    ],
    ids=["511", "407", "squid", "agent", "squid-failed"],
)  # fmt: skip
def test_what_no_server_says_of_itself(
    route: str, answer: list[bytes], kind: FailureKind, cause: CauseKind
):
    """It is somebody's on the way, on every route; and a cause by its name."""
    seen = ask(answer, route=route)
    assert seen.failure is not None
    assert seen.failure.kind is kind
    assert seen.failure.stage is (Stage.PROXY if route == "forwarded" else Stage.HTTP)
    assert named(seen) == [cause.value]


@pytest.mark.parametrize("route", ROUTES)
def test_a_list_that_comes(route: str):
    """Where a path of one is known it is asked for, and only its beginning is read."""
    heard: list[str] = []
    listed = revocation_list(*range(1, 4000))
    assert len(listed) > plain_http.LARGEST_PAGE
    seen = ask(said("200 OK", body=listed), route=route, list_at="/ca.crl", heard=heard)
    assert (seen.failure, seen.status, seen.path) == (None, 200, "/ca.crl")
    assert heard[0].split("\r\n")[0].endswith("/ca.crl HTTP/1.1")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "answer",
    [
        said("200 OK", body=b"<html><title>Welcome, guest</title>"),
        said("302 Found", "Location: https://portal.example/login"),
        said("403 Forbidden", body=b"<title>Blocked by policy</title>"),
        said("200 OK"),
    ],
    ids=["page", "portal", "blocked", "nothing"],
)
def test_something_else_in_a_lists_place(route: str, answer: list[bytes]):
    """A block page answers for every path, and is no list."""
    seen = ask(answer, route=route, list_at="/ca.crl")
    assert seen.failure is not None
    assert (seen.failure.kind, seen.failure.stage) == (FailureKind.OTHER_CONTENT, Stage.HTTP)
    assert seen.status == int(answer[0][9:12])
    assert named(seen) == [CauseKind.CRL_BLOCKED.value]


def test_nobody_else_is_asked_for_a_list():
    """Where no host but the endpoint may be asked, a list that lies elsewhere is not known to lack."""
    asked: list[str] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await head_of(reader))

    async def whole() -> HttpAnswer:
        async with serve(elsewhere) as other:

            async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await head_of(reader)
                to = f"Location: http://{other.host}:{other.port}/ca.crl"
                writer.write(b"".join(said("302 Found", to)))

            async with serve(script) as peer:
                target = Target(host=peer.host, port=peer.port)
                return await plain_http.ask(
                    Way(dial=TcpDial()), target, list_at="/ca.crl", follow=False,
                    limits=Limits(), now=now,
                )  # fmt: skip

    seen = asyncio.run(whole())
    assert (seen.status, seen.failure, asked) == (302, None, [])
    assert seen.sent_on is not None


@pytest.mark.parametrize(
    ("host", "address", "location", "portal"),
    [
        ("crl.owner.example", "8.8.8.8", "http://10.0.0.1/login", True),
        ("crl.owner.example", "8.8.8.8", "http://[fe80::1]/login", True),
        ("crl.owner.example", "8.8.8.8", "http://portal.example/login", False),
        ("crl.owner.example", "8.8.8.8", "http://9.9.9.9/", False),
        ("crl.owner.example", "8.8.8.8", "http://[/", False),
        ("crl.owner.example", "10.0.0.2", "http://10.0.0.1/login", False),
        ("crl.owner.example", None, "http://10.0.0.1/login", False),
        ("crl.corp", "8.8.8.8", "http://10.0.0.1/login", False),
    ],
)
def test_sent_on_to_the_inner_network(host, address, location, portal):
    """No server of the internet's sends anybody there; of others nothing is known."""
    seen = Fetched(reply=HttpReply(status=302, headers=(("location", location),)), onward=location)
    target = Target(host=host, port=80, address=address)
    failure = plain_http.not_the_servers(seen, target, of_proxy=False)
    assert (failure is not None) is portal
    assert failure is None or failure.of_portal


def test_what_a_proxy_says_that_speaks_no_http():
    """It has no answer."""
    seen = ask([b"go away\r\n\r\n"], route="forwarded")
    assert seen.status is None
    assert seen.failure is not None
    assert seen.failure.stage is Stage.PROXY
