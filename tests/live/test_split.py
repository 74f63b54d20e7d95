"""A hello in two segments."""

import asyncio
import socket

import pytest

from tests.live.loopback import PATIENCE, reset, run, serve
from tlsprobe.live.dial import Ended
from tlsprobe.live.split import SplitDial
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Failure, FailureKind


class Counting(TcpDial):
    """A dial that notes what each call sends."""

    def __init__(self):
        super().__init__()
        self.sent = []

    async def connect(self, host, port, deadline):
        """As TCP does."""
        connection = await super().connect(host, port, deadline)
        return connection if isinstance(connection, Failure) else _Noted(connection, self.sent)


class _Noted:
    def __init__(self, connection, sent):
        self._connection, self._sent = connection, sent

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def send(self, data):
        self._sent.append(data)
        return self._connection.send(data)


@pytest.mark.parametrize("size", [1, 2, 517])
def test_in_two_pieces(size):
    """What is sent first goes in two pieces and arrives whole; what follows goes as it is."""
    hello, arrived = bytes(range(256)) * 3, []

    async def echo(reader, writer):
        arrived.append(await reader.readexactly(size + 3))
        writer.write(b"ok")

    async def test():
        counting = Counting()
        dial = SplitDial(counting)
        async with serve(echo) as peer:
            deadline = dial.clock() + PATIENCE
            connection = await dial.connect(peer.host, peer.port, deadline)
            assert connection.send(hello[:size])
            assert connection.send(b"end")
            assert (await connection.receive(deadline)).data == b"ok"
            assert connection.local.startswith("127.0.0.1:")
            assert connection.timings.tcp > 0
            connection.close()
        assert b"".join(counting.sent) == arrived[0] == hello[:size] + b"end"
        assert [len(one) for one in counting.sent] == [size // 2, size - size // 2, 3]

    run(test())


def test_who_does_not_answer():
    """A connection that does not come about is the other dial's failure."""

    async def test():
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            dial = SplitDial(TcpDial())
            failure = await dial.connect(*taken.getsockname(), dial.clock() + PATIENCE)
        assert failure.kind is FailureKind.REFUSED

    run(test())


def test_a_reset_between_the_pieces():
    """A peer that goes after the first piece is told like any other end."""

    async def resetting(reader, writer):
        await reader.read(1)
        reset(writer)

    async def test():
        dial = SplitDial(TcpDial())
        async with serve(resetting) as peer:
            connection = await dial.connect(peer.host, peer.port, dial.clock() + PATIENCE)
            connection.send(b"hello")
            assert isinstance(await connection.receive(dial.clock() + PATIENCE), Ended)
            await asyncio.sleep(0)
            connection.close()

    run(test())
