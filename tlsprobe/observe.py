"""From a handshake to an observation: the facts that checks look at, gathered once."""

from datetime import datetime
from functools import lru_cache

from tlsprobe.certs import ocsp, sct
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.certs.remembering import LARGEST
from tlsprobe.handshake.summary import Handshake
from tlsprobe.hello.fingerprint import ja3_and_ja4, ja3s
from tlsprobe.model.observation import (
    Captured,
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
    captured: Captured | None = None,
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
        scts=_scts(chain, handshake),
        fingerprints=_fingerprints(handshake),
        failure=failure,
        timings=timings,
        opinion=opinion,
        captured=captured,
    )


def _fingerprints(handshake: Handshake) -> Fingerprints:
    hello, answer = handshake.client_hello, handshake.server_hello
    ja3 = ja4 = None
    if hello is not None and not hello.ssl2:  # both are defined for TLS's own format alone
        (_, ja3), ja4 = ja3_and_ja4(hello)
    return Fingerprints(ja3=ja3, ja3s=None if answer is None else ja3s(answer)[1], ja4=ja4)


def _scts(chain: tuple[Certificate, ...], handshake: Handshake) -> tuple[PresentedSct, ...]:
    """The leaf's timestamps from certificate, TLS extension and staple (RFC 6962 section 3.3)."""
    inside = chain[0].sct_list if chain else None
    beside = tuple([one.body for one in handshake.sct_lists if one.index == 0])
    staples = tuple([one.body for one in handshake.ocsp_responses if one.index == 0])
    # Servers staple the same to everybody for days; monsters are not remembered.
    size = len(inside or b"") + sum(map(len, beside)) + sum(map(len, staples))
    return (_remembered_scts if size <= LARGEST else _read_scts)(inside, beside, staples)


def _read_scts(
    inside: bytes | None, beside: tuple[bytes, ...], staples: tuple[bytes, ...]
) -> tuple[PresentedSct, ...]:
    lists = [(SctSource.CERTIFICATE, inside)] if inside else []
    lists += [(SctSource.TLS_EXTENSION, body) for body in beside]
    stapled = [ocsp.parse(body).sct_list for body in staples]
    lists += [(SctSource.OCSP_RESPONSE, found) for found in stapled if found]
    return tuple(
        PresentedSct(source, one) for source, body in lists for one in sct.parse(body).scts
    )


_remembered_scts = lru_cache(maxsize=1024)(_read_scts)
