"""The stapled OCSP response held against the chain: what several checks ask of it."""

from typing import NamedTuple

from tlsprobe.certs import ocsp
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ocsp import Authority, OcspResponse, Revocation, SingleResponse
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import machine_path, public_path
from tlsprobe.model.reference import Reference


class Staple(NamedTuple):
    """The first staple for the leaf."""

    response: OcspResponse
    issuer: Certificate | None
    """A certificate of the key that is seen to have signed the leaf; None where that is not at hand."""
    answer: SingleResponse | None
    """What is said of a certificate with the leaf's serial number."""
    about: bool | None
    """Whether the answer is about this very leaf: it names its issuer's name and key as well."""
    authority: Authority
    """Whether who signed it may speak for the leaf's issuer."""


def staple(observation: Observation, reference: Reference) -> Staple | None:
    """The staple for the leaf; None where there is none."""
    bodies = [one.body for one in observation.handshake.ocsp_responses if one.index == 0]
    if not bodies or not observation.chain:
        return None
    leaf, issuer = observation.chain[0], _issuer(observation, reference)
    response = ocsp.parse(bodies[0])
    answer = next((one for one in response.responses if one.serial == leaf.serial), None)
    return Staple(
        response=response,
        issuer=issuer,
        answer=answer,
        about=answer.is_about(leaf, issuer) if answer and issuer else None,
        authority=ocsp.authority(bodies[0], issuer) if issuer else Authority.UNTOLD,
    )


def vouched_for(certificate: Certificate, observation: Observation, reference: Reference) -> bool:
    """Whether it is the leaf, and the server staples a fresh answer of its CA's: nobody need ask then."""
    if observation.chain[:1] != (certificate,):
        return False
    found = staple(observation, reference)
    if found is None or found.answer is None or found.about is not True:
        return False
    end = found.answer.next_update
    return (
        found.authority in (Authority.ISSUER, Authority.DELEGATE)
        and found.answer.status is Revocation.GOOD
        and (end is None or observation.taken <= end)
    )


def _issuer(observation: Observation, reference: Reference) -> Certificate | None:
    leaf = observation.chain[0]
    for path in (public_path(observation, reference), machine_path(observation, reference)):
        if path is not None and len(path.links) > 1:
            return path.links[1]
        if path is not None and path.anchor is not None and path.anchor.certificate is not None:
            return path.anchor.certificate
    return leaf if leaf.signed_by(leaf.spki_der) is True else None
