"""Whether plain HTTP is answered at a host, and whether it is the host that answers.

Along every route one question is asked, and what is made of its answer is the same. What lies on port 80
for clients that verify certificates is fetched by paths that only a chain names: where one is known, it
is asked for, and what comes must be such a list. Without one all that can be known is that somebody speaks
HTTP there, and an honest server may say anything to a question for nothing in particular: it may deny it,
or send on to its owner's pages under another name. So only what no server says of itself is held against
an answer, and all else is told and left to who reads it.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from msgspec.structs import replace

from tlsprobe.certs import crl
from tlsprobe.live.http_fetch import MAX_REDIRECTS, Fetched, Question, Way, fetch
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.refusals import TRIED
from tlsprobe.model.address_kinds import AddressKind, kind_of
from tlsprobe.model.http_reply import OF_A_PROXY, HttpReply
from tlsprobe.model.minting import public_domain
from tlsprobe.model.observation import Failure, FailureKind, Stage, Target
from tlsprobe.model.survey import HttpAnswer
from tlsprobe.wire.ip_literals import join_host_port

LARGEST_PAGE = 64 * 1024
"""Bytes of an answer that are waited for: enough for a title, and for the frame of a list."""


async def ask(
    way: Way,
    target: Target,
    *,
    list_at: str | None = None,
    follow: bool = True,
    limits: Limits,
    now: Callable[[], datetime],
) -> HttpAnswer:
    """What is said to a question for `list_at`, the path of a list of revoked certificates, or for "/".

    Where that is said to be elsewhere, it is asked for there, unless `follow` is off: then it is not known.
    What the network does is a value of the answer.
    """
    path = list_at or "/"
    answer = HttpAnswer(target=target, taken=now(), path=path)
    question = Question(
        url=f"http://{join_host_port(target.host, target.port)}{path}",
        max_bytes=LARGEST_PAGE,
        redirects=MAX_REDIRECTS if list_at is not None and follow else 0,
    )
    seen = await fetch(question, way, limits)
    answer = replace(answer, target=replace(target, address=seen.address), timings=seen.timings)
    if seen.reply is None:
        last = seen.redirects[-1] if seen.redirects else None
        return replace(answer, failure=seen.failure, sent_on=last)
    known = follow or seen.onward is None
    fields = dict(seen.reply.headers)
    made_by = [fields[name] for name in ("server", "via") if name in fields]
    return replace(
        answer,
        status=seen.reply.status,
        reason=seen.reply.reason,
        server=", ".join(made_by),
        title=seen.reply.title,
        sent_on=_sent_on(seen.reply),
        failure=not_the_servers(seen, answer.target, of_proxy=way.forwarder is not None)
        or (_no_list(seen, path) if list_at is not None and known else None),
    )


def _sent_on(reply: HttpReply) -> str | None:
    """Where the answer sends on whoever asks."""
    last = reply.redirects[-1] if reply.redirects else None
    return dict(reply.headers).get("location", last)


def not_the_servers(seen: Fetched, target: Target, *, of_proxy: bool) -> Failure | None:
    """Why the answer is another's than the server's; None where it may well be its own."""
    reply = seen.reply
    if reply is None:
        return None
    who = f"the proxy {target.via}" if of_proxy else "somebody on the way"
    stage = Stage.PROXY if of_proxy else Stage.HTTP
    said = f"{who} answered {reply.text}"
    if reply.status == 407:
        return Failure(
            stage=stage, kind=FailureKind.LOGIN_REQUIRED, detail=f"{said}: a proxy wants a login"
        )
    if reply.status == 511:
        why = "so says a captive portal: the network wants a login first"
        return Failure(stage=stage, kind=FailureKind.PROXY_DENIED, detail=f"{said}; {why}")
    marks = [name for name in OF_A_PROXY if name in dict(reply.headers)]
    if reply.status >= 400 and marks:
        kind = FailureKind.PROXY_FAILED if reply.status in TRIED else FailureKind.PROXY_DENIED
        mark = f"{marks[0]}: {dict(reply.headers)[marks[0]]}"
        return Failure(stage=stage, kind=kind, detail=f"{said}, with {mark}")
    if _leads_inside(seen.onward, target):
        why = "an address of no public network, as captive portals do"
        return Failure(stage=stage, kind=FailureKind.PROXY_DENIED, detail=f"{said}: {why}")
    return None


def _leads_inside(onward: str | None, target: Target) -> bool:
    """Whether an answer for a public endpoint sends on to an address that not everybody can reach.

    By a name it may be anybody's, and an endpoint that is inside itself has its neighbours there. Of one
    that a proxy connects to, it is not known where it is.
    """
    if onward is None or target.address is None or public_domain(target.host) is None:
        return False
    try:
        host = urlsplit(onward).hostname or ""
    except ValueError:
        return False
    inside = kind_of(host) not in (None, AddressKind.PUBLIC)
    return inside and kind_of(target.address) is AddressKind.PUBLIC


def _no_list(seen: Fetched, path: str) -> Failure | None:
    """Why what came is no list of revoked certificates; None where it is one, as far as it came."""
    reply = seen.reply
    if reply is None or (reply.status == 200 and crl.begins(seen.body)):
        return None
    what = f"{path} is a list of revoked certificates, and something else came: HTTP {reply.text}"
    return Failure(stage=Stage.HTTP, kind=FailureKind.OTHER_CONTENT, detail=what)
