"""What HTTP proxies answer to CONNECT, good ones and bad ones."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.loopback import reset, run, serve
from tests.live.proxy.relay import (
    OPEN,
    answering,
    cut,
    dial_at,
    head_of,
    reach,
    refusing,
    told,
    without_times,
)
from tlsprobe.live.dial import Arrived
from tlsprobe.live.proxy.http import MAX_HEAD
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.proxy_reply import ProxyReply

PROXY = "http://192.0.2.1:3128"
PAGE = b"<html><title>Access &amp; denied</title><style>b{}</style><p>Ask <b>IT</b></p></html>"
DENIED = (
    b"HTTP/1.1 403 Not here\r\nVia: 1.1 gate (squid/5.7)\r\nX-Other: secret\r\n"
    b"Server: squid/5.7\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
)

ANSWERS = {
    "open": (OPEN, None, "200"),
    "old": (b"HTTP/1.0 200 OK\r\n\r\n", None, "200"),
    "bare line ends": (b"HTTP/1.1 200 OK\nVia: x\n\n", None, "200"),
    "another 2xx": (b"HTTP/1.1 299 Fine\r\n\r\n", None, "299"),
    "no reason": (b"HTTP/1.1 200\r\n\r\n", None, "200"),
    "continue first": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + OPEN, None, "200"),
    "a page": (DENIED, FailureKind.PROXY_DENIED, "403 Not here to CONNECT login.example:443"),
    "moved": (
        b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n",
        FailureKind.PROXY_DENIED,
        "sends whoever asks on to http://portal.example/",
    ),
    "portal": (
        b"HTTP/1.1 511 Network Authentication Required\r\n\r\n",
        FailureKind.PROXY_DENIED,
        "captive portal",
    ),
    "no way": (b"HTTP/1.1 503 Busy\r\n\r\nno", FailureKind.PROXY_FAILED, "answered 503 Busy"),
    "unable": (b"HTTP/1.1 501 What\r\n\r\n", FailureKind.PROXY_DENIED, "answered 501 What"),
    "login": (
        refusing("Negotiate", 'Basic realm="x, y"'),
        FailureKind.LOGIN_REQUIRED,
        "and none was given (407 Login, please; it takes Negotiate, Basic)",
    ),
    "nameless login": (
        b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n",
        FailureKind.LOGIN_UNSUPPORTED,
        "does not say for which kind (407 Who)",
    ),
    "cut head": (b"HTTP/1.1 200 OK\r\nVia: ", FailureKind.CLOSED, "after 22 bytes of an answer"),
    "nothing": (b"", FailureKind.CLOSED, "unanswered"),
    "garbage": (b"lalala\r\n\r\n", FailureKind.GARBAGE, 'no HTTP: "lalala"'),
    "lower case": (b"http/1.1 200 ok\r\n\r\n", FailureKind.MALFORMED, "breaks its rules"),
    "binary": (b"\0\1\2\n\n", FailureKind.GARBAGE, "00 01 02"),
    "alert": (
        b"\x15\x03\x01\x00\x02\x02\x0a\n\n",
        FailureKind.GARBAGE,
        "in TLS: it may be meant by https://",
    ),
    "space in a name": (
        b"HTTP/1.1 200 OK\r\nVia : x\r\n\r\n",
        FailureKind.MALFORMED,
        "breaks its rules",
    ),
    "switch": (b"HTTP/1.1 101 Other\r\n\r\n", FailureKind.MALFORMED, "breaks its rules"),
    "broken page": (
        b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        FailureKind.PROXY_DENIED,
        "answered 403 No",
    ),
    "cut page": (
        b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        FailureKind.PROXY_DENIED,
        "answered 403 No",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_an_answer_means(name):
    """Each answer opens the tunnel, or fails at the proxy in words that name it."""
    answer, kind, words = ANSWERS[name]
    outcome, origin = told(PROXY, [answer])
    assert origin == b""
    if kind is None:
        assert isinstance(outcome, ProxyReply)
        assert outcome.line.startswith(words)
        return
    assert isinstance(outcome, Failure)
    assert (outcome.stage, outcome.kind) == (Stage.PROXY, kind)
    assert outcome.detail.startswith(f"the proxy {PROXY} ")
    assert words in outcome.detail


@pytest.mark.parametrize("name", ANSWERS)
@given(at=st.lists(st.integers(0, 400), max_size=20))
def test_any_cut_is_the_same_answer(name, at):
    """In whatever pieces an answer comes, it means the same, and what follows is the origin's."""
    answer, kind, _ = ANSWERS[name]
    rest = b"\x16\x03\x03origin" if kind is None else b""
    assert told(PROXY, cut(answer + rest, at)) == told(PROXY, [answer + rest])
    if kind is None:
        assert told(PROXY, cut(answer + rest, at))[1] == rest


@given(st.lists(st.binary(min_size=1), max_size=8))
def test_no_bytes_raise(pieces):
    """Whatever a proxy sends, it is an answer or a failure."""
    for head in ([], [b"HTTP/1.1 "], [b"HTTP/1.1 403 x\r\n"], [b"HTTP/1.1 407 x\r\n\r\n"]):
        outcome, _ = told(PROXY.replace("//", "//anna:horse@"), [*head, *pieces])
        assert isinstance(outcome, Failure | ProxyReply)


