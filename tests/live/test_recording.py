"""Both sides of a connection, written down."""

from datetime import UTC, datetime

import pytest

from tests.live.loopback import PATIENCE, run, serve
from tlsprobe.handshake.transcript import Direction, Ending
from tlsprobe.live.recording import MAX_SEGMENTS, Recording
from tlsprobe.live.tcp import TcpDial

STARTED = datetime(2026, 11, 23, tzinfo=UTC)


async def recorded(peer, *, max_bytes=2**20):
    """A recording of a connection to a peer."""
    dial = TcpDial()
    connection = await dial.connect(peer.host, peer.port, dial.clock() + PATIENCE)
    return Recording(
        connection, clock=dial.clock, now=lambda: STARTED, max_bytes=max_bytes
    ), connection


def test_both_sides_in_order():
    """What was said is kept in its order, with its times and its end."""

    async def script(reader, writer):
        await reader.readexactly(5)
        writer.write(b"answer")
        await reader.readexactly(4)
        writer.write_eof()

    async def test():
        async with serve(script) as peer:
            recording, connection = await recorded(peer)
            deadline = TcpDial().clock() + PATIENCE
            recording.send(b"hello")
            assert await recording.receive(deadline) == b"answer"
            recording.send(b"more")
            assert await recording.receive(deadline) is None
            transcript = recording.transcript("there:443")
            connection.close()
        assert [(one.direction, one.data) for one in transcript.segments] == [
            (Direction.CLIENT, b"hello"),
            (Direction.SERVER, b"answer"),
            (Direction.CLIENT, b"more"),
        ]
        times = [one.at for one in transcript.segments]
        assert times == sorted(times)
        assert times[0] >= 0
        assert transcript.started == STARTED
        assert transcript.server == "there:443"
        assert transcript.ending is Ending.CLOSED
        assert (recording.sent, recording.received, recording.pieces) == (9, 6, 1)

    run(test())


def test_limit():
    """Beyond the limit nothing more is taken, and the transcript says why."""

    async def script(reader, writer):
        writer.write(bytes(10_000))

    async def test():
        async with serve(script) as peer:
            recording, connection = await recorded(peer, max_bytes=1000)
            deadline = TcpDial().clock() + PATIENCE
            assert await recording.receive(deadline)
            assert await recording.receive(deadline) is None
            assert recording.transcript("").ending is Ending.OVERRUN
            connection.close()

    run(test())


@pytest.mark.parametrize("rounds", [10, MAX_SEGMENTS])
def test_many_pieces(rounds):
    """A peer that talks in tiny pieces costs a bounded number of segments, and no byte is lost."""

    async def script(reader, writer):
        for _ in range(rounds):
            await reader.readexactly(1)
            writer.write(b"s")

    async def test():
        async with serve(script) as peer:
            recording, connection = await recorded(peer)
            deadline = TcpDial().clock() + PATIENCE
            for _ in range(rounds):
                recording.send(b"c")
                assert await recording.receive(deadline) == b"s"
            connection.close()
        segments = recording.transcript("").segments
        for direction, byte in ((Direction.CLIENT, b"c"), (Direction.SERVER, b"s")):
            said = b"".join(one.data for one in segments if one.direction is direction)
            assert said == byte * rounds

    run(test())


def test_long_drip():
    """After so many pieces, those of one side that follow one another become one segment."""
    pieces = MAX_SEGMENTS + 50

    async def script(reader, writer):
        for _ in range(pieces):
            await reader.readexactly(1)
            writer.write(b"s")

    async def test():
        async with serve(script) as peer:
            recording, connection = await recorded(peer)
            deadline = TcpDial().clock() + PATIENCE
            for _ in range(pieces):
                connection.send(b"c")  # past the recording: what is dripped at is one-sided
                assert await recording.receive(deadline) == b"s"
            connection.close()
        segments = recording.transcript("").segments
        assert len(segments) == MAX_SEGMENTS + 1
        assert segments[-1].data == b"s" * 50

    run(test())
