"""An observation, what every check said of it, and the verdict: what renderers take."""

from msgspec import Struct

from tlsprobe.model.finding import CheckResult
from tlsprobe.model.observation import Observation
from tlsprobe.model.verdict import PinStatus, Verdict


class Pins(Struct, frozen=True, kw_only=True):
    """Pins beside the verdict: a path can be inspected *and* break a pin."""

    status: PinStatus
    expected: tuple[bytes, ...] = ()
    """SHA-256 of the SPKI of each pinned key, sorted."""
    presented: tuple[bytes, ...] = ()
    """SHA-256 of the SPKI of each presented certificate, each key once, in wire order."""


class Report(Struct, frozen=True, kw_only=True):
    """All that is said of one endpoint."""

    tool_version: str
    observation: Observation
    controls: tuple[Observation, ...]
    results: tuple[CheckResult, ...]
    verdict: Verdict
    pins: Pins