def test_a_page_is_kept():
    """Of a refusal stay status, the fields that tell who it is, the page's title and its text."""
    outcome, _ = told(PROXY, [DENIED])
    assert isinstance(outcome, Failure)
    assert outcome.reply == ProxyReply(
        protocol="HTTP/1.1",
        status=403,
        reason="Not here",
        headers=(("Via", "1.1 gate (squid/5.7)"), ("Server", "squid/5.7")),
        title="Access & denied",
        body="Ask IT",
    )


def test_a_length_at_an_open_tunnel_means_nothing():
    """Behind a 2xx to CONNECT all bytes are the origin's, whatever its fields say of a body."""
    outcome, origin = told(
        PROXY, [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x16\x03\x01", b"x"]
    )
    assert isinstance(outcome, ProxyReply)
    assert origin == b"\x16\x03\x01x"


@pytest.mark.parametrize(
    "line", [b"X: y\r\n", b"HTTP/1.1 102 Wait\r\n\r\n", b"x" * 100], ids=["fields", "1xx", "one"]
)
def test_an_endless_head_is_left(line):
    """A head that does not end, and answers that announce others, are left at the bound."""
    start = b"" if line.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n"
    outcome, _ = told(PROXY, [start, *[line * 100] * (2 * MAX_HEAD // len(line * 100) + 1)])
    assert isinstance(outcome, Failure)
    assert outcome.kind is FailureKind.ENDLESS


def test_an_endless_page_is_left():
    """A page is read no further than to its bound."""
    pieces = [b"HTTP/1.1 403 No\r\n\r\n<title>stop</title>", *[b"x" * 65536] * 100]
    outcome, _ = told(PROXY, pieces)
    assert isinstance(outcome, Failure)
    assert outcome.reply is not None
    assert outcome.reply.title == "stop"
    assert len(outcome.reply.body) <= 500


def failing(script, seconds=20.0):
    """The failure of connecting through a scripted proxy, which is then left."""
    found = []

    async def test():
        async with serve(script) as peer:
            found.append(await reach(dial_at(peer), seconds=seconds))
        assert peer.ended == 1

    run(test())
    (failure,) = found
    assert isinstance(failure, Failure)
    assert failure.stage is Stage.PROXY
    return without_times(failure)


def test_a_silent_proxy():
    """A proxy that says nothing is left at the deadline."""

    async def silent(reader, writer):
        await head_of(reader)

    assert failing(silent, seconds=0.2).kind is FailureKind.SILENCE


def test_a_dripping_proxy():
    """So is one whose answer never comes to its end."""

    async def drip(reader, writer):
        await head_of(reader)
        writer.write(b"HTTP/1.1 2")

    failure = failing(drip, seconds=0.2)
    assert failure.kind is FailureKind.DRIP
    assert "only 10 bytes" in failure.detail


def test_a_proxy_that_resets():
    """A reset is told as one."""

    async def resetting(reader, writer):
        await head_of(reader)
        reset(writer)

    assert failing(resetting).kind is FailureKind.RESET


def test_a_page_that_never_ends_holds_nobody_up(monkeypatch):
    """The head of a refusal is enough: its page is waited for shortly."""
    monkeypatch.setattr("tlsprobe.live.proxy.http.PAGE_SECONDS", 0.05)
    stuck = answering(b"HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n<title>Never")
    failure = failing(stuck)
    assert failure.kind is FailureKind.PROXY_DENIED
    assert failure.reply is not None
    assert failure.reply.title == "Never"


def test_what_is_asked():
    """The request has the name as it was given, an IPv6 address in brackets, and no login."""
    asked = []

    async def script(reader, writer):
        asked.append(await head_of(reader))
        writer.write(OPEN)

    async def test():
        async with serve(script) as peer:
            for host in ("login.example", "2001:db8::1"):
                connection = await reach(dial_at(peer), host)
                assert not isinstance(connection, Failure)
                connection.close()

    run(test())
    assert asked[0].startswith("CONNECT login.example:443 HTTP/1.1\r\nHost: login.example:443\r\n")
    assert asked[1].startswith("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n")
    assert "authorization" not in "".join(asked).lower()


def test_cancelling_hangs_up():
    """Whoever is no longer interested leaves no connection behind."""

    async def test():
        async def silent(reader, writer):
            await head_of(reader)
            heard.set()

        heard = asyncio.Event()
        async with serve(silent) as peer:
            waiting = asyncio.ensure_future(reach(dial_at(peer)))
            await heard.wait()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert peer.ended == 1

    run(test())


def test_a_tunnel_speaks_both_ways():
    """What is sent through a tunnel arrives, and so does the answer."""

    async def echo(reader, writer):
        await head_of(reader)
        writer.write(OPEN)
        writer.write(await reader.readexactly(5))

    async def test():
        async with serve(echo) as peer:
            connection = await reach(dial_at(peer))
            assert not isinstance(connection, Failure)
            assert connection.send(b"hello")
            arrived = await connection.receive(dial_at(peer).clock() + 20)
            assert isinstance(arrived, Arrived)
            assert arrived.data == b"hello"
            assert connection.timings.tcp is not None
            assert connection.timings.proxy is not None
            assert connection.local is not None
            connection.close()

    run(test())
