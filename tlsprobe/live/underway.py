"""A dial that tells when the connections of a run are on their way, and nothing is there to do but wait.

What is needed only once answers come in can be loaded then: it takes longer than a round trip.
"""

import asyncio

from tlsprobe.live.dial import Clock, Connection, Dial
from tlsprobe.model.observation import Failure


class UnderwayDial:
    """Connects as another dial does, and counts."""

    def __init__(self, dial: Dial, expected: int) -> None:
        """`expected` are the connections that are made, or have failed before they were, in the end."""
        self.all_gone = asyncio.Event()
        """Set when so many are under way or over."""
        self._dial = dial
        self._expected = expected

    @property
    def clock(self) -> Clock:
        """That of the other one."""
        return self._dial.clock

    async def connect(self, host: str, port: int, deadline: float) -> Connection | Failure:
        """What the other one does."""
        self.count()
        return await self._dial.connect(host, port, deadline)

    def count(self) -> None:
        """One more is under way, or will not be."""
        self._expected -= 1
        if self._expected <= 0:
            self.all_gone.set()
