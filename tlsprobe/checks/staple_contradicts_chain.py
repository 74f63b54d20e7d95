"""A stapled response that belongs to the certificate that was copied."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Authority
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import is_intact
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import owners_keys
from tlsprobe.model.reference import Issuance, Reference, expectation_for
from tlsprobe.model.staple import Staple, staple
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, ground=Ground.REVOCATION, cites="RFC 6960 section 4.1.1")
def staple_contradicts_chain(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The staple speaks of this serial number and issuer's name, but of another key that has it.

    Then a certificate of the same issuer's name and number exists elsewhere: this leaf is its copy,
    and the staple was passed on. That is proof on a name that public CAs serve, since no number of a
    CA is met twice, and strong elsewhere: a private CA may have changed its key, and its server have
    asked by the old one. Where the staple is about this very leaf, but nobody signed it who may, that
    is strong, and elsewhere a hint: a private PKI may trust a responder by its own arrangement. All
    of it is a hint in a capture that may have lost a bit. A staple for another number is none of that:
    servers keep those of certificates that they had before.
    """
    found = staple(observation, reference)
    if found is None or found.answer is None or found.issuer is None:
        return
    if publicly_signed(observation, reference) or owners_keys(observation, reference):
        return
    expectation = expectation_for(reference, observation.target.host)
    public = expectation is not None and expectation.issuance is Issuance.PUBLIC
    intact = is_intact(observation)
    if _names_another_key(found, observation):
        sure = Weight.PROOF if public else Weight.STRONG
        yield _finding(
            sure if intact else Weight.HINT,
            "the certificate is a copy: the staple beside it speaks of one with the same number and"
            " issuer's name, under another key",
            found,
        )
    elif found.about is True and found.authority is Authority.NOBODY:
        yield _finding(
            Weight.STRONG if intact and public else Weight.HINT,
            "nobody signed the staple who may speak for the certificate's CA",
            found,
        )


def _names_another_key(found: Staple, observation: Observation) -> bool:
    """Whether serial number and name are the leaf's, and the key is not its issuer's."""
    if found.answer is None or found.issuer is None or found.about is not False:
        return False
    return found.answer.names_issuer(observation.chain[0]) is True


def _finding(weight: Weight, summary: str, found: Staple) -> Finding:
    return Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=summary,
        facts={"responder": found.response.responder, "signed_by": found.authority.value},
    )
