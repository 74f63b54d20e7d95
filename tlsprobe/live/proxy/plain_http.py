"""The way of plain HTTP along a route: proxies are asked for the whole URL, and by CONNECT only for TLS."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tlsprobe.live.dial import Dial
from tlsprobe.live.http_fetch import Forwarder, Question, Way, fetch
from tlsprobe.live.limits import Limits
from tlsprobe.model.http_reply import HttpReply
from tlsprobe.model.observation import Failure, FailureKind, Stage, Target
from tlsprobe.model.route import Credentials, Proxy, ProxyScheme
from tlsprobe.model.survey import HttpAnswer

LARGEST_PAGE = 256 * 1024
"""Bytes of a page that are waited for; its status is what counts, and comes before it."""
_REFUSALS = {
    403: FailureKind.PROXY_DENIED,
    407: FailureKind.LOGIN_REQUIRED,
    502: FailureKind.PROXY_FAILED,
    503: FailureKind.PROXY_FAILED,
    504: FailureKind.PROXY_FAILED,
}
_OF_A_PROXY = frozenset(("proxy-authenticate", "x-squid-error", "proxy-agent"))
"""Fields that a server does not send: the refusal is the proxy's own."""


async def ask(
    way: Way, target: Target, *, limits: Limits, now: Callable[[], datetime]
) -> HttpAnswer:
    """What is said to a question for nothing in particular, and by whom: the server or the proxy.

    What the network does is a value of the answer.
    """
    answer = HttpAnswer(target=target, taken=now())
    host = f"[{target.host}]" if ":" in target.host else target.host
    url = f"http://{host}:{target.port}/"
    seen = await fetch(Question(url=url, max_bytes=LARGEST_PAGE), way, limits)
    if seen.reply is None:
        return replace(answer, failure=seen.failure)
    fields = dict(seen.reply.headers)
    made_by = [fields[name] for name in ("server", "via") if name in fields]
    return replace(
        answer,
        status=seen.reply.status,
        reason=seen.reply.reason,
        server=", ".join(made_by),
        failure=_refusal(seen.reply, target) if way.forwarder is not None else None,
    )


def _refusal(reply: HttpReply, target: Target) -> Failure | None:
    """The proxy's own refusal, where the reply is one."""
    kind = _REFUSALS.get(reply.status)
    if kind is None or _OF_A_PROXY.isdisjoint(dict(reply.headers)):
        return None
    return Failure(
        stage=Stage.PROXY, kind=kind, detail=f"the proxy {target.via} answered {reply.text}"
    )


def way(dial: Dial, proxy: Proxy | None, through: Dial) -> Way:
    """How servers are reached by `dial` alone, or by `proxy`, which `through` goes through.

    A login is sent as Basic: no other fits into one question. Proxies of another kind are gone through
    as for everything else.
    """
    if proxy is None:
        return Way(dial=dial)
    if proxy.scheme is not ProxyScheme.HTTP:
        return Way(dial=through, takes_names=True)
    given = proxy.credentials
    # Without a name it is the current user's, which Basic cannot say.
    login = _basic(given) if given is not None and given.user else None
    return Way(
        dial=dial, forwarder=Forwarder(host=proxy.host, port=proxy.port, authorization=login)
    )


def _basic(login: Credentials) -> str:
    """RFC 7617 section 2."""
    return f"Basic {b64encode(f'{login.user}:{login.password}'.encode()).decode('ascii')}"
