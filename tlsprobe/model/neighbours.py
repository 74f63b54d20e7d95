"""Where resolvers send the names of one run: owners who have nothing to do with each other, at one address.

A resolver that steers sends many owners to one place: a block page, a portal, a box. A content network
is one place of many owners, too, and honest: so an address that everybody can reach counts only where
it presented a chain, and no public CA signed it. Who is at a private one serves no owner of a public
name.
"""

from collections.abc import Iterator

from tlsprobe.model.address_kinds import AddressKind, kind_of
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Issuance, Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed

MOST_ADDRESSES = 4096
"""Addresses that are remembered; the oldest is forgotten for a new one."""
MOST_OWNERS = 8
"""Owners that are remembered of each."""


class Neighbours:
    """The names of one run so far; `add` each, before or after it is judged."""

    __slots__ = ("_owners",)

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, ...]] = {}

    def add(self, observation: Observation, reference: Reference) -> None:
        """Remember where this name was sent, if it is known whose public name it is."""
        owner = _owner(observation, reference)
        if owner is None:
            return
        for address in _telling(observation, reference):
            owners = self._owners.get(address, ())
            if owner in owners or len(owners) >= MOST_OWNERS:
                continue
            if not owners and len(self._owners) >= MOST_ADDRESSES:
                del self._owners[next(iter(self._owners))]
            self._owners[address] = (*owners, owner)

    def at(
        self, observation: Observation, reference: Reference
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Addresses of this name where names of other owners are as well, and who these are."""
        own = _owner(observation, reference)
        if own is None:
            return
        for address in _telling(observation, reference):
            others = tuple(one for one in self._owners.get(address, ()) if one != own)
            if others:
                yield address, others


def _owner(observation: Observation, reference: Reference) -> str | None:
    expectation = expectation_for(reference, observation.target.host)
    if expectation is None or expectation.issuance is not Issuance.PUBLIC:
        return None
    return expectation.house


def _telling(observation: Observation, reference: Reference) -> Iterator[str]:
    """The addresses of an answer that nobody else has honestly."""
    if observation.names is None or publicly_signed(observation, reference):
        return
    for address in observation.names.addresses:
        everybodys = kind_of(address) is AddressKind.PUBLIC
        if not everybodys or (observation.chain and address == observation.target.address):
            yield address
