"""Looks at the same endpoint over other routes, and what routes are called."""

from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.reference import Reference
from tlsprobe.model.wording import in_words


def over_other_routes(reference: Reference) -> tuple[Observation, ...]:
    """The looks of this run that went another way than the one that is judged."""
    return tuple(one for one in reference.controls if one.source is SourceKind.OTHER_ROUTE)


def way(look: Observation) -> str:
    """How a look went, in words: ``directly``, ``through http://proxy.example:3128``."""
    return in_words(look.target.via)
