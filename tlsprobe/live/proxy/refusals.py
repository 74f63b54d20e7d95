"""Why a proxy put nothing through, in words."""

from collections.abc import Iterable

from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.route import Proxy

# It understood and tried, and what stands behind it did not come about. The other 5xx say that it
# does no such thing, or wants a login at a portal first (511, RFC 6585 section 6).
TRIED = frozenset((500, 502, 503, 504))
MAX_SCHEMES = 6


def failed(proxy: Proxy, kind: FailureKind, what: str, reply: ProxyReply | None = None) -> Failure:
    """A failure at the proxy: `what` goes on where its name ends."""
    detail = f"the proxy {proxy.url} {what}"
    return Failure(stage=Stage.PROXY, kind=kind, detail=detail, reply=reply)


def too_late(proxy: Proxy, waited_for: str) -> Failure:
    """The failure of what did not come before the deadline."""
    return failed(proxy, FailureKind.SILENCE, f"was not reached in time: {waited_for}")


def refusal(proxy: Proxy, asked: str, reply: ProxyReply) -> Failure:
    """The failure that an answer to CONNECT means, other than 2xx and 407."""
    kind = FailureKind.PROXY_FAILED if reply.status in TRIED else FailureKind.PROXY_DENIED
    what = f"answered {reply.line} to {asked}"
    for place in reply.values("Location")[:1]:
        what += f", and sends whoever asks on to {place}"
    if reply.status == 511:
        what += "; so says a captive portal: the network wants a login first"
    if reply.title:
        what += f': "{reply.title}"'
    return failed(proxy, kind, what, reply)


def login_failure(
    proxy: Proxy, reply: ProxyReply, offered: Iterable[str], *, refused: str | None = None
) -> Failure:
    """The failure that a 407 means; `refused` is the scheme of a login that was made."""
    kinds = ", ".join(_printable(one) for one in list(offered)[:MAX_SCHEMES])
    asks = f"({reply.line}; it takes {kinds})" if kinds else f"({reply.line})"
    if refused is not None:
        what = f"refuses the login that was given, by {refused} {asks}"
        return failed(proxy, FailureKind.LOGIN_REFUSED, what, reply)
    if not kinds:
        what = f"asks for a login and does not say for which kind {asks}"
        return failed(proxy, FailureKind.LOGIN_UNSUPPORTED, what, reply)
    if proxy.credentials is None:
        what = f"asks for a login, and none was given {asks}"
        return failed(proxy, FailureKind.LOGIN_REQUIRED, what, reply)
    what = f"asks for a login of a kind that is not spoken here {asks}"
    return failed(proxy, FailureKind.LOGIN_UNSUPPORTED, what, reply)


def _printable(scheme: str) -> str:
    return scheme if len(scheme) <= 20 else f"{scheme[:17]}..."
