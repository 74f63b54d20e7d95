"""Private by key: no public CA's key stands behind the chain."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, PathEnd
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import MAY_BE_DAMAGED, may_be_damaged
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import (
    ends_below_unread_root,
    impersonated,
    is_cut,
    is_for_the_host,
    owners_keys,
    public_path,
    public_store,
    too_new_for_the_list,
    too_old_for_the_list,
)
from tlsprobe.model.reference import (
    Expectation,
    Issuance,
    Reference,
    expectation_for,
)
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, ground=Ground.ISSUER, cites="RFC 5280 section 6.1")
def issuer_key_not_public(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """No key of a public CA verifies the presented chain, and no public log has the leaf.

    That is proof where the reference says that public CAs sign for the name and the chain is whole:
    somebody else's key made this certificate. Where the chain lacks its upper end it is strong
    only, since a public CA's intermediate may be missing; where it cannot be read, or loss in a
    capture has cut it, it is a hint: the upper end may have been sent. So it is where the CA that it names
    is at hand and public, and damage to a capture explains that its signature does not hold; and where the chain ends
    below a public root, by name and key identifier, of which the lists know no more than the hash
    of its key: roots are not sent, and that one may have signed. For a name of which nothing is
    known it is a hint: its owner may run a PKI of his own; but that does not explain a public
    server's key that signs for others. Strong only, where the leaf does not cover the name: another
    server may answer with a certificate of its own. A CA key that the owner is known to use is not somebody
    else's: then the list of public roots is old.

    Public CAs signed for a public name in earlier years as well, so that old captures are judged
    alike; only before 2014 a CA that nobody lists may have been public, and is a hint. So may one be
    that has come in long after the list was made, if the leaf was logged: then it says so.
    """
    path = public_path(observation, reference)
    expectation = expectation_for(reference, observation.target.host)
    if publicly_signed(observation, reference) or owners_keys(observation, reference):
        return
    if expectation is not None and expectation.issuance is Issuance.PRIVATE:
        return
    top = path.links[-1]
    copied = bool(impersonated(top, public_store(observation, reference)))
    facts: dict[str, Fact] = {
        "issuer": top.issuer,
        "ends": path.ends.value,
        "topmost_key": spki_pin(top.spki_sha256),
    }
    if not copied and path.ends in _UNKNOWN and too_new_for_the_list(observation, reference):
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"{top.issuer} is in no list of public CAs, but the list is of"
            f" {reference.public_as_of} and the leaf was logged: update the reference",
            facts=facts,
        )
        return
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=_weight(path, expectation, observation, reference),
        summary="no public CA's key stands behind the chain: "
        + (
            f"it ends below {top.issuer}, which is public by name, and whose key is not at hand"
            if ends_below_unread_root(observation, reference)
            else _ending(path, copied=copied)
        )
        + (
            f", or {MAY_BE_DAMAGED}"
            if may_be_damaged(observation, reference)
            else _known(path, expectation)
        ),
        facts=facts,
    )


_UNTOLD = (PathEnd.UNREADABLE, PathEnd.UNVERIFIABLE, PathEnd.TOO_LONG)
"""Ends of which nobody can say what stands above them."""
_UNKNOWN = (PathEnd.SELF_SIGNED, PathEnd.ISSUER_NOT_PRESENTED)
"""Ends at a CA that nobody knows, and at nothing worse."""


def _weight(
    path: Path, expectation: Expectation | None, observation: Observation, reference: Reference
) -> Weight:
    if path.ends is PathEnd.NOT_PERMITTED:
        return Weight.STRONG if expectation is None else Weight.PROOF
    if expectation is None or path.ends in _UNTOLD:
        return Weight.HINT
    if path.ends is PathEnd.SELF_SIGNED:
        if too_old_for_the_list(observation) and len(path.links) > 1:
            return Weight.HINT
        return Weight.PROOF if is_for_the_host(observation) else Weight.STRONG
    if ends_below_unread_root(observation, reference) or may_be_damaged(observation, reference):
        return Weight.HINT
    return (
        Weight.HINT if too_old_for_the_list(observation) or is_cut(observation) else Weight.STRONG
    )


def _ending(path: Path, *, copied: bool) -> str:  # noqa: PLR0911 - one ending, one line
    top = path.links[-1]
    match path.ends:
        case PathEnd.NOT_PERMITTED:
            return "it was signed with the key of a server's certificate, which may not sign others"
        case _ if copied:
            return f"it ends at somebody else's key under the name of {top.issuer}"
        case PathEnd.SELF_SIGNED if len(path.links) == 1:
            return f"the certificate of {top.subject} is signed by itself"
        case PathEnd.SELF_SIGNED:
            return f"it ends at {top.subject}, a root of nobody's public programme"
        case PathEnd.UNREADABLE:
            return "its topmost certificate cannot be read"
        case PathEnd.UNVERIFIABLE:
            return f"the signature of {top.issuer} is of a kind that cannot be verified here"
        case PathEnd.TOO_LONG:
            return "it is longer than any that is followed here"
        case PathEnd.LOOP:
            return "its certificates sign each other in a ring"
        case PathEnd.SIGNATURE_FAILED:
            return f"the certificate of {top.issuer} that was sent did not sign it"
        case _:
            return f"it ends at the unknown issuer {top.issuer}"


def _known(path: Path, expectation: Expectation | None) -> str:
    if expectation is None and path.ends is PathEnd.NOT_PERMITTED:
        return ""
    if expectation is None:
        return "; of this name nothing is known, so its owner may run a PKI of his own"
    return f", though public CAs sign for this name of {expectation.owner}"
