"""The check `another-route-works`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import RESET, observation, over_another_route, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.proxy_reply import ProxyReply

PROXY = "http://proxy.example:3128"
REPLY = ProxyReply(
    protocol="HTTP/1.1", status=403, reason="Forbidden", headers=(("Via", "1.1 gate (squid)"),),
    title="Access Denied",
)  # fmt: skip
DENIED = Failure(
    stage=Stage.PROXY, kind=FailureKind.PROXY_DENIED, detail="the proxy said 403", reply=REPLY
)


def test_finding(look):
    """Both ways are named, and why the one is closed; the verdict of this way is another matter."""
    result = look(unanswered(RESET), reference(controls=[over_another_route("honest")]))
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert finding(result).summary == (
        f"asked through {PROXY}, the endpoint answers, and asked directly it does not:"
        " the connection was reset"
    )
    assert finding(result).facts["works_via"] == PROXY


def test_a_proxy_that_does_not_let_it_through(look):
    """What it said is told in its own words."""
    refused = unanswered(DENIED)
    refused = replace(refused, target=replace(refused.target, via=PROXY, address=None))
    found = finding(look(refused, reference(controls=[over_another_route("honest", via=None)])))
    assert found.facts["blocked_via"] == PROXY
    assert found.facts["works_via"] == "direct"
    assert found.facts["proxy_said"] == "HTTP/1.1 403 Forbidden"
    assert found.facts["proxy_is"] == ["1.1 gate (squid)"]
    assert found.facts["page"] == "Access Denied"


def test_silence(look):
    """Where this way works, or none does."""
    held = reference(controls=[over_another_route("honest")])
    assert silent(look(observation("honest"), held))
    assert silent(look(unanswered(RESET), reference(controls=[over_another_route(None)])))


def test_not_applicable(look):
    """It takes another route."""
    assert lacked(look(unanswered(), reference())).startswith("the same endpoint over another")
