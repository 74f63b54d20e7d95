"""What the certificates of a path forbid, and is done all the same (RFC 5280 section 6.1).

Name constraints are left out: no check rests on them, and the second opinion's library applies them.
"""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from tlsprobe.certs import x509_extensions as x509
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path
from tlsprobe.certs.x509_extensions import ANY_USAGE, SERVER_AUTH


class Constraint(Enum):
    """A rule that a link breaks."""

    NOT_A_CA = "not-a-ca"
    """It signed a certificate, but is no CA by its basicConstraints."""
    NO_CERT_SIGN = "no-cert-sign"
    """It signed a certificate, but its keyUsage does not let it."""
    PATH_LENGTH = "path-length"
    """More CAs follow below it than it permits."""
    NOT_FOR_SERVERS = "not-for-servers"
    """Its extKeyUsage leaves out TLS servers."""


class Breach(Struct, frozen=True, kw_only=True):
    """One link and the rule that it breaks."""

    certificate: Certificate
    constraint: Constraint


_READ = frozenset((
    x509.BASIC_CONSTRAINTS, x509.KEY_USAGE, x509.EXTENDED_KEY_USAGE, x509.ALTERNATIVE_NAMES,
    x509.SUBJECT_KEY_ID, x509.AUTHORITY_KEY_ID, x509.CRL_POINTS, x509.AUTHORITY_INFORMATION,
    # Policies bind nobody who asks for none (RFC 5280 section 6.1.1).
    "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54",
))  # fmt: skip


def left_to_others(path: Path) -> tuple[Certificate, ...]:
    """Links with rules that are not applied here: name constraints, critical ones of unknown kind."""
    return tuple(
        link
        for index, link in enumerate(path.needed)
        if any(
            (one.kind == x509.NAME_CONSTRAINTS and index > 0)
            or (one.critical and one.kind not in _READ)
            for one in link.extensions
        )
    )


def breaches(path: Path) -> tuple[Breach, ...]:
    """Every constraint that a client would stop at, leaf first; a trust anchor is under none."""
    return tuple(
        Breach(certificate=link, constraint=constraint)
        for index, link in enumerate(path.needed)
        for constraint in _broken(link, path.links[1:index], signs=index > 0)
    )


def _broken(
    link: Certificate, between: tuple[Certificate, ...], *, signs: bool
) -> Iterator[Constraint]:
    """What one link breaks; `between` are the CAs below it."""
    usages = link.extended_key_usage
    if usages is not None and SERVER_AUTH not in usages and ANY_USAGE not in usages:
        yield Constraint.NOT_FOR_SERVERS
    if not signs:
        return
    if not link.is_ca:
        yield Constraint.NOT_A_CA
    if link.key_usage is not None and "keyCertSign" not in link.key_usage:
        yield Constraint.NO_CERT_SIGN
    limit = link.basic_constraints.path_length if link.basic_constraints else None
    if limit is not None and limit < sum(not one.self_issued for one in between):
        yield Constraint.PATH_LENGTH
