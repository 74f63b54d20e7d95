"""The handwriting of programs that mint: the parts of their leaves, their order and their dates.

Programs whose CA the customer names leave no name of their own, but each builds its leaves in its own
way. Seen of squid 5.7, sslsplit 0.5.5 and mitmproxy 11.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from tlsprobe.certs.certificate import Certificate
from tlsprobe.model.minting import holds_its_signers_key

SUBJECT_KEY, KEY_USAGE, ALTERNATIVE_NAMES = "2.5.29.14", "2.5.29.15", "2.5.29.17"
CONSTRAINTS, AUTHORITY_KEY, EXTENDED_USAGE = "2.5.29.19", "2.5.29.35", "2.5.29.37"
_ISSUER_IN_AUTHORITY_KEY = 0xA1
"""The tag of authorityCertIssuer (RFC 5280 section 4.2.1.1), behind 20 bytes of keyIdentifier."""


class Program(NamedTuple):
    """A program and how to tell its leaves."""

    name: str
    makes: Callable[[Certificate], bool]


def written_by(leaf: Certificate) -> str | None:
    """The program that makes leaves like this one; None where none is known to."""
    return next((one.name for one in PROGRAMS if one.makes(leaf)), None)


def _by_squid(leaf: Certificate) -> bool:
    """It has its signer's key, and the server's own extensions with the signer's identifier behind.

    It says nothing of its own key, which the server's certificate would.
    """
    kinds = _kinds(leaf)
    return (
        kinds[-1:] == (AUTHORITY_KEY,)
        and CONSTRAINTS in kinds
        and SUBJECT_KEY not in kinds
        and holds_its_signers_key(leaf)
    )


def _by_mitmproxy(leaf: Certificate) -> bool:
    """It has its signer's key, and begins with what it is for and its names, without constraints."""
    kinds = _kinds(leaf)
    return (
        kinds[:2] == (EXTENDED_USAGE, ALTERNATIVE_NAMES)
        and not {CONSTRAINTS, KEY_USAGE, SUBJECT_KEY} & {*kinds}
        and holds_its_signers_key(leaf)
    )


def _by_sslsplit(leaf: Certificate) -> bool:
    """It names its issuer's issuer as well, and lives for 365 days to the second."""
    begin, end = leaf.not_before, leaf.not_after
    identifier = leaf.extension(AUTHORITY_KEY) or b""
    return (
        _kinds(leaf)
        == (SUBJECT_KEY, AUTHORITY_KEY, CONSTRAINTS, KEY_USAGE, EXTENDED_USAGE, ALTERNATIVE_NAMES)
        and _ISSUER_IN_AUTHORITY_KEY in identifier[22:26]
        and begin is not None
        and end is not None
        and end - begin == timedelta(days=365)
    )


def _kinds(leaf: Certificate) -> tuple[str, ...]:
    return tuple(one.kind for one in leaf.extensions)


PROGRAMS = (
    Program("Squid", _by_squid),
    Program("mitmproxy", _by_mitmproxy),
    Program("sslsplit", _by_sslsplit),
)
