"""From a handshake to an observation: the facts that checks look at, gathered once."""

from datetime import datetime

from tlsprobe.certs.certificate import parse
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.handshake.summary import Handshake
from tlsprobe.hello.fingerprint import ja3_and_ja4, ja3s
from tlsprobe.model.observation import (
    Captured,
    Failure,
    Fingerprints,
    HelloSize,
    Observation,
    Opinion,
    SourceKind,
    Target,
    Timings,
)
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.timestamps import presented_scts

# More certificates than any server sends; a hostile one could send tens of thousands of tiny ones.
MAX_CHAIN = 32


def observe(
    handshake: Handshake,
    *,
    target: Target,
    source: SourceKind,
    profile: str,
    taken: datetime,
    timings: Timings = Timings(),
    failure: Failure | None = None,
    opinion: Opinion | None = None,
    captured: Captured | None = None,
    proxy: ProxyReply | None = None,
    hello_size: HelloSize | None = None,
) -> Observation:
    """What `handshake` shows of `target`."""
    chain = tuple(parse(der) for der in handshake.certificates[:MAX_CHAIN])
    return Observation(
        target=target,
        source=source,
        profile=profile,
        taken=taken,
        handshake=handshake,
        chain=chain,
        cut_leaf=parse_cut(handshake.cut_leaf) if handshake.cut_leaf else None,
        scts=presented_scts(chain, handshake),
        fingerprints=_fingerprints(handshake),
        failure=failure,
        timings=timings,
        opinion=opinion,
        captured=captured,
        proxy=proxy,
        hello_size=hello_size,
    )


def _fingerprints(handshake: Handshake) -> Fingerprints:
    hello, answer = handshake.client_hello, handshake.server_hello
    ja3 = ja4 = None
    if hello is not None and not hello.ssl2:  # both are defined for TLS's own format alone
        (_, ja3), ja4 = ja3_and_ja4(hello)
    return Fingerprints(ja3=ja3, ja3s=None if answer is None else ja3s(answer)[1], ja4=ja4)
