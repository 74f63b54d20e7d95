"""The dial through a proxy: what it takes, how long it says it took, and where it does not get."""

import asyncio
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.loopback import (
    PATIENCE,
    Peer,
    now,
    one_of_two_answers,
    probe,
    run,
    serve,
    server_context,
    speak_tls,
)
from tests.live.proxy.relay import (
    HOST,
    OPEN,
    SpokenDial,
    dial_at,
    head_of,
    leading_to,
    proxy_at,
    reach,
    relay,
)
from tlsprobe.handshake.summary import KeyProof
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy import tls
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.store.proxy_url import parse_proxy

PATIENT = Limits(connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


def test_both_looks_go_through(authority):
    """Our hello and OpenSSL's handshake reach the origin by name, and no local resolver is asked."""
    asked = []

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_to(server, asked)) as peer:
            dial = dial_at(peer)
            named = Peer("nobody-knows.example", 443)
            exchange = await probe(named, dial=dial)
            opinion = await Library(public=list).ask(
                dial, named.host, named.port,
                server_name="example.org", limits=PATIENT, now=now,
            )  # fmt: skip
        assert exchange.handshake.key_proof is KeyProof.PROVEN
        assert opinion.opinion.completed
        for found in (exchange, opinion.exchange):
            assert found.reply is not None
            assert found.reply.status == 200
            assert found.timings.proxy is not None
            assert found.timings.tls is not None
            assert found.transcript.server == "nobody-knows.example:443"

    run(test())
    assert [head.split("\r\n")[0] for head in asked] == [
        "CONNECT nobody-knows.example:443 HTTP/1.1"
    ] * 2


def test_the_origins_bytes_behind_the_answer(authority):
    """What the proxy sends in one piece with its answer is the origin's, and read as such."""

    async def test():
        async with serve(speak_tls(server_context(authority))) as server:

            async def script(reader, writer):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n")

            async with serve(script) as peer:
                exchange = await probe(Peer(HOST, 443), dial=dial_at(peer))
            assert server.ended == 0
        assert exchange.failure is not None
        assert exchange.failure.stage is Stage.TLS
        assert exchange.failure.kind is FailureKind.PLAINTEXT_HTTP

    run(test())


def test_a_proxy_that_is_not_there(closed_port):
    """A port where nobody listens is the proxy's failure, not the endpoint's."""

    async def test():
        for scheme in ("http", "https", "socks5"):
            failure = await reach(dial_at(closed_port, scheme))
            assert isinstance(failure, Failure)
            assert (failure.stage, failure.kind) == (Stage.PROXY, FailureKind.REFUSED)
            assert failure.detail.startswith(f"the proxy {scheme}://127.0.0.1:")

    run(test())


def test_a_proxy_that_does_not_answer(full_backlog):
    """Nor is one that takes no connection."""

    async def test():
        failure = await reach(dial_at(full_backlog), seconds=0.2)
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.kind) == (Stage.PROXY, FailureKind.SILENCE)

    run(test())


@pytest.mark.parametrize("scheme", ["http", "socks4", "socks5"])
@pytest.mark.parametrize("host", ["", "a b", "a\r\nb", "b\u00fccher.example", "a\0b"])
def test_a_name_that_cannot_be(closed_port, scheme, host):
    """No proxy is asked for what is no name: nothing can be slipped into the request."""

    async def test():
        failure = await reach(dial_at(closed_port, scheme), host)
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.kind) == (Stage.DNS, FailureKind.UNKNOWN_HOST)

    run(test())


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@given(host=st.text(st.characters(max_codepoint=126), min_size=1, max_size=300))
def test_no_host_raises(scheme, host):
    """Whatever is asked for, it is an answer or a failure."""
    proxy = parse_proxy(f"{scheme}://192.0.2.1", source="test")
    inner = SpokenDial([b"\5\0\5\1\0\1", bytes(6)])
    assert isinstance(asyncio.run(reach(ProxyDial(inner, proxy), host)), Failure)


def test_a_proxy_whose_name_is_unknown():
    """The proxy's own name is looked up here, and is no name of the endpoint's."""

    async def test():
        proxy = parse_proxy("http://anna:horse@nobody.invalid:3128", source="test")
        failure = await reach(ProxyDial(TcpDial(), proxy))
        assert isinstance(failure, Failure)
        assert failure.stage is Stage.PROXY
        assert failure.kind in (FailureKind.UNKNOWN_HOST, FailureKind.RESOLVER_FAILED)
        assert "nobody.invalid" in failure.detail
        assert "horse" not in failure.detail

    run(test())


