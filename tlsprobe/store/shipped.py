"""The facts that come with the package: read when first asked for, and once.

They are JSON or plain lines, one value a line, so that a change can be reviewed;
`fixtures/reference_data.py` builds them. A cold run pays for every file and import, so this reads with the standard library.
"""

import json
from base64 import b64decode
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.model.reference import Choices, Confidence, Expectation, Issuance, IssuerLabel
from tlsprobe.store.key_list import KeyList

_DATA = Path(__file__).parent / "data"


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
def public_roots() -> TrustStore:
    """Keys of the roots that a public programme has or had, without their certificates.

    Programmes drop roots while honest servers still send them: such a chain was not minted, though
    the present list of roots does not have its key.
    """
    document = _document("public_roots.json")
    origin = f"CCADB {document['as_of']}"
    return TrustStore(
        name="public roots of all programmes",
        origin=origin,
        cas=tuple(
            KnownCA(
                spki_sha256=b64decode(key),
                origin=origin,
                root=True,
                common_name=common_name,
                organisation=organisation,
                lifetime=(date.fromisoformat(first), date.fromisoformat(last)),
            )
            for key, common_name, organisation, first, last in document["roots"]
        ),
    )


@cache
def public_intermediates() -> KeyList:
    """Keys of the CAs below the roots of the public programmes, of all times since they are listed.

    Servers do not send roots. Where a programme has dropped one since a capture was taken, the
    intermediate's key is all by which its chain can be known.
    """
    return KeyList(
        _DATA / "public_intermediates.txt", origin=public_roots().origin + ", intermediates"
    )


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


def _document(name: str) -> Any:  # noqa: ANN401 - our own file, whose shape a test pins
    return json.loads((_DATA / name).read_bytes())
