"""Somebody answers at an address that nobody has."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation, Stage
from tlsprobe.model.other_names import (
    made_for_its_name,
    of_one_signer,
    one_for_everybody,
    where_nobody_is,
)
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.NOWHERE, ground=Ground.BEHAVIOUR, cites="RFC 5737 section 4")
def answers_where_nobody_is(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A connection to a block that is kept for documentation was answered: a box takes all of them.

    If it shows the very certificate of the name that was meant, though it was asked for an invented
    name at an address of nobody, then the box holds it, and ends the TLS of the name as well: that is
    proof, whoever signed it. So is a certificate that it made for the invented name by the same key.
    Anything else is a hint: a portal, or a box that accepts TCP and passes TLS on. So is a portal that
    shows everybody one certificate of its own, which is for none of the names.
    """
    for look in where_nobody_is(reference):
        where = f"{look.target.address}, which nobody has"
        facts = {"address": look.target.address, "name": look.target.sni}
        if look.chain:
            leaf = look.chain[0]
            facts |= {"subject": leaf.subject, "issuer": leaf.issuer, "sha256": leaf.sha256.hex()}
            if one_for_everybody(observation, reference):
                weight, what = Weight.HINT, f"one certificate, for neither name, answers at {where}"
            elif leaf == observation.chain[0]:
                weight, what = Weight.PROOF, f"the very certificate was presented at {where}"
            elif made_for_its_name(look) and of_one_signer(observation.chain, look.chain):
                weight = Weight.PROOF
                what = f"a certificate for an invented name was made at {where}, by the same key"
            else:
                weight, what = Weight.HINT, f"{leaf.subject or 'somebody'} answers at {where}"
        elif look.failure is None or look.failure.stage is Stage.TLS:
            weight, what = Weight.HINT, f"somebody accepts connections to {where}"
        else:
            continue
        yield Finding(leaning=Leaning.INTERCEPTION, weight=weight, summary=what, facts=facts)
