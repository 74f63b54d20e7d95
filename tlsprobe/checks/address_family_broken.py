"""One family of addresses works, the other does not."""

from collections.abc import Iterator

from tlsprobe.checks._registry import check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(ground=Ground.ADDRESS, cites="RFC 8305 section 5")
def address_family_broken(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Every address of one family that was tried came to nothing, while one of the other stood.

    Programs that try both at once do not notice; others wait for a timeout at each connection, or give
    up. A machine that has no way by IPv6 at all does not try it, and has nothing broken. Nor has one by
    which an address of the family only stands later. One silent attempt may be a lost packet: a hint.
    """
    if not observation.unreached:
        return
    first, stands = observation.unreached[0], observation.unreached[0].instead
    if stands is None:
        return
    if any(_family(one.address) == _family(stands) for one in observation.unreached):
        return
    if any(_family(one.address) == _family(first.address) for one in observation.slower):
        return
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.HINT,
        summary=f"{_family(first.address)} to this endpoint is broken, while {_family(stands)} is"
        f" fine: {first.failure.detail}",
        facts={
            "stands": stands,
            "broken": [one.address for one in observation.unreached],
            "failure": first.failure.kind.value,
        },
    )


def _family(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"
