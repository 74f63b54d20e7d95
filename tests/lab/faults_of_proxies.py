"""Faults of the proxy that the client was told to use."""

from collections.abc import Generator

from tests.lab.authorities import Disguise
from tests.lab.faults import Faults, Options, Stage
from tests.lab.interceptors import SQUID
from tests.lab.proxies import (
    ADDRESS,
    BASIC_SQUID,
    NTLM_SQUID,
    OPEN_DANTE,
    OPEN_SQUID,
    PASSWORD,
    USER,
    SquidProxy,
)
from tests.lab.twins import NAMES, SYNC

_DENYING = SquidProxy(login=None, denied=SYNC)
_NOBODY_LISTENS = 9

fault = Faults()


@fault(None)
def a_proxy_without_a_login(stage: Stage) -> Generator[Options]:
    """Anybody may use it."""
    yield "--via", stage.proxy_url(OPEN_SQUID, "")


@fault(None)
def a_proxy_with_the_right_login(stage: Stage) -> Generator[Options]:
    """It knows who asks."""
    yield "--via", stage.proxy_url(BASIC_SQUID, f"{USER}:{PASSWORD}")


@fault(None)
def a_socks_proxy(stage: Stage) -> Generator[Options]:
    """The same by SOCKS."""
    yield "--via", stage.proxy_url(OPEN_DANTE, "")


@fault("proxy-denied", SYNC)
def a_proxy_that_denies_one_name(stage: Stage) -> Generator[Options]:
    """403 for one, and the others pass."""
    yield "--via", stage.proxy_url(_DENYING, "")


@fault("proxy-login", *NAMES)
def a_proxy_that_wants_a_login(stage: Stage) -> Generator[Options]:
    """407, and there is none."""
    yield "--via", stage.proxy_url(BASIC_SQUID, "")


@fault("proxy-login", *NAMES)
def a_proxy_that_wants_a_login_by_ntlm(stage: Stage) -> Generator[Options]:
    """The same where only NTLM is offered."""
    yield "--via", stage.proxy_url(NTLM_SQUID, "")


@fault("proxy-login-refused", *NAMES)
def a_proxy_that_does_not_take_the_password(stage: Stage) -> Generator[Options]:
    """407 once more."""
    yield "--via", stage.proxy_url(BASIC_SQUID, f"{USER}:wrong")


@fault("proxy-unreachable", *NAMES)
def a_proxy_that_is_not_there(stage: Stage) -> Generator[Options]:
    """Nobody listens."""
    yield "--via", f"http://{ADDRESS}:{_NOBODY_LISTENS}"


@fault("proxy-inspects")
def a_proxy_that_decrypts_while_the_direct_way_is_clean(stage: Stage) -> Generator[Options]:
    """The route makes the difference."""
    box = stage.lab.box(SQUID, Disguise.OWN_NAME)
    yield "--via", f"http://{ADDRESS}:{box.proxy_port}"
