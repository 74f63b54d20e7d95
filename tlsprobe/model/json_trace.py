"""The record that `tlsprobe trace --json` writes, and the JSON Schema of it."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tlsprobe.model.hops import Hops
from tlsprobe.model.json_hop_records import HopsRecord
from tlsprobe.model.json_hops import hops_record
from tlsprobe.model.json_parts import FailureRecord
from tlsprobe.model.json_records import TargetRecord
from tlsprobe.model.observation import Failure, Target

TRACE_SCHEMA: Final = "tlsprobe.trace/1"


class TraceRecord(Struct, frozen=True):
    """At which hop TCP and TLS end on the way to one endpoint."""

    schema: Annotated[
        Literal["tlsprobe.trace/1"], Meta(description="Name and number of the schema.")
    ]
    tool: Annotated[str, Meta(description="What wrote the record: name and version.")]
    taken: Annotated[
        str,
        Meta(
            description="When it began (RFC 3339, UTC).", extra_json_schema={"format": "date-time"}
        ),
    ]
    target: TargetRecord
    path: Annotated[HopsRecord | None, Meta(description="Null where the name has no address.")]
    failure: Annotated[FailureRecord | None, Meta(description="Why it has none.")]


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
