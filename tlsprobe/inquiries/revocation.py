"""Whether the presented certificates were revoked, asked where they say that one may ask."""

from collections.abc import Iterator
from functools import partial

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.lookups import Subject
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import machine_path, public_path
from tlsprobe.model.reference import Reference


def _wanted(asked: Asked) -> bool:
    return asked.world.revocation is not None and bool(asked.report.observation.chain)


async def _inquire(asked: Asked) -> Learned:
    if asked.world.revocation is None:
        return Learned()
    reference = asked.settings.reference
    subjects = _subjects(_path(asked.report.observation, reference))
    lookups = asked.world.revocation(asked.request.route)
    return Learned(revocation=await lookups.ask(subjects, partial(_known, reference)))


def _path(observation: Observation, reference: Reference) -> Path:
    """The path that a client of this machine would build, else the public one."""
    public = public_path(observation, reference)
    machine = machine_path(observation, reference)
    return machine if public.anchor is None and machine and machine.anchor else public


def _subjects(path: Path) -> Iterator[Subject]:
    """The certificates of a path but for a root, which nobody can revoke, each with its issuer."""
    above: list[Certificate | None] = [*path.links[1:], None]
    if path.anchor is not None:
        above[-1] = path.anchor.certificate
    for link, issuer in zip(path.links, above, strict=True):
        if link in path.needed and link.signed_by(link.spki_der) is not True:
            last = link == path.links[-1]
            yield Subject(link, issuer, issuer_missing=last and path.missing_intermediate)


def _known(reference: Reference, certificate: Certificate) -> Certificate | None:
    """The known CA's certificate whose key signed this one."""
    for store in (reference.public, reference.machine):
        for ca in () if store is None else store.by_encoded_name(certificate.issuer_der):
            if ca.certificate and certificate.signed_by(ca.certificate.spki_der) is True:
                return ca.certificate
    return None


REVOCATION = Inquiry(_wanted, _inquire)
