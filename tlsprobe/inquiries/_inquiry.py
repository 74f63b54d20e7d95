"""What an inquiry is given, and what it brings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tlsprobe.asking import ProbeRequest, Settings, World
from tlsprobe.model.canary import Canary
from tlsprobe.model.observation import Observation
from tlsprobe.model.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An endpoint that has been looked at once."""

    request: ProbeRequest
    address: str
    """Where the look went."""
    report: Report
    """What it came to by itself."""
    settings: Settings
    world: World


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What an inquiry brought."""

    controls: tuple[Observation, ...] = ()
    """Other looks at the endpoint."""
    canary: Canary | None = None
    """What the caller's canary says that reached it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One further question."""

    wanted: Callable[[Asked], bool]
    """Whether it is to be asked."""
    inquire: Callable[[Asked], Awaitable[Learned]]
    """Ask it. Raises nothing for what a network does."""
