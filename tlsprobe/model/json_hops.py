"""From a trace to JSON; `json_hop_records` has the fields."""

from tlsprobe.model.hop_endings import endings, places_of
from tlsprobe.model.hops import WHOLE_WAY, Hops, Step, Sweep
from tlsprobe.model.json_hop_records import (
    HopRecord,
    HopsRecord,
    RoundTripsRecord,
    StepRecord,
    SweepRecord,
)
from tlsprobe.model.places import scope_of
from tlsprobe.model.round_trips import round_trips


def hops_record(hops: Hops | None) -> HopsRecord | None:
    """A trace as reports and the trace's own record have it."""
    if hops is None:
        return None
    found, times = endings(hops), round_trips(hops)
    return HopsRecord(
        outcome=found.outcome,
        tcp_ends_at=found.tcp,
        tls_ends_at=found.tls,
        endpoint_at=found.endpoint,
        endpoint_at_least=found.at_least,
        box=found.box,
        box_address=found.box_address,
        place=found.place,
        limits=list(found.limits),
        unavailable=hops.unavailable,
        hops=_hops(hops, found.endpoint),
        probes=[_sweep(one) for one in hops.sweeps],
        round_trips_ms=RoundTripsRecord(
            _rounded(times.tcp), _rounded(times.tls), _rounded(times.endpoint), times.floor
        ),
    )


def _hops(hops: Hops, endpoint: int | None) -> list[HopRecord]:
    names = dict(hops.names)
    found: list[HopRecord] = []
    for ttl, place in enumerate(places_of(hops), start=1):
        address = hops.router(ttl) or (hops.address if ttl == endpoint else None)
        found.append(
            HopRecord(
                hop=ttl,
                address=address,
                name=None if address is None else names.get(address),
                scope=None if address is None else scope_of(address),
                place=place,
            )
        )
    return found


def _sweep(one: Sweep) -> SweepRecord:
    steps = sorted((*one.steps, *one.again), key=lambda step: (step.ttl == WHOLE_WAY, step.ttl))
    return SweepRecord(one.kind, one.port, one.ends_at, one.lacked, [_step(step) for step in steps])


def _step(one: Step) -> StepRecord:
    return StepRecord(one.ttl, one.reply, one.address, _rounded(one.ms), one.back_ttl)


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 3)
