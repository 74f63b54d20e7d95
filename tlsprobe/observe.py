"""From a handshake to an observation: the facts that checks look at, gathered once."""

from datetime import datetime

from tlsprobe.certs import ocsp, sct
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.handshake.summary import Handshake
from tlsprobe.hello.fingerprint import ja3, ja3s, ja4
from tlsprobe.model.observation import (
    Failure,
    Fingerprints,
    Observation,
    Opinion,
    PresentedSct,
    SctSource,
    SourceKind,
    Target,
    Timings,
)

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
        scts=_scts(chain, handshake),
        fingerprints=_fingerprints(handshake),
        failure=failure,
        timings=timings,
        opinion=opinion,
    )


def _fingerprints(handshake: Handshake) -> Fingerprints:
    hello, answer = handshake.client_hello, handshake.server_hello
    return Fingerprints(
        ja3=None if hello is None else ja3(hello)[1],
        ja3s=None if answer is None else ja3s(answer)[1],
        ja4=None if hello is None else ja4(hello),
    )


def _scts(chain: tuple[Certificate, ...], handshake: Handshake) -> tuple[PresentedSct, ...]:
    """The leaf's timestamps from certificate, TLS extension and staple (RFC 6962 section 3.3)."""
    lists: list[tuple[SctSource, bytes]] = []
    if chain and chain[0].sct_list:
        lists.append((SctSource.CERTIFICATE, chain[0].sct_list))
    lists += [(SctSource.TLS_EXTENSION, one.body) for one in handshake.sct_lists if one.index == 0]
    for staple in handshake.ocsp_responses:
        if staple.index == 0 and (found := ocsp.parse(staple.body).sct_list):
            lists.append((SctSource.OCSP_RESPONSE, found))
    return tuple(
        PresentedSct(source, one) for source, body in lists for one in sct.parse(body).scts
    )
