"""When the way to an endpoint is traced."""

import asyncio
import secrets
import sys

import pytest
from msgspec.structs import replace

from tests.evidence import observation, reference
from tests.live.loopback import now, run, serve, server_context, speak_tls
from tlsprobe.analysis import judged
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.hello import templates
from tlsprobe.inquiries import Asked
from tlsprobe.inquiries.hops import HOPS
from tlsprobe.live import ttl
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.hop_endings import Outcome, endings
from tlsprobe.model.hops import LEAST, Wish


def asked(*, via=None, wish=None):
    """An endpoint that was looked at, over that route."""
    seen = observation("honest")
    seen = replace(seen, target=replace(seen.target, via=via))
    settings = Settings(template=templates.load("default"), reference=reference(), trace=wish)
    return Asked(
        request=ProbeRequest(host=seen.target.host),
        address="192.0.2.1",
        report=judged(seen, settings.reference),
        settings=settings,
        world=World(dial=TcpDial(), now=lambda: seen.taken, entropy=bytes),
    )


def test_only_where_it_is_wanted():
    """Nobody is traced who did not ask for it."""
    assert not HOPS.wanted(asked())
    assert HOPS.wanted(asked(wish=Wish()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has error queues")
@pytest.mark.parametrize(
    ("connections", "traced"), [(LEAST, False), (LEAST + 1, True), (2 * LEAST, True)]
)
def test_it_keeps_to_its_share(authority, connections, traced):
    """All connections that reach the endpoint are counted; with too few it is left out, and told."""

    async def test():
        settings = replace(asked(wish=Wish()).settings, connections=connections)
        settings = replace(settings, second_opinion=When.NEVER, other_names=When.NEVER)
        async with serve(speak_tls(server_context(authority))) as peer:
            request = ProbeRequest(host="example.org", port=peer.port, address=peer.host)
            world = World(dial=TcpDial(), now=now, entropy=secrets.token_bytes)
            (report,) = await probe(request, settings, world)
        assert peer.ended <= connections
        assert (report.observation.hops is not None) == traced
        if traced:
            assert endings(report.observation.hops).outcome is Outcome.SAME
        assert report.observation.left_out == (() if traced else (HOPS.looks_at,))

    run(test())


def test_behind_a_proxy():
    """No TTL goes through a proxy: one line says so, and nothing is sent."""
    learned = asyncio.run(HOPS.inquire(asked(via="http://10.0.0.1:3128", wish=Wish())))
    assert learned.hops is not None
    assert "through http://10.0.0.1:3128" in learned.hops.unavailable
    assert learned.hops.sweeps == ()


def test_where_it_is_not_available(monkeypatch: pytest.MonkeyPatch):
    """What this system cannot do is one line, and the report stands."""
    monkeypatch.setattr(ttl, "AVAILABLE", False)
    learned = asyncio.run(HOPS.inquire(asked(wish=Wish())))
    assert learned.hops is not None
    assert "not available here" in learned.hops.unavailable
