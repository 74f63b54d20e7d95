"""What is asked, and what is kept of the answers."""

from base64 import b64encode

import pytest

from tests.evidence import RESET
from tlsprobe.asking import hidden, without_secrets
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.route import DIRECT, Credentials, Proxy, ProxyScheme, Route

LOGIN = Credentials(user="CORP\\anna", password="pä'< S3cr3t")
PROXY = Proxy(scheme=ProxyScheme.HTTP, host="192.0.2.9", port=3128, credentials=LOGIN)
THROUGH = Route(proxy=PROXY)


@pytest.mark.parametrize(
    "said",
    [
        f"sorry {LOGIN.user}:{LOGIN.password}",
        f"sorry anna:{LOGIN.password.encode().hex(' ')}",
        f"sorry {LOGIN.password.encode().decode('latin-1')}",
        "sorry p%C3%A4%27%3C%20S3cr3t",
        f"sorry Basic {b64encode(f'{LOGIN.user}:{LOGIN.password}'.encode()).decode()}",
    ],
)
def test_a_login_that_comes_back_through_the_tunnel(said):
    """A proxy may say in the origin's name what it was told: nothing of it is quoted."""
    failure = Failure(stage=Stage.TLS, kind=FailureKind.GARBAGE, detail=f'no TLS: "{said}"')
    shown = without_secrets(failure, THROUGH).detail
    assert "sorry" in shown
    for part in ("anna", "S3cr3t", "53 33 63", "Q09SUF"):
        assert part not in shown


@pytest.mark.parametrize(
    "route", [DIRECT, Route(proxy=Proxy(scheme=ProxyScheme.SOCKS5, host="h", port=1))]
)
def test_without_a_login_nothing_is_hidden(route):
    """What nobody has told nobody need hide."""
    assert without_secrets(RESET, route) == RESET
    assert without_secrets(None, route) is None
    assert hidden("anna", route) == "anna"
