"""Parts that several records have, field for field, and how they are made."""

import base64
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import remembered
from tlsprobe.model.observation import Failure, FailureKind, Stage

TIME = {"format": "date-time"}


class CertificateRecord(Struct, frozen=True):
    """One certificate, as presented."""

    subject: Annotated[str, Meta(description="Subject in the form of RFC 4514.")]
    issuer: Annotated[str, Meta(description="Issuer in the form of RFC 4514.")]
    sha256: Annotated[str, Meta(description="SHA-256 of the certificate, in hex.")]
    spki_sha256: Annotated[str, Meta(description="SHA-256 of its SPKI, in base64.")]
    not_before: Annotated[
        str | None,
        Meta(description="Begin of its validity; null if unreadable.", extra_json_schema=TIME),
    ]
    not_after: Annotated[
        str | None,
        Meta(description="End of its validity; null if unreadable.", extra_json_schema=TIME),
    ]
    pem: Annotated[str, Meta(description="The certificate itself (RFC 7468).")]


class FailureRecord(Struct, frozen=True):
    """Why no handshake came about."""

    stage: Annotated[Stage, Meta(description="How far the connection had come.")]
    kind: Annotated[FailureKind, Meta(description="What the network did.")]
    detail: Annotated[str, Meta(description="The same in words.")]


@remembered(1024)
def certificate(one: Certificate) -> CertificateRecord:
    """A certificate's record. Kept, since intermediates and roots come again and again in a long run."""
    return CertificateRecord(
        subject=one.subject,
        issuer=one.issuer,
        sha256=one.sha256.hex(),
        spki_sha256=base64.b64encode(one.spki_sha256).decode("ascii"),
        not_before=None if one.not_before is None else moment(one.not_before),
        not_after=None if one.not_after is None else moment(one.not_after),
        pem=pem(one.der),
    )


def pem(der: bytes) -> str:
    """A certificate in the form of RFC 7468."""
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))


def failure(one: Failure | None) -> FailureRecord | None:
    """A failure's record; None where there is none."""
    if one is None:
        return None
    return FailureRecord(one.stage, one.kind, one.detail)


def moment(when: datetime) -> str:
    """RFC 3339 in UTC, to the second: ``2026-11-22T15:00:00Z``."""
    there = when if when.tzinfo is UTC else when.astimezone(UTC)
    return there.isoformat()[:19] + "Z"
