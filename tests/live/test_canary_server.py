"""A canary that listens: many clients, and those that bring nothing."""

import asyncio
import contextlib
import ssl

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


async def gone(reader):
    """Wait until the peer has hung up."""
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""


def test_idle_clients_give_way():
    """Who connects and says nothing keeps nobody out: whoever has done so for longest is hung up on."""

    async def test():
        async with canary() as peer, asyncio.timeout(PATIENCE):
            idle = [
                await asyncio.open_connection(peer.host, peer.port) for _ in range(3 * MAX_CLIENTS)
            ]
            for reader, _ in idle[: 2 * MAX_CLIENTS]:
                await gone(reader)
            assert (await ask(peer)).arrival() is Arrival.WHOLE
            await gone(idle[2 * MAX_CLIENTS][0])
            assert not idle[-1][0].at_eof()
            for _, writer in idle:
                writer.close()

    run(test())


def test_who_has_spoken_stays():
    """A client in the middle of its session is not sent away for those that say nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    async def test():
        async with canary() as peer, asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(peer.host, peer.port, ssl=context)
            idle = [
                await asyncio.open_connection(peer.host, peer.port) for _ in range(2 * MAX_CLIENTS)
            ]
            for silent, _ in idle[:MAX_CLIENTS]:
                await gone(silent)
            writer.write(b"GET /nonce HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            for _, one in (*idle, (reader, writer)):
                one.close()

    run(test())


def test_silence_has_its_bound():
    """Who says nothing for long is hung up on, long before his time is over."""

    async def test():
        async with (
            serving(
                IDENTITY, address="127.0.0.1", port=0, told=lambda received: None, silence=0.01
            ) as (place,),
            asyncio.timeout(PATIENCE / 2),
        ):
            reader, writer = await asyncio.open_connection(*place.split(":"))
            await gone(reader)
            writer.close()

    assert canary_server.SECONDS > PATIENCE / 2
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
