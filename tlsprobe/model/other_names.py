"""What is answered to names of nobody's and of others, at the endpoint's address and where nobody is."""

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import PathEnd
from tlsprobe.certs.names import common_name_only, covers
from tlsprobe.model.finding import Weight
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.paths import claimed_issuers, other_looks, public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed


def under_other_names(reference: Reference) -> tuple[Observation, ...]:
    """The looks at the same address under other names, or under none."""
    kinds = (SourceKind.OTHER_NAME, SourceKind.OTHER_OWNER)
    return tuple(one for one in reference.controls if one.source in kinds)


def where_nobody_is(reference: Reference) -> tuple[Observation, ...]:
    """The looks at addresses that nobody has."""
    return tuple(one for one in reference.controls if one.source is SourceKind.NOWHERE)


def made_for_its_name(look: Observation) -> bool:
    """Whether the answer to another name is a certificate for just that name."""
    name = look.target.sni
    if name is None or not look.chain:
        return False
    return covers(look.chain[0], name) or common_name_only(look.chain[0], name)


def one_for_everybody(observation: Observation, reference: Reference) -> bool:
    """Whether all looks over this route saw one leaf, also where nobody is, and it fits no name."""
    there = [look for look in where_nobody_is(reference) if look.chain]
    looks = [
        look for look in (*other_looks(reference), *under_other_names(reference)) if look.chain
    ]
    leaf = observation.chain[0]
    if not there or any(look.chain[0] != leaf for look in (*there, *looks)):
        return False
    names = {look.target.sni for look in (*there, *looks)} | {observation.target.host}
    return not any(name and (covers(leaf, name) or common_name_only(leaf, name)) for name in names)


def not_its_owners(look: Observation, reference: Reference) -> Weight | None:
    """How sure it is that what an unrelated owner's name brought is not his; None where it may be his.

    Whoever serves many owners may well serve him too, and then a public CA has signed it. Where the
    chain lacks its upper end, one may have: it is listed then, and its leafs have timestamps, which no
    box can make.
    """
    if publicly_signed(look, reference):
        return None
    if look.scts:
        return Weight.HINT
    match public_path(look, reference).ends:
        case PathEnd.SELF_SIGNED | PathEnd.NOT_PERMITTED:
            return Weight.PROOF
        case PathEnd.ISSUER_NOT_PRESENTED if reference.listed is not None:
            return Weight.HINT if claimed_issuers(look, reference) else Weight.STRONG
        case _:
            return Weight.HINT


def of_one_signer(chain: tuple[Certificate, ...], other: tuple[Certificate, ...]) -> bool:
    """Whether one key made both leafs, by what was presented; by its identifier where it was not.

    Two that sign for themselves are of one making as well: nobody signs beside them.
    """
    leaf, another = chain[0], other[0]
    if leaf.spki_sha256 == another.spki_sha256 or (leaf.self_issued and another.self_issued):
        return True
    presented = (*chain[1:], *other[1:])
    if any(_signed(ca, leaf) and _signed(ca, another) for ca in presented):
        return True
    identified = leaf.authority_key_id is not None
    return identified and (leaf.authority_key_id, leaf.issuer_der) == (
        another.authority_key_id, another.issuer_der
    )  # fmt: skip


def _signed(ca: Certificate, leaf: Certificate) -> bool:
    return leaf.signed_by(ca.spki_der) is True
