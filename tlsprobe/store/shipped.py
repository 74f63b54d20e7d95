"""The facts that come with the package: read when first asked for, and once.

They are JSON or plain lines, one value a line, so that a change can be reviewed;
`fixtures/reference_data.py` builds them. A cold run pays for every file and import, so this reads with the standard library.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tlsprobe.model.reference import Choices, Confidence, Expectation, Issuance, IssuerLabel
from tlsprobe.store.ca_index import CAIndex

DATA = Path(__file__).parent / "data"
"""Where the shipped files lie."""


@cache
def expectations() -> tuple[Expectation, ...]:
    """Names whose kind of CA is known, by owner and source."""
    return tuple(
        Expectation(
            names=tuple(record["names"]),
            owner=record["owner"],
            issuance=Issuance(record.get("issued_by", "public")),
            choices=_choices(record["choices"]) if "choices" in record else None,
            as_of=date.fromisoformat(record["as_of"]),
            origin=record["origin"],
        )
        for record in _document("expectations.json")["records"]
    )


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
        as_of=date.fromisoformat(record["as_of"]),
        origin=record["origin"],
    )


def _document(name: str) -> Any:  # noqa: ANN401 - our own file, whose shape a test pins
    return json.loads((DATA / name).read_bytes())
