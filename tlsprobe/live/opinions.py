"""What a second opinion is; who gives it is `second_opinion`, which is imported when it is asked.

Loading a TLS library takes longer than many a probe, and a run that meets no doubt asks for none.
"""

from typing import Protocol

from msgspec import Struct

from tlsprobe.live.dial import Dial
from tlsprobe.live.exchange import Exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.recording import WallClock
from tlsprobe.model.observation import Opinion


class SecondOpinion(Struct, frozen=True, kw_only=True):
    """What came of one whole handshake of a TLS library's."""

    exchange: Exchange
    opinion: Opinion


class Opinions(Protocol):
    """Somebody who shakes hands in his own way."""

    async def ask(
        self,
        dial: Dial,
        address: str,
        port: int,
        *,
        server_name: str | None,
        limits: Limits,
        now: WallClock,
    ) -> SecondOpinion:
        """Shake hands with `address`, and verify the chain that is presented."""
        ...
