"""When the way to an endpoint is traced."""

import asyncio
from dataclasses import replace

import pytest

from tests.evidence import observation, reference
from tlsprobe.analysis import judged
from tlsprobe.asking import ProbeRequest, Settings, World
from tlsprobe.hello import templates
from tlsprobe.inquiries import Asked
from tlsprobe.inquiries.hops import HOPS
from tlsprobe.live import ttl
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.hops import Wish


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
