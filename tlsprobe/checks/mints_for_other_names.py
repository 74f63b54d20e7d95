"""Whatever name is asked for at this address, somebody makes a certificate for it."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.other_names import (
    made_for_its_name,
    not_its_owners,
    of_one_signer,
    under_other_names,
)
from tlsprobe.model.reference import Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed


@check(
    Need.CHAIN,
    Need.OTHER_NAMES,
    ground=Ground.BEHAVIOUR,
    cites="de Carne de Carnavalet and van Oorschot (2020), section 5",
)
def mints_for_other_names(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A name of nobody's or of another owner's, asked for here, came with a certificate made for it.

    Of an invented name no server has one: it presents its default, sends an alert, or hangs up. Whoever
    has one made it at that moment, so he sits on the path and holds a CA; no list of CAs is needed to
    say so. Of the name of another, unrelated owner a server may have one, if both are its customers:
    then a public CA has signed it, and that is no sign; nor is the server's default, whatever it covers.
    Where such a chain is not whole, it is strong at most.

    That is proof where the certificate of the name that was meant is by the same key. Where another
    private key signed that one it is strong: a box may sign by several, and may leave a name alone
    whose owner runs a PKI of his own. Where a public CA signed it, a box is on the path and lets this
    name pass.
    """
    defaults = {observation.chain[0]} | {
        look.chain[0]
        for look in under_other_names(reference)
        if look.chain and look.target.sni is None
    }
    for look in under_other_names(reference):
        if not made_for_its_name(look):
            continue
        theirs = look.source is SourceKind.OTHER_OWNER
        most = not_its_owners(look, reference) if theirs else Weight.PROOF
        if most is None or (theirs and look.chain[0] in defaults):
            continue
        if publicly_signed(observation, reference):
            weight, yet = Weight.HINT, ", while this name is left alone"
        elif of_one_signer(observation.chain, look.chain):
            weight, yet = Weight.PROOF, ", by the same key"
        else:
            weight, yet = Weight.STRONG, ", though by another key"
        minted = look.chain[0]
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=min(weight, most),
            summary=f"a certificate for {_name(look, reference)}, was made at the"
            f" same address under the name {minted.issuer}{yet}",
            facts={"name": look.target.sni, "issuer": minted.issuer, "sha256": minted.sha256.hex()},
        )


def _name(look: Observation, reference: Reference) -> str:
    """The name, and whose it is."""
    if look.source is SourceKind.OTHER_NAME:
        return f"{look.target.sni}, a name that does not exist"
    expectation = expectation_for(reference, look.target.host)
    whose = "another owner" if expectation is None else expectation.house
    return f"{look.target.sni}, a name of {whose}"
