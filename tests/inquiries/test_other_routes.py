"""The same endpoint over another route, asked through real proxies on loopback."""

import os
import socket
from ssl import PEM_cert_to_DER_cert

import pytest
import trustme

from tests.evidence import expectation, reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tests.live.proxy.relay import answering, leading_to, proxy_at
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind, SourceKind
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.model.route import DIRECT, Proxy, Route
from tlsprobe.model.verdict import Conclusion

PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
DENIED = b"HTTP/1.1 403 Forbidden\r\nVia: 1.1 gate\r\nContent-Length: 0\r\n\r\n"


async def asked(
    port: int,
    route: Route,
    *others: Route,
    host: str = "127.0.0.1",
    held: Reference | None = None,
) -> Report:
    """The report on a port of loopback, asked over `route` and compared with the others."""
    dial = TcpDial()

    def through(proxy: Proxy) -> ProxyDial:
        return ProxyDial(dial, proxy)

    settings = Settings(
        template=templates.load("probe"), reference=held or reference(), second_opinion=When.NEVER,
        other_names=When.NEVER, limits=PATIENT,
    )  # fmt: skip
    world = World(dial=dial, now=now, entropy=os.urandom, through=through)
    request = ProbeRequest(
        host=host, port=port, sni="example.org", route=route, other_routes=others
    )
    (report,) = await probe(request, settings, world)
    return report


def found(report: Report) -> set[str]:
    """The checks that found something."""
    return {one.check for one in report.results if one.findings}


def ours(authority: trustme.CA) -> Certificate:
    """Its certificate, as the package reads it."""
    return parse(PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode()))


@pytest.fixture
def authority() -> trustme.CA:
    """A CA."""
    return trustme.CA()


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_both_ways_are_asked(authority):
    """The look that is judged went its way, and the other stands beside it."""

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_to(server, [])) as peer:
            report = await asked(server.port, DIRECT, Route(proxy=proxy_at(peer)))
            assert report.observation.target.via is None
            (control,) = report.controls
            assert control.source is SourceKind.OTHER_ROUTE
            assert control.target.via == proxy_at(peer).url
            assert control.chain == report.observation.chain
            assert not found(report) & {"another-route-works", "other-route-sees-other-chain"}

    run(test())


def test_a_proxy_that_signs_anew(authority):
    """Asked through it, a private chain comes: held beside the direct way, that is proof."""
    held = reference(expectation("localhost"), public=store_of((ours(authority),)))

    async def test():
        origin, box = (serve(speak_tls(server_context(one))) for one in (authority, trustme.CA()))
        async with origin as server, box as minting, serve(leading_to(minting, [])) as peer:
            route = Route(proxy=proxy_at(peer))
            through = await asked(server.port, route, DIRECT, host="localhost", held=held)
            assert through.verdict.conclusion is Conclusion.INSPECTED
            assert "other-route-sees-other-chain" in found(through)
            direct = await asked(server.port, DIRECT, route, host="localhost", held=held)
            assert direct.verdict.conclusion is not Conclusion.INSPECTED
            assert "other-route-sees-other-chain" in found(direct)

    run(test())


def test_closed_directly_and_open_through_a_proxy(authority, closed):
    """Asked also where nothing came about: that is when it matters."""

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_to(server, [])) as peer:
            report = await asked(closed, DIRECT, Route(proxy=proxy_at(peer)))
            assert report.observation.failure.kind is FailureKind.REFUSED
            assert "another-route-works" in found(report)

    run(test())


def test_a_proxy_that_refuses(authority):
    """Directly it is answered, and what the proxy said is kept."""

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(answering(DENIED, close=True)) as peer:
            report = await asked(server.port, Route(proxy=proxy_at(peer)), DIRECT)
            (finding,) = next(
                one.findings for one in report.results if one.check == "another-route-works"
            )
            assert finding.facts["proxy_said"] == "HTTP/1.1 403 Forbidden"
            assert finding.facts["proxy_is"] == ["1.1 gate"]

    run(test())


def test_a_name_that_only_the_proxy_knows(authority, monkeypatch):
    """The direct way is closed by DNS already, and that is told."""

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async def test():
        origin = serve(speak_tls(server_context(authority)))
        async with origin as server, serve(leading_to(server, [])) as peer:
            route = Route(proxy=proxy_at(peer))
            monkeypatch.setattr(socket, "getaddrinfo", unknown)
            report = await asked(443, route, DIRECT, host="only.proxy.example")
            (control,) = report.controls
            assert report.observation.chain
            assert control.failure.kind is FailureKind.UNKNOWN_HOST

    run(test())


def test_the_same_way_twice_is_one(authority):
    """What leads nowhere else is not asked again."""

    async def test():
        async with serve(speak_tls(server_context(authority))) as server:
            report = await asked(server.port, DIRECT, DIRECT, Route(why="another's word"))
            assert report.controls == ()

    run(test())
