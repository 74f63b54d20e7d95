"""The records that `tlsprobe reference show --json` writes, field for field."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tlsprobe.model.reference import Issuance

TABLE_SCHEMA: Final = "tlsprobe.reference-table/1"
EXPECTATION_SCHEMA: Final = "tlsprobe.expectation/1"
CA_SCHEMA: Final = "tlsprobe.ca/1"
UNKNOWN_SCHEMA: Final = "tlsprobe.reference-unknown/1"

_DAY = {"format": "date"}
_SCHEMA = "Name and number of the schema."
_Pin = Annotated[str, Meta(description="SHA-256 of the SPKI, as sha256/BASE64.")]


class TableRecord(Struct, frozen=True):
    """One table of the reference."""

    schema: Annotated[Literal["tlsprobe.reference-table/1"], Meta(description=_SCHEMA)]
    table: Annotated[str, Meta(description="What it lists.")]
    size: Annotated[str, Meta(description="How much is in it, in words.")]
    as_of: Annotated[
        str | None,
        Meta(
            description="Its newest fact; null where there is none, or none is told.",
            extra_json_schema=_DAY,
        ),
    ]
    age_days: Annotated[int | None, Meta(description="Days since then.")]
    shelf_life_days: Annotated[
        int | None,
        Meta(
            description="Days after which what it lacks says nothing; null for what does not age."
        ),
    ]
    past_shelf_life: Annotated[bool, Meta(description="Whether that is so.")]
    origin: Annotated[str, Meta(description="Who says so.")]
    file: Annotated[str, Meta(description="Where it stands.")]


class ListedCertificateRecord(Struct, frozen=True):
    """A certificate of a CA key, as the list of public CAs has it."""

    common_name: Annotated[str, Meta(description="Of its subject.")]
    organisation: Annotated[str, Meta(description="Likewise.")]
    role: Annotated[Literal["root", "intermediate"], Meta(description="What it is.")]
    not_before: Annotated[
        str, Meta(description="The first day that it is valid.", extra_json_schema=_DAY)
    ]
    not_after: Annotated[
        str, Meta(description="The last day that it is valid.", extra_json_schema=_DAY)
    ]
    chains_to: Annotated[
        Literal["mozilla", "other", "none"],
        Meta(description="Whose root stands above it: Mozilla's, another programme's, or none."),
    ]
    for_servers: Annotated[
        bool | None, Meta(description="Whether it may sign for servers; null where unreadable.")
    ]


class KeyRecord(Struct, frozen=True):
    """A key, and what the list of public CAs has of it."""

    key: _Pin
    certificates: Annotated[
        list[ListedCertificateRecord], Meta(description="Its certificates; empty if not listed.")
    ]


class UseRecord(Struct, frozen=True):
    """What needs the endpoint, in the words of its owner's documents."""

    feature: Annotated[str, Meta(description="What needs it.")]
    requirement: Annotated[str, Meta(description="Whether it has to be reached.")]
    inspection: Annotated[str, Meta(description="What is said of breaking its TLS up.")]
    client_certificate: Annotated[str, Meta(description="Whether it asks for one.")]


class ChoicesRecord(Struct, frozen=True):
    """What the server chooses of what clients offer; an empty list says nothing."""

    versions: Annotated[list[str], Meta(description="Versions of TLS that it speaks.")]
    groups: Annotated[list[str], Meta(description="Groups of its key exchange in TLS 1.3.")]
    alpn: Annotated[list[str], Meta(description="Protocols that it selects; empty text for none.")]
    as_of: Annotated[str, Meta(description="The day of that.", extra_json_schema=_DAY)]
    origin: Annotated[str, Meta(description="Who says so.")]


class ExpectationRecord(Struct, frozen=True):
    """What is expected of a host."""

    schema: Annotated[Literal["tlsprobe.expectation/1"], Meta(description=_SCHEMA)]
    host: Annotated[str, Meta(description="The host that was asked about.")]
    owner: Annotated[str, Meta(description="Whose it is.")]
    issued_by: Annotated[
        Issuance,
        Meta(description="Which CAs sign for it: public ones, or the owner's own PKI."),
    ]
    names: Annotated[list[str], Meta(description="All names of the entry.")]
    as_of: Annotated[str, Meta(description="Its day.", extra_json_schema=_DAY)]
    origin: Annotated[str, Meta(description="Who says so.")]
    file: Annotated[str, Meta(description="Where it stands.")]
    least_version: Annotated[
        str | None, Meta(description="The oldest TLS that it accepts; null where not known.")
    ]
    ca_keys: Annotated[list[KeyRecord], Meta(description="CA keys that sign for it.")]
    all_keys: Annotated[bool, Meta(description="Whether no other key signs for it.")]
    keys_as_of: Annotated[str, Meta(description="The day of the keys.", extra_json_schema=_DAY)]
    keys_origin: Annotated[str, Meta(description="Who says so of the keys.")]
    pins: Annotated[list[KeyRecord], Meta(description="Keys that its clients pin.")]
    uses: Annotated[list[UseRecord], Meta(description="What it is needed for.")]
    choices: Annotated[
        ChoicesRecord | None, Meta(description="What the server chooses; null if not known.")
    ]


class ExpectedOfRecord(Struct, frozen=True):
    """Names of one owner."""

    owner: Annotated[str, Meta(description="Whose they are.")]
    names: Annotated[list[str], Meta(description="Host names and patterns.")]


class CARecord(Struct, frozen=True):
    """A CA key and its certificates."""

    schema: Annotated[Literal["tlsprobe.ca/1"], Meta(description=_SCHEMA)]
    key: _Pin
    key_ids: Annotated[list[str], Meta(description="Its identifiers in certificates, in hex.")]
    public: Annotated[bool, Meta(description="Whether a root programme vouches for it.")]
    root: Annotated[bool, Meta(description="Whether it is a root's.")]
    mozilla: Annotated[
        bool, Meta(description="Whether a chain leads from it to a root of Mozilla's programme.")
    ]
    cloud: Annotated[
        str | None,
        Meta(description="The cloud in whose services' chains it stands; null for none."),
    ]
    documented: Annotated[
        str | None,
        Meta(description="Its standing in the cloud's own list; null where it is not in it."),
    ]
    certificates: Annotated[
        list[ListedCertificateRecord], Meta(description="Its certificates, as listed.")
    ]
    expected_of: Annotated[
        list[ExpectedOfRecord], Meta(description="What the reference expects it of.")
    ]
    as_of: Annotated[str, Meta(description="The day of the list.", extra_json_schema=_DAY)]
    origin: Annotated[str, Meta(description="Who made the list.")]
    file: Annotated[str, Meta(description="Where it stands.")]


class UnknownRecord(Struct, frozen=True):
    """Something of which the reference knows nothing."""

    schema: Annotated[Literal["tlsprobe.reference-unknown/1"], Meta(description=_SCHEMA)]
    asked: Annotated[str, Meta(description="What was asked about.")]
