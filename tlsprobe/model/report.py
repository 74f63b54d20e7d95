"""An observation, what every check said of it, and the verdict: what renderers take."""

from dataclasses import dataclass

from tlsprobe.model.finding import CheckResult
from tlsprobe.model.observation import Observation
from tlsprobe.model.verdict import PinStatus, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Pins beside the verdict: a path can be inspected *and* break a pin."""

    status: PinStatus
    expected: tuple[bytes, ...] = ()
    """SHA-256 of the SPKI of each pinned key, sorted."""
    presented: tuple[bytes, ...] = ()
    """SHA-256 of the SPKI of each presented certificate, each key once, in wire order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is said of one endpoint."""

    tool_version: str
    observation: Observation
    controls: tuple[Observation, ...]
    results: tuple[CheckResult, ...]
    verdict: Verdict
    pins: Pins
