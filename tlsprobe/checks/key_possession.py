"""Whether the peer holds the key of the leaf that it presents."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.events import KeyProof
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import second_opinion
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.POSSESSION, cites="RFC 8446 section 4.4.3, RFC 5246 section 7.4")
def key_possession(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The peer signed this very handshake with the leaf's key, or failed to.

    Anybody can send the owner's certificates; only who holds the key can sign. Where the key
    exchange signs nothing (RSA), a finished handshake of the second opinion shows the same.

    In a capture that is a handshake of TLS 1.2 or before in which the server went on to its own
    sealed Finished. Without the leaf's key it could not have read the secret that the client sent
    it under that key (RSA); and to a signature that is not in sight, or that cannot be checked
    here, the client has said yes by then, for only to *his* Finished does a server answer so.
    """
    opinion = second_opinion(observation, reference)
    match observation.handshake.key_proof:
        case KeyProof.PROVEN:
            yield _finding(
                Leaning.ORIGIN, Weight.HINT, "the peer proved that it holds the leaf's key"
            )
        case KeyProof.FAILED if observation.captured is not None and not _refused(observation):
            yield _finding(
                Leaning.INTERCEPTION,
                Weight.HINT,
                "the peer's signature does not verify under the leaf's key, and the client did not mind:"
                " the capture may be damaged",
            )
        case KeyProof.FAILED:
            yield _finding(
                Leaning.INTERCEPTION,
                Weight.PROOF,
                "the peer's signature does not verify under the leaf's key:"
                " it shows a certificate that is not its own",
            )
        case KeyProof.NOT_SEEN | KeyProof.UNREADABLE:
            if (
                opinion is not None
                and opinion.opinion is not None
                and opinion.opinion.completed
                and opinion.chain[:1] == observation.chain[:1]
            ):
                yield _finding(
                    Leaning.ORIGIN,
                    Weight.HINT,
                    f"the handshake that {opinion.opinion.library} finished shows"
                    " that the peer holds the leaf's key",
                )
            elif observation.captured is not None and observation.handshake.finished:
                yield _finding(
                    Leaning.ORIGIN,
                    Weight.HINT,
                    "the peer finished its handshake, which takes the leaf's key",
                )


def _refused(observation: Observation) -> bool:
    """Whether the client said that a signature does not verify (RFC 8446 section 6.2)."""
    return any(
        one.direction is Direction.CLIENT and one.alert.name == "decrypt_error"
        for one in observation.handshake.alerts
    )


def _finding(leaning: Leaning, weight: Weight, summary: str) -> Finding:
    return Finding(leaning=leaning, weight=weight, summary=summary)
