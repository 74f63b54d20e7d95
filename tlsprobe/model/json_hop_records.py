"""The JSON of a trace, field by field: part of the records of traces and of reports."""

from typing import Annotated

from msgspec import Meta, Struct

from tlsprobe.model.hop_endings import Outcome
from tlsprobe.model.hops import Kind, Reply
from tlsprobe.model.places import Place, Scope


class HopRecord(Struct, frozen=True):
    """A router, or the endpoint."""

    hop: Annotated[int, Meta(description="Counted from 1.", ge=1)]
    address: Annotated[str | None, Meta(description="As it told; null where it did not.")]
    name: Annotated[str | None, Meta(description="What the reverse DNS calls it, where asked.")]
    scope: Annotated[Scope | None, Meta(description="Who may use the address.")]
    place: Annotated[Place, Meta(description="Where it stands, as far as addresses tell.")]


class StepRecord(Struct, frozen=True):
    """One packet and its fate."""

    ttl: Annotated[int, Meta(description="TTL or hop limit; 64 where it was meant to arrive.")]
    reply: Reply
    address: Annotated[str | None, Meta(description="Who replied, where that can be told.")]
    ms: Annotated[float | None, Meta(description="Milliseconds until the reply.")]
    back_ttl: Annotated[int | None, Meta(description="What was left of the reply's own TTL.")]


class SweepRecord(Struct, frozen=True):
    """One kind of packet."""

    kind: Kind
    port: Annotated[int | None, Meta(description="TCP port; null for UDP and echo.")]
    ends_at: Annotated[int | None, Meta(description="The first hop that answers it.")]
    lacked: Annotated[str, Meta(description="Why it could not be asked; else empty.")]
    steps: Annotated[list[StepRecord], Meta(description="By TTL; those over the whole way last.")]


class RoundTripsRecord(Struct, frozen=True):
    """The least milliseconds of several samples; null where there were fewer than three."""

    tcp: Annotated[float | None, Meta(description="From SYN to SYN-ACK of the port.")]
    tls: Annotated[float | None, Meta(description="From the hello to the first byte of an answer.")]
    endpoint: Annotated[float | None, Meta(description="Of the address, or another port of it.")]
    floor: Annotated[float | None, Meta(description="As given by `--floor-ms`.")]


class HopsRecord(Struct, frozen=True):
    """The way to an address, and where TCP and TLS end on it."""

    outcome: Annotated[Outcome, Meta(description="Whether that is where the endpoint is.")]
    tcp_ends_at: Annotated[int | None, Meta(description="The first hop that answers a SYN.")]
    tls_ends_at: Annotated[int | None, Meta(description="The first hop that answers a hello.")]
    endpoint_at: Annotated[
        int | None, Meta(description="The hop of the endpoint, by something else of it.")
    ]
    endpoint_at_least: Annotated[
        int | None, Meta(description="No nearer than this: a router before it dropped something.")
    ]
    box: Annotated[int | None, Meta(description="The hop that answers in the endpoint's name.")]
    box_address: Annotated[str | None, Meta(description="Its address, where it told.")]
    place: Annotated[Place, Meta(description="Where the box stands.")]
    limits: Annotated[list[str], Meta(description="What could not be told, and why.")]
    unavailable: Annotated[str, Meta(description="Why nothing was traced; else empty.")]
    hops: Annotated[list[HopRecord], Meta(description="By distance, the first router first.")]
    probes: Annotated[list[SweepRecord], Meta(description="What was sent, and its fate.")]
    round_trips_ms: RoundTripsRecord
