"""References of the user: TOML files of the schema ``tlsprobe.reference/1``.

schema = "tlsprobe.reference/1"
as_of = 2026-11-22                       # of every entry without its own
origin = "our list of sync servers"

[[expectation]]
names = ["sync.example.com", "*.sync.example.com"]
owner = "Example Ltd"
issued_by = "private"                    # or "public", the default
ca_keys = ["sha256/..."]                 # optional: the CA keys that may sign
pins = ["sha256/..."]                    # optional: the keys that its clients pin

[[label]]
vendor = "Example"
product = "Example Web Gateway"
category = "enterprise-gateway"
patterns = [{ field = "issuer.cn", regex = "^Example Gateway CA$" }]
every = true                             # optional: false where one pattern is enough
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs.pins import parse_pin, spki_pin
from tlsprobe.errors import UsageError
from tlsprobe.model.naming import FIELDS
from tlsprobe.model.reference import Expectation, Issuance, IssuerLabel
from tlsprobe.store.expressions import refusal
from tlsprobe.store.host_names import host_pattern
from tlsprobe.store.toml_tables import Table, parse

SCHEMA = "tlsprobe.reference"
NEWEST = 1
"""The newest number of the schema that is understood."""


class ReferenceFile(Struct, frozen=True, kw_only=True):
    """What one file says."""

    expectations: tuple[Expectation, ...]
    labels: tuple[IssuerLabel, ...]


class _Standing(Struct, frozen=True, kw_only=True):
    """Date and origin of the entries that have none of their own."""

    as_of: date
    origin: str

    def of(self, entry: Table) -> "_Standing":
        return _Standing(
            as_of=entry.day("as_of") if "as_of" in entry else self.as_of,
            origin=entry.text("origin") if "origin" in entry else self.origin,
        )


def load(path: Path) -> ReferenceFile:
    """What the file at `path` says.

    Raises:
        InputError: it cannot be used; in one line that names the file, the entry and what was
            expected.
    """
    table = parse(path)
    _check_schema(table)
    table.only("schema", "as_of", "origin", "expectation", "label")
    standing = _Standing(as_of=table.day("as_of"), origin=table.text("origin"))
    owners = dict[str, tuple[int, Expectation]]()
    expectations = list[Expectation]()
    for at, entry in enumerate(table.tables("expectation"), start=1):
        expectation = _expectation(entry, standing)
        for name in expectation.names:
            number, other = owners.setdefault(name, (at, expectation))
            if number != at:
                raise entry.refused(
                    f"{name} stands in expectation {number} too, of {other.owner}: "
                    "expected each name in one only"
                )
        _check_keys(entry, expectation, expectations)
        expectations.append(expectation)
    labels = tuple(_label(entry, standing) for entry in table.tables("label"))
    return ReferenceFile(expectations=tuple(expectations), labels=labels)


def _check_schema(table: Table) -> None:
    """First of all: a newer schema may have keys that would only confuse."""
    schema = table.text("schema")
    match = re.fullmatch(rf"{re.escape(SCHEMA)}/([0-9]{{1,4}})", schema)
    if match is None or int(match[1]) == 0:
        raise table.refused(f'schema is {schema!a}: expected "{SCHEMA}/{NEWEST}"')
    if int(match[1]) > NEWEST:
        raise table.refused(
            f"schema is {schema}: expected {SCHEMA}/{NEWEST}, the newest that this version knows"
        )


def _expectation(entry: Table, standing: _Standing) -> Expectation:
    entry.only("names", "owner", "issued_by", "ca_keys", "pins", "as_of", "origin")
    names = entry.each("names", host_pattern)
    if not names:
        raise entry.refused("names is empty: expected at least one host name")
    own = standing.of(entry)
    return Expectation(
        names=tuple(dict.fromkeys(names)),
        owner=entry.text("owner"),
        issuance=entry.one("issued_by", _issuance) if "issued_by" in entry else Issuance.PUBLIC,
        ca_keys=frozenset(entry.each("ca_keys", _pin) if "ca_keys" in entry else ()),
        pins=frozenset(entry.each("pins", _pin) if "pins" in entry else ()),
        given=True,
        as_of=own.as_of,
        origin=own.origin,
    )


def _check_keys(entry: Table, new: Expectation, others: Iterable[Expectation]) -> None:
    """Refuse a key of two owners: a pin, or a CA key of somebody's own PKI.

    A public CA signs for many owners.
    """
    for other in others:
        if other.owner == new.owner:
            continue
        shared = new.pins & other.pins
        if Issuance.PRIVATE in (new.issuance, other.issuance):
            shared |= new.ca_keys & other.ca_keys
        if shared:
            raise entry.refused(
                f"{spki_pin(min(shared))} is {other.owner}'s too, of {other.names[0]}:"
                " expected one owner of a key"
            )


def _label(entry: Table, standing: _Standing) -> IssuerLabel:
    entry.only("vendor", "product", "category", "patterns", "every", "as_of", "origin")
    patterns = tuple(_pattern(pattern) for pattern in entry.tables("patterns"))
    if not patterns:
        raise entry.refused("no patterns: expected at least one, with field and regex")
    own = standing.of(entry)
    return IssuerLabel(
        vendor=entry.text("vendor"),
        product=entry.text("product"),
        category=entry.text("category"),
        patterns=patterns,
        every=entry.flag("every") if "every" in entry else True,
        as_of=own.as_of,
        origin=own.origin,
    )


def _pattern(entry: Table) -> tuple[str, str]:
    entry.only("field", "regex")
    return entry.one("field", _field), entry.one("regex", _expression)


def _issuance(text: str) -> Issuance:
    try:
        return Issuance(text)
    except ValueError:
        raise ValueError('expected "public" or "private"') from None


def _pin(text: str) -> bytes:
    try:
        return parse_pin(text)
    except UsageError:
        expected = "expected sha256/ and 44 characters of base64, the SHA-256 of a public key"
        raise ValueError(expected) from None


def _field(text: str) -> str:
    if text not in FIELDS:
        raise ValueError(f"expected one of {', '.join(sorted(FIELDS))}")
    return text


def _expression(text: str) -> str:
    reason = refusal(text)
    if reason is not None:
        raise ValueError(reason)
    return text
