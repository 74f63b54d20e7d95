"""The public exports of the CCADB: what serves is read, the rest is refused with its line."""

import csv
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence import chain
from tlsprobe.errors import InputError
from tlsprobe.store.ccadb_export import PROGRAMMES, Recorded, read

COLUMNS = ("SHA-256 Fingerprint", "X.509 Certificate (PEM)")
RECORDS = ("CA Owner", "Certificate Record Type", "SHA-256 Fingerprint", *PROGRAMMES)


def pem(certificate):
    """A certificate as text, without the line end behind it, as the exports have it."""
    loaded = x509.load_der_x509_certificate(certificate.der)
    return loaded.public_bytes(Encoding.PEM).decode().strip()


def row(certificate):
    """A line of the export with certificates."""
    return certificate.sha256.hex().upper(), pem(certificate)


def record(fingerprint, kind, owner="Some Trust", status="Included"):
    """A line of the export without."""
    return owner, kind, fingerprint.hex().upper(), "Not Included", "", "Not Included", status


def export(path, columns, *rows):
    """An export with these columns and rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows((columns, *rows))
    return path


def test_certificates_are_read(tmp_path):
    """All certificates of an export come, in its order; Mozilla's reports quote theirs once more."""
    leaf, below = chain("honest")
    file = export(tmp_path / "a.csv", COLUMNS, row(leaf), row(below))
    assert read(file).certificates == (leaf, below)
    quoted = export(
        tmp_path / "b.csv", ("Owner", "SHA-256 Fingerprint", "PEM Info"),
        ("O", below.sha256.hex(":"), f"'{pem(below)}'"),
    )  # fmt: skip
    assert read(quoted).certificates == (below,)
    assert read(quoted).records is None


def test_records_are_read(tmp_path):
    """Of a certificate the records tell owner and kind, and whether a programme ever had it."""
    one, other = sha256(b"one").digest(), sha256(b"other").digest()
    file = export(
        tmp_path / "a.csv", RECORDS,
        record(one, "Root Certificate", status="Removed"),
        record(other, "Root Certificate", owner="Nobody", status="Not Included"),
    )  # fmt: skip
    assert read(file).records == {
        one: Recorded("Some Trust", "Root Certificate", in_programme=True),
        other: Recorded("Nobody", "Root Certificate", in_programme=False),
    }


GOOD = row(chain("honest")[1])
ONE = sha256(b"one").digest()


@pytest.mark.parametrize(
    ("columns", "rows", "said"),
    [
        (("a", "b"), [], 'line 1: expected an export of the CCADB with the columns "SHA-256'),
        (COLUMNS[:1], [], "line 1: expected an export of the CCADB"),
        (COLUMNS, [GOOD, (*GOOD, "x")], "3 columns, where the head has 2"),
        (COLUMNS, [("AB", GOOD[1])], "'AB': expected the SHA-256 of a certificate in hex"),
        (COLUMNS, [("ü" * 64, GOOD[1])], "expected the SHA-256 of a certificate in hex"),
        (COLUMNS, [(GOOD[0], "none")], "line 2: expected a certificate as PEM"),
        (COLUMNS, [(GOOD[0], GOOD[1].replace("M", "", 1))], "expected a certificate as PEM"),
        (COLUMNS, [("00" * 32, GOOD[1])], f"the certificate is {GOOD[0]}, not 0000"),
        (
            RECORDS, [record(ONE, "Root Certificate"), record(ONE, "Root Certificate", "Other")],
            "is a Root Certificate of 'Other' here and a Root Certificate of 'Some Trust' in line 2",
        ),
        (
            RECORDS, [record(ONE, "Root Certificate"), record(ONE, "Intermediate Certificate")],
            "line 3: certificate",
        ),
    ],
)  # fmt: skip
def test_what_is_no_export_or_contradicts_itself(tmp_path, columns, rows, said):
    """It is refused in one line with file, line and reason."""
    file = export(tmp_path / "a.csv", columns, *rows)
    with pytest.raises(InputError) as error:
        read(file)
    assert str(error.value).startswith(f"{file}: line ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_files_that_cannot_be_read(tmp_path):
    """A missing file, an empty one, one of other bytes, and one that is cut off are named."""
    for name, content, said in [
        ("empty.csv", b"", "line 1: expected an export"),
        ("latin.csv", b'"SHA-256 Fingerprint","PEM Info"\n"\xfc","x"\n', "expected CSV in UTF-8"),
        ("cut.csv", b'"SHA-256 Fingerprint","PEM Info"\n"ab', "expected CSV: unexpected end"),
    ]:
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(InputError, match=said):
            read(file)
    with pytest.raises(InputError, match=r"missing\.csv: cannot be read: No such file"):
        read(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=60), at=st.integers(0, 300), records=st.booleans())
def test_no_file_gives_more_than_one_line(tmp_path, *, noise, at, records):
    """Whatever an export holds, it is read, or refused in one line that begins with its name."""
    rows = (RECORDS, record(ONE, "Root Certificate")) if records else (COLUMNS, GOOD)
    file = export(tmp_path / "a.csv", *rows)
    whole = file.read_bytes()
    file.write_bytes(whole[:at] + noise + whole[at:])
    said = ""
    try:
        read(file)
    except InputError as error:
        said = str(error)
    assert not said or said.startswith(f"{file}: ")
    assert "\n" not in said
