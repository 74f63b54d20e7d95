"""Plain HTTP along a route: who answers, the server or the proxy before it."""

import pytest

from tests.live.loopback import PATIENCE, now, run, serve
from tests.live.proxy.relay import answering, proxy_at
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy import plain_http
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind, Stage, Target
from tlsprobe.model.survey import HttpAnswer

LIMITS = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


def asked(answer: bytes) -> HttpAnswer:
    """What is made of a proxy that answers so."""
    seen: list[HttpAnswer] = []

    async def test():
        async with serve(answering(answer, close=True)) as peer:
            dial, proxy = TcpDial(), proxy_at(peer)
            target = Target(host="crl.example", port=80, via=proxy.url)
            way = plain_http.way(dial, proxy, ProxyDial(dial, proxy))
            seen.append(await plain_http.ask(way, target, limits=LIMITS, now=now))

    run(test())
    return seen[0]


def test_the_servers_answer():
    """Any status of the server's is an answer, and the proxy's mark on it is kept."""
    said = asked(
        b"HTTP/1.1 403 Forbidden\r\nServer: lists\r\nVia: 1.1 gate\r\nContent-Length: 0\r\n\r\n"
    )
    assert (said.status, said.server, said.failure) == (403, "lists, 1.1 gate", None)


@pytest.mark.parametrize(
    ("status", "field", "kind"),
    [
        (b"403 Forbidden", b"X-Squid-Error: ERR_ACCESS_DENIED 0", FailureKind.PROXY_DENIED),
        (b"407 Login", b"Proxy-Authenticate: Basic", FailureKind.LOGIN_REQUIRED),
        (b"503 No", b"X-Squid-Error: ERR_CONNECT_FAIL 111", FailureKind.PROXY_FAILED),
    ],
)
def test_the_proxys_own_refusal(status: bytes, field: bytes, kind: FailureKind):
    """What the proxy says for itself is no answer of the server's."""
    said = asked(b"HTTP/1.1 " + status + b"\r\n" + field + b"\r\nContent-Length: 0\r\n\r\n")
    assert said.failure is not None
    assert (said.failure.stage, said.failure.kind) == (Stage.PROXY, kind)


def test_no_http():
    """A proxy that speaks none has no answer."""
    said = asked(b"go away\r\n\r\n")
    assert said.status is None
    assert said.failure is not None
