"""What the certificates of the path forbid, and is done all the same."""

from collections.abc import Iterator

from tlsprobe.certs.constraints import Constraint, breaches
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference

_WORDS = {
    Constraint.NOT_A_CA: "signs others, but is no CA",
    Constraint.NO_CERT_SIGN: "signs others, but its key usage does not let it",
    Constraint.PATH_LENGTH: "has more CAs below it than it permits",
    Constraint.NOT_FOR_SERVERS: "is not for TLS servers",
}


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 5280 section 6.1")
def constraint_broken(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The signatures verify up to a public CA, but a certificate on the way may not do what it does.

    Clients refuse such a chain, and it must not pass for the owner's.
    """
    path = public_path(observation, reference)
    for breach in breaches(path) if path.anchor is not None else ():
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the certificate of {breach.certificate.subject} {_WORDS[breach.constraint]}",
            facts={"subject": breach.certificate.subject, "breaks": breach.constraint.value},
        )
