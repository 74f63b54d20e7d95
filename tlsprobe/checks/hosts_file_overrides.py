"""This machine goes where no resolver sends it."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.address_kinds import AddressKind, kind_of
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.names import NameAnswers, Sort
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, host_key

LOCALHOST = "localhost"
"""No resolver need know it (RFC 6761 section 6.3)."""


@check(Need.NAMES, ground=Ground.ADDRESS, cites="hosts(5)")
def hosts_file_overrides(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The machine's own answer for the name is none of any resolver's.

    The hosts file says so, or software on the machine that takes its place. A line there outlives the
    address that it was written for, and is forgotten. Other public addresses alone tell nothing unless
    the file has them: a content network's answers change from one moment to the next.
    """
    names = observation.names
    if names is None or not names.system or host_key(observation.target.host) == LOCALHOST:
        return
    answers = [one for one in names.resolvers if one.sort is not Sort.NO_ANSWER]
    answered = {address for one in answers for address in one.addresses}
    if not answers or not answered.isdisjoint(names.system):
        return
    listed = [one for one in names.system if one in names.hosts_file]
    if not listed and not _of_another_kind(names, answered):
        return
    where = "its hosts file" if listed else "something on it"
    resolvers = "the resolvers know no address" if not answered else "no resolver says so"
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.HINT,
        summary=f"this machine takes the name to {names.system[0]} by {where}, and {resolvers}",
        facts={
            "system": list(names.system),
            "hosts_file": list(names.hosts_file),
            "resolvers": sorted(answered),
        },
    )


def _of_another_kind(names: NameAnswers, answered: set[str]) -> bool:
    kinds = {kind_of(one) is AddressKind.PUBLIC for one in answered}
    return not {kind_of(one) is AddressKind.PUBLIC for one in names.system} & kinds
