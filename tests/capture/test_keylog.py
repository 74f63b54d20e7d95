"""Key logs are read as TLS libraries write them, and what is wrong with one is named once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.capture.keylog import parse_keylog, read_keylog
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import InputError

RANDOM, OTHER = bytes(range(32)), bytes(range(32, 64))
SECRET, LONG = bytes(range(64, 96)), bytes(range(96, 144))
LABEL = "SERVER_HANDSHAKE_TRAFFIC_SECRET"


def line(label=LABEL, random=RANDOM, secret=SECRET):
    """One line of a key log, without its end."""
    return f"{label} {random.hex()} {secret.hex()}".encode()


@pytest.mark.parametrize(
    "label",
    [
        "CLIENT_RANDOM",
        "CLIENT_EARLY_TRAFFIC_SECRET",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
        "EARLY_EXPORTER_SECRET",
        "EXPORTER_SECRET",
    ],
)
def test_labels(label):
    """Every label of a secret is read, with secrets of either length."""
    text = line(label) + b"\n" + line(label, OTHER, LONG)
    keys, problems = parse_keylog(text, "keys.log")
    assert problems == ()
    assert keys.logged_secret(RANDOM, label) == SECRET
    assert keys.logged_secret(OTHER, label) == LONG


@pytest.mark.parametrize(
    "text",
    [
        line() + b"\r\n",
        b"# made by hand\n\n   \n" + line() + b"\n",
        line().upper() + b"\n",
        b"\xef\xbb\xbf" + line(),
        b"# old Macs\r" + line() + b"\r",
        b"  " + line().replace(b" ", b"  ") + b" \n",
        b"RSA 0123456789abcdef 00ff\n" + line(),
        b"RSA Session-ID:00 Master-Key:ff\nECH_SECRET 00 ff\n" + line(),
    ],
)
def test_ways_of_writing(tmp_path, text):
    """Line ends, comments, blanks, capitals, a byte order mark and other labels do no harm."""
    file = tmp_path / "keys.log"
    file.write_bytes(text)
    for keys, problems in (parse_keylog(text, "keys.log"), read_keylog(file)):
        assert problems == ()
        assert keys.logged_secret(RANDOM, LABEL) == SECRET


def test_added_to_those_that_are_known():
    """Secrets of several logs come together."""
    keys = KeyLog({(OTHER, LABEL): LONG})
    assert parse_keylog(line(), "keys.log", keys)[0] is keys
    assert keys.logged_secret(RANDOM, LABEL) == SECRET
    assert keys.logged_secret(OTHER, LABEL) == LONG


@pytest.mark.parametrize(
    "wrong",
    [
        b"SERVER_HANDSHAKE_TRAFFIC_SECRET",
        line() + b" 00",
        line()[:-1],
        line(random=RANDOM[:31]),
        line(secret=SECRET[:30]),
        line().replace(b"0", b"g"),
        line().replace(b"00", b"0\xc3\xa9"),
        b"not a key log",
        bytes(40),
        b"X" * 9000 + b" a b",
    ],
)
def test_wrong_lines(wrong):
    """A line that makes no sense is named by its number, and the others are read."""
    text = b"# first\n" + wrong + b"\n" + line()
    keys, problems = parse_keylog(text, "keys.log")
    label_only = wrong.startswith(b"XXX")
    named = () if label_only else ("keys.log: line 2 cannot be read as a secret",)
    assert problems == named
    assert keys.logged_secret(RANDOM, LABEL) == SECRET


def test_wrong_lines_are_counted():
    """However many lines are wrong, they are told in one."""
    text = line() + b"\n" + b"nonsense\n" * 1234
    assert parse_keylog(text, "keys.log")[1] == (
        "keys.log: line 2 cannot be read as a secret, nor can 1,233 others",
    )


def test_line_without_end(tmp_path):
    """A line of many megabytes is one wrong line, and what follows it is read."""
    file = tmp_path / "keys.log"
    file.write_bytes(b"x" * 5_000_000 + b"\n" + line())
    keys, problems = read_keylog(file)
    assert problems == (f"{file}: line 1 cannot be read as a secret",)
    assert keys.logged_secret(RANDOM, LABEL) == SECRET


def test_no_such_file(tmp_path):
    """A file that is not there is named in one line."""
    with pytest.raises(InputError, match=r"nowhere\.log: cannot be read: No such file") as caught:
        read_keylog(tmp_path / "nowhere.log")
    assert "\n" not in str(caught.value)


def test_folder(tmp_path):
    """A folder is no key log."""
    with pytest.raises(InputError, match="cannot be read"):
        read_keylog(tmp_path)


@pytest.mark.parametrize("text", [b"", b"# nothing\n", b"\x0a\x0d\x0d\x0a" + bytes(range(256))])
def test_no_secret(tmp_path, text):
    """A file without a single secret is not what the caller meant."""
    file = tmp_path / "keys.log"
    file.write_bytes(text)
    with pytest.raises(InputError, match=r"keys\.log: is no key log: it has no line"):
        read_keylog(file)


@given(st.lists(st.one_of(st.binary(max_size=40), st.just(line()), st.just(line()[:80]))))
def test_total(lines):
    """No text makes it fail, and whole lines in it are read all the same."""
    keys, problems = parse_keylog(b"\n".join(lines), "keys.log")
    assert len(problems) <= 1
    if line() in lines:
        assert keys.logged_secret(RANDOM, LABEL) == SECRET
