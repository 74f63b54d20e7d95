"""The public exports of the CCADB (www.ccadb.org/resources), read strictly.

Keys are in certificates, so that exports serve that have them as PEM: "All Certificate PEMs"
(``AllCertificatePEMsCSVFormat?NotBeforeDecade=2020`` or ``?NotBeforeYear=2026``; all decades together
are all CAs), and Mozilla's reports with a column ``PEM Info``. "All Certificate Information"
(``AllCertificateRecordsCSVFormatV4a``, ``V4b``, ``V5``) has none; beside the others it tells which
roots a programme has or had.
"""

import binascii
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.errors import InputError

LARGEST = 256 * 1024 * 1024
"""Bytes of an export; all records of 2026 have nine million."""
LONGEST = 4 * 1024 * 1024
"""Characters of a field: some hold the addresses of every partitioned revocation list."""

FINGERPRINT = "SHA-256 Fingerprint"
PEM = ("X.509 Certificate (PEM)", "PEM Info")
TYPE, OWNER = "Certificate Record Type", "CA Owner"
PROGRAMMES = ("Apple Status", "Chrome Status", "Microsoft Status", "Mozilla Status")
HAS_OR_HAD = frozenset(
    ("Included", "Trusted", "Change Requested", "Not Before", "NotBefore", "Disabled", "Removed",
     "Blocked")
)  # fmt: skip
"""What a programme says of roots that it has, or has had: others it was only asked for."""

_BLOCK = re.compile(
    r"\s*'?\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*'?\s*"
)


class Recorded(NamedTuple):
    """What a record without a certificate says of one."""

    owner: str
    kind: str
    """``Root Certificate`` or ``Intermediate Certificate``."""
    in_programme: bool
    """Whether a programme has or had it as a root."""


class Export(Struct, frozen=True, kw_only=True):
    """What one file says."""

    certificates: tuple[Certificate, ...] = ()
    records: dict[bytes, Recorded] | None = None
    """By the SHA-256 of the certificate; None of an export that has certificates."""


def read(path: Path) -> Export:
    """What the export at `path` says.

    Raises:
        InputError: it is none, or contradicts itself; the message names the line.
    """
    rows = _rows(path)
    header = next((row for _, row in rows), list[str]())
    place = {name.strip(): at for at, name in enumerate(header)}
    pem = next((place[name] for name in PEM if name in place), None)
    if FINGERPRINT not in place or (pem is None and not {TYPE, OWNER, *PROGRAMMES} <= place.keys()):
        raise _refused(
            path, 1,
            f'expected an export of the CCADB with the columns "{FINGERPRINT}" and "{PEM[0]}",'
            " as AllCertificatePEMsCSVFormat has them",
        )  # fmt: skip
    whole = _whole(path, rows, len(header))
    if pem is not None:
        return Export(certificates=tuple(_certificates(path, whole, place[FINGERPRINT], pem)))
    return Export(records=_records(path, whole, place))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV file, each with the number of its last line."""
    csv.field_size_limit(LONGEST)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(str(path), f"expected an export of at most {LARGEST >> 20} MiB")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                for row in reader:
                    yield reader.line_num, row
            except csv.Error as error:
                raise _refused(path, reader.line_num, f"expected CSV: {error}") from None
            except UnicodeDecodeError:
                raise _refused(path, reader.line_num + 1, "expected CSV in UTF-8") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _whole(
    path: Path, rows: Iterator[tuple[int, list[str]]], columns: int
) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        if row and len(row) != columns:
            raise _refused(path, number, f"{len(row)} columns, where the head has {columns}")
        if row:
            yield number, row


def _certificates(
    path: Path, rows: Iterator[tuple[int, list[str]]], fingerprint: int, pem: int
) -> Iterator[Certificate]:
    for number, row in rows:
        wanted = _fingerprint(path, number, row[fingerprint])
        block = _BLOCK.fullmatch(row[pem])
        try:
            raw = binascii.a2b_base64(block[1]) if block else b""
        except binascii.Error:
            raw = b""
        certificate = parse(raw)
        if not raw:
            raise _refused(path, number, "expected a certificate as PEM")
        if certificate.sha256 != wanted:
            raise _refused(
                path, number,
                f"the certificate is {certificate.sha256.hex().upper()}, not {wanted.hex().upper()}"
                " as beside it",
            )  # fmt: skip
        yield certificate


def _records(
    path: Path, rows: Iterator[tuple[int, list[str]]], place: dict[str, int]
) -> dict[bytes, Recorded]:
    found: dict[bytes, tuple[int, Recorded]] = {}
    for number, row in rows:
        fingerprint = _fingerprint(path, number, row[place[FINGERPRINT]])
        record = _recorded(row, place)
        line, other = found.setdefault(fingerprint, (number, record))
        if (other.owner, other.kind) != (record.owner, record.kind):
            raise _refused(
                path, number,
                f"certificate {fingerprint.hex().upper()} is a {record.kind} of {record.owner!a}"
                f" here and a {other.kind} of {other.owner!a} in line {line}",
            )  # fmt: skip
    return {fingerprint: record for fingerprint, (_, record) in found.items()}


def _recorded(row: Sequence[str], place: dict[str, int]) -> Recorded:
    return Recorded(
        owner=row[place[OWNER]],
        kind=row[place[TYPE]],
        in_programme=any(row[place[name]].strip() in HAS_OR_HAD for name in PROGRAMMES),
    )


def _fingerprint(path: Path, number: int, text: str) -> bytes:
    try:
        raw = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise _refused(path, number, f"{text[:80]!a}: expected the SHA-256 of a certificate in hex")
    return raw


def _refused(path: Path, line: int, message: str) -> InputError:
    return InputError(str(path), f"line {line}: {message}")
