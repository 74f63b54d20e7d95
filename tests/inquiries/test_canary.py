"""The caller's canary, asked through the whole use case: alone, and behind who ends TLS."""

import os
import ssl

import pytest

from tests.evidence import reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tests.live.relays import IDENTITY, canary, ends_tls
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.canary import Arrival
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


async def reported(peer, *, is_canary=True, roots=(), **known):
    """The report on an endpoint where the caller runs a canary."""
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of(roots), **known),
        second_opinion=When.NEVER,
        other_names=When.NEVER,
        limits=PATIENT,
    )
    world = World(dial=TcpDial(), now=now, entropy=os.urandom)
    request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host, canary=is_canary)
    (report,) = await probe(request, settings, world)
    return report


def through(context, **manners):
    """The report on a canary before which somebody ends TLS under `context`."""
    found = []

    async def test():
        async with canary() as upstream, serve(ends_tls(context, upstream, **manners)) as box:
            found.append(await reported(box))

    run(test())
    return found[0]


@pytest.mark.parametrize("pinned", [False, True])
def test_alone(pinned):
    """A canary that is reached from end to end is direct, though no CA vouches for it."""
    found = []

    async def test():
        async with canary() as peer:
            pins = [IDENTITY.leaf.spki_sha256] if pinned else []
            found.append(await reported(peer, pins=pins))

    run(test())
    (report,) = found
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert report.observation.canary.arrival() is Arrival.WHOLE


def test_who_ends_tls_is_found(authority):
    """Who ends TLS and rewrites nothing is convicted by his hello alone, without any list."""
    report = through(server_context(authority))
    assert (report.verdict.conclusion, report.verdict.rule) == (Conclusion.INSPECTED, "proof")
    assert "hello-arrived-changed" in {one.check for one, _ in report.verdict.because}


def test_a_public_certificate_helps_nobody(authority):
    """Who ends TLS under a public certificate is found as well, and nothing was minted."""
    found = []
    root = parse(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode()))

    async def test():
        context = server_context(authority)
        async with canary() as upstream, serve(ends_tls(context, upstream)) as box:
            found.append(await reported(box, roots=(root,)))

    run(test())
    assert found[0].verdict.conclusion is Conclusion.TERMINATED
    assert found[0].verdict.interceptor is None


def test_headers_are_told(authority):
    """A header that is written into the request is named."""
    report = through(
        server_context(authority),
        request=lambda data: data.replace(b"\r\n\r\n", b"\r\nVia: 1.1 box\r\n\r\n", 1),
    )
    told = {one.check: finding.summary for one, finding in report.verdict.because}
    assert "with via: 1.1 box, which nobody sent" in told["headers-nobody-sent"]


def test_no_canary(authority):
    """Where no canary answers, the rest of the report stands as it would without."""
    found = []

    async def test():
        for is_canary in (True, False):
            async with serve(speak_tls(server_context(authority))) as peer:
                found.append(await reported(peer, is_canary=is_canary))

    run(test())
    asked, not_asked = found
    assert asked.observation.canary.received is None
    assert asked.observation.canary.failure
    assert not_asked.observation.canary is None
    assert asked.verdict.conclusion is not_asked.verdict.conclusion is Conclusion.UNDECIDED
    lacking = "an answer of the canary at the far end"
    assert lacking in {one.lacked for one in asked.verdict.not_looked_at}
    assert lacking not in {one.lacked for one in not_asked.verdict.not_looked_at}


def test_nobody_there(closed_port):
    """Where no connection comes about, nothing more is asked."""
    found = []

    async def test():
        found.append(await reported(closed_port))

    run(test())
    assert found[0].verdict.conclusion is Conclusion.BLOCKED
    assert found[0].observation.canary is None
