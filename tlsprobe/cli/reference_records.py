"""How `tlsprobe reference --json` says it: one record a line, filled here."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from tlsprobe.certs.pins import spki_pin
from tlsprobe.cli.reference_rows import by_owner
from tlsprobe.model import jsonable
from tlsprobe.model.json_reference import (
    CA_SCHEMA,
    EXPECTATION_SCHEMA,
    TABLE_SCHEMA,
    UNKNOWN_SCHEMA,
    CARecord,
    ChoicesRecord,
    ExpectationRecord,
    ExpectedOfRecord,
    KeyRecord,
    ListedCertificateRecord,
    TableRecord,
    UnknownRecord,
    UseRecord,
)
from tlsprobe.model.reference import Choices, Expectation
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.listed_ca import ListedCA, ListedCertificate, Reach, Serving
from tlsprobe.store.tables import Table
from tlsprobe.wire.codepoints import group_name, version_name

Record = TableRecord | ExpectationRecord | CARecord | UnknownRecord

_REACH: Mapping[Reach, Literal["mozilla", "other", "none"]] = {
    Reach.MOZILLA: "mozilla",
    Reach.OTHER: "other",
    Reach.NOWHERE: "none",
}
_SERVING = {
    Serving.NAMED: True,
    Serving.ANY: True,
    Serving.NOT: False,
    Serving.UNREADABLE: None,
}


def encoded(record: Record) -> bytes:
    """The record as a line of ASCII with its end."""
    return jsonable.encoded(record) + b"\n"


def table_record(table: Table, today: date) -> TableRecord:
    """One table of the reference."""
    age = table.age(today)
    return TableRecord(
        schema=TABLE_SCHEMA,
        table=table.name,
        size=table.size,
        as_of=None if table.as_of is None else table.as_of.isoformat(),
        age_days=None if age is None else age.days,
        shelf_life_days=None if table.shelf_life is None else table.shelf_life.days,
        past_shelf_life=table.stale(today),
        origin=table.origin,
        file=table.place,
    )


def expectation_record(
    host: str, one: Expectation, place: str, index: CAIndex
) -> ExpectationRecord:
    """What is expected of a host."""
    return ExpectationRecord(
        schema=EXPECTATION_SCHEMA,
        host=host,
        owner=one.owner,
        issued_by=one.issuance,
        names=list(one.names),
        as_of=one.as_of.isoformat(),
        origin=one.origin,
        file=place,
        least_version=None if one.least_version is None else version_name(one.least_version),
        ca_keys=_keys(one.ca_keys, index),
        all_keys=one.all_keys,
        keys_as_of=one.known_since.isoformat(),
        keys_origin=one.keys_origin or one.origin,
        pins=_keys(one.pins, index),
        uses=[UseRecord(*use) for use in one.uses],
        choices=None if one.choices is None else _choices(one.choices),
    )


def ca_record(ca: ListedCA, index: CAIndex, used: Iterable[Expectation] = ()) -> CARecord:
    """A CA key and its certificates."""
    return CARecord(
        schema=CA_SCHEMA,
        key=spki_pin(ca.spki_sha256),
        key_ids=[one.hex() for one in ca.key_ids],
        public=ca.public,
        root=ca.root,
        mozilla=ca.mozilla,
        cloud=ca.cloud or None,
        documented=ca.documented or None,
        certificates=list(map(_certificate, ca.certificates)),
        expected_of=[ExpectedOfRecord(owner, names) for owner, names in by_owner(used).items()],
        as_of=index.as_of.isoformat(),
        origin=index.origin,
        file=str(index.path),
    )


def unknown_record(asked: str) -> UnknownRecord:
    """Something of which nothing is known."""
    return UnknownRecord(schema=UNKNOWN_SCHEMA, asked=asked)


def _keys(keys: Iterable[bytes], index: CAIndex) -> list[KeyRecord]:
    """Keys, each with what the index has of it."""
    listed = ((key, index.by_key(key)) for key in sorted(keys))
    return [
        KeyRecord(spki_pin(key), list(map(_certificate, ca.certificates if ca else ())))
        for key, ca in listed
    ]


def _certificate(one: ListedCertificate) -> ListedCertificateRecord:
    return ListedCertificateRecord(
        common_name=one.common_name,
        organisation=one.organisation,
        role="root" if one.root else "intermediate",
        not_before=one.first.isoformat(),
        not_after=one.last.isoformat(),
        chains_to=_REACH[one.reach],
        for_servers=_SERVING[one.serving],
    )


def _choices(one: Choices) -> ChoicesRecord:
    return ChoicesRecord(
        versions=[version_name(version) for version in sorted(one.versions)],
        groups=[group_name(group) for group in sorted(one.groups)],
        alpn=sorted(protocol.decode("ascii", "replace") for protocol in one.alpn),
        as_of=one.as_of.isoformat(),
        origin=one.origin,
    )
