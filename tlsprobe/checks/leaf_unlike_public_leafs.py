"""A leaf that no public CA would have made, on a name that public CAs serve."""

from collections.abc import Iterator

from tlsprobe.certs.chain import PathEnd
from tlsprobe.certs.public_profile import departures
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import signer_may_be_public
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import ends_below_unread_root, is_for_the_host, public_path
from tlsprobe.model.reference import Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed

ENOUGH = 3
"""Departures that are strong together. Of 73 leafs that public CAs issued from 2013 to 2026, in a
collection of captures, none has a single one; 16 by private CAs and interceptors have 4 to 7."""
_UNTOLD = (PathEnd.UNREADABLE, PathEnd.UNVERIFIABLE)
SINGLE_NAME = "it is for this one name, where the owner's leafs are for several"


@check(
    Need.CHAIN,
    Need.PUBLIC_NAME,
    ground=Ground.SHAPE,
    cites="CA/Browser Forum, Baseline Requirements sections 6.3.2, 7.1",
)
def leaf_unlike_public_leafs(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Public CAs sign for the name, but the leaf departs from the rules that bind them.

    Serial, validity, extensions, key and hash are held against the Baseline Requirements of the time
    when it was issued, and its names against what the owner is known to show. One or two departures
    are a hint: CAs make mistakes. Three are strong, where no public CA signed or may have signed, and
    the leaf covers the name, unless damage to a capture may hide the public CA. What an
    interceptor copies from the origin's leaf departs from nothing, so that silence says nothing.
    """
    if publicly_signed(observation, reference):
        return
    found = [one.value for one in departures(observation.chain[0], observation.taken)]
    if _single_name(observation, reference):
        found.append(SINGLE_NAME)
    if found:
        told = public_path(observation, reference).ends not in _UNTOLD
        told = told and not ends_below_unread_root(observation, reference)
        told = told and is_for_the_host(observation)
        told = told and not signer_may_be_public(observation, reference)
        strong = len(found) >= ENOUGH and told
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG if strong else Weight.HINT,
            summary="the leaf is not as public CAs make them: " + "; ".join(found),
            facts={"issued": _issued(observation), "issuer": observation.chain[0].issuer},
        )


def _issued(observation: Observation) -> str:
    """The day whose rules it is held against, as the leaf itself has it."""
    begin = observation.chain[0].not_before
    return "" if begin is None else begin.date().isoformat()


def _single_name(observation: Observation, reference: Reference) -> bool:
    """Whether the leaf is for the name that was asked for alone, though the owner's are not."""
    expectation = expectation_for(reference, observation.target.host)
    choices = None if expectation is None else expectation.choices
    if choices is None or not choices.several_names or not choices.hold_at(observation.taken):
        return False
    leaf = observation.chain[0]
    names = {name.lower() for name in leaf.dns_names or leaf.subject_common_names}
    return names == {observation.target.host.lower()}
