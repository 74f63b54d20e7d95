"""A dial whose first bytes go in two pieces, as a hello does that is longer than a segment."""

from tlsprobe.live.dial import Arrived, Clock, Connection, Dial, Ended
from tlsprobe.model.observation import Failure, Timings
from tlsprobe.model.proxy_reply import ProxyReply


class SplitDial:
    """Connects as another dial does, and cuts what is sent first in the middle."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial

    @property
    def clock(self) -> Clock:
        """That of the other dial."""
        return self._dial.clock

    async def connect(self, host: str, port: int, deadline: float) -> "Connection | Failure":
        """As the other dial does."""
        connection = await self._dial.connect(host, port, deadline)
        return connection if isinstance(connection, Failure) else _Split(connection)


class _Split:
    """A connection over another. TCP_NODELAY makes a segment of each piece."""

    __slots__ = ("_connection", "_whole")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._whole = False

    @property
    def local(self) -> str | None:
        return self._connection.local

    @property
    def timings(self) -> Timings:
        return self._connection.timings

    @property
    def reply(self) -> ProxyReply | None:
        return self._connection.reply

    @property
    def segment_size(self) -> int | None:
        return self._connection.segment_size

    def send(self, data: bytes) -> bool:
        if self._whole:
            return self._connection.send(data)
        self._whole = True
        half = len(data) // 2
        return self._connection.send(data[:half]) and self._connection.send(data[half:])

    async def receive(self, deadline: float) -> Arrived | Ended:
        return await self._connection.receive(deadline)

    def close(self) -> None:
        self._connection.close()
