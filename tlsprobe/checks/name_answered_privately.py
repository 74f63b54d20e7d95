"""A public name leads to an address where the public is not."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.address_kinds import AddressKind, kind_of
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.names import NameAnswers, Sort
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, expectation_for

_PRIVATE_LINK = "privatelink"
"""The label in Azure's names of private endpoints (learn.microsoft.com, private-endpoint-dns)."""


@check(
    Need.NAMES,
    Need.PUBLIC_NAME,
    ground=Ground.ADDRESS,
    cites="RFC 6890 section 2.2, learn.microsoft.com/azure/private-link/private-endpoint-dns",
)
def name_answered_privately(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The name is one of the public internet's, and is answered with an address that is not.

    So does whoever steers a name to a box or to nowhere, and explains what else is seen; by itself it
    is a hint, as networks do so to themselves on purpose. A private endpoint of Azure's shows itself
    by the alias on the way to it: that is honest, and said.
    """
    names = observation.names
    expectation = expectation_for(reference, observation.target.host)
    if names is None or expectation is None:
        return
    inside = list(_inside(names))
    if not inside:
        return
    said = [f"{who}: {address} ({kind.value})" for who, address, kind in inside]
    links = [
        alias
        for answer in names.resolvers
        for alias in answer.aliases
        if _PRIVATE_LINK in alias.split(".")
    ]
    who, address, kind = inside[0]
    what = (
        f"{who} answers for this name of {expectation.owner} with {address}, a {kind.value} address"
    )
    yield Finding(
        leaning=Leaning.ORIGIN if links else Leaning.FAULT,
        weight=Weight.HINT,
        summary=f"{what}, as a private endpoint has it: by way of {links[0]}"
        if links
        else f"{what}, though it is a public one",
        facts={"answers": said} | ({"private_link": links[0]} if links else {}),
    )


def _inside(names: NameAnswers) -> Iterator[tuple[str, str, AddressKind]]:
    """Who says which address of no public network; the machine itself where no resolver answers."""
    for answer in names.resolvers:
        if answer.sort is Sort.INTERNAL:
            for address, kind in _special(answer.addresses):
                yield answer.resolver, address, kind
    # Where one does, another machine's own answer is the matter of `hosts_file_overrides`.
    if all(answer.sort is Sort.NO_ANSWER for answer in names.resolvers):
        for address, kind in _special(names.system):
            yield "this machine", address, kind


def _special(addresses: tuple[str, ...]) -> Iterator[tuple[str, AddressKind]]:
    for address in addresses:
        kind = kind_of(address)
        if kind is not None and kind is not AddressKind.PUBLIC:
            yield address, kind
