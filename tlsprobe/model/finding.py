"""What one check says of one observation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what it brings along would make help wait
    from tlsprobe.certs.certificate import Certificate

Fact = str | int | float | bool | None | list[str]
"""A value that JSON can carry as it is."""


class Leaning(Enum):
    """What a finding speaks for."""

    INTERCEPTION = "interception"
    """Somebody on the path ends the TLS."""
    ORIGIN = "origin"
    """TLS ends at its owner."""
    FAULT = "fault"
    """The server or this machine is at fault, whoever answers."""


class Weight(IntEnum):
    """How much a finding weighs."""

    HINT = 1
    """Only adds to others; never counted."""
    STRONG = 2
    """Rare among honest paths."""
    PROOF = 3
    """Nothing honest does this, given the stated condition."""


class Ground(Enum):
    """The kind of evidence that a check rests on: two findings on one ground count once."""

    ISSUER = "issuer"
    STORE = "store"
    PIN = "pin"
    POSSESSION = "possession"
    NAME = "name"
    TIME = "time"
    TRANSPARENCY = "transparency"
    REVOCATION = "revocation"
    COMPARISON = "comparison"
    SHAPE = "shape"
    BEHAVIOUR = "behaviour"
    PORTAL = "portal"
    DISTANCE = "distance"
    """How many hops away answers come from."""
    DELAY = "delay"
    """How long they take."""
    ADDRESS = "address"
    """How the endpoint is found: what resolvers say of its name, and which of its addresses stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that one check found."""

    leaning: Leaning
    weight: Weight
    summary: str
    """One sentence that stands alone, in lower case, without a full stop."""
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    minted: "Certificate | None" = None
    """A certificate that somebody on the path made, where it is another than the observed leaf."""
    breaks: str = ""
    """What will not work because of it, in the words of the JSON, whatever the verdict."""


class Ran(Enum):
    """Whether a check could be carried out."""

    YES = "yes"
    NOT_APPLICABLE = "not-applicable"
    OUT_OF_PLACE = "out-of-place"
    """It asks for what this kind of observation never has: the packets of a probe, a second look at what
    a capture shows. Nobody needs to be told."""
    BROKE = "broke"
    """The check itself failed: a defect of ours that must not cost the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What became of one check on one observation."""

    check: str
    """The id: the file's name with hyphens."""
    ground: Ground
    ran: Ran
    lacked: str = ""
    """What was missing, in words, where it was not applicable; the error, where it broke."""
    findings: tuple[Finding, ...] = ()
