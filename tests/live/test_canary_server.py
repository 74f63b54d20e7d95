"""A canary that listens: many clients, and those that bring nothing."""

import asyncio

import pytest

from tests.live.loopback import PATIENCE, run
from tests.live.relays import IDENTITY, canary
from tests.live.test_canary import ask
from tlsprobe.live import canary_server
from tlsprobe.live.canary_server import MAX_CLIENTS, serving
from tlsprobe.model.canary import Arrival


def test_many_at_a_time():
    """Clients side by side are each told what came of them."""

    async def test():
        async with canary() as peer:
            found = await asyncio.gather(*(ask(peer) for _ in range(8)))
        assert [one.arrival() for one in found] == [Arrival.WHOLE] * 8
        assert len({one.received.seen_from for one in found}) == 8

    run(test())


def test_no_more_than_so_many():
    """Beyond its bound a client is hung up on, and when others have gone there is room again."""

    async def test():
        async with canary() as peer, asyncio.timeout(PATIENCE):
            idle = [await asyncio.open_connection(peer.host, peer.port) for _ in range(MAX_CLIENTS)]
            refused = await ask(peer)
            assert refused.received is None
            for reader, writer in idle:
                writer.write_eof()
                assert await reader.read() == b""
                writer.close()
            assert (await ask(peer)).arrival() is Arrival.WHOLE

    run(test())


def test_a_client_that_dawdles(monkeypatch):
    """A client that brings nothing in its time is hung up on."""
    monkeypatch.setattr(canary_server, "SECONDS", 0.01)

    async def test():
        async with canary() as peer, asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(peer.host, peer.port)
            assert await reader.read() == b""
            writer.close()

    run(test())


def test_a_port_that_is_taken():
    """Where somebody listens already the system's error says so."""

    async def test():
        async with canary() as peer:
            with pytest.raises(OSError, match="in use"):
                async with serving(
                    IDENTITY, address=peer.host, port=peer.port, told=lambda received: None
                ):
                    pass

    run(test())
