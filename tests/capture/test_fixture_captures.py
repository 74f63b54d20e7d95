"""The captures of `fixtures/captures`, read and judged as a user would have it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixtures.chains.cast import HOST
from tests import evidence
from tlsprobe import analysis
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.capture.keylog import read_keylog
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.handshake.events import KeyProof
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store import reference_file
from tlsprobe.wire.alerts import Alert

FIXTURES = Path(__file__).parents[2] / "fixtures"
CAPTURES = FIXTURES / "captures"
REFERENCE = evidence.reference(*reference_file.load(CAPTURES / "reference.toml").expectations)
BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNKNOWN_CA = 48

DIRECT, INSPECTED, UNDECIDED = Conclusion.DIRECT, Conclusion.INSPECTED, Conclusion.UNDECIDED
VERDICTS = {
    "honest.pcap": [DIRECT],
    "minted.pcap": [INSPECTED],
    "tls13.pcap": [UNDECIDED],
    "tls13-minted-with-secrets.pcapng": [INSPECTED],
    "resumed.pcap": [UNDECIDED],
    "behind-connect.pcap": [INSPECTED],
    "behind-socks5.pcap": [DIRECT],
    "starttls-smtp.pcap": [DIRECT],
    "leaf-cut-by-loss.pcap": [UNDECIDED],
    "out-of-order.pcap": [DIRECT],
    "conflicting-overlap.pcap": [DIRECT],
    "snaplen.pcap": [UNDECIDED],
    "server-side-only.pcap": [UNDECIDED],
    "without-its-beginning.pcap": [INSPECTED],
    "client-refuses.pcap": [INSPECTED],
    "reset-after-hello.pcap": [Conclusion.BLOCKED],
    "port-reused.pcap": [DIRECT, INSPECTED],
    "honest.pcap.gz": [DIRECT],
    "cut-off.pcap": [DIRECT],
    "commented.pcapng": [DIRECT, INSPECTED],
}


def read(name, *, key_log=None):
    """The reports on a capture, and what was wrong with the file."""
    keys = read_keylog(CAPTURES / key_log)[0] if key_log else KeyLog()
    with open_capture(str(CAPTURES / name)) as container:
        reports = list(analysis.analyse(conversations(container, keys), REFERENCE))
        return reports, container.problems


def observed(name, **arguments):
    """The one session of a capture."""
    [report], _ = read(name, **arguments)
    return report.observation


def test_the_captures_are_as_their_recipe_makes_them():
    """Rebuilt byte for byte: nobody edits a fixture by hand."""
    command = [sys.executable, str(FIXTURES / "build.py"), "--check", "captures"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_capture_is_described_and_judged():
    """Each has a row in the README, and its verdicts stand here."""
    captures = [path.name for path in CAPTURES.glob("*.pcap*")]
    assert sorted(captures) == sorted(VERDICTS)
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    files = [*captures, "tls13.keylog", "reference.toml"]
    assert [name for name in files if f"`captures/{name}`" not in readme] == []


def test_captures_are_small():
    """A reader can look at any of them packet by packet."""
    sizes = [path.stat().st_size for path in CAPTURES.glob("*.pcap*")]
    assert max(sizes) < 20_000
    assert sum(sizes) < 300_000


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(name):
    """Each session comes out as it was made, judged as of its own time."""
    reports, _ = read(name)
    assert [report.verdict.conclusion for report in reports] == VERDICTS[name]


@pytest.mark.parametrize("name", VERDICTS)
def test_times(name):
    """Each session bears the time of its packets."""
    reports, _ = read(name)
    for report in reports:
        assert 0 <= (report.observation.taken - BEGAN).total_seconds() < 100


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("honest.pcap", "honest"),
        ("minted.pcap", "minted"),
        ("out-of-order.pcap", "honest"),
        ("tls13-minted-with-secrets.pcapng", "minted"),
    ],
)
def test_chains(name, chain):
    """The chain is the one that was presented, and the key of its leaf is proven."""
    observation = observed(name)
    assert observation.chain == evidence.chain(chain)
    assert observation.handshake.key_proof is KeyProof.PROVEN


def test_key_log_opens_tls13():
    """A key log shows the chain of TLS 1.3, and that it is direct."""
    assert observed("tls13.pcap").chain == ()
    [report], _ = read("tls13.pcap", key_log="tls13.keylog")
    assert report.observation.chain == evidence.chain("honest")
    assert report.verdict.conclusion is DIRECT


def test_key_log_of_another_session(tmp_path):
    """A key log without the session's own secrets leaves it closed."""
    random = observed("tls13.pcap").handshake.client_hello.random.hex()
    told = (CAPTURES / "tls13.keylog").read_text(encoding="ascii")
    other = tmp_path / "other.keylog"
    other.write_text(told.replace(random, bytes(32).hex()), encoding="ascii")
    observation = observed("tls13.pcap", key_log=other)
    assert observation.chain == ()
    assert observation.handshake.sealed > 1000


