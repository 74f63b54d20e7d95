"""Faults by which a name leads astray."""

from collections.abc import Generator

from tests.lab.faults import Faults, Options, Stage
from tests.lab.network import SERVER_LINK, ipv4
from tests.lab.twins import NOBODY, STRANGER, STRAY, SYNC, address6

_INSIDE = "10.20.30.40"
_DEAD = ipv4(SERVER_LINK, 99)

fault = Faults()


@fault("dns-private", SYNC)
def the_resolver_leads_into_a_private_network(stage: Stage) -> Generator[Options]:
    """Split DNS that forgot the world outside."""
    stage.records[SYNC] = (_INSIDE,)
    yield ()


@fault("dns-nxdomain", SYNC)
def the_resolver_does_not_know_the_name(stage: Stage) -> Generator[Options]:
    """A name that does not exist here."""
    del stage.records[SYNC]
    yield ()


@fault("dns-silent")
def the_resolver_is_dead(stage: Stage) -> Generator[Options]:
    """It drops whatever it is asked: the names are what they were."""
    with stage.forbidding("-p udp --dport 53"), stage.forbidding("-p tcp --dport 53"):
        yield ()


@fault("dns-silent")
def nobody_is_where_the_resolver_was(stage: Stage) -> Generator[Options]:
    """Every question is sent back."""
    with stage.forbidding("-p udp --dport 53", "REJECT"):
        yield ()


@fault("dns-one-silent")
def the_first_of_two_resolvers_is_dead(stage: Stage) -> Generator[Options]:
    """The system waits 5 s for it before it asks the other: all is late, and nothing fails."""
    stage.asked_first = (_DEAD,)
    with stage.forbidding(f"-d {_DEAD}"):
        yield ("--timeout", "15")


@fault("dns-rewritten")
def the_resolver_makes_up_an_address(stage: Stage) -> Generator[Options]:
    """A provider that sells an address for every name."""
    del stage.records[SYNC]
    stage.others = NOBODY
    yield ()


@fault("hosts-file", SYNC)
def an_old_line_in_the_hosts_file(stage: Stage) -> Generator[Options]:
    """Somebody wrote it down once."""
    stage.hosts[SYNC] = NOBODY
    yield ()


@fault("dns-shared-address", SYNC, STRANGER)
def two_owners_at_one_address(stage: Stage) -> Generator[Options]:
    """A resolver that steers both to a server that is neither."""
    stage.records |= {SYNC: (STRAY,), STRANGER: (STRAY,)}
    yield ()


@fault("address-family", SYNC)
def ipv6_is_broken_and_ipv4_fine(stage: Stage) -> Generator[Options]:
    """Addresses of both are known, and one family is dropped."""
    stage.records[SYNC] = (*stage.records[SYNC], address6(SYNC))
    with stage.forbidding("-p tcp", program="ip6tables"):
        yield ()


@fault(None)
def both_families_are_fine(stage: Stage) -> Generator[Options]:
    """The same without a fault."""
    stage.records[SYNC] = (*stage.records[SYNC], address6(SYNC))
    yield ()
