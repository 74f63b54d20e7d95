"""What connects, and what a connection can do: all that the rest of the package knows of a network.

`tcp.TcpDial` is the plain one. `proxy.dial.ProxyDial` is another around one: it connects to the
proxy with the inner dial, talks its protocol over that connection, and hands on one that starts at
the origin.
The raw prober and the second opinion take any of them.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from msgspec import Struct

from tlsprobe.handshake.transcript import Ending
from tlsprobe.model.observation import Failure, Timings
from tlsprobe.model.proxy_reply import ProxyReply

Clock = Callable[[], float]
"""Monotonic seconds."""


class Arrived(NamedTuple):
    """Bytes of the peer's, and when they came, on the dial's clock."""

    data: bytes
    at: float


class Ended(Struct, frozen=True):
    """No more bytes will be given, and why."""

    ending: Ending
    error: OSError | None = None
    """What the system said, where it was more than the end of the stream."""


TIMED_OUT = Ended(Ending.TIMED_OUT)


class Connection(Protocol):
    """A connection that stands. It belongs to the caller, who closes it."""

    @property
    def local(self) -> str | None:
        """`address:port` of this side, where known."""
        ...

    @property
    def timings(self) -> Timings:
        """How long it took to connect: `tcp`, and `proxy` where there is one."""
        ...

    @property
    def reply(self) -> ProxyReply | None:
        """What the proxy answered that it leads through; None where there is none."""
        ...

    @property
    def segment_size(self) -> int | None:
        """Bytes that one TCP segment carries at most, as the system tells; None where it does not."""
        ...

    def send(self, data: bytes) -> bool:
        """Send, without waiting; False where the connection is found to be gone."""
        ...

    async def receive(self, deadline: float) -> Arrived | Ended:
        """The next bytes, as they came, or how it ended. One caller at a time.

        A deadline that passes ends nothing: the next call may find bytes again.
        """
        ...

    def close(self) -> None:
        """End it, without waiting; what was sent still goes. Harmless when it is over."""
        ...


class Dialled(NamedTuple):
    """What came of connecting."""

    outcome: "Connection | Failure"
    began: float
    """When, on the dial's clock."""
    elapsed: float
    """Seconds that it took."""


class Dial(Protocol):
    """Something that connects."""

    @property
    def clock(self) -> Clock:
        """The clock of all deadlines and arrival times of this dial."""
        ...

    async def connect(self, host: str, port: int, deadline: float) -> Connection | Failure:
        """A connection to `host`, or why there is none.

        What `host` may be is the dial's matter: the plain one takes IP addresses only, a proxy's
        takes names too. Cancelling leaves no socket behind.
        """
        ...


async def dialled(dial: Dial, host: str, port: int, deadline: float) -> Dialled:
    """Connect, and note how long it took."""
    began = dial.clock()
    outcome = await dial.connect(host, port, deadline)
    return Dialled(outcome, began, dial.clock() - began)
