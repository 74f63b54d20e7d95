"""How a leaf looks that a box makes for the very connection that it is shown in.

Such a box signs for any name at any moment, so its leafs need not live long, and it has nowhere to
revoke one. An organisation's own short-lived PKI makes the same (a server of step-ca gives a day):
the looks alone say little. They say much beside a CA that calls itself an inspecting product's: to
mint for public names is what that CA is for.
"""

from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.names import covers
from tlsprobe.model.naming import naming
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Confidence, IssuerLabel, Reference, host_key
from tlsprobe.wire.ip_literals import is_ip_literal

LONGEST_LIFE = timedelta(days=14)
"""Cisco documents ten days at most for leafs of Umbrella (support.umbrella.com 14723683519380)."""

JUST_NOW = timedelta(hours=1)
"""A leaf that is so young was made for this connection, or is the first of a new one."""

NOT_PUBLIC = frozenset(
    ("local", "localhost", "localdomain", "internal", "intranet", "private", "corp", "home", "lan",
     "arpa", "test", "invalid", "onion", "alt")
)  # fmt: skip
"""Last labels under which nobody owns a name for all the world: RFC 6761, RFC 6762, RFC 8375,
RFC 9476, ICANN's name for private use, and what networks use without asking (RFC 6762 appendix G)."""


def holds_its_signers_key(leaf: Certificate) -> bool:
    """Whether the leaf's key is the one that signed it, though it names another as its issuer."""
    return not leaf.self_issued and leaf.signed_by(leaf.spki_der) is True


def minted_on_the_fly(observation: Observation) -> bool:
    """Whether the leaf has the looks: a short life that has just begun, and no traces elsewhere.

    It was never logged, and names no place to ask about it or its issuer.
    """
    leaf, taken = observation.chain[0], observation.taken
    begin, end = leaf.not_before, leaf.not_after
    return (
        begin is not None
        and end is not None
        and begin <= taken <= end
        and end - begin <= LONGEST_LIFE
        and _left_no_traces(observation)
    )


def made_just_now(observation: Observation) -> bool:
    """Whether the leaf began within the last hour, however long it lives, and left no traces either.

    One name alone says little: every server starts with a new certificate some day.
    """
    begin, taken = observation.chain[0].not_before, observation.taken
    return begin is not None and begin <= taken <= begin + JUST_NOW and _left_no_traces(observation)


def _left_no_traces(observation: Observation) -> bool:
    leaf = observation.chain[0]
    return not observation.scts and not (leaf.crl_urls or leaf.ocsp_urls or leaf.ca_issuer_urls)


def says_that_it_inspects(observation: Observation, reference: Reference) -> IssuerLabel | None:
    """The product by whose CA's name the leaf was minted for somebody else's public name.

    A product has nothing to gain from this name unless it inspects. Only names count that a vendor
    or published chains vouch for, not those that customers give; and its own pages, on an address or
    a name of the inner network, it has to serve under some name.
    """
    label = naming(reference.labels, observation.chain)
    if label is None or label.confidence is Confidence.WEAK:
        return None
    return label if minted_for_a_public_name(observation) else None


def minted_for_a_public_name(observation: Observation) -> bool:
    """Whether the leaf looks minted, and covers a name that somebody owns for all the world."""
    public = is_public_name(observation) and covers(observation.chain[0], observation.target.host)
    return public and minted_on_the_fly(observation)


def public_domain(host: str) -> str | None:
    """Roughly the domain that somebody has registered for a host: None for addresses, inner names.

    Two labels, or three below what looks like ``co.uk``. Where that is wrong, several owners count as
    one, and not the other way round.
    """
    labels = host_key(host).split(".")
    if is_ip_literal(host) or len(labels) < 2 or labels[-1] in NOT_PUBLIC:
        return None
    nested = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if nested else labels[-2:])


def leads_away(host: str, onward: str) -> bool:
    """Whether an answer of `host` sends on to a host that is not known for the same owner's."""
    try:
        there = urlsplit(onward).hostname or host
    except ValueError:
        return True
    own = public_domain(host)
    return there != host and (own is None or own != public_domain(there))


def is_public_name(observation: Observation) -> bool:
    """Whether a name that somebody owns for all the world was asked for, outside of this network."""
    target = observation.target
    name = host_key(target.host)
    if is_ip_literal(name) or "." not in name or name.rpartition(".")[2] in NOT_PUBLIC:
        return False
    address = target.address
    if target.via is not None or address is None or not is_ip_literal(address):
        return True  # the proxy's own address says nothing of the name's
    return ip_address(address).is_global
