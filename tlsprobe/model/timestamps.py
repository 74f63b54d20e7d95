"""The certificate timestamps that a handshake shows, from every place where they can stand."""

from functools import lru_cache

from tlsprobe.certs import ocsp, sct
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import LARGEST
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.observation import PresentedSct, SctSource


def presented_scts(
    chain: tuple[Certificate, ...], handshake: Handshake
) -> tuple[PresentedSct, ...]:
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