def test_a_proxy_by_name(authority):
    """A name with several addresses is tried at each: one that listens is enough."""

    async def test():
        asked = []
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_to(server, asked)) as peer:
            proxy = parse_proxy(f"http://localhost:{peer.port}", source="test")
            connection = await reach(ProxyDial(TcpDial(), proxy))
            assert not isinstance(connection, Failure)
            connection.close()

    run(test())


def test_a_proxy_that_is_long_looked_for(monkeypatch):
    """What its own lookup takes is not taken from the time for connecting."""
    dial = SlowlyFound(monkeypatch)
    assert isinstance(asyncio.run(reach(dial.through(), seconds=5.0)), Failure)
    assert dial.left == [5.0]


class SlowlyFound:
    """A dial on whose clock a lookup takes six seconds; nobody answers it."""

    def __init__(self, monkeypatch):
        self.ticks = 0.0
        self.left = []
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)

    def through(self):
        """The dial through a proxy that has a name."""
        return ProxyDial(self, parse_proxy("http://proxy.example:3128", source="test"))

    def clock(self):
        """Seconds that the test counts."""
        return self.ticks

    def look_up(self, *_, **__):
        """The proxy's address, in the end."""
        self.ticks += 6.0
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    async def connect(self, host, port, deadline):
        """A refusal."""
        self.left.append(deadline - self.ticks)
        return Failure(stage=Stage.TCP, kind=FailureKind.REFUSED, detail="refused")


def test_an_address_of_the_proxys_that_is_silent_costs_little(monkeypatch):
    """Addresses are raced, as an endpoint's are: the one that answers is taken while the other waits."""

    async def test():
        inner = one_of_two_answers(monkeypatch)
        script = leading_to(Peer("127.0.0.1", 9), [])
        async with serve(script) as peer, asyncio.timeout(PATIENCE):
            proxy = parse_proxy(f"http://proxy.example:{peer.port}", source="test")
            connection = await reach(ProxyDial(inner, proxy))
            assert not isinstance(connection, Failure)
            connection.close()

    run(test())


@pytest.fixture
def trusting(authority, monkeypatch):
    """This machine trusts the tests' authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(tls, "_context", lambda: context)


def certified(authority, name="127.0.0.1"):
    """The context of a server under that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def leading_by_tls(authority, heads, origin: Peer):
    """A script of an `https` proxy, which leads everybody to `origin`."""
    context = certified(authority)

    async def script(reader, writer):
        await writer.start_tls(context)
        heads.append(await head_of(reader))
        writer.write(OPEN)
        await relay(reader, writer, origin)

    return script


@pytest.mark.usefixtures("trusting")
def test_tls_to_the_proxy(authority):
    """TLS to the origin goes through TLS to the proxy, and so does the login."""
    heads = []

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_by_tls(authority, heads, server)) as peer:
            exchange = await probe(Peer(HOST, 443), dial=dial_at(peer, "https", "anna:horse"))
        assert exchange.failure is None
        assert exchange.handshake.key_proof is KeyProof.PROVEN
        assert exchange.reply is not None

    run(test())
    assert heads[0].startswith("CONNECT login.example:443")


@pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
def test_a_proxy_that_is_not_trusted(authority, monkeypatch, name):
    """No login goes to a proxy under an unknown CA, or under another name."""
    if name == "other.example":
        context = ssl.create_default_context()
        authority.configure_trust(context)
        monkeypatch.setattr(tls, "_context", lambda: context)

    async def test():
        async with serve(speak_tls(certified(authority, name))) as peer:
            failure = await reach(dial_at(peer, "https", "anna:horse"))
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.kind) == (Stage.PROXY, FailureKind.UNTRUSTED_PROXY)
        assert "its certificate is not trusted on this machine" in failure.detail

    run(test())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", FailureKind.UNTRUSTED_PROXY),
        (b"", FailureKind.CLOSED),
    ],
)
def test_a_proxy_without_tls(answer, kind):
    """A proxy that is meant by http:// is told."""

    async def test():
        async def script(reader, writer):
            await reader.read(1024)
            writer.write(answer)
            writer.write_eof()

        async with serve(script) as peer:
            failure = await reach(dial_at(peer, "https"))
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.kind) == (Stage.PROXY, kind)
        assert proxy_at(peer, "https").url in failure.detail

    run(test())
