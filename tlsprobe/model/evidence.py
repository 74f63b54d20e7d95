"""What of an observation can bear on the verdict: equal evidence is judged once.

A big capture shows the same server, chain and behaviour thousands of times. `evidence` is what two
observations must have in common so that every check finds the same in both; the time is left to
`moments`. Each field of an observation is part of it, made of such, or named in `NOT_EVIDENCE`, and
no check may look at those: tests hold both.
"""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import cast

from tlsprobe.handshake.events import Anomaly
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.delays import answered_late
from tlsprobe.model.observation import Captured, Fingerprints, Observation, Target
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease
from tlsprobe.wire.ip_literals import is_ip_literal
from tlsprobe.wire.messages import CertificateRequest, ClientHello

Evidence = tuple[Hashable, ...]
"""Made of tuples, numbers, text, bytes and enums; of a second opinion and a canary as they are."""

LONGEST_OFFER = 256
"""Bytes of an extension that are looked into; honest ones have some dozens."""

_PLAIN = frozenset(
    (*map(str, {*range(1, 224)} - {10, 100, 127, 169, 172, 192, 198, 203}),
     *(f"{number:x}" for number in range(0x2400, 0x2D00)))
)  # fmt: skip
"""What addresses begin with in whose neighbourhood the registries of special-purpose addresses
(IANA, RFC 6890) have no other: nearly all that servers have."""
_PRIVATE = ("10.", "192.168.")

DERIVED: Mapping[type, Mapping[str, str]] = {
    Observation: {
        "scts": "made of the chain, the stapled lists and the OCSP responses",
        "cut_leaf": "made of the handshake's",
    },
}
"""What need not be part of it, since it is made of what is."""
NOT_EVIDENCE: Mapping[type, Mapping[str, str]] = {
    Observation: {
        "taken": "a verdict holds for a span of time, see `moments`",
        "timings": "of this connection, but for an answer that came late",
        "hello_size": "what was sent, and not what was answered",
        "left_out": "what was not asked, and so not answered",
    },
    Target: {"address": "one of many that a name has; what counts is whether it is a public one"},
    Handshake: {
        "client_hellos": "random, but for what the last one offers to choose from",
        "server_hello": "random; the fingerprints stand for it",
        "certificates": "the chain is made of them",
        "client_certificates": "the client's, not the server's",
    },
    Fingerprints: {"ja3": "other each time where a client shuffles extensions; JA4 stands for it"},
    Anomaly: {"at": "of this connection"},
    Captured: {
        "file": "where it stands",
        "stream": "where it stands",
        "frame": "where it stands",
        "client": "who asks",
        "server": "one of many addresses that a name has",
        "comments": "of the packets, not of the handshake",
    },
}


def evidence(observation: Observation) -> Evidence:
    """What of an observation can bear on the verdict."""
    target, prints = observation.target, observation.fingerprints
    failure, opinion = observation.failure, observation.opinion
    return (
        target.host, target.port, target.sni, target.via,
        observation.source, observation.profile,
        tuple([one.der for one in observation.chain]), observation.names, observation.unreached,
        tuple([one.address for one in observation.slower]),
        prints.ja3s, prints.ja4,
        failure and (failure.stage, failure.kind, failure.detail),
        opinion, observation.variation,
        target.address and _place(target.address), answered_late(observation),
        _handshake(observation.handshake),
        _captured(observation.captured),
        observation.proxy, observation.revocation, observation.hops, observation.canary,
        observation.jarm,
    )  # fmt: skip


def size(part: object) -> int:
    """About how many bytes evidence takes."""
    if isinstance(part, tuple):
        return 64 + sum(map(size, cast("Evidence", part)))
    return 64 + len(part) if isinstance(part, bytes | str) else 32


def _handshake(one: Handshake) -> Evidence:
    return (
        one.client_hellos and _offer(one.client_hellos[-1]), one.server_hello is None,
        one.hello_retry is None, one.version, one.cipher_suite, one.group, one.alpn,
        one.extended_master_secret, one.downgrade_sentinel, one.encrypted_extensions,
        len(one.certificates), one.certificates_cut, one.cut_leaf,
        one.ocsp_responses
        and tuple([(each.index, each.source, each.body) for each in one.ocsp_responses]),
        one.sct_lists and tuple([(each.index, each.source, each.body) for each in one.sct_lists]),
        one.certificate_request and _request(one.certificate_request),
        one.key_proof, one.signature_scheme,
        one.alerts
        and tuple([(each.direction, each.alert.level, each.alert.description)
                   for each in one.alerts]),
        one.anomalies
        and tuple([(each.direction, each.kind, each.detail) for each in one.anomalies]),
        one.reached, one.sealed, one.sealed_records, one.client_sealed, one.resumed, one.finished,
        one.garbage,
    )  # fmt: skip


def _offer(hello: ClientHello) -> Evidence:
    """Versions, groups, and whether protocols are among them: what a server has to choose from."""
    bodies = dict(reversed(hello.extensions))  # the first of each code counts
    versions, groups = bodies.get(ext.SUPPORTED_VERSIONS), bodies.get(ext.SUPPORTED_GROUPS)
    return (
        hello.legacy_version,
        versions and _without_grease(versions, 1),
        groups and _without_grease(groups, 2),
        ext.ALPN in bodies,
    )


@lru_cache(maxsize=4096)
def _without_grease(body: bytes, prefix: int) -> bytes:
    """The two-byte numbers behind a length of `prefix` bytes, but for those that mean nothing."""
    head, numbers = body[:prefix], body[prefix:]
    if len(body) > LONGEST_OFFER:
        return body
    pairs = [numbers[at : at + 2] for at in range(0, len(numbers), 2)]
    return head + b"".join(pair for pair in pairs if not is_grease(int.from_bytes(pair)))


def _place(address: str) -> bool | None:
    """Whether the address is one that everybody can reach; None for what is no address."""
    if address.startswith(_PRIVATE):
        return False
    head = address.partition("." if "." in address else ":")[0]
    return True if head in _PLAIN else _looked_up(address)


@lru_cache(maxsize=4096)
def _looked_up(address: str) -> bool | None:
    return ip_address(address).is_global if is_ip_literal(address) else None


def _request(one: CertificateRequest) -> Evidence:
    return one.authorities, one.certificate_types, one.signature_schemes, one.extensions


def _captured(one: Captured | None) -> Evidence | None:
    if one is None:
        return None
    return one.prelude, one.complete, one.syn_ack_ttl, one.answer_ttl, one.overlaps, one.disputed
