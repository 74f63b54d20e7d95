"""The facts that come with the package: read when first asked for, and once.

They are JSON or plain lines, one value a line, so that a change can be reviewed;
`fixtures/reference_data.py` builds them. A cold run pays for every file and import, so this reads with the standard library.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tlsprobe.model.reference import (
    CaptivePortal,
    Choices,
    CompromisedCA,
    Confidence,
    Expectation,
    Issuance,
    IssuerLabel,
    Use,
)
from tlsprobe.store.ca_index import CAIndex

DATA = Path(__file__).parent / "data"
"""Where the shipped files lie."""


@cache
def expectations() -> tuple[Expectation, ...]:
    """Names whose kind of CA is known, by owner and source."""
    document = _document("expectations.json")
    # One set of keys for all the names that have it.
    signers = {
        name: _Signers(
            keys=frozenset(map(b64decode, record["keys"])),
            as_of=date.fromisoformat(record["as_of"]),
            origin=record["origin"],
        )
        for name, record in document["authorities"].items()
    }
    return tuple(_expectation(record, signers) for record in document["records"])


class _Signers(NamedTuple):
    """CA keys that sign for an owner's names."""

    keys: frozenset[bytes]
    as_of: date
    origin: str


def _expectation(record: dict[str, Any], signers: dict[str, _Signers]) -> Expectation:
    known = signers.get(record.get("authorities", ""))
    least = record.get("least_version")
    return Expectation(
        names=tuple(record["names"]),
        owner=record["owner"],
        issuance=Issuance(record.get("issued_by", "public")),
        ca_keys=known.keys if known else frozenset(),
        all_keys=record.get("all_keys", False),
        keys_as_of=known.as_of if known else None,
        keys_origin=known.origin if known else "",
        least_version=int(least, 16) if least else None,
        uses=tuple(_use(text) for text in record.get("uses", ())),
        choices=_choices(record["choices"]) if "choices" in record else None,
        as_of=date.fromisoformat(record["as_of"]),
        origin=record["origin"],
    )


@cache
def _use(text: str) -> Use:
    """Four words; names share most of them."""
    return Use(*text.split())


@cache
def compromised() -> Mapping[bytes, CompromisedCA]:
    """CAs whose keys are everybody's, or were made to intercept, by their hashes."""
    document = _document("known_keys.json")
    as_of = date.fromisoformat(document["as_of"])
    known = [
        CompromisedCA(
            sha256=b64decode(record["key"] if "key" in record else record["certificate"]),
            of_certificate="certificate" in record,
            vendor=record["vendor"],
            product=record["product"],
            category=record["category"],
            checked=record.get("checked", True),
            serves=record.get("serves", False),
            as_of=as_of,
            origin=record["origin"],
        )
        for record in document["compromised"]
    ]
    return {ca.sha256: ca for ca in known}


@cache
def portals() -> Mapping[bytes, CaptivePortal]:
    """Captive portals by the SHA-256 of the SPKI that they serve with."""
    document = _document("known_keys.json")
    as_of = date.fromisoformat(document["as_of"])
    return {
        b64decode(record["key"]): CaptivePortal(
            name=record["name"], as_of=as_of, origin=record["origin"]
        )
        for record in document["portals"]
    }


@cache
def labels() -> tuple[IssuerLabel, ...]:
    """Names that intercepting products write; their expressions are not compiled yet."""
    document = _document("labels.json")
    as_of = date.fromisoformat(document["as_of"])
    return tuple(
        IssuerLabel(
            vendor=record["vendor"],
            product=record["product"],
            category=record["category"],
            patterns=tuple((field, expression) for field, expression in record["match"]),
            every=record.get("every", True),
            confidence=Confidence(record["confidence"]),
            as_of=as_of,
            origin=record["origin"],
        )
        for record in document["records"]
    )


@cache
def public_cas() -> CAIndex:
    """Every CA key of the public lists; the file is read when it is first asked."""
    return CAIndex(DATA / "public_cas.txt")


def _choices(record: dict[str, Any]) -> Choices:
    return Choices(
        versions=frozenset(int(number, 16) for number in record["versions"]),
        groups=frozenset(int(number, 16) for number in record["groups"]),
        alpn=frozenset(name.encode() for name in record["alpn"]),
        cipher_suites=frozenset(int(number, 16) for number in record.get("cipher_suites", ())),
        several_names=record.get("several_names"),
        as_of=date.fromisoformat(record["as_of"]),
        origin=record["origin"],
    )


@cache
def _document(name: str) -> Any:  # noqa: ANN401 - our own file, whose shape a test pins
    return json.loads((DATA / name).read_bytes())
