"""Revocation lookups of the fixtures' chains, as an inquiry would have brought them."""

from msgspec.structs import replace

from tests.evidence import TAKEN, observation
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.model.observation import Failure, FailureKind, Observation, Stage
from tlsprobe.model.revocation import LookupKind, Outcome, RevocationLookup

DROPPED = Failure(stage=Stage.TCP, kind=FailureKind.SILENCE, detail="192.0.2.9:80 did not answer")


def looked_up(presented: str, *asked: dict[str, object], **arguments: object) -> Observation:
    """A probe of a chain, with lookups; `of` is a certificate's place in the chain, the leaf's at first."""
    seen = observation(presented, **arguments)
    lookups: list[RevocationLookup] = []
    for one in asked:
        fields = dict(one)
        certificate = seen.chain[int(fields.pop("of", 0))]
        lookups.append(RevocationLookup(certificate=certificate, **fields))
    return replace(seen, revocation=tuple(lookups))


def blocked(path: str = "ocsp", **fields: object) -> dict[str, object]:
    """A lookup that nobody answers."""
    return {
        "kind": LookupKind.OCSP, "url": f"http://{path}.example/", "outcome": Outcome.BLOCKED,
        "detail": DROPPED.detail, "failure": DROPPED, "elapsed": 5000.0, **fields,
    }  # fmt: skip


def answered(path: str = "ocsp", **fields: object) -> dict[str, object]:
    """A lookup that the CA answers."""
    return {
        "kind": LookupKind.OCSP, "url": f"http://{path}.example/", "outcome": Outcome.ANSWERED,
        "status": Revocation.GOOD, "authority": Authority.ISSUER, "this_update": TAKEN,
        "elapsed": 7.0, **fields,
    }  # fmt: skip


def unfit(why: Unfit = Unfit.OUT_OF_DATE, **fields: object) -> dict[str, object]:
    """A lookup with an answer that is of no use."""
    return {**answered(), "outcome": Outcome.UNFIT, "unfit": why, "detail": "it ended", **fields}
