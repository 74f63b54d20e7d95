"""One key that signs certificates and serves connections."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.handwriting import written_by
from tlsprobe.model.minting import holds_its_signers_key, minted_for_a_public_name
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Issuance, Reference, expectation_for


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 5280 section 4.2.1.9")
def leaf_holds_its_signers_key(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf's key is the one that signed it, though it names another as its issuer.

    A CA keeps its key away from servers. A program that mints certificates while it serves has one
    key at hand, and squid, mitmproxy and Umbrella put just that into every leaf. It needs no list, and
    shows also where the CA's own certificate is not sent. Somebody may be careless with a small PKI of
    his own, so it is proof only where public CAs sign for the name, where the leaf is in the
    handwriting of a program that mints, or where it covers a public name and was made for a few days.
    """
    leaf = observation.chain[0]
    if public_path(observation, reference).anchor is not None or not holds_its_signers_key(leaf):
        return
    expectation = expectation_for(reference, observation.target.host)
    public_name = expectation is not None and expectation.issuance is Issuance.PUBLIC
    minted = written_by(leaf) is not None or minted_for_a_public_name(observation)
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.PROOF if public_name or minted else Weight.STRONG,
        summary=f"the key that serves the connection is the one that signs as {leaf.issuer}:"
        " whoever answers mints certificates",
        facts={"issuer": leaf.issuer, "key": spki_pin(leaf.spki_sha256)},
    )
