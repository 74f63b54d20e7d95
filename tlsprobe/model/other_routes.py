"""Looks at the same endpoint over other routes, and what routes are called."""

from tlsprobe.handshake.summary import Reached
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.reference import Reference
from tlsprobe.model.wording import in_words


def over_other_routes(reference: Reference) -> tuple[Observation, ...]:
    """The looks of this run that went another way than the one that is judged."""
    return tuple(one for one in reference.controls if one.source is SourceKind.OTHER_ROUTE)


def way(look: Observation) -> str:
    """How a look went, in words: ``directly``, ``through http://proxy.example:3128``."""
    return in_words(look.target.via)


def goes_by_without_request(look: Observation) -> bool:
    """Whether a look came as far as a server asks for a client's certificate, and none was asked for."""
    handshake = look.handshake
    seen = handshake.reached is Reached.PROOF and not handshake.resumed
    return seen and handshake.certificate_request is None
