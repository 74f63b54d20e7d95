"""What all findings of one observation come to."""

from dataclasses import dataclass
from enum import Enum

from tlsprobe.model.finding import CheckResult, Finding


class Conclusion(Enum):
    """The seven verdicts."""

    DIRECT = "direct"
    INSPECTED = "inspected"
    TERMINATED = "terminated"
    PIN_BROKEN = "pin-broken"
    FAULTY = "faulty"
    BLOCKED = "blocked"
    UNDECIDED = "undecided"


class PinStatus(Enum):
    """What became of the pins that apply to this endpoint."""

    MATCHED = "matched"
    BROKEN = "broken"
    NONE_GIVEN = "none given"
    NOT_SEEN = "not seen"
    """Pins were given, but no chain was seen to hold them against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interceptor:
    """Who intercepts, as far as the evidence names him."""

    issuer: str
    """The name that signed, as the chain shows it."""
    vendor: str | None = None
    product: str | None = None
    confidence: str | None = None
    """How sure it is that the product is this one: a value of `Confidence`."""
    hop: int | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Vendor and product, as far as they are known; no vendor whose name the product has already."""
        told_twice = self.vendor and self.product and self.product.startswith(self.vendor)
        return tuple(one for one in (None if told_twice else self.vendor, self.product) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A conclusion, the rule that drew it, and what speaks for and against."""

    conclusion: Conclusion
    rule: str
    """Name of the judge's rule that spoke."""
    summary: str
    """One sentence that a person can forward."""
    because: tuple[tuple[CheckResult, Finding], ...] = ()
    """What speaks for the conclusion, heaviest first, with the check that found it."""
    against: tuple[tuple[CheckResult, Finding], ...] = ()
    """What leans another way, heaviest first."""
    not_looked_at: tuple[CheckResult, ...] = ()
    """Checks that lacked something, or broke."""
    interceptor: Interceptor | None = None
    breaks: tuple[str, ...] = ()