def test_resumed_session_is_named():
    """A resumed session has no certificates, and the verdict says that this is why."""
    [report], _ = read("resumed.pcap")
    assert report.observation.handshake.resumed
    assert "resumed" in report.verdict.summary


@pytest.mark.parametrize(
    ("name", "prelude", "via"),
    [
        ("behind-connect.pcap", "connect", "http://192.0.2.1:3128"),
        ("behind-socks5.pcap", "socks5", "socks5://192.0.2.1:3128"),
    ],
)
def test_route(name, prelude, via):
    """Behind a proxy the endpoint is the one that the proxy was asked for."""
    observation = observed(name)
    target = observation.target
    assert (target.host, target.port, target.via) == (HOST, 443, via)
    assert observation.captured.prelude == prelude
    assert observation.captured.server == "192.0.2.1:3128"


def test_starttls():
    """After STARTTLS the endpoint is the mail server itself."""
    observation = observed("starttls-smtp.pcap")
    target = observation.target
    assert (target.host, target.port, target.via) == (HOST, 587, None)
    assert observation.captured.prelude == "smtp"


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("leaf-cut-by-loss.pcap", "CN=Firewall Inspection CA,O=Contoso Ltd,C=XX"),
        ("snaplen.pcap", "CN=Example Public TLS CA 01,O=Example Trust Services,C=XX"),
    ],
)
def test_cut_leaf(name, issuer):
    """A leaf that loss has cut still tells names and validity, and never passes for a chain."""
    observation = observed(name)
    leaf = observation.cut_leaf
    assert (leaf.subject, leaf.issuer) == (f"CN={HOST}", issuer)
    assert leaf.not_before < observation.taken < leaf.not_after
    assert observation.chain == ()
    assert not observation.captured.complete


def test_lost_bytes_are_no_fault_of_the_peer():
    """What the capture missed is not held against the server."""
    for name in ("leaf-cut-by-loss.pcap", "snaplen.pcap"):
        [report], _ = read(name)
        assert "breaks rules" not in report.verdict.summary


def test_conflicting_overlap():
    """Of bytes that come twice and differently the first count, and how many they are is told."""
    observation = observed("conflicting-overlap.pcap")
    assert observation.chain == evidence.chain("honest")
    assert observation.captured.overlaps > 500


@pytest.mark.parametrize("name", ["honest.pcap", "out-of-order.pcap"])
def test_no_overlap(name):
    """Order and equal repetitions are no conflict."""
    captured = observed(name).captured
    assert captured.overlaps == 0
    assert captured.complete


def test_client_refuses():
    """The alert of a client that does not trust the chain is kept."""
    [alert] = observed("client-refuses.pcap").handshake.alerts
    assert alert.direction is Direction.CLIENT
    assert alert.alert == Alert(level=2, description=UNKNOWN_CA)


def test_reset_after_hello():
    """A server that resets the connection after the hello has failed, not answered."""
    observation = observed("reset-after-hello.pcap")
    assert observation.failure.kind is FailureKind.RESET
    assert observation.target.sni == HOST


def test_reused_port():
    """A second session between the same ports is a connection of its own."""
    reports, _ = read("port-reused.pcap")
    first, second = (report.observation.captured for report in reports)
    assert (first.client, first.server) == (second.client, second.server)
    assert (first.stream, second.stream) == (0, 1)
    assert (first.frame, second.frame) == (4, 18)


def test_server_alone():
    """Where the client's side was not captured, the chain is read all the same."""
    observation = observed("server-side-only.pcap")
    assert observation.chain == evidence.chain("minted")
    assert observation.target.sni is None
    assert not observation.captured.complete


def test_comments():
    """Comments of a session's packets are kept: they may name the process."""
    reports, _ = read("commented.pcapng")
    lan, tunnel = (report.observation.captured for report in reports)
    assert lan.comments == ("PID=4711", "sync-agent.exe")
    assert tunnel.comments == ()
    assert tunnel.client == "[2001:db8::10]:50122"


def test_distance_and_time():
    """TTL and timings of TCP and TLS are told as the packets have them."""
    observation = observed("honest.pcap")
    assert (observation.captured.syn_ack_ttl, observation.captured.answer_ttl) == (57, 57)
    assert (observation.timings.tcp, observation.timings.tls) == (20.0, 20.0)


def test_file_that_is_cut_off():
    """A file that ends within a packet gives all before it, and says where it ends."""
    reports, problems = read("cut-off.pcap")
    assert len(reports) == 1
    [problem] = problems
    assert f"byte {(CAPTURES / 'cut-off.pcap').stat().st_size}" in problem


def test_compressed():
    """A compressed capture gives what the plain one gives."""
    plain, packed = observed("honest.pcap"), observed("honest.pcap.gz")
    assert plain.handshake == packed.handshake
    assert plain.fingerprints == packed.fingerprints
