"""Two looks at one endpoint that were shown two chains, of which only one is public."""

from msgspec import Struct

from tlsprobe.certs.chain import Path, PathEnd
from tlsprobe.model.finding import Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import ends_below_unread_root, other_looks, public_path, public_path_of
from tlsprobe.model.reference import Issuance, Reference, expectation_for
from tlsprobe.model.transparency import public_timestamp
from tlsprobe.wire.key_kinds import kind_of, preference


class Contrast(Struct, frozen=True, kw_only=True):
    """Which look was shown the private chain, and how much that says."""

    private: Observation
    weight: Weight
    """Proof where the private chain is whole, or public CAs sign for the name; else strong, as one
    server of a fleet may have forgotten its intermediate. A hint where a server may have both."""
    excuse: str = ""
    """Why a server may have shown both, as a clause."""


def other_leaf(one: Observation, other: Observation) -> bool:
    """Whether both were shown a chain, and not of one key."""
    if not (one.chain and other.chain):
        return False
    return one.chain[0].spki_sha256 != other.chain[0].spki_sha256


def contrast(one: Observation, other: Observation, reference: Reference) -> Contrast | None:
    """None where both chains are public or neither is, or where a log vouches for the private one.

    Nor where the private one may be a public root's whose key is not at hand.
    """
    first, second = _path(one, other, reference), _path(other, one, reference)
    if (first.anchor is None) == (second.anchor is None):
        return None
    private, path = (one, first) if first.anchor is None else (other, second)
    if public_timestamp(private, reference) is not None:
        return None
    if ends_below_unread_root(private, reference):
        return None
    excuse = _excuse(one, other, private) or _of_a_pool(one, reference)
    weight = Weight.HINT if excuse else _weight(private, path, reference)
    return Contrast(private=private, weight=weight, excuse=excuse)


def _excuse(one: Observation, other: Observation, private: Observation) -> str:
    """Why a server that nobody sits before may show the two; empty where nothing explains it.

    Who mints has a CA that signs under its own name. A certificate that nothing else stands behind is
    a server's own, that one node of several has kept.
    """
    if _chosen_by_key_kind(one, other):
        return "the two hellos accept other kinds of keys, and a server may have one of each"
    leaf, there = private.chain[0], (one.target.address, one.target.via)
    alone = len(private.chain) == 1 and leaf.self_issued and leaf.signed_by(leaf.spki_der) is True
    if alone and there == (other.target.address, other.target.via):
        return "it is signed by nobody but itself, as that of a node that was left behind"
    return ""


def _of_a_pool(one: Observation, reference: Reference) -> str:
    """The same where one hello was shown both, sent more than once: then it is no matter of the hello.

    Two private chains are none of it: a box may make a new key for each connection.
    """
    public: dict[str, bool] = {}
    for look in (one, *other_looks(reference)):
        if not look.chain:
            continue
        here = public_path(look, reference).anchor is not None
        if public.setdefault(look.profile, here) is not here:
            return f"the hello of {look.profile} was shown both, so it is a matter of several nodes"
    return ""


def _chosen_by_key_kind(one: Observation, other: Observation) -> bool:
    """Whether the leafs are for two kinds of keys, and the hellos let a server choose either.

    Where a hello was not seen, it may have.
    """
    kinds = {kind_of(look.chain[0].key_type) for look in (one, other)}
    known = frozenset(kind for kind in kinds if kind is not None)
    if len(kinds) < 2 or len(known) < len(kinds):
        return len(kinds) > 1
    hellos = [look.handshake.client_hello for look in (one, other)]
    asked = {None if hello is None else preference(hello, known) for hello in hellos}
    return len(asked) > 1 or None in asked


def _path(one: Observation, other: Observation, reference: Reference) -> Path:
    """The path of one look, completed by the intermediates that the other was sent."""
    return public_path_of((*one.chain, *other.chain[1:]), one, reference)


def _weight(private: Observation, path: Path, reference: Reference) -> Weight:
    """How much it says that only one chain is public: how surely the other is private."""
    if path.ends is PathEnd.SELF_SIGNED:
        return Weight.PROOF
    expectation = expectation_for(reference, private.target.host)
    public_name = expectation is not None and expectation.issuance is Issuance.PUBLIC
    return Weight.PROOF if public_name and not private.scts else Weight.STRONG
