"""`tlsprobe pcap`, as a user runs it, over the captures of `fixtures/captures`."""

import json
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli.capture_fixtures import CAPTURES, CHAINS, EVERY, HONEST, KNOWN, MINTED, TLS13
from tests.cli.running import tlsprobe
from tlsprobe.model.json_schemas import schema

SEALED = "tlsprobe: 1 session is TLS 1.3, where the certificate is encrypted:"
VALIDATOR = jsonschema.Draft202012Validator(
    schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipes nor signals")


def records(*arguments, **how):
    """The exit code, and the records that `--json` writes."""
    code, out, _ = tlsprobe("pcap", "--json", *arguments, *KNOWN, **how)
    return code, [json.loads(line) for line in out.splitlines()]


def lines(*arguments, **how):
    """The exit code, the lines of `--quiet`, and what stderr has."""
    code, out, err = tlsprobe("pcap", "--quiet", *arguments, *KNOWN, **how)
    return code, out.splitlines(), err.splitlines()


@pytest.fixture
def folder(tmp_path):
    """A folder with captures, and with files that are none."""
    (tmp_path / "sub").mkdir()
    shutil.copy(HONEST, tmp_path / "b.pcap")
    shutil.copy(MINTED, tmp_path / "sub" / "a.pcap")
    (tmp_path / "notes.txt").write_text("no capture")
    (tmp_path / "sub" / "empty").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("file", "code", "verdict", "why"),
    [
        (HONEST, 0, "direct", "Example Public TLS CA 01: "),
        (MINTED, 5, "inspected", "Firewall Inspection CA: "),
        (TLS13, 3, "undecided", "TLS 1.3: the certificate is encrypted"),
        (CAPTURES / "resumed.pcap", 3, "undecided", "a resumed session: no certificate is sent"),
        (CAPTURES / "reset-after-hello.pcap", 3, "blocked", "the connection was reset"),
        (CAPTURES / "leaf-cut-by-loss.pcap", 3, "undecided", "Firewall Inspection CA: the leaf,"),
    ],
    ids=lambda one: one.stem if isinstance(one, Path) else "",
)
def test_a_line(file, code, verdict, why):
    """A session is a line: its verdict, server, frame, client, who signs, and why."""
    given, [line], _ = lines(file)
    assert given == code
    assert line.split()[:4] == [verdict, "sync.cloud.example", "4", "192.0.2.10"]
    assert why in line


def test_text():
    """Above the lines stand titles, below them what they come to by name and altogether."""
    code, out, err = tlsprobe("pcap", HONEST, MINTED, CAPTURES / "resumed.pcap", *KNOWN)
    assert (code, err) == (5, "")
    rows = out.splitlines()
    assert rows[0].split() == [
        "verdict",
        "server",
        "frame",
        "client",
        "who",
        "signs,",
        "and",
        "why",
    ]
    assert rows[1::2][:3] == [str(HONEST), str(MINTED), str(CAPTURES / "resumed.pcap")]
    assert rows[7:9] == ["", "by server name, the worst first"]
    assert " ".join(rows[9].split()) == (
        "sync.cloud.example 1 inspected, 1 undecided, 1 direct TLS 1.2"
        " Example Public TLS CA 01, Firewall Inspection CA"
    )
    assert rows[10:12] == ["", "3 sessions: 1 direct, 1 inspected, 1 undecided"]
    assert " ".join(rows[12].split()).startswith("1 under the name CN=Firewall Inspection CA,")
    assert rows[13:] == ["1 server name, 3 captures"]


def test_one_capture_needs_no_heading():
    """The name of the only file is not repeated."""
    out = tlsprobe("pcap", HONEST, *KNOWN)[1]
    assert str(HONEST) not in out
    assert out.splitlines()[-1] == "1 server name, 1 capture"


def test_quiet():
    """`--quiet` is a line a session and nothing else; of several files each says where it stands."""
    assert len(lines(HONEST)[1]) == 1
    _, [first, second], _ = lines(HONEST, MINTED)
    assert first.endswith(f" [{HONEST}]")
    assert second.endswith(f" [{MINTED}]")


def test_verbose():
    """`--verbose` is a full report a session, with what the capture tells beside the handshake."""
    code, out, _ = tlsprobe("pcap", "-v", CAPTURES / "commented.pcapng", MINTED, *KNOWN)
    assert code == 5
    assert out.startswith(f"{CAPTURES / 'commented.pcapng'}\ndirect: ")
    flat = " ".join(out.split())
    assert "commented.pcapng, TCP stream 0, frame 4: 192.0.2.10:" in flat
    assert "comment PID=4711" in flat
    assert "packets SYN-ACK with TTL" in flat
    assert "fingerprints ja3 " in flat
    assert f"\n\n{MINTED}\ninspected: " in out
    assert "3 sessions: 1 direct, 2 inspected" in out
    assert "a second opinion" not in flat


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_records(file):
    """Every session of every fixture is a record that validates, and says where it stands."""
    code, found = records(file)
    assert code in (0, 3, 5)
    assert found
    for one in found:
        VALIDATOR.validate(one)
        source = one["source"]
        assert (source["kind"], source["file"]) == ("capture", str(file))
        assert one["profile"] == "captured"
        assert one["taken"].startswith("2026-11-23T12:0")
        assert source["client"].rpartition(":")[0] in ("192.0.2.10", "[2001:db8::10]")
        assert one["target"]["host"] in ("sync.cloud.example", "198.51.100.7")
        assert not any("second opinion" in each["lacked"] for each in one["not_looked_at"])


