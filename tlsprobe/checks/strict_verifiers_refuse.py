"""Certificates that break RFC 5280 in a way at which only strict clients stop."""

from collections.abc import Iterator

from tlsprobe.certs.chain import PathEnd
from tlsprobe.certs.strictness import faults
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import machine_path, public_path
from tlsprobe.model.reference import Reference


@check(
    Need.CHAIN, ground=Ground.SHAPE, cites="RFC 5280 section 4.2, github.com/python/cpython 133564"
)
def strict_verifiers_refuse(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A certificate on the path lacks what RFC 5280 asks for: some clients refuse, others do not.

    Python from 3.13 on does, and whatever else has OpenSSL verify strictly; so one program fails
    where another on the same machine works. The CAs of intercepting boxes are often so, and private
    PKIs made by hand as well. It says what breaks, and nothing about who answers: a hint, which
    makes no server faulty.
    """
    path = public_path(observation, reference)
    if path.anchor is None:
        trusted = machine_path(observation, reference)
        path = path if trusted is None or trusted.anchor is None else trusted
    if path.ends is PathEnd.UNREADABLE:
        return
    found = faults(path)
    if found:
        names = list(dict.fromkeys(one.certificate.subject for one in found))
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary="clients that verify strictly (Python 3.13 and later) refuse the chain: "
            + "; ".join(
                f"{one.certificate.subject or 'a certificate'} {one.fault.value}" for one in found
            ),
            facts={"certificates": names, "faults": [one.fault.value for one in found]},
            breaks="strict-verifiers",
        )
