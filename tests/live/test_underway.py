"""A dial that tells when all that a run connects to is on its way."""

import asyncio

from tests.live.loopback import PATIENCE, serve
from tlsprobe.live.tcp import TcpConnection, TcpDial
from tlsprobe.live.underway import UnderwayDial


async def _listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing."""


def test_it_connects_and_tells_when_nothing_is_left_to_begin():
    """Connections count when they begin, and so does what fails before; what fails is a value."""

    async def test() -> None:
        async with serve(_listen) as peer:
            inner = TcpDial()
            dial = UnderwayDial(inner, expected=3)
            assert dial.clock is inner.clock
            for _ in range(2):
                reached = await dial.connect(peer.host, peer.port, dial.clock() + PATIENCE)
                assert isinstance(reached, TcpConnection)
                reached.close()
            assert not dial.all_gone.is_set()
            dial.count()
            assert dial.all_gone.is_set()

    asyncio.run(test())
