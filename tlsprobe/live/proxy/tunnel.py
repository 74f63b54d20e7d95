"""A connection that a proxy has put through: it begins at the origin."""

from msgspec import Struct

from tlsprobe.live.dial import Arrived, Clock, Connection, Ended
from tlsprobe.model.observation import Timings
from tlsprobe.model.proxy_reply import ProxyReply


class PutThrough(Struct, frozen=True, kw_only=True):
    """What a proxy's protocol ends in where all is well."""

    connection: Connection
    """To the proxy; from here on its bytes are the origin's."""
    head: bytes
    """What came behind the proxy's answer already: the origin's first bytes."""
    reply: ProxyReply


class Tunnel:
    """A connection to the origin, over one to a proxy."""

    __slots__ = ("_clock", "_head", "_under", "reply", "timings")

    def __init__(self, through: PutThrough, *, clock: Clock, timings: Timings) -> None:
        self._under = through.connection
        self._head = through.head
        self._clock = clock
        self.reply = through.reply
        self.timings = timings

    @property
    def local(self) -> str | None:
        """This side of the connection to the proxy."""
        return self._under.local

    @property
    def segment_size(self) -> int | None:
        """That of the connection to the proxy."""
        return self._under.segment_size

    def send(self, data: bytes) -> bool:
        """Send, without waiting; False where the connection is found to be gone."""
        return self._under.send(data)

    async def receive(self, deadline: float) -> Arrived | Ended:
        """The next bytes of the origin's, or how it ended."""
        if self._head:
            head, self._head = self._head, b""
            return Arrived(head, self._clock())
        return await self._under.receive(deadline)

    def close(self) -> None:
        """End it."""
        self._under.close()
