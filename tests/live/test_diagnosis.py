"""What is said of conversations that no scripted peer brings about at will."""

import errno
from datetime import UTC, datetime

import pytest

from tests.live.loopback import run
from tlsprobe.handshake.events import Anomaly, AnomalyKind, KeyProof
from tlsprobe.handshake.summary import AlertSeen, Handshake, Reached
from tlsprobe.handshake.transcript import Direction, Ending
from tlsprobe.live.diagnosis import cut_off_http, diagnose, fault_of_peer, retry_refused, unfinished
from tlsprobe.live.dial import Arrived, Ended
from tlsprobe.live.recording import Recording
from tlsprobe.model.observation import FailureKind, Timings
from tlsprobe.wire.alerts import FATAL, Alert


class Played:
    """A connection that gives what it is told to."""

    local = None
    timings = Timings()
    reply = None

    def __init__(self, *outcomes):
        self._outcomes = list(outcomes)

    def send(self, data):
        """Take it."""
        return True

    async def receive(self, deadline):
        """The next that it was told."""
        return self._outcomes.pop(0)

    def close(self):
        """Nothing is open."""


def diagnosed(handshake, *outcomes, by=diagnose):
    """The failure of a handshake and of what a connection gave, in one second each."""
    times = iter(range(100))
    recording = Recording(
        Played(*outcomes),
        clock=lambda: float(next(times)),
        now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        max_bytes=1000,
    )

    async def converse():
        recording.send(b"hello")
        while await recording.receive(0.0) is not None:
            pass

    run(converse())
    return by(handshake, recording)


@pytest.mark.parametrize(
    ("outcome", "kind", "words"),
    [
        (Ended(Ending.RESET), FailureKind.RESET, "the connection was reset"),
        (
            Ended(Ending.RESET, OSError(errno.EHOSTUNREACH, "")),
            FailureKind.UNREACHABLE,
            "the connection broke: No route to host (EHOSTUNREACH), ",
        ),
        (
            Ended(Ending.TIMED_OUT, OSError(errno.ETIMEDOUT, "")),
            FailureKind.SILENCE,
            "no answer within",
        ),
    ],
)
def test_endings(outcome, kind, words):
    """What the system says in the middle of a connection is kept."""
    failure = diagnosed(Handshake(), outcome)
    assert failure.kind is kind
    assert failure.detail.startswith(words)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (
            b"HTTP/1.1 511 Network Authentication Required\r\n\r\n",
            "so says a captive portal: the network wants a login first",
        ),
        (
            b"HTTP/1.0 302 Found\r\nServer: gate\r\nLocation: http://login.wifi.example/?mac=1\r\n\r\n",
            "it sends whoever asks on to http://login.wifi.example, as captive portals do",
        ),
        (b"HTTP/1.1 302 Found\r\n\r\nlocation: http://in.the.body.example/", None),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", None),
        (b"HTTP/1.1 302 Found\r\nLocation: javascript:x\r\n\r\n", None),
        (b"HTTP/1.1 400 Bad Request\r\nLocation: http://a.example/\r\n\r\n", None),
        (b"HTTP/1.1 302 Found", None),
    ],
)
def test_plain_http_of_a_captive_portal(head, words):
    """A portal's own status, or its page, is told; and no more than where that page is."""
    failure = diagnosed(Handshake(garbage=head), Arrived(head, 1.0), Ended(Ending.CLOSED))
    assert failure.kind is FailureKind.PLAINTEXT_HTTP
    status = head.partition(b"\r\n")[0].decode()
    plain = f'the server answered in plain HTTP: "{status}"'
    assert failure.detail == (plain if words is None else f"{plain}; {words}")


def test_left_tls():
    """A server that speaks something else after its ServerHello has left TLS."""
    handshake = Handshake(reached=Reached.SERVER_HELLO, garbage=b"Internal error\r\n")
    failure = diagnosed(handshake, Arrived(b"x", 1.0), Ended(Ending.CLOSED))
    assert failure.kind is FailureKind.GARBAGE
    assert failure.detail == (
        'the server left TLS after its ServerHello, before its certificate: "Internal error"'
    )


def test_odd_but_whole():
    """Rules that are broken on the way to the proof are no failure."""
    odd = Anomaly(
        direction=Direction.SERVER, at=0.0, kind=AnomalyKind.MALFORMED_MESSAGE, detail="odd"
    )
    handshake = Handshake(reached=Reached.PROOF, anomalies=(odd,))
    assert diagnosed(handshake, Ended(Ending.RESET)) is None


def test_our_own_oddities_explain_nothing():
    """Only what the server breaks explains why it got no further."""
    ours = Anomaly(
        direction=Direction.CLIENT, at=0.0, kind=AnomalyKind.MALFORMED_MESSAGE, detail="ours"
    )
    failure = diagnosed(Handshake(anomalies=(ours,)), Ended(Ending.CLOSED))
    assert failure.kind is FailureKind.CLOSED


def test_retry_without_group():
    """A HelloRetryRequest that asks for nothing is told as that."""
    assert "of no group" in retry_refused(Handshake()).detail


@pytest.mark.parametrize(
    ("head", "cut_off"),
    [
        (b"", False),
        (b"H", True),
        (b"HTTP/1.1 200", True),
        (b"HTTP/1.1 200 OK\r\n", False),
        (b"HTTP/" + b"x" * 600, False),
        (b"Hello", False),
        (b"\x16\x03\x03", False),
    ],
)
def test_status_line(head, cut_off):
    """A status line is waited for as long as there is one, and it may still end."""
    assert cut_off_http(head) is cut_off


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (KeyProof.PROVEN, "after it proved to hold the key"),
        (KeyProof.FAILED, "after a proof of its key that failed"),
        (KeyProof.NOT_SEEN, "after its certificate, in a handshake without a proof of the key"),
        (KeyProof.UNREADABLE, "after a proof of its key that could not be checked"),
    ],
)
def test_no_proof_is_claimed(proof, words):
    """A peer that came past the place of the proof is said to have proved what it did prove."""
    handshake = Handshake(reached=Reached.PROOF, key_proof=proof)
    failure = diagnosed(handshake, Arrived(b"x", 1.0), Ended(Ending.RESET), by=unfinished)
    assert failure.detail.startswith(f"the connection was reset after 1 bytes, {words} (")


@pytest.mark.parametrize(
    ("description", "words"),
    [(40, "the alert handshake_failure (fatal, 40) "), (254, "the alert number 254 (fatal, 254) ")],
)
def test_alert(description, words):
    """An alert is told by its name, or by its number where it has none."""
    alert = AlertSeen(Direction.SERVER, Alert(FATAL, description))
    failure = diagnosed(Handshake(alerts=(alert,)), Ended(Ending.CLOSED), by=fault_of_peer)
    assert failure.detail == f"the server sent {words}before its ServerHello"
