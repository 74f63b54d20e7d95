"""Whatever name is asked for at this address, somebody makes a certificate for it."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_names import made_for_its_name, of_one_signer, under_other_names
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed


@check(
    Need.CHAIN,
    Need.OTHER_NAMES,
    ground=Ground.BEHAVIOUR,
    cites="de Carne de Carnavalet and van Oorschot (2020), section 5",
)
def mints_for_other_names(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """An invented name, asked for at the same address, came with a certificate made for it.

    No server has one: it presents its default, sends an alert, or hangs up. Whoever has one made it
    at that moment, so he sits on the path and holds a CA; no list of CAs is needed to say so. That is
    proof where the certificate of the name that was meant is by the same key. Where another private
    key signed that one it is strong: a box may sign by several, and may leave a name alone whose owner
    runs a PKI of his own. Where a public CA signed it, a box is on the path and lets this name pass.
    """
    for look in under_other_names(reference):
        if not made_for_its_name(look):
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
            weight=weight,
            summary=f"a certificate for {look.target.sni}, a name that does not exist, was made at the"
            f" same address under the name {minted.issuer}{yet}",
            facts={"name": look.target.sni, "issuer": minted.issuer, "sha256": minted.sha256.hex()},
        )
