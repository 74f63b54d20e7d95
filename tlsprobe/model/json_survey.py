"""The records of a survey, field for field: one that closes it, and those of its endpoints.

The same rules hold as in `json_records`: this file is the published schema.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tlsprobe.model.asks import Ask, Reader
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

    schema: Annotated[
        Literal["tlsprobe.http/1"], Meta(description="Name and number of the schema.")
    ]
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

    host: Annotated[str, Meta(description="The host name that was asked.")]
    port: Annotated[int, Meta(description="Its TCP port.")]
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
    cause: Annotated[str, Meta(description="What breaks so, in the words of the pack.")]


class FeatureRecord(Struct, frozen=True):
    """What becomes of one feature."""

    feature: Annotated[str, Meta(description="Its name, as `--feature` takes it.")]
    title: Annotated[str, Meta(description="The same for people.")]
    asked: Annotated[int, Meta(description="How many endpoints of it were asked.")]
    fails: Annotated[bool, Meta(description="Whether an endpoint that it requires is harmed.")]
    harmed: Annotated[list[str], Meta(description="HOST:PORT of what harms it, the worst first.")]
    breaks: Annotated[list[str], Meta(description="What no longer works.")]
    effects: Annotated[
        list[EffectRecord], Meta(description="How that looks to whoever runs the service.")
    ]


class SourceRecord(Struct, frozen=True):
    """A page that a statement rests on."""

    title: Annotated[str, Meta(description="What it is called.")]
    url: Annotated[str, Meta(description="Where it stands.")]
    as_of: Annotated[str, Meta(description="The day of the page.", extra_json_schema=_DAY)]


class LineRecord(Struct, frozen=True):
    """One name and port of the request."""

    host: Annotated[str, Meta(description="A host, or `*.example.com`.")]
    port: Annotated[int, Meta(description="The TCP port.")]
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
    sources: Annotated[list[SourceRecord], Meta(description="The pages that it rests on.")]


class AskRecord(Struct, frozen=True):
    """What is asked of one reader, and because of what."""

    ask: Ask
    reader: Annotated[Reader, Meta(description="Who can do it: whoever runs that.")]
    causes: Annotated[list[CauseKind], Meta(description="Those of the whole that it mends.")]
    endpoints: Annotated[list[str], Meta(description="HOST:PORT of its lines in the lists below.")]


class RequestRecord(Struct, frozen=True):
    """What has to change, for whoever runs the network."""

    asks: Annotated[list[AskRecord], Meta(description="Part by part, as the text has it.")]
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

    cause: Annotated[str, Meta(description="What else may look so.")]
    standing: Standing
    reason: Annotated[str, Meta(description="Why it stands so, in a clause.")]
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

    endpoint: Annotated[str, Meta(description="HOST:PORT.")]
    check: Annotated[str, Meta(description="The check that found it.")]
    sentence: Annotated[str, Meta(description="What differs.")]


class NotAskedRecord(Struct, frozen=True):
    """An endpoint of the pack that nobody was asked for."""

    host: Annotated[str, Meta(description="A host, or `*.example.com`.")]
    port: Annotated[int, Meta(description="Its port.")]
    feature: Annotated[list[str], Meta(description="What of the pack needs it.")]
    need: Requirement
    reason: Annotated[str, Meta(description="Why nobody was asked.")]


class NotMadeRecord(Struct, frozen=True):
    """Something that was not asked beside the endpoints."""

    lookup: Annotated[str, Meta(description="Its name, as in `lookups`.")]
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
    pack: Annotated[str, Meta(description="Name of the pack.")]
    title: Annotated[str, Meta(description="What it is the endpoints of.")]
    as_of: Annotated[str, Meta(description="The day of the pack.", extra_json_schema=_DAY)]
    place: Annotated[str, Meta(description="The file of the pack.")]
    cloud: Annotated[
        str | None, Meta(description="The instance of the service; null where there is one only.")
    ]
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
    interceptors: Annotated[
        list[InterceptorRecord],
        Meta(description="Who was found to end TLS on the path, each once."),
    ]
    inspected: Annotated[
        list[str], Meta(description="HOST:PORT whose TLS somebody on the path ends.")
    ]
    untouched: Annotated[list[str], Meta(description="HOST:PORT that are direct.")]
    endpoints: Annotated[
        list[CheckedRecord], Meta(description="Every endpoint that was asked, in short.")
    ]
    features: Annotated[list[FeatureRecord], Meta(description="What becomes of each feature.")]
    request: RequestRecord
    lookalikes: Annotated[
        list[LookAlikeRecord], Meta(description="Other explanations, ruled out or not.")
    ]
    routes: Annotated[list[RouteRecord], Meta(description="The ways that the service takes.")]
    routes_differ: Annotated[
        list[RoutesDifferRecord], Meta(description="Endpoints that are others over another route.")
    ]
    offline: Annotated[bool, Meta(description="Whether nobody but the endpoints was to be asked.")]
    not_asked: Annotated[
        list[NotAskedRecord], Meta(description="Endpoints of the pack that nobody was asked for.")
    ]
    lookups: Annotated[list[str], Meta(description="What was asked beside the endpoints.")]
    lookups_not_made: Annotated[
        list[NotMadeRecord], Meta(description="What was not asked beside the endpoints.")
    ]


class PackFeatureRecord(Struct, frozen=True):
    """A feature of a pack."""

    feature: Annotated[str, Meta(description="Its name, as `--feature` takes it.")]
    title: Annotated[str, Meta(description="The same for people.")]
    condition: Annotated[str, Meta(description="Where it is in use; empty for everywhere.")]
    endpoints: Annotated[int, Meta(description="How many entries it has, over all clouds.")]


class PackRecord(Struct, frozen=True):
    """A pack, as `tlsprobe check --list --json` lists it."""

    schema: Annotated[
        Literal["tlsprobe.packs/1"], Meta(description="Name and number of the schema.")
    ]
    pack: Annotated[str, Meta(description="Its name.")]
    title: Annotated[str, Meta(description="What it is the endpoints of.")]
    as_of: Annotated[str, Meta(description="Its day.", extra_json_schema=_DAY)]
    place: Annotated[str, Meta(description="Its file.")]
    clouds: Annotated[
        list[str],
        Meta(
            description="Instances of the service, the usual one first; empty where there is one only."
        ),
    ]
    variables: Annotated[
        dict[str, str], Meta(description="What it has to be told (`--set`), and what that means.")
    ]
    features: Annotated[
        list[PackFeatureRecord], Meta(description="What of the service has endpoints of its own.")
    ]
    endpoints: Annotated[int, Meta(description="How many entries it has.")]
