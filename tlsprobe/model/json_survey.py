"""The records of a survey, field for field: one that closes it, and those of its endpoints.

The same rules hold as in `json_records`: this file is the published schema.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.json_parts import FailureRecord
from tlsprobe.model.json_records import (
    InterceptorRecord,
    TargetRecord,
    TimingsRecord,
)
from tlsprobe.model.lookalikes import Standing
from tlsprobe.model.pack import Inspection, Protocol, Requirement
from tlsprobe.model.verdict import Conclusion

CHECK_SCHEMA: Final = "tlsprobe.check/1"
HTTP_SCHEMA: Final = "tlsprobe.http/1"
PACK_SCHEMA: Final = "tlsprobe.packs/1"

_TIME = {"format": "date-time"}
_DAY = {"format": "date"}


class HttpRecord(Struct, frozen=True):
    """What plain HTTP came to at one endpoint of a pack, where no TLS is spoken."""

    schema: Literal["tlsprobe.http/1"]
    tool: Annotated[str, Meta(description="What wrote the record: name and version.")]
    taken: Annotated[
        str, Meta(description="When it was asked (RFC 3339, UTC).", extra_json_schema=_TIME)
    ]
    target: TargetRecord
    pack: Annotated[str, Meta(description="The pack that asks.")]
    feature: Annotated[list[str], Meta(description="What of the pack needs the endpoint.")]
    status: Annotated[int | None, Meta(description="Status of the answer; null where none came.")]
    reason: Annotated[str, Meta(description="The reason that came with it.")]
    server: Annotated[str, Meta(description="Its fields Server and Via: who made it.")]
    timings_ms: TimingsRecord
    failure: Annotated[
        FailureRecord | None,
        Meta(description="Why there was no answer, or why the one that came is not the server's."),
    ]
    path: Annotated[
        str,
        Meta(description="What was asked for: a list of revoked certificates, else /."),
    ] = "/"
    title: Annotated[
        str | None,
        Meta(description="Of the page that came; empty where it has none, null where none came."),
    ] = None
    sent_on: Annotated[
        str | None, Meta(description="Its field Location: where it sends on whoever asks.")
    ] = None


class CheckedRecord(Struct, frozen=True):
    """One endpoint of the pack, in short."""

    host: str
    port: int
    protocol: Protocol
    feature: Annotated[list[str], Meta(description="What needs it.")]
    need: Requirement
    inspection: Annotated[Inspection, Meta(description="The strictest that is documented of it.")]
    wildcards: Annotated[
        list[str],
        Meta(description="What it is an example of; empty where it is documented itself."),
    ]
    verdict: Annotated[
        Conclusion | None, Meta(description="Null where plain HTTP was asked for, and answered.")
    ]
    summary: Annotated[str, Meta(description="Why, in one clause.")]
    via: Annotated[str | None, Meta(description="The proxy that it was asked through.")]
    causes: Annotated[list[CauseKind], Meta(description="Those of the whole that are seen there.")]
    as_documented: Annotated[
        bool, Meta(description="Whether it is inspected where the documentation has it so.")
    ]
    below_tls_floor: Annotated[
        bool, Meta(description="Whether an older TLS was chosen than the service accepts.")
    ]


class CauseRecord(Struct, frozen=True):
    """One thing that stands between the service and endpoints of its."""

    cause: CauseKind
    endpoints: Annotated[list[str], Meta(description="HOST:PORT where it was seen.")]
    harms: Annotated[
        bool,
        Meta(description="Whether one of them fails now; else another client or moment may."),
    ]
    sentence: Annotated[str, Meta(description="What it is, and what was seen of it at the first.")]


class EffectRecord(Struct, frozen=True):
    """How a failure looks to whoever runs the service."""

    text: Annotated[str, Meta(description="As the product words it.")]
    place: Annotated[str, Meta(description="Where that is read.")]
    cause: str


class FeatureRecord(Struct, frozen=True):
    """What becomes of one feature."""

    feature: str
    title: str
    asked: Annotated[int, Meta(description="How many endpoints of it were asked.")]
    fails: Annotated[bool, Meta(description="Whether an endpoint that it requires is harmed.")]
    harmed: Annotated[list[str], Meta(description="HOST:PORT of what harms it, the worst first.")]
    breaks: Annotated[list[str], Meta(description="What no longer works.")]
    effects: list[EffectRecord]


class SourceRecord(Struct, frozen=True):
    """A page that a statement rests on."""

    title: str
    url: str
    as_of: Annotated[str, Meta(description="The day of the page.", extra_json_schema=_DAY)]


class LineRecord(Struct, frozen=True):
    """One name and port of the request."""

    host: Annotated[str, Meta(description="A host, or `*.example.com`.")]
    port: int
    protocol: Protocol
    need: Requirement
    inspection: Inspection
    features: Annotated[list[str], Meta(description="Titles of what needs it.")]
    wildcard_only: Annotated[bool, Meta(description="Nothing narrower is documented.")]
    shared: Annotated[bool, Meta(description="Strangers have hosts below the wildcard too.")]
    examples: Annotated[list[str], Meta(description="Hosts that were asked in its place.")]
    certificates: Annotated[
        list[str], Meta(description="Certificates whose revocation is looked up there.")
    ]
    sources: list[SourceRecord]


class RequestRecord(Struct, frozen=True):
    """What has to change, for whoever runs the network."""

    exempt: Annotated[list[LineRecord], Meta(description="To be left out of TLS inspection.")]
    untested: Annotated[
        list[LineRecord], Meta(description="The same, of which no host could be asked.")
    ]
    allow: Annotated[list[LineRecord], Meta(description="Connections that have to get through.")]
    resolve: Annotated[list[LineRecord], Meta(description="Names that have to have addresses.")]
    text: Annotated[
        str, Meta(description="The request to send; empty where nothing has to change.")
    ]


class LookAlikeRecord(Struct, frozen=True):
    """Another explanation."""

    cause: str
    standing: Standing
    reason: str
    hosts: Annotated[list[str], Meta(description="Where it was found.")]


class RouteRecord(Struct, frozen=True):
    """A way on which endpoints were asked, and who says so."""

    via: Annotated[str | None, Meta(description="A proxy's URL; null goes directly.")]
    why: Annotated[str, Meta(description="The setting that decides.")]
    client: Annotated[
        str | None, Meta(description="Whose setting it is; null for the caller's own.")
    ]
    endpoints: Annotated[list[str], Meta(description="HOST:PORT of those that were asked so.")]
    compared_with: Annotated[
        list[str | None], Meta(description="Other ways, beside which it was held.")
    ]


class RoutesDifferRecord(Struct, frozen=True):
    """An endpoint that is another over another route."""

    endpoint: str
    check: str
    sentence: str


class NotAskedRecord(Struct, frozen=True):
    """An endpoint of the pack that nobody was asked for."""

    host: str
    port: int
    feature: list[str]
    need: Requirement
    reason: str


class NotMadeRecord(Struct, frozen=True):
    """Something that was not asked beside the endpoints."""

    lookup: str
    reason: Annotated[str, Meta(description="What it would tell.")]


class CheckRecord(Struct, frozen=True):
    """What a pack came to at one place and time: the last record of `tlsprobe check --json`."""

    schema: Annotated[
        Literal["tlsprobe.check/1"], Meta(description="Name and number of the schema.")
    ]
    tool: Annotated[str, Meta(description="What wrote the record: name and version.")]
    taken: Annotated[
        str, Meta(description="When it began (RFC 3339, UTC).", extra_json_schema=_TIME)
    ]
    asked_from: Annotated[str, Meta(description="The machine that asked, by its own name.")]
    pack: str
    title: str
    as_of: Annotated[str, Meta(description="The day of the pack.", extra_json_schema=_DAY)]
    place: Annotated[str, Meta(description="The file of the pack.")]
    cloud: str | None
    values: Annotated[dict[str, str], Meta(description="Variables that were given.")]
    verdict: Annotated[
        Conclusion | None,
        Meta(description="The worst of a required endpoint; null where none came to a verdict."),
    ]
    summary: Annotated[str, Meta(description="The whole in one sentence.")]
    causes: Annotated[
        list[CauseRecord],
        Meta(description="What stands between the service and its endpoints, each thing once."),
    ]
    interceptors: list[InterceptorRecord]
    inspected: Annotated[
        list[str], Meta(description="HOST:PORT whose TLS somebody on the path ends.")
    ]
    untouched: Annotated[list[str], Meta(description="HOST:PORT that are direct.")]
    endpoints: list[CheckedRecord]
    features: list[FeatureRecord]
    request: RequestRecord
    lookalikes: list[LookAlikeRecord]
    routes: Annotated[list[RouteRecord], Meta(description="The ways that the service takes.")]
    routes_differ: list[RoutesDifferRecord]
    offline: Annotated[bool, Meta(description="Whether nobody but the endpoints was to be asked.")]
    not_asked: list[NotAskedRecord]
    lookups: Annotated[list[str], Meta(description="What was asked beside the endpoints.")]
    lookups_not_made: list[NotMadeRecord]


class PackFeatureRecord(Struct, frozen=True):
    """A feature of a pack."""

    feature: str
    title: str
    condition: Annotated[str, Meta(description="Where it is in use; empty for everywhere.")]
    endpoints: Annotated[int, Meta(description="How many entries it has, over all clouds.")]


class PackRecord(Struct, frozen=True):
    """A pack, as `tlsprobe check --list --json` lists it."""

    schema: Literal["tlsprobe.packs/1"]
    pack: str
    title: str
    as_of: str
    place: str
    clouds: list[str]
    variables: dict[str, str]
    features: list[PackFeatureRecord]
    endpoints: int
