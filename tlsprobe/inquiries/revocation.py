"""Whether the presented certificates were revoked, asked where they say that one may ask."""

from collections.abc import Iterator

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
    subjects = _subjects(_path(asked.report.observation, asked.settings.reference))
    return Learned(revocation=await asked.world.revocation().ask(subjects))


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


REVOCATION = Inquiry(_wanted, _inquire)