def test_record_of_a_session():
    """What a record says of a session is what the packets show."""
    _, [found] = records(HONEST)
    source = found["source"]
    assert (source["stream"], source["frame"], source["prelude"]) == (0, 4, None)
    assert source["server"].endswith(":443")
    assert len(bytes.fromhex(source["client_random"])) == 32
    assert found["packets"]["syn_ack_ttl"] == found["packets"]["answer_ttl"]
    assert found["tls"]["finished"] is True
    assert found["timings_ms"]["tcp"] > 0
    assert found["timings_ms"]["dns"] is None
    _, [behind] = records(CAPTURES / "behind-connect.pcap")
    assert behind["source"]["prelude"] == "connect"
    assert behind["target"]["via"] == "http://192.0.2.1:3128"
    _, [resumed] = records(CAPTURES / "resumed.pcap")
    assert resumed["tls"]["resumed"] is True
    _, [cut] = records(CAPTURES / "leaf-cut-by-loss.pcap")
    assert cut["cut_leaf"]["issuer"].startswith("CN=Firewall Inspection CA")
    assert cut["chain"] == []
    _, commented = records(CAPTURES / "commented.pcapng")
    assert any("4711" in one for one in commented[0]["source"]["comments"])


def test_key_log():
    """A key log opens TLS 1.3; without one it is said that this is what is lacking."""
    code, [line], err = lines(TLS13)
    assert code == 3
    assert err == [f"{SEALED} give a key log (--keylog)"]
    code, [line], err = lines(TLS13, "--keylog", CAPTURES / "tls13.keylog")
    assert (code, line.split()[0], err) == (0, "direct", [])
    assert lines(CAPTURES / "tls13-minted-with-secrets.pcapng")[0] == 5


def test_the_wrong_key_log(tmp_path):
    """A key log of other sessions is said to be of no use, and a broken line of it is named."""
    log = tmp_path / "keys.log"
    log.write_text(f"CLIENT_RANDOM {'00' * 32} {'00' * 48}\nCLIENT_RANDOM x\n")
    code, _, err = lines(TLS13, "--keylog", log)
    assert code == 3
    assert err == [
        f"tlsprobe: {log}: line 2 cannot be read as a secret",
        f"{SEALED} no key log opens it",
    ]


