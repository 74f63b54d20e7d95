"""From a trace to JSON, and the JSON Schema of it; `json_hop_records` has the fields."""

from typing import Any

import msgspec

from tlsprobe.model.hop_endings import endings, places_of
from tlsprobe.model.hops import WHOLE_WAY, Hops, Step, Sweep
from tlsprobe.model.json_hop_records import (
    HopRecord,
    HopsRecord,
    RoundTripsRecord,
    StepRecord,
    SweepRecord,
)
from tlsprobe.model.json_records import TRACE_SCHEMA, FailureRecord, TargetRecord, TraceRecord
from tlsprobe.model.observation import Failure, Target
from tlsprobe.model.places import scope_of
from tlsprobe.model.round_trips import round_trips

TRACE_SCHEMA_ID = "urn:tlsprobe:schema:trace:1"


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


def trace_record(
    *, tool: str, taken: str, target: Target, hops: Hops | None, failure: Failure | None
) -> TraceRecord:
    """The record of a trace."""
    return TraceRecord(
        schema=TRACE_SCHEMA,
        tool=tool,
        taken=taken,
        target=TargetRecord(target.host, target.port, target.sni, target.address, target.via),
        path=hops_record(hops),
        failure=None
        if failure is None
        else FailureRecord(failure.stage, failure.kind, failure.detail),
    )


def trace_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a trace's record."""
    body = msgspec.json.schema(TraceRecord)
    definitions = body.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": TRACE_SCHEMA_ID,
        **definitions.pop("TraceRecord"),
        "title": TRACE_SCHEMA,
        "$defs": definitions,
    }


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
