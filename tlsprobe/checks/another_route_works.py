"""Closed this way, open that way."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_routes import over_other_routes, way
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.reference import Reference


@check(Need.OTHER_ROUTES, ground=Ground.ADDRESS, cites="RFC 9110 section 9.3.6")
def another_route_works(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """No handshake came about over this route, and over another one it did.

    So the endpoint is there, and what is in the way is on this route: a filter that wants everybody to
    use the proxy, or a proxy that does not let the endpoint through. Which of the two a client takes
    is a matter of its settings. What the proxy said is kept in its own words.
    """
    failure = observation.failure
    if observation.chain or failure is None:
        return
    for control in over_other_routes(reference):
        if not control.chain:
            continue
        reply = failure.reply or control.proxy
        facts: dict[str, Fact] = {
            "blocked_via": observation.target.via or "direct",
            "works_via": control.target.via or "direct",
            "failure": failure.kind.value,
        }
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"asked {way(control)}, the endpoint answers, and asked {way(observation)} it does"
            f" not: {failure.detail}",
            facts=facts if reply is None else facts | _words(reply),
        )


def _words(reply: ProxyReply) -> dict[str, Fact]:
    """The proxy's own."""
    by = [*reply.values("via"), *reply.values("proxy-agent"), *reply.values("server")]
    return {
        "proxy_said": f"{reply.protocol} {reply.line}",
        "proxy_is": by or None,
        "page": reply.title,
    }
