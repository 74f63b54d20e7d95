"""Faults of firewalls and links."""

from collections.abc import Generator

from tests.lab.books import LISTS, RESPONDER
from tests.lab.faults import Faults, Options, Stage
from tests.lab.fronts import portal
from tests.lab.long_link import long_link
from tests.lab.twins import BOOKS, SYNC, address

_RESET = "REJECT --reject-with tcp-reset"
_NO_ROUTE = "REJECT --reject-with icmp-host-unreachable"

fault = Faults()


@fault(None)
def nothing_is_wrong(stage: Stage) -> Generator[Options]:
    """The control."""
    yield ()


@fault(None)
def a_long_link(stage: Stage) -> Generator[Options]:
    """A satellite."""
    log = stage.folder / "link.log"
    with long_link(stage.lab.network.r1, round_trip=0.3, loss=0, seed=1, log=log):
        yield "--timeout", "15"


@fault(None)
def a_lossy_link(stage: Stage) -> Generator[Options]:
    """One packet in fifty is lost each way."""
    log = stage.folder / "link.log"
    with long_link(stage.lab.network.r1, round_trip=0.02, loss=0.02, seed=2, log=log):
        yield "--timeout", "15"


@fault("port-dropped", SYNC)
def a_firewall_drops(stage: Stage) -> Generator[Options]:
    """One host, in silence."""
    with stage.forbidding(f"-p tcp -d {address(SYNC)} --dport 443"):
        yield ()


@fault("port-reset", SYNC)
def a_firewall_resets(stage: Stage) -> Generator[Options]:
    """One host, with a reset."""
    with stage.forbidding(f"-p tcp -d {address(SYNC)} --dport 443", _RESET):
        yield ()


@fault("unreachable", SYNC)
def no_way_to_the_host(stage: Stage) -> Generator[Options]:
    """A router says that it cannot be reached."""
    with stage.forbidding(f"-d {address(SYNC)}", _NO_ROUTE):
        yield ()


@fault("hello-reset", SYNC)
def a_filter_resets_by_name(stage: Stage) -> Generator[Options]:
    """TCP stands, and the hello is its end."""
    with stage.forbidding(f"-p tcp --dport 443 -m string --string {SYNC} --algo bm", _RESET):
        yield ()


@fault("hello-dropped", SYNC)
def a_filter_drops_by_name(stage: Stage) -> Generator[Options]:
    """TCP stands, and the hello is never answered."""
    with stage.forbidding(f"-p tcp --dport 443 -m string --string {SYNC} --algo bm"):
        yield ()


@fault("hello-too-large")
def a_box_that_takes_no_hello_of_two_segments(stage: Stage) -> Generator[Options]:
    """Full segments towards the server are reset."""
    with stage.forbidding("-p tcp --dport 443 -m length --length 1400:", _RESET):
        yield ("--deep",)


@fault("ocsp-blocked")
def the_responder_is_dropped(stage: Stage) -> Generator[Options]:
    """Port 80 of the OCSP responder is silent."""
    with stage.forbidding(f"-p tcp -d {BOOKS[RESPONDER]} --dport 80"):
        yield ()


@fault("ocsp-blocked")
def the_responder_is_refused(stage: Stage) -> Generator[Options]:
    """Port 80 of the OCSP responder is shut."""
    with stage.forbidding(f"-p tcp -d {BOOKS[RESPONDER]} --dport 80", _RESET):
        yield ()


@fault("crl-blocked")
def the_lists_are_dropped(stage: Stage) -> Generator[Options]:
    """Port 80 of the revocation lists is silent."""
    with stage.forbidding(f"-p tcp -d {BOOKS[LISTS]} --dport 80"):
        yield ()


@fault("crl-blocked")
def the_lists_are_refused(stage: Stage) -> Generator[Options]:
    """Port 80 of the revocation lists is shut."""
    with stage.forbidding(f"-p tcp -d {BOOKS[LISTS]} --dport 80", _RESET):
        yield ()


@fault("captive-portal")
def a_portal_wants_a_login(stage: Stage) -> Generator[Options]:
    """Whatever is asked is sent on to a page."""
    with portal(stage.lab.network.mbox, stage.folder):
        yield ()
