"""The simple rules that people use today, each over the chain that `tlsprobe` recorded.

They are our own implementations of what scripts, forum answers and vendors' checklists do. Each
gets what it would have in its user's hands: certifi and the bench's public roots as the public
store, the machine's own store, and, for the last one, the leaf that another place sees.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from OpenSSL import crypto

from benchmarks.accuracy.scenario import Seen
from benchmarks.accuracy.scoring import Answer, Call
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.names import covers
from tlsprobe.store.trust_stores import certifi_store

VENDORS = (
    "zscaler", "netskope", "palo alto", "fortinet", "fortigate", "umbrella", "cisco", "blue coat",
    "bluecoat", "symantec", "forcepoint", "websense", "sophos", "check point", "checkpoint",
    "skyhigh", "mcafee", "watchguard", "sonicwall", "barracuda", "cato", "iboss", "menlo",
    "cloudflare", "azure firewall", "forefront", "kaspersky", "eset", "avast", "avg", "bitdefender",
    "mitmproxy", "charles", "fiddler", "portswigger", "burp", "sslsplit", "squid",
)  # fmt: skip
"""Makers of what inspects."""
WORDS = ("proxy", "inspect", "firewall", "gateway", "filter", "intercept", "mitm")
"""What their CAs are called where customers name them."""
KNOWN_ISSUERS = (
    "microsoft", "digicert", "globalsign", "entrust", "sectigo", "let's encrypt", "amazon",
    "google trust services", "godaddy", "baltimore", "verisign", "geotrust", "comodo", "identrust",
    "bench trust services", "lab trust services", "lab cloud corporation",
)  # fmt: skip
"""Public CAs that allow lists name, and those that count as public in the lab and on the bench; what
is too new, too old or too small for such a list is not on it."""

Rule = Callable[[Seen], Answer]


def issuer_keyword(seen: Seen) -> Answer:
    """The leaf's issuer contains the name of a vendor, or a word that inspecting CAs bear."""
    if not seen.chain:
        return Answer(Call.UNDECIDED)
    issuer = _issuer(seen)
    named = next((vendor for vendor in VENDORS if _is_word(vendor, issuer)), "")
    found = named or any(word in issuer for word in WORDS)
    return Answer(Call.ALARM if found else Call.CLEAR, named=named)


def issuer_not_allowed(seen: Seen) -> Answer:
    """The leaf's issuer contains none of the names on a list of public CAs."""
    if not seen.chain:
        return Answer(Call.UNDECIDED)
    issuer = _issuer(seen)
    return _called(not any(word in issuer for word in KNOWN_ISSUERS))


def store_difference(seen: Seen) -> Answer:
    """The machine's own store verifies the chain, and the public one does not."""
    if not seen.chain or seen.machine is None:
        return Answer(Call.UNDECIDED)
    return _called(_verifies(seen, seen.machine) and not _is_public(seen))


def not_verifiable(seen: Seen) -> Answer:
    """OpenSSL, as curl asks it, does not verify chain and name against the public roots."""
    if not seen.chain:
        return Answer(Call.UNDECIDED)
    return _called(not (_is_public(seen) and covers(parse(seen.chain[0]), seen.host)))


def leaf_differs(seen: Seen) -> Answer:
    """Another place sees another leaf."""
    if not seen.chain or seen.elsewhere is None:
        return Answer(Call.UNDECIDED)
    return _called(seen.chain[0] != seen.elsewhere)


RULES: tuple[tuple[str, Rule], ...] = (
    ("issuer contains a vendor's name or a keyword", issuer_keyword),
    ("issuer not on an allow list of names", issuer_not_allowed),
    ("only the machine's own store verifies", store_difference),
    ("not verifiable against public roots (curl, openssl)", not_verifiable),
    ("leaf differs from what another place sees", leaf_differs),
)


def _called(alarm: bool) -> Answer:  # noqa: FBT001 - a rule is a question
    return Answer(Call.ALARM if alarm else Call.CLEAR)


def _issuer(seen: Seen) -> str:
    """Organisation, unit and common name of the issuer, in lower case."""
    leaf = parse(seen.chain[0])
    parts = (*leaf.issuer_organisations, *leaf.issuer_units, *leaf.issuer_common_names)
    return " ".join(parts).lower()


def _is_word(word: str, text: str) -> bool:
    """Whole words only: "eset" stands in "reset" as well."""
    return re.search(rf"\b{re.escape(word)}", text) is not None


def _is_public(seen: Seen) -> bool:
    return _verifies(seen, (*_certifi(), *seen.public))


@cache
def _certifi() -> tuple[bytes, ...]:
    return tuple(certifi_store().encoded)


def _verifies(seen: Seen, roots: Iterable[bytes]) -> bool:
    """Whether OpenSSL verifies the chain as of its time, whatever the name."""
    try:
        leaf, *others = [_loaded(der) for der in seen.chain]
        crypto.X509StoreContext(_store(tuple(roots), seen.taken), leaf, others).verify_certificate()
    except crypto.Error:
        return False
    except crypto.X509StoreContextError:
        return False
    return True


def _store(roots: tuple[bytes, ...], at: datetime) -> crypto.X509Store:
    store = crypto.X509Store()
    store.set_time(at)
    for der in roots:
        store.add_cert(_loaded(der))
    return store


@cache
def _loaded(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)
