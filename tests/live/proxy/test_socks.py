"""What SOCKS proxies answer."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.loopback import run, serve
from tests.live.proxy.relay import SpokenDial, cut, dial_at, reach, told
from tlsprobe.live.dial import Arrived
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.proxy.socks import SOCKS5_REPLIES
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.store.proxy_url import parse_proxy

PLAIN = "socks5://192.0.2.1"
LOGIN = "socks5://anna:horse@192.0.2.1"
OLD = "socks4://192.0.2.1"
BOUND = b"\5%c\0\1\0\0\0\0\0\0"
GRANTED = b"\0\x5a\0\0\0\0\0\0"

ANSWERS = {
    "open": (PLAIN, b"\5\0" + BOUND % 0, None, "0 succeeded"),
    "bound to a name": (PLAIN, b"\5\0\5\0\0\3\4name\0\0", None, "0 succeeded"),
    "bound to IPv6": (PLAIN, b"\5\0\5\0\0\4" + bytes(18), None, "0 succeeded"),
    "login": (LOGIN, b"\5\2\1\0" + BOUND % 0, None, "0 succeeded"),
    "login not wanted": (LOGIN, b"\5\0" + BOUND % 0, None, "0 succeeded"),
    "login refused": (LOGIN, b"\5\2\1\1", FailureKind.LOGIN_REFUSED, "(status 1)"),
    "login wanted": (PLAIN, b"\5\xff", FailureKind.LOGIN_REQUIRED, "none was given"),
    "other login": (LOGIN, b"\5\xff", FailureKind.LOGIN_UNSUPPORTED, "by name and password"),
    "not offered": (PLAIN, b"\5\2", FailureKind.MALFORMED, "method 2"),
    "GSSAPI": (LOGIN, b"\5\1", FailureKind.MALFORMED, "method 1"),
    "unassigned": (PLAIN, b"\5\0" + BOUND % 99, FailureKind.PROXY_FAILED, "99 (unassigned)"),
    "no address": (PLAIN, b"\5\0\5\0\0\7\0\0", FailureKind.GARBAGE, "no SOCKS"),
    "HTTP": (PLAIN, b"HTTP/1.1 400 Bad\r\n\r\n", FailureKind.GARBAGE, "no SOCKS"),
    "one byte": (PLAIN, b"\5", FailureKind.CLOSED, "1 bytes came"),
    "nothing": (PLAIN, b"", FailureKind.CLOSED, "nothing came"),
    "cut": (PLAIN, b"\5\0\5\0\0\1\0", FailureKind.CLOSED, "7 bytes came"),
    "old": (OLD, GRANTED, None, "90 request granted"),
    "old no": (OLD, b"\0\x5b\0\0\0\0\0\0", FailureKind.PROXY_DENIED, "91 (request rejected"),
    "old identd": (OLD, b"\0\x5c\0\0\0\0\0\0", FailureKind.LOGIN_REQUIRED, "identd"),
    "old garbage": (OLD, b"\4\x5a\0\0\0\0\0\0", FailureKind.GARBAGE, "no SOCKS"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_an_answer_means(name):
    """Each answer opens the tunnel, or fails at the proxy in words that name it."""
    proxy, answer, kind, words = ANSWERS[name]
    outcome, _ = told(proxy, [answer])
    if kind is None:
        assert isinstance(outcome, ProxyReply)
        assert outcome.line == words
        assert outcome.login == ("password" if name == "login" else None)
        return
    assert isinstance(outcome, Failure)
    assert (outcome.stage, outcome.kind) == (Stage.PROXY, kind)
    assert words in outcome.detail
    assert "horse" not in repr(outcome)


@pytest.mark.parametrize("code", range(1, 9))
def test_every_reply_has_its_name(code):
    """A refusal is told by number and by the words of RFC 1928; its address need not follow."""
    kind, words = SOCKS5_REPLIES[code]
    outcome, _ = told(PLAIN, [b"\5\0", b"\5%c\0\1" % code])
    assert isinstance(outcome, Failure)
    assert outcome.kind is kind
    assert f"answered {code} ({words}) to a request for login.example, port 443" in outcome.detail
    assert outcome.reply == ProxyReply(protocol="SOCKS 5", status=code, reason=words)


@pytest.mark.parametrize("name", ANSWERS)
@given(at=st.lists(st.integers(0, 40), max_size=20))
def test_any_cut_is_the_same_answer(name, at):
    """In whatever pieces an answer comes, it means the same, and what follows is the origin's."""
    proxy, answer, kind, _ = ANSWERS[name]
    rest = b"\x16\x03\x03origin" if kind is None else b""
    whole = told(proxy, [answer + rest])
    assert told(proxy, cut(answer + rest, at))[0] == whole[0] or kind is FailureKind.GARBAGE
    assert whole[1] == rest


