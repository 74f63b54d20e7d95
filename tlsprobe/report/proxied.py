"""What the proxy on the route said of itself, in rows."""

from collections.abc import Iterator

from tlsprobe.model.observation import Observation
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.report.labelled import MAX_LIST, MAX_TEXT, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

_TELLING = ("Via", "Proxy-Agent", "Server", "Proxy-Authenticate", "Location", "X-Squid-Error")


def rows(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """How the proxy answered; with `verbose` all that is kept of it."""
    reply = observation.proxy
    if reply is None:
        return
    answer = f"answered {reply.line}"
    if reply.login is not None:
        answer += f", with a login by {reply.login}"
    told = "; ".join((answer, *_told(reply)))
    yield labelled("proxy", told, limit=MAX_LIST)
    if not reply.body:
        return
    page = f'its page "{reply.title}": {reply.body}' if reply.title else f"its page: {reply.body}"
    limit = MAX_LIST if verbose else MAX_TEXT
    yield labelled("", Span(shortened(page, limit), Tone.QUIET), limit=limit)


def _told(reply: ProxyReply) -> Iterator[str]:
    for name in _TELLING:
        values = reply.values(name)
        if values:
            yield f"{name} {', '.join(values)}"
