"""What was not seen of a handshake that shows no certificate, or no proof of its key: in words.

A capture shows what happened to pass by: half a session, one direction of it, or what only its two
ends can read. None of that is anybody's fault, and a report has to say which it was.
"""

from collections.abc import Callable

from tlsprobe.handshake.events import AnomalyKind
from tlsprobe.handshake.summary import Handshake, Reached
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.observation import Observation
from tlsprobe.wire.codepoints import TLS_1_3, cipher_suite_name

_Words = Callable[[Observation], str | None]


def no_chain(observation: Observation) -> str:
    """Why there is no certificate chain to judge; the first reason that applies."""
    for words in _NO_CHAIN:
        if said := words(observation):
            return said
    return "no certificate chain could be read"


def no_proof(observation: Observation) -> str:
    """Why it is not known whether the peer holds the key of the certificate that it showed."""
    if observation.captured is None:
        return "the peer was not seen to prove that it holds the certificate's key"
    if not observation.handshake.client_hellos:
        return (
            "the capture lacks the client's hello, so that the proof of the certificate's key cannot"
            " be checked"
        )
    return "the capture does not show the peer prove that it holds the certificate's key"


def _resumed(observation: Observation) -> str | None:
    resumed = observation.handshake.resumed
    return "a resumed session: no certificate is sent in it" if resumed else None


def _cut(observation: Observation) -> str | None:
    leaf = observation.cut_leaf
    if leaf is None and not observation.handshake.certificates_cut:
        return None
    if leaf is None or leaf.issuer is None:
        return "the leaf was cut by loss in the capture before its issuer's name"
    whose = "" if leaf.subject is None else f", which names {leaf.subject},"
    return f"the leaf{whose} was cut by loss in the capture: it names {leaf.issuer} as its issuer"


def _sealed(observation: Observation) -> str | None:
    handshake = observation.handshake
    if handshake.version != TLS_1_3 or not handshake.sealed:
        return None
    return "TLS 1.3: the certificate is encrypted, and no key log was given that opens it"


def _one_sided(observation: Observation) -> str | None:
    handshake = observation.handshake
    if observation.captured is None or observation.captured.complete:
        return None
    if handshake.server_hello is None and handshake.client_hellos:
        return "the capture does not show what the server sent"
    if _gap(handshake):
        return "packets are missing in the capture before the server's certificate"
    return None if handshake.client_hellos else "the capture begins in the middle of the session"


def _ended(observation: Observation) -> str | None:
    handshake = observation.handshake
    if observation.captured is None:
        return None
    if _gap(handshake):
        return "packets are missing in the capture before the server's certificate"
    if handshake.reached is Reached.NOTHING:
        return "the capture ends before the server's answer"
    if handshake.reached is Reached.SERVER_HELLO:
        return "the capture ends before the server's certificate"
    return None


def _gap(handshake: Handshake) -> bool:
    return any(
        one.kind is AnomalyKind.GAP and one.direction is Direction.SERVER
        for one in handshake.anomalies
    )


def _without(observation: Observation) -> str | None:
    handshake = observation.handshake
    if handshake.reached is not Reached.PROOF or handshake.cipher_suite is None:
        return None
    return f"no certificate is sent with {cipher_suite_name(handshake.cipher_suite)}"


_NO_CHAIN: tuple[_Words, ...] = (_resumed, _cut, _sealed, _one_sided, _ended, _without)
