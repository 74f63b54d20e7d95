"""The logs of certificate transparency in a text file."""

import runpy
from base64 import b64decode
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.evidence import KNOWN_LOGS
from tlsprobe.certs import signatures
from tlsprobe.certs.ct_log import LogState
from tlsprobe.errors import InputError
from tlsprobe.store import ct_logs
from tlsprobe.store.ct_logs import CtLogs, load, shipped, written

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT.parent / "shared" / "reference"
ARGON = bytes.fromhex("d76d7d10d1a7f577c2c7e95fd700bff982c9335a65e1d0b3017317c0c8c56977")
"""Google 'Argon2026h2', which every browser takes."""


@pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="../shared/reference, which the facts come from, is not here"
)
def test_the_shipped_file_is_what_a_rebuild_gives() -> None:
    """Nobody edits the shipped list by hand: it equals what the script makes of the collection."""
    script = runpy.run_path(str(ROOT / "fixtures" / "reference_ct_logs.py"))
    rebuilt = script["rebuilt"](COLLECTION)["ct_logs.txt"]
    assert (ROOT / "tlsprobe" / "store" / "data" / "ct_logs.txt").read_text("utf-8") == rebuilt


def test_every_shipped_log() -> None:
    """Each is found by its id, which is the hash of its key; the key can be used."""
    logs = list(shipped())
    assert len(logs) == len(shipped()) == 316
    for log in logs:
        assert shipped().find(log.log_id) == log
        assert sha256(log.key).digest() == log.log_id
        assert signatures.key_type(log.key) in ("EC P-256", "RSA 2048")
        assert signatures.load(log.key) is not None
        assert all((log.operator, log.description, log.standings))


def test_a_log_of_today() -> None:
    """What a shipped line says."""
    log = shipped().find(ARGON)
    assert log is not None
    assert (log.operator, log.name) == ("Google", "Google 'Argon2026h2' log")
    assert log.interval == (datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [one.source for one in log.standings] == ["chrome", "apple", "mozilla", "crtsh"]
    assert log.standings[0].state is LogState.USABLE
    assert log.accepted_at(datetime(2026, 11, 1, tzinfo=UTC))
    assert shipped().as_of == date(2026, 8, 20)
    assert "Chrome (89.25)" in shipped().origin


@pytest.mark.parametrize("absent", [bytes(32), b"", ARGON[:31], ARGON + b"\0"])
def test_a_log_that_is_not_there(absent: bytes) -> None:
    """An id that no line has finds nothing, nor does a part of one."""
    assert shipped().find(absent) is None


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A file of these logs has these logs."""
    path = tmp_path / "logs.txt"
    path.write_text(written(shipped(), as_of=shipped().as_of, origin="again"))
    assert list(load(path)) == list(shipped())
    assert (load(path).as_of, load(path).origin) == (shipped().as_of, "again")


TEXT = written(KNOWN_LOGS, as_of=date(2026, 11, 1), origin="test")
LINES = TEXT.split("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a list of logs"),
        ("{}", "expected a list of logs"),
        (TEXT[:-1], "expected a list of logs, but it is none, or not whole"),
        (TEXT.replace("ct_logs/1", "ct_logs/2"), "line 1: schema 'tlsprobe.ct_logs/2': expected"),
        (TEXT.replace("of 2026", "of the year 2026"), "line 2: .*: expected a date"),
        (TEXT.replace(LINES[3], ""), "line 4: expected id, key"),
        (TEXT.replace("chrome=usable", "chrome=splendid", 1), "line 4: expected id, key"),
        (TEXT.replace("\tOperator", "", 1), "line 4: expected id, key"),
        (TEXT.replace("\t-\t", "\t2026-01-01/2027-01-01\t", 1), "line 4: expected id, key"),
        (TEXT.replace(LINES[3], LINES[4]), "line 5: expected every log once"),
        ("\n".join([*LINES[:3], LINES[4], LINES[3], ""]), "line 5: expected every log once"),
        (
            TEXT.replace(LINES[3].split("\t")[1], LINES[4].split("\t")[1]),
            "line 4: its id is not the SHA-256 of its key",
        ),
        (
            TEXT.replace("\t-\t", "\t2027-01-01T00:00:00Z/2026-01-01T00:00:00Z\t", 1),
            "line 4: its interval ends before it begins",
        ),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    """It is refused in one line with file, line and reason."""
    path = tmp_path / "logs.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch) -> None:
    """Both are named."""
    with pytest.raises(InputError, match="No such file"):
        load(tmp_path / "logs.txt")
    (tmp_path / "logs.txt").write_text(TEXT)
    monkeypatch.setattr(ct_logs, "LARGEST", 100)
    with pytest.raises(InputError, match="expected at most 100 bytes"):
        load(tmp_path / "logs.txt")


def test_a_line_is_read_when_it_is_asked_for() -> None:
    """What stands in other lines does not matter then: a list costs what is looked up."""
    logs = CtLogs(TEXT.replace(LINES[3], "no log").encode(), source="test")
    assert logs.find(b64decode(LINES[4][:44])) is not None
    assert logs.find(b64decode(LINES[3][:44])) is None
