"""What became of other hellos to the same endpoint."""

from tlsprobe.model.observation import FailureKind, Observation, SourceKind
from tlsprobe.model.reference import Reference

_DEATHS = (FailureKind.RESET, FailureKind.SILENCE, FailureKind.CLOSED)


def by_other_hellos(reference: Reference) -> tuple[Observation, ...]:
    """The looks at the endpoint with other hellos of ours."""
    return tuple(one for one in reference.controls if one.source is SourceKind.OTHER_HELLO)


def died(look: Observation) -> bool:
    """Whether a hello was neither answered nor refused: an alert is the answer of who has read it."""
    return not look.chain and look.failure is not None and look.failure.kind in _DEATHS
