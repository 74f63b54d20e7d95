"""The plain dial."""

import asyncio
import contextlib
import socket

import pytest

from tests.live.loopback import PATIENCE, reset, run, serve
from tlsprobe.errors import UsageError
from tlsprobe.handshake.transcript import Ending
from tlsprobe.live.dial import TIMED_OUT, Ended
from tlsprobe.live.tcp import TcpConnection, TcpDial
from tlsprobe.model.observation import Failure, FailureKind


async def dialled(peer) -> tuple[TcpConnection, float]:
    """A connection to a peer, and a deadline that no test reaches."""
    dial = TcpDial()
    deadline = dial.clock() + PATIENCE
    connection = await dial.connect(peer.host, peer.port, deadline)
    assert isinstance(connection, TcpConnection)
    return connection, deadline


async def echo(reader, writer):
    """Says back what it hears."""
    while data := await reader.read(65536):
        writer.write(data)


def test_both_ways():
    """Bytes go and come, with times that do not run backwards."""

    async def test():
        async with serve(echo) as peer:
            connection, deadline = await dialled(peer)
            clock = TcpDial().clock
            before = clock()
            for word in (b"one", b"two"):
                assert connection.send(word)
                arrived = await connection.receive(deadline)
                assert arrived.data == word
                assert before <= arrived.at <= clock()
                before = arrived.at
            assert connection.timings.tcp > 0
            connection.close()

    run(test())


def test_deadline_ends_nothing():
    """After a deadline that passed, the connection still gives what comes."""

    async def test():
        async with serve(echo) as peer:
            connection, deadline = await dialled(peer)
            assert await connection.receive(TcpDial().clock() + 0.01) is TIMED_OUT
            assert await connection.receive(0.0) is TIMED_OUT
            connection.send(b"late")
            assert (await connection.receive(deadline)).data == b"late"
            connection.close()

    run(test())


def test_bytes_before_the_end():
    """What came before the end is given before the end is told, and the end is told again."""

    async def script(reader, writer):
        writer.write(b"last words")
        writer.write_eof()

    async def test():
        async with serve(script) as peer:
            connection, deadline = await dialled(peer)
            assert (await connection.receive(deadline)).data == b"last words"
            assert await connection.receive(deadline) == Ended(Ending.CLOSED)
            assert await connection.receive(deadline) == Ended(Ending.CLOSED)
            assert not connection.send(b"too late")
            connection.close()
            connection.close()

    run(test())


def test_reset():
    """A reset is told from an end in order."""

    async def script(reader, writer):
        await reader.read(1)
        reset(writer)

    async def test():
        async with serve(script) as peer:
            connection, deadline = await dialled(peer)
            connection.send(b"x")
            ended = await connection.receive(deadline)
            assert ended.ending is Ending.RESET
            assert isinstance(ended.error, ConnectionResetError)
            connection.close()

    run(test())


def test_send_after_reset():
    """Sending finds out that a connection was reset, and remembers it."""

    async def script(reader, writer):
        reset(writer)

    async def test():
        async with serve(script) as peer:
            connection, deadline = await dialled(peer)
            while connection.send(b"x"):  # noqa: ASYNC110 - only sending tells
                await asyncio.sleep(0)
            assert (await connection.receive(deadline)).ending is Ending.RESET
            connection.close()

    run(test())


def test_larger_than_the_buffers():
    """What the system does not take at once goes while the answer is waited for."""
    size = 2**24

    async def script(reader, writer):
        await reader.readexactly(size)
        writer.write(b"all of it")

    async def test():
        async with serve(script) as peer:
            connection, deadline = await dialled(peer)
            half = bytes(size // 2)
            assert connection.send(half)
            assert connection.send(half)
            assert (await connection.receive(deadline)).data == b"all of it"
            connection.close()

    run(test())


def test_close_with_bytes_unsent():
    """A peer that takes nothing cannot keep a connection open."""

    async def deaf(reader, writer):
        writer.transport.pause_reading()
        await gone.wait()
        writer.transport.resume_reading()

    gone = asyncio.Event()

    async def test():
        async with serve(deaf) as peer:
            connection, _ = await dialled(peer)
            await peer.greeted.wait()
            connection.send(bytes(2**24))
            connection.close()
            gone.set()

    run(test())


def test_only_addresses():
    """The plain dial takes addresses, and says so."""

    async def test():
        for host, port in (("example.org", 443), ("192.0.2.1", 65536), ("1.2.3", 443)):
            with pytest.raises(UsageError, match="expected"):
                await TcpDial().connect(host, port, 0.0)

    run(test())


def test_unknown_zone():
    """A zone that this machine does not have is its own trouble."""

    async def test():
        failure = await TcpDial().connect("fe80::1%nosuchzone", 443, 0.0)
        assert isinstance(failure, Failure)
        assert failure.kind is FailureKind.LOCAL
        assert "nosuchzone" in failure.detail

    run(test())


def test_zone(ipv6):
    """A zone in numbers or names goes with the address."""
    index, name = next(
        ((index, name) for index, name in socket.if_nameindex() if name.startswith("lo")),
        (0, ""),
    )
    if not index:
        pytest.skip("no loopback interface by that name")

    async def test():
        async with serve(echo, "::1") as peer:
            for zone in (str(index), name):
                peer.host = f"::1%{zone}"
                connection, deadline = await dialled(peer)
                connection.send(b"x")
                assert (await connection.receive(deadline)).data == b"x"
                connection.close()

    run(test())


def test_no_descriptor_left():
    """A process without free descriptors is told as this machine's trouble."""
    resource = pytest.importorskip("resource", reason="Windows has no limit of descriptors")

    async def test():
        async with serve(echo) as peer:
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            with contextlib.ExitStack() as held:
                resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
                held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
                with contextlib.suppress(OSError):
                    while True:
                        held.enter_context(socket.socket())
                dial = TcpDial()
                failure = await dial.connect(peer.host, peer.port, dial.clock() + PATIENCE)
            assert isinstance(failure, Failure)
            assert failure.kind is FailureKind.LOCAL
            assert "EMFILE" in failure.detail

    run(test())
