"""How `tlsprobe reference --json` says it: one record a line, field names and schema numbers here."""

import json
from collections.abc import Iterable
from datetime import date

from tlsprobe.certs.pins import spki_pin
from tlsprobe.cli.reference_rows import by_owner
from tlsprobe.model.reference import Choices, Expectation
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.listed_ca import ListedCA, ListedCertificate, Reach, Serving
from tlsprobe.store.tables import Table
from tlsprobe.wire.codepoints import group_name, version_name

Record = dict[str, object]

_REACH = {Reach.MOZILLA: "mozilla", Reach.OTHER: "other", Reach.NOWHERE: "none"}
_SERVING = {
    Serving.NAMED: True,
    Serving.ANY: True,
    Serving.NOT: False,
    Serving.UNREADABLE: None,
}


def encoded(record: Record) -> bytes:
    """The record as a line of ASCII with its end."""
    return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"


def table_record(table: Table, today: date) -> Record:
    """One table of the reference."""
    age = table.age(today)
    return {
        "schema": "tlsprobe.reference-table/1",
        "table": table.name,
        "size": table.size,
        "as_of": _day(table.as_of),
        "age_days": None if age is None else age.days,
        "shelf_life_days": None if table.shelf_life is None else table.shelf_life.days,
        "past_shelf_life": table.stale(today),
        "origin": table.origin,
        "file": table.place,
    }


def expectation_record(host: str, one: Expectation, place: str, index: CAIndex) -> Record:
    """What is expected of a host."""
    return {
        "schema": "tlsprobe.expectation/1",
        "host": host,
        "owner": one.owner,
        "issued_by": one.issuance.value,
        "names": list(one.names),
        "as_of": _day(one.as_of),
        "origin": one.origin,
        "file": place,
        "least_version": None if one.least_version is None else version_name(one.least_version),
        "ca_keys": _keys(one.ca_keys, index),
        "all_keys": one.all_keys,
        "keys_as_of": _day(one.known_since),
        "keys_origin": one.keys_origin or one.origin,
        "pins": _keys(one.pins, index),
        "uses": [use._asdict() for use in one.uses],
        "choices": None if one.choices is None else _choices(one.choices),
    }


def ca_record(ca: ListedCA, index: CAIndex, used: Iterable[Expectation] = ()) -> Record:
    """A CA key and its certificates."""
    return {
        "schema": "tlsprobe.ca/1",
        "key": spki_pin(ca.spki_sha256),
        "key_ids": [one.hex() for one in ca.key_ids],
        "public": ca.public,
        "root": ca.root,
        "mozilla": ca.mozilla,
        "cloud": ca.cloud or None,
        "documented": ca.documented or None,
        "certificates": list(map(_certificate, ca.certificates)),
        "expected_of": [
            {"owner": owner, "names": names} for owner, names in by_owner(used).items()
        ],
        "as_of": _day(index.as_of),
        "origin": index.origin,
        "file": str(index.path),
    }


def unknown_record(asked: str) -> Record:
    """Something of which nothing is known."""
    return {"schema": "tlsprobe.reference-unknown/1", "asked": asked}


def _keys(keys: Iterable[bytes], index: CAIndex) -> list[Record]:
    """Keys, each with what the index has of it."""
    return [
        {
            "key": spki_pin(key),
            "certificates": list(map(_certificate, ca.certificates if ca else ())),
        }
        for key in sorted(keys)
        for ca in (index.by_key(key),)
    ]


def _certificate(one: ListedCertificate) -> Record:
    return {
        "common_name": one.common_name,
        "organisation": one.organisation,
        "role": "root" if one.root else "intermediate",
        "not_before": _day(one.first),
        "not_after": _day(one.last),
        "chains_to": _REACH[one.reach],
        "for_servers": _SERVING[one.serving],
    }


def _choices(one: Choices) -> Record:
    return {
        "versions": [version_name(version) for version in sorted(one.versions)],
        "groups": [group_name(group) for group in sorted(one.groups)],
        "alpn": sorted(protocol.decode("ascii", "replace") for protocol in one.alpn),
        "as_of": _day(one.as_of),
        "origin": one.origin,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
