"""What an inquiry is given, and what it brings."""

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import Struct, field
from msgspec.structs import replace

from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.live.racing import Rest
from tlsprobe.model.canary import Canary
from tlsprobe.model.hops import Hops
from tlsprobe.model.names import NameAnswers
from tlsprobe.model.observation import Observation
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import Lookups
from tlsprobe.model.verdict import Conclusion

AT_ONCE = 4
"""Connections that are made to one endpoint at a time."""


def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


class Asked(Struct, frozen=True, kw_only=True):
    """An endpoint that has been looked at once."""

    request: ProbeRequest
    address: str
    """Where the look went: an IP address; the name where a proxy was given that, or it has no address."""
    addresses: tuple[str, ...] = ()
    """What the system made of the name."""
    report: Report
    """What it came to by itself."""
    settings: Settings
    world: World
    connections: int = 0
    """How many connections to the endpoint this inquiry may make."""
    turn: asyncio.Semaphore = field(default_factory=_turns)
    """To be held for each of them, whoever makes it, so that no server minds."""

    def wants(self, when: When) -> bool:
        """Whether a question is due that is asked then; of who showed no certificate none is."""
        if when is When.NEVER or not self.report.observation.chain:
            return False
        return when is When.ALWAYS or self.report.verdict.conclusion is not Conclusion.DIRECT

    def settings_within(self, *, connect: float, handshake: float) -> Settings:
        """The settings for a look that may well get no answer, which nobody should wait for.

        Seconds that are waited at least; and not less than some times what the first look took, so that
        a slow path is no silence.
        """
        limits, timings = self.settings.limits, self.report.observation.timings
        tcp, tls = (timings.tcp or 0.0) / 1000, (timings.tls or 0.0) / 1000
        shorter = replace(
            limits,
            connect=min(limits.connect, max(connect, _TIMES * tcp)),
            handshake=min(limits.handshake, max(handshake, _TIMES * tls)),
        )
        return replace(self.settings, limits=shorter)


_TIMES = 4


class Learned(Struct, frozen=True, kw_only=True):
    """What an inquiry brought."""

    controls: tuple[Observation, ...] = ()
    """Other looks at the endpoint."""
    revocation: Lookups | None = None
    """What came of asking whether its chain was revoked."""
    names: NameAnswers | None = None
    """What resolvers say of its name."""
    hops: Hops | None = None
    """The way to it."""
    canary: Canary | None = None
    """What the caller's canary says that reached it."""
    jarm: str | None = None
    """How it answers ten hellos that are the same for everybody."""
    rest: Rest = Rest()
    """What became of other addresses that were tried beside the endpoint's."""
    left_out: tuple[str, ...] = ()
    """What of the question was not looked at, for want of connections."""


def _yes(_: Asked) -> bool:
    return True


def _no(_: Asked) -> bool:
    return False


class Inquiry(Struct, frozen=True):
    """One further question."""

    wanted: Callable[[Asked], bool]
    """Whether it is to be asked."""
    inquire: Callable[[Asked], Awaitable[Learned]]
    """Ask it. Raises nothing for what a network does."""
    looks_at: str = ""
    """What it looks at, where that takes connections to the endpoint."""
    least: int = 0
    """Such connections that it takes: with fewer it is not asked."""
    most: int = 0
    """And that it can make use of, where more than the least."""
    costs: Callable[[Asked], bool] = _yes
    """Whether it makes any, where it is asked."""
    yields: Callable[[Asked], bool] = _no
    """Whether it has connections only where the others leave enough of those they can make use of."""
    of_unreached: bool = False
    """Whether it is asked also where no connection came about."""
    despite_proof: bool = False
    """Whether it is asked also where one look was proof, and that is enough: it costs each endpoint
    what it costs one, and brings to each its own."""
