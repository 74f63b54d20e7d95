"""Who ends TLS on the path: for all names or for some, by a CA that is trusted here or not."""

from collections.abc import Generator

from tests.lab.authorities import Disguise, new_leaf
from tests.lab.faults import Faults, Options, Stage
from tests.lab.fronts import terminating
from tests.lab.interceptors import SPLICE, SSLSPLIT, Squid
from tests.lab.servers import EITHER
from tests.lab.twins import NAMES, RELAY, SIGN_IN, STRANGER, SYNC

_EXEMPTING_TWO = Squid(decrypts=True, exempt=(SIGN_IN, RELAY))
_EXEMPTING_ALL_BUT_THE_RELAY = Squid(decrypts=True, exempt=(SIGN_IN, SYNC, STRANGER))

fault = Faults()


@fault("inspected")
def a_box_whose_ca_is_trusted_here(stage: Stage) -> Generator[Options]:
    """An administrator has added it."""
    box = stage.lab.box(SSLSPLIT, Disguise.OWN_NAME)
    stage.store = stage.lab.machine_store(with_ca_of=box)
    with stage.lab.standing_in_the_way(box):
        yield ()


@fault("inspected")
def a_box_whose_ca_is_not_trusted(stage: Stage) -> Generator[Options]:
    """Nobody has."""
    with stage.lab.standing_in_the_way(stage.lab.box(SSLSPLIT, Disguise.OWN_NAME)):
        yield ()


@fault("inspected")
def a_box_for_two_owners_and_no_list_of_cas(stage: Stage) -> Generator[Options]:
    """It gives itself away by what it signs."""
    with stage.lab.standing_in_the_way(stage.lab.box(SSLSPLIT, Disguise.OWN_NAME)):
        yield ("--no-reference",)


@fault("inspected")
def a_box_that_copies_the_name_of_the_public_ca(stage: Stage) -> Generator[Options]:
    """Only the key tells."""
    with stage.lab.standing_in_the_way(stage.lab.box(SSLSPLIT, Disguise.ROOT_COPIED)):
        yield ()


@fault("partly-inspected", SYNC, STRANGER)
def a_box_that_exempts_some_names(stage: Stage) -> Generator[Options]:
    """A partial bypass."""
    with stage.lab.standing_in_the_way(stage.lab.box(_EXEMPTING_TWO, Disguise.OWN_NAME)):
        yield ()


@fault("client-certificate-lost", RELAY)
def a_box_that_strips_mutual_tls(stage: Stage) -> Generator[Options]:
    """It exempts all but the name where a certificate is asked for."""
    stage.asking = (RELAY,)
    box = stage.lab.box(_EXEMPTING_ALL_BUT_THE_RELAY, Disguise.OWN_NAME)
    with stage.lab.standing_in_the_way(box):
        yield ()


@fault.several({
    "inspected": frozenset(NAMES) - {RELAY}, "client-certificate-lost": frozenset({RELAY})
})  # fmt: skip
def a_box_that_strips_mutual_tls_like_all_else(stage: Stage) -> Generator[Options]:
    """One box, which harms one host in another way than the others."""
    stage.asking = (RELAY,)
    with stage.lab.standing_in_the_way(stage.lab.box(SSLSPLIT, Disguise.OWN_NAME)):
        yield ()


@fault("terminated")
def a_box_with_public_certificates(stage: Stage) -> Generator[Options]:
    """One for all names, as content networks have it."""
    first, *others = NAMES
    leaf = new_leaf(first, stage.cast.issuing, now=stage.lab.chain.now, others=others)
    origin = f"{EITHER.address}:443"
    with terminating(stage.lab.network.mbox, stage.folder, leaf, origin=origin):
        yield "--other-names", "always"


@fault(None)
def a_proxy_in_the_way_that_decrypts_nothing(stage: Stage) -> Generator[Options]:
    """It reads the name and passes all on."""
    with stage.lab.standing_in_the_way(stage.lab.box(SPLICE, Disguise.OWN_NAME)):
        yield ()
