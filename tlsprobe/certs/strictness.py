"""What verifiers refuse that hold chains to RFC 5280 to the letter, and others let pass.

OpenSSL does under ``X509_V_FLAG_X509_STRICT``, which Python sets from 3.13 on for every client that
takes its default. The rules are those of its `check_extensions` in version 3, of which 4.0 has let go
two: that basicConstraints and the names of an empty subject are critical. A chain of one certificate
is under none of them, as there (RFC 6818 section 2).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from tlsprobe.certs import der
from tlsprobe.certs import x509_extensions as x509
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path
from tlsprobe.certs.remembering import remembered


class Fault(Enum):
    """A rule that a certificate breaks; the value says how, after its name."""

    NOT_A_CA = "signs others, but has no basicConstraints that say so"
    CONSTRAINTS_NOT_CRITICAL = "is a CA, but its basicConstraints are not critical"
    PATH_LENGTH_OF_NO_CA = "has a path length, but is no CA"
    PATH_LENGTH_WITHOUT_SIGNING = "has a path length, but no keyUsage for signing certificates"
    NO_KEY_USAGE = "is a CA, but has no keyUsage"
    SIGNS_BUT_IS_NO_CA = "has a keyUsage for signing certificates, but is no CA"
    ISSUER_EMPTY = "has no issuer name"
    SUBJECT_EMPTY = "has no subject name"
    NAMES_NOT_CRITICAL = "has no subject name, but its subjectAltName is not critical"
    NAMES_EMPTY = "has an empty subjectAltName"
    TWO_ALGORITHMS = "names two different signature algorithms"
    AUTHORITY_KEY_ID_CRITICAL = "has a critical authorityKeyIdentifier"
    SUBJECT_KEY_ID_CRITICAL = "has a critical subjectKeyIdentifier"
    NO_AUTHORITY_KEY_ID = "has no authorityKeyIdentifier"
    NO_SUBJECT_KEY_ID = "is a CA, but has no subjectKeyIdentifier"
    OLD_VERSION_WITH_EXTENSIONS = "has extensions, which its version does not have"


class Found(NamedTuple):
    """One certificate and the rule that it breaks."""

    certificate: Certificate
    fault: Fault


def faults(path: Path) -> tuple[Found, ...]:
    """Everything on the path, its anchor included, that a strict verifier stops at; leaf first."""
    anchor = None if path.anchor is None else path.anchor.certificate
    if anchor is None:
        return _faults(path.links, anchored=False)
    # A client looks at its own certificate of the anchor's key, whichever was sent.
    below = tuple(one for one in path.links if one.spki_sha256 != anchor.spki_sha256)
    return _faults((*below, anchor), anchored=True)


@remembered(1024)
def _faults(links: tuple[Certificate, ...], *, anchored: bool) -> tuple[Found, ...]:
    """The faults of links of which the last is the top, if it is `anchored` or signs itself."""
    if len(links) < 2:
        return ()
    top = links[-1] if anchored or links[-1].self_issued else None
    return tuple(
        Found(link, fault)
        for at, link in enumerate(links)
        for fault in _faults_of(link, signs=at > 0, top=link is top)
    )


@remembered(1024)
def _faults_of(link: Certificate, *, signs: bool, top: bool) -> tuple[Fault, ...]:
    """The faults of one link: the CAs above a leaf are the same for many of them."""
    return (*_constraints(link, signs=signs), *_names(link), *_identifiers(link, top=top))


def _constraints(link: Certificate, *, signs: bool) -> Iterator[Fault]:
    """RFC 5280 sections 4.2.1.3 and 4.2.1.9."""
    usage = link.key_usage
    if signs and not link.is_ca:
        yield Fault.NOT_A_CA
    if link.basic_constraints is not None and link.basic_constraints.path_length is not None:
        if not link.is_ca:
            yield Fault.PATH_LENGTH_OF_NO_CA
        if usage is None or "keyCertSign" not in usage:
            yield Fault.PATH_LENGTH_WITHOUT_SIGNING
    if link.is_ca and not _critical(link, x509.BASIC_CONSTRAINTS):
        yield Fault.CONSTRAINTS_NOT_CRITICAL
    if link.is_ca and usage is None:
        yield Fault.NO_KEY_USAGE
    if not link.is_ca and usage is not None and "keyCertSign" in usage:
        yield Fault.SIGNS_BUT_IS_NO_CA


def _names(link: Certificate) -> Iterator[Fault]:
    """RFC 5280 sections 4.1.2.4, 4.1.2.6 and 4.2.1.6."""
    names = link.extension(x509.ALTERNATIVE_NAMES)
    if _is_empty(link.issuer_der):
        yield Fault.ISSUER_EMPTY
    if _is_empty(link.subject_der):
        usage = link.key_usage or ()
        if link.is_ca or "cRLSign" in usage or names is None:
            yield Fault.SUBJECT_EMPTY
        elif not _critical(link, x509.ALTERNATIVE_NAMES):
            yield Fault.NAMES_NOT_CRITICAL
    if names is not None and _is_empty(names):
        yield Fault.NAMES_EMPTY


def _identifiers(link: Certificate, *, top: bool) -> Iterator[Fault]:
    """RFC 5280 sections 4.1.1.2, 4.1.2.1, 4.2.1.1 and 4.2.1.2."""
    outline = link.outline
    if outline.algorithm and outline.algorithm != outline.inner_algorithm:
        yield Fault.TWO_ALGORITHMS
    if _critical(link, x509.AUTHORITY_KEY_ID):
        yield Fault.AUTHORITY_KEY_ID_CRITICAL
    if _critical(link, x509.SUBJECT_KEY_ID):
        yield Fault.SUBJECT_KEY_ID_CRITICAL
    if outline.version is not None and outline.version < 3:
        if link.extensions:
            yield Fault.OLD_VERSION_WITH_EXTENSIONS
        return
    if not top and link.authority_key_id is None:
        yield Fault.NO_AUTHORITY_KEY_ID
    if link.is_ca and link.subject_key_id is None:
        yield Fault.NO_SUBJECT_KEY_ID


def _critical(link: Certificate, kind: str) -> bool:
    return any(one.critical for one in link.extensions if one.kind == kind)


def _is_empty(sequence: bytes) -> bool:
    """Whether an encoded SEQUENCE has no member."""
    return der.inside(sequence, der.SEQUENCE) == []