@given(st.sampled_from([PLAIN, LOGIN, OLD]), st.lists(st.binary(min_size=1), max_size=8))
def test_no_bytes_raise(proxy, pieces):
    """Whatever a proxy sends, it is an answer or a failure."""
    for head in ([], [b"\5\0"], [b"\5\2\1\0"], [b"\5\0\5\0\0"]):
        outcome, _ = told(proxy, [*head, *pieces])
        assert isinstance(outcome, Failure | ProxyReply)


@pytest.mark.parametrize(
    ("scheme", "login", "host", "asked"),
    [
        ("socks5", "", "login.example", [b"\5\1\0", b"\5\1\0\3\x0dlogin.example\1\xbb"]),
        ("socks5", "", "192.0.2.7", [b"\5\1\0", b"\5\1\0\1\xc0\0\2\7\1\xbb"]),
        ("socks5", "", "2001:db8::1", [b"\5\1\0", b"\5\1\0\4 \1\r\xb8" + bytes(11) + b"\1\1\xbb"]),
        ("socks5", "a:p%40", "x", [b"\5\2\0\2", b"\1\1a\2p@", b"\5\1\0\3\1x\1\xbb"]),
        ("socks4", "", "login.example", [b"\4\1\1\xbb\0\0\0\xff\0login.example\0"]),
        ("socks4", "anna", "192.0.2.7", [b"\4\1\1\xbb\xc0\0\2\7anna\0"]),
    ],
)
def test_what_is_asked(scheme, login, host, asked):
    """Names go to the proxy as names, addresses as addresses, a login where it is wanted."""

    async def test():
        async def script(reader, writer):
            for request in asked:
                assert await reader.readexactly(len(request)) == request
                if request is asked[-1]:
                    writer.write(GRANTED if scheme == "socks4" else BOUND % 0)
                    writer.write(b"origin")
                elif request[0] == 5:
                    writer.write(b"\5\2" if login else b"\5\0")
                else:
                    writer.write(b"\1\0")

        async with serve(script) as peer:
            dial = dial_at(peer, scheme, login)
            connection = await reach(dial, host)
            assert not isinstance(connection, Failure), connection
            heard = b""
            while heard != b"origin":
                arrived = await connection.receive(dial.clock() + 20)
                assert isinstance(arrived, Arrived)
                heard += arrived.data
            connection.close()

    run(test())


def test_socks_4_has_no_ipv6():
    """That is said here, and nobody is asked."""
    inner = SpokenDial([GRANTED])
    failure = asyncio.run(reach(ProxyDial(inner, parse_proxy(OLD, source="test")), "2001:db8::1"))
    assert isinstance(failure, Failure)
    assert "SOCKS 4 has none but IPv4 addresses" in failure.detail
    assert inner.opened == []


def test_a_name_that_is_too_long():
    """SOCKS 5 writes the length of a name in one byte."""
    inner = SpokenDial([b"\5\0"])
    failure = asyncio.run(reach(ProxyDial(inner, parse_proxy(PLAIN, source="test")), "x" * 256))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.LOCAL
    assert inner.opened == []


@pytest.mark.parametrize(
    ("answer", "kind"), [(b"", FailureKind.SILENCE), (b"\5", FailureKind.DRIP)]
)
def test_a_proxy_that_keeps_one_waiting(answer, kind):
    """A proxy that stops in the middle is left at the deadline."""

    async def test():
        async def script(reader, writer):
            await reader.readexactly(3)
            writer.write(answer)

        async with serve(script) as peer:
            failure = await reach(dial_at(peer, "socks5"), seconds=0.2)
        assert isinstance(failure, Failure)
        assert failure.kind is kind
        assert peer.ended == 1

    run(test())


def test_cancelling_hangs_up():
    """Whoever is no longer interested leaves no connection behind."""

    async def test():
        heard = asyncio.Event()

        async def script(reader, writer):
            await reader.readexactly(3)
            heard.set()

        async with serve(script) as peer:
            waiting = asyncio.ensure_future(reach(dial_at(peer, "socks5")))
            await heard.wait()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert peer.ended == 1

    run(test())
