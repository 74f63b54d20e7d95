"""A TLS library's own verifier refuses what looks public by key."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path, second_opinion
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.SECOND_OPINION, ground=Ground.SHAPE, cites="RFC 5280 section 6.1")
def second_opinion_refuses(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The keys are a public CA's, but a verifier refuses the chain: it breaks some other rule.

    An issuer that is no CA, a path that is too long, a forbidden algorithm: clients will refuse it
    as well, and a chain with such a fault must not pass for the owner's.
    """
    control = second_opinion(observation, reference)
    if control is None or control.opinion is None or control.opinion.public_error is None:
        return
    path = public_path(control, reference)
    if path.anchor is None or path.missing_intermediate or path.expired_at(control.taken):
        return  # said by the checks of issuer, shape and time
    if not path.anchor.root or path.anchor.certificate is None:
        return  # known by its key alone, which OpenSSL does not take for an anchor
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"{control.opinion.library} refuses the chain: {control.opinion.public_error}",
        facts={"library": control.opinion.library, "error": control.opinion.public_error},
    )