def test_secrets_stay_with_their_capture(tmp_path):
    """Secrets that stand in one capture do not open another: each is read as if it were alone."""
    with_secrets = CAPTURES / "tls13-minted-with-secrets.pcapng"
    sealed = tmp_path / "sealed.pcapng"
    content = with_secrets.read_bytes()
    secrets = content.index(b"CLIENT_HANDSHAKE_TRAFFIC_SECRET")
    sealed.write_bytes(content[:secrets] + content[secrets:].replace(b"_TRAFFIC_", b"_TRAFFIX_"))
    verdicts = [one["verdict"] for one in records(with_secrets, sealed)[1]]
    assert verdicts == ["inspected", "undecided"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "expected a capture"),
        (["-", "-"], "-: expected once"),
        (["x", "--host", "a b"], "--host 'a b'"),
        (["x", "--address", "a"], "--address 'a'"),
        (["x", "--port", "65536"], "'--port'"),
        (["x", "--verdict", "fine"], "--verdict 'fine'"),
        (["x", "--since", "soon"], "--since 'soon'"),
        (["x", "--until", "soon"], "--until 'soon'"),
        (["x", "--jobs", "0"], "'--jobs'"),
        (["x", "--keylog", "missing.log"], "missing.log"),
        (["x", "--keylog", "notes.txt"], "notes.txt: is no key log"),
        (["x", "--extract", "notes.txt"], "notes.txt"),
        (["x", "--os-store", "missing.pem"], "missing.pem"),
        (["x", "--ca-file", "notes.txt"], "notes.txt"),
        (["x", "--reference", "missing.toml"], "missing.toml"),
        (["x", "--reference", "a", "--no-reference"], "--no-reference"),
        (["x", "--pin", "sha256/x"], "--pin"),
        (["x", "--no-such"], "--no-such"),
        (["missing.pcap"], "missing.pcap: cannot be read"),
        (["notes.txt"], "notes.txt: not a capture"),
        (["sub/empty"], "sub/empty: not a capture"),
        (["."], "no capture was found"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(folder, arguments, named):
    """What cannot be used is named on one line of stderr, and the code is 2."""
    if arguments == ["."]:
        (folder / "b.pcap").unlink()
        (folder / "sub" / "a.pcap").unlink()
    code, out, err = tlsprobe("pcap", "-q", *arguments, folder=folder)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("tlsprobe: ")
    assert named in err


@pytest.mark.parametrize("arguments", [["notes.txt"], ["sub/empty"], ["notes.txt", "sub/empty"]])
def test_no_titles_above_nothing(folder, arguments):
    """Where no session is shown, nothing is said of any, titles of a table among it."""
    code, out, err = tlsprobe("pcap", *(folder / name for name in arguments), *KNOWN)
    assert (code, out) == (2, "")
    assert err


def test_one_of_them_is_no_capture(folder):
    """A named file that is no capture is said to be none; the others are read, and 2 counts."""
    code, found, err = lines("notes.txt", "missing.pcap", "b.pcap", folder=folder)
    assert (code, len(found), len(err)) == (2, 1, 2)
    assert lines("notes.txt", "sub/a.pcap", folder=folder)[0] == 5


def test_folders(folder):
    """A folder's captures are read in order; its other files are passed over and counted."""
    code, out, err = tlsprobe("pcap", folder, *KNOWN)
    assert (code, err) == (5, "")
    rows = out.splitlines()
    assert rows[1] == str(folder / "b.pcap")
    assert rows[3] == str(folder / "sub" / "a.pcap")
    assert rows[-1] == "1 server name, 2 captures; 2 other files passed over"


def test_stdin():
    """A capture can come from stdin, compressed too, between others."""
    packed = (CAPTURES / "honest.pcap.gz").read_bytes()
    code, found = records(MINTED, "-", stdin=packed)
    assert code == 5
    assert [one["source"]["file"] for one in found] == [str(MINTED), "-"]
    assert [one["verdict"] for one in found] == ["inspected", "direct"]


def test_problems_of_a_file():
    """What is wrong with a file is told, and all that can be read of it counts."""
    cut_off = CAPTURES / "cut-off.pcap"
    code, [line], [problem] = lines(cut_off)
    assert (code, line.split()[0]) == (0, "direct")
    assert problem.startswith(f"tlsprobe: {cut_off}: ends at byte ")


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ([], 4),
        (["--host", "*.cloud.example"], 4),
        (["--host", "other.example"], 0),
        (["--address", "2001:db8::/32"], 1),
        (["--address", "192.0.2.10", "--address", "2001:db8::10"], 4),
        (["--port", "587"], 1),
        (["--port", "587", "--port", "443"], 4),
        (["--verdict", "inspected"], 1),
        (["--verdict", "inspected", "--verdict", "direct"], 3),
        (["--since", "2026-11-23T12:00:00Z", "--until", "2026-11-23"], 4),
        (["--until", "2026-11-22"], 0),
        (["--host", "sync.cloud.example", "--port", "443", "--verdict", "direct"], 1),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_filters(options, left):
    """Only what is wanted is shown, and only that counts for the exit code."""
    files = (CAPTURES / "commented.pcapng", CAPTURES / "starttls-smtp.pcap", TLS13)
    code, found, err = lines(*files, *options)
    assert len(found) == left
    codes = {"direct": 0, "undecided": 3, "inspected": 5}
    assert code == max((codes[line.split()[0]] for line in found), default=3)
    if not left:
        assert err == ["tlsprobe: no TLS session is such a one"]


def test_no_such_verdict():
    """Where sessions were wanted and none has the verdict that is looked for, all is well."""
    assert lines(HONEST, "--verdict", "inspected") == (0, [], [])


def test_nothing_to_see(tmp_path):
    """A capture without TLS is not called safe."""
    bare = tmp_path / "bare.pcap"
    bare.write_bytes(HONEST.read_bytes()[:24])
    assert lines(bare) == (3, [], ["tlsprobe: no TLS session was found"])


def test_the_machine_that_reads_does_not_count(tmp_path):
    """This machine's own store does not judge another's sessions; one that is named does."""
    minter = tmp_path / "ca.pem"
    blocks = (CHAINS / "minted.pem").read_text().split("-----BEGIN")
    minter.write_text("-----BEGIN" + blocks[-1])
    trusting = "machine-store-trusts-private-issuer"
    _, [bare] = records(MINTED)
    assert trusting in [one["check"] for one in bare["not_looked_at"]]
    _, [found] = records(MINTED, "--os-store", minter)
    assert trusting in [one["check"] for one in found["findings"]]


def test_extract(tmp_path):
    """`--extract` writes each chain once, whichever sessions and files show it."""
    out = tmp_path / "chains"
    files = (HONEST, MINTED, CAPTURES / "port-reused.pcap", TLS13)
    assert lines(*files, "--extract", out)[0] == 5
    names = sorted(file.name for file in out.iterdir())
    assert len(names) == 2
    assert all(name.startswith("sync.cloud.example-") for name in names)
    only = tmp_path / "only"
    lines(*files, "--extract", only, "--verdict", "inspected")
    assert len(list(only.iterdir())) == 1
