"""What the sessions of one run have in common across owners: keys, private CAs, ways to answer.

Owners who have nothing to do with each other share no key, no private CA and mostly no software.
A box on the path shares all of it among everybody it answers for, and whoever looks at many sessions
sees that without any list of CAs. Owners are told apart by the expectations alone: a name of which
nothing is known counts for nobody.
"""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from msgspec import Struct

from tlsprobe.certs.chain import Path
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.address_kinds import AddressKind, kind_of
from tlsprobe.model.damage import signer_may_be_public
from tlsprobe.model.jarm import of_somebody
from tlsprobe.model.minting import holds_its_signers_key, public_domain
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import ends_below_unread_root, public_path
from tlsprobe.model.reference import Issuance, Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed

MOST_MARKS = 4096
"""Keys, CAs and behaviours that are remembered; the oldest is forgotten for a new one."""
MOST_OWNERS = 8
"""Owners that are remembered of each."""


class Shared(Struct, frozen=True, kw_only=True):
    """With which unrelated owners, that is, others than its own, one session has something in common.

    Hashable: whoever remembers verdicts has to remember them beside this.
    """

    leaf_key: tuple[str, ...] = ()
    """Owners of names that public CAs serve, that came with a private chain and the same leaf key."""
    issuer_key: tuple[str, ...] = ()
    """The same for the key that signed the leaf."""
    behaviour: tuple[str, ...] = ()
    """Owners whose servers, of whom no public certificate was seen, answered in the very same way."""
    jarm: tuple[str, ...] = ()
    """Owners of names that public CAs serve, that came with no public chain and the same JARM."""
    steered: tuple[str, ...] = ()
    """Owners of public names that resolvers led to one address, though nobody has it for all."""
    steered_to: str | None = None
    """That address."""
    own_signers_key: tuple[str, ...] = ()
    """Domains, its own not among them, whose leafs hold their signer's key, and that key is this leaf's."""


class Traits(NamedTuple):
    """What of one session others may have in common with it."""

    domain: str | None
    """The registered domain of its name."""
    owner: str | None
    """Whose name it is, if that is known."""
    public: bool
    """Whether public CAs sign for that owner's name."""
    leaf_key: Hashable
    issuer_key: Hashable
    behaviour: Hashable
    jarm: Hashable
    nobodys: tuple[str, ...]
    own_signers_key: Hashable


class Company:
    """The sessions of one run so far; `add` each, before or after it is judged."""

    __slots__ = ("_owners",)

    def __init__(self) -> None:
        self._owners: dict[Hashable, tuple[str, ...]] = {}

    def add(self, observation: Observation, reference: Reference) -> None:
        """Remember what this session showed, if it is known whose name it is."""
        self.join(traits_of(observation, reference))

    def shared(self, observation: Observation, reference: Reference) -> Shared:
        """What this session has in common with owners that are not its own."""
        return self.in_common(traits_of(observation, reference))

    def join(self, one: Traits | None) -> None:
        """The same as `add`, of traits that are worked out already."""
        if one is None:
            return
        if one.domain is not None and one.own_signers_key is not None:
            self._remember(one.own_signers_key, one.domain)
        if one.owner is None:
            return
        marks = [one.behaviour]
        if one.public:
            marks += [one.jarm, *map(_place, one.nobodys), one.leaf_key, one.issuer_key]
        for mark in marks:
            if mark is not None:
                self._remember(mark, one.owner)

    def in_common(self, one: Traits | None) -> Shared:
        """The same as `shared`, by traits that are worked out already."""
        if one is None or not self._owners:
            return _NOTHING
        own = one.owner
        steered = [each for each in one.nobodys if self._others(_place(each), own)]
        address = steered[0] if one.public and steered else None
        return Shared(
            leaf_key=self._others(one.leaf_key, own),
            issuer_key=self._others(one.issuer_key, own),
            behaviour=self._others(one.behaviour, own) if own is not None else (),
            jarm=self._others(one.jarm, own) if one.public else (),
            steered=() if address is None else self._others(_place(address), own),
            steered_to=address,
            own_signers_key=self._others(one.own_signers_key, one.domain),
        )

    def _remember(self, mark: Hashable, owner: str) -> None:
        owners = self._owners.get(mark, ())
        if owner in owners or len(owners) >= MOST_OWNERS:
            return
        if not owners and len(self._owners) >= MOST_MARKS:
            del self._owners[next(iter(self._owners))]
        self._owners[mark] = (*owners, owner)

    def _others(self, mark: Hashable, own: str | None) -> tuple[str, ...]:
        if mark is None:
            return ()
        return tuple(owner for owner in self._owners.get(mark, ()) if owner != own)


def traits_of(observation: Observation, reference: Reference) -> Traits | None:
    """What others may have in common with a session; None where that says nothing of a box."""
    if _may_be_public(observation, reference):
        return None
    host = observation.target.host
    expectation = expectation_for(reference, host)
    path = public_path(observation, reference) if observation.chain else None
    return Traits(
        domain=public_domain(host),
        owner=None if expectation is None else expectation.house,
        public=expectation is not None and expectation.issuance is Issuance.PUBLIC,
        leaf_key=None if path is None else _leaf_key(path),
        issuer_key=None if path is None else _issuer_key(path),
        behaviour=_behaviour(observation),
        jarm=_jarm(observation),
        nobodys=tuple(_nobodys(observation)),
        own_signers_key=_own_signers_key(observation),
    )


_NOTHING = Shared()


def _may_be_public(observation: Observation, reference: Reference) -> bool:
    """Whether a public CA signed, or may have: one signs for many owners."""
    if not observation.chain:
        return False
    signed = publicly_signed(observation, reference)
    if signed or ends_below_unread_root(observation, reference):
        return True
    return signer_may_be_public(observation, reference)


def _leaf_key(path: Path) -> Hashable:
    leaf = path.links[0]
    return ("leaf", leaf.spki_sha256) if leaf.spki_der else None


def _issuer_key(path: Path) -> Hashable:
    """The key that signed the leaf; by its identifier alone where it is not shown."""
    leaf = path.links[0]
    if len(path.links) > 1:
        return "issuer", path.links[1].spki_sha256
    if leaf.authority_key_id is not None and not leaf.self_issued:
        return "issuer's identifier", leaf.authority_key_id
    return None


def _own_signers_key(observation: Observation) -> Hashable:
    """The leaf's key, where the leaf was signed with it in another's name."""
    if not observation.chain or not holds_its_signers_key(observation.chain[0]):
        return None
    return "signs and serves", observation.chain[0].spki_sha256


def _nobodys(observation: Observation) -> Iterator[str]:
    """Addresses of the name that unrelated owners do not share honestly.

    A content network is one place of many owners. So an address that everybody can reach counts only
    where it presented a chain, which no public CA has signed; one that not everybody can reach serves no
    owner of a public name.
    """
    if observation.names is None:
        return
    for address in observation.names.addresses:
        everybodys = kind_of(address) is AddressKind.PUBLIC
        if not everybodys or (observation.chain and address == observation.target.address):
            yield address


def _place(address: str) -> Hashable:
    return "address", address


def _behaviour(observation: Observation) -> Hashable:
    """The way a server answers, as far as it does not hang on the name that it answers for.

    None where too little of it is seen, and behind a proxy, whose packets they all are.
    """
    handshake, captured = observation.handshake, observation.captured
    if (
        handshake.server_hello is None
        or captured is None
        or captured.syn_ack_ttl is None
        or observation.target.via is not None
    ):
        return None
    return (
        "behaviour", handshake.version, handshake.cipher_suite, handshake.group,
        handshake.hello_retry is not None, observation.fingerprints.ja3s,
        *_flight(handshake), captured.syn_ack_ttl, captured.answer_ttl,
    )  # fmt: skip


def _jarm(observation: Observation) -> Hashable:
    """Nothing of who showed no chain: it may be a public one that others are shown."""
    value = of_somebody(observation.jarm) if observation.chain else None
    return None if value is None else ("jarm", value)


def _flight(handshake: Handshake) -> Iterator[int]:
    """The sizes of the sealed records but the largest, in which the certificate is."""
    sizes = list(handshake.sealed_records)
    if sizes:
        sizes.remove(max(sizes))
    yield from sizes
