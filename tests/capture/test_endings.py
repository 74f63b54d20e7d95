"""What a capture shows of a session without a handshake is told, and what it does not is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fixtures.captures.connections import ACK, FIN, Ending, connection
from fixtures.captures.handshakes import Side, tls12
from fixtures.captures.scenes import OWNER
from fixtures.chains.cast import HOST
from tests.capture.taking import heard_in, packets_of
from tlsprobe.capture.endings import failure_of
from tlsprobe.handshake.events import Anomaly, AnomalyKind
from tlsprobe.handshake.summary import AlertSeen, Handshake, Reached
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.observation import FailureKind, Stage
from tlsprobe.wire.alerts import FATAL, WARNING, Alert
from tlsprobe.wire.messages import ClientHello

HELLO = ClientHello(
    legacy_version=0x0303,
    random=bytes(32),
    session_id=b"",
    cipher_suites=(0x1301,),
    compression_methods=b"\x00",
    extensions=(),
)
SERVER_12 = {"reached": Reached.SERVER_HELLO, "version": 0x0303}
SERVER_13 = {"reached": Reached.SERVER_HELLO, "version": 0x0304}


def alerted(level, description, direction=Direction.SERVER):
    """Alerts as a handshake keeps them."""
    return (AlertSeen(direction, Alert(level, description)),)


def oddity(kind, direction=Direction.SERVER):
    """One anomaly as a handshake keeps it."""
    return (Anomaly(direction=direction, at=0.0, kind=kind, detail="what is odd"),)


def told(*, seen=None, **read):
    """What is told of a handshake that the bytes say `read` of, and the packets `seen`."""
    packets = {
        "server_seen": True,
        "server_closed": False,
        "server_reset": False,
        "client_closed": False,
        "client_reset": False,
        "followed_by": 0.5,
        "received": 0,
        **(seen or {}),
    }
    return failure_of(handshake=Handshake(**{"client_hellos": (HELLO,), **read}), **packets)


RESET = {"server_reset": True, "server_after": 0.0123}
CLOSED = {"server_closed": True, "server_after": 0.25}
QUIET = {"hello_acknowledged": True, "followed_by": 7.0}
GIVEN_UP = {**QUIET, "followed_by": 3.2, "client_closed": True, "client_after": 3.0}


@pytest.mark.parametrize(
    ("read", "seen", "kind", "detail"),
    [
        (
            {}, RESET, FailureKind.RESET,
            "the connection was reset without an answer (12.3 ms after the hello)",
        ),
        (
            {}, {**CLOSED, "server_after": 2.5, "received": 90}, FailureKind.CLOSED,
            (
                "the server closed the connection after 90 bytes, before its ServerHello"
                " (2.5 s after the hello)"
            ),
        ),
        (
            {}, {"server_reset": True, "received": None}, FailureKind.RESET,
            "the connection was reset before its ServerHello",
        ),
        (
            SERVER_12, {**RESET, "received": 90}, FailureKind.RESET,
            (
                "the connection was reset after 90 bytes, after its ServerHello, before its"
                " certificate (12.3 ms after the hello)"
            ),
        ),
        (
            SERVER_13, {**RESET, "received": 90}, FailureKind.RESET,
            (
                "the connection was reset after 90 bytes, after its ServerHello, before its"
                " certificate (12.3 ms after the hello)"
            ),
        ),
        (
            {"alerts": alerted(FATAL, 40)}, CLOSED, FailureKind.ALERT,
            "the server sent the alert handshake_failure (fatal, 40) before its ServerHello",
        ),
        (
            {"alerts": alerted(WARNING, 0)}, CLOSED, FailureKind.ALERT,
            "the server sent the alert close_notify (warning, 0) before its ServerHello",
        ),
        (
            {**SERVER_12, "alerts": alerted(FATAL, 80)}, {}, FailureKind.ALERT,
            (
                "the server sent the alert internal_error (fatal, 80) after its ServerHello, before its"
                " certificate"
            ),
        ),
        (
            {"garbage": b"HTTP/1.1 403 Forbidden\r\nDate: x\r\nVia: 1.1 box\r\nX: y\r\n\r\n<p>"},
            RESET, FailureKind.PLAINTEXT_HTTP,
            "the server answered in plain HTTP: HTTP/1.1 403 Forbidden; Via: 1.1 box",
        ),
        (
            {"garbage": b"HTTP/1.1 302 Found\r\nLocation: http://block.example/\r\nServer: box"},
            {}, FailureKind.PLAINTEXT_HTTP,
            (
                "the server answered in plain HTTP: HTTP/1.1 302 Found; Location: http://block.example/;"
                " Server: box"
            ),
        ),
        (
            {"garbage": b"SSH-2.0-OpenSSH_9.9\r\n"}, {}, FailureKind.GARBAGE,
            'the server answered with bytes that are neither TLS nor HTTP: "SSH-2.0-OpenSSH_9.9"',
        ),
        (
            {"garbage": b"\x00\x01\x02"}, {}, FailureKind.GARBAGE,
            "the server answered with bytes that are neither TLS nor HTTP: 00 01 02",
        ),
        (
            {"anomalies": oddity(AnomalyKind.MALFORMED_MESSAGE)}, CLOSED, FailureKind.MALFORMED,
            "the server's TLS records make no handshake: what is odd, before its ServerHello",
        ),
        ({}, QUIET, FailureKind.SILENCE, "no answer within 7 s of the hello"),
        (
            {}, {"hellos_sent": 3, "followed_by": 7.0}, FailureKind.SILENCE,
            "no answer within 7 s of the hello, sent 3 times",
        ),
        (
            {}, {**QUIET, "client_closed": True, "client_after": 6.0}, FailureKind.SILENCE,
            "no answer within 6 s of the hello",
        ),
        ({}, GIVEN_UP, FailureKind.SILENCE, "no answer within 3 s of the hello"),
        (
            {}, {**GIVEN_UP, "client_closed": False, "client_reset": True}, FailureKind.SILENCE,
            "no answer within 3 s of the hello",
        ),
        (
            {}, {**GIVEN_UP, "server_closed": True, "server_after": 3.1}, FailureKind.SILENCE,
            "no answer within 3 s of the hello",
        ),
        (
            {}, {**GIVEN_UP, "received": 40}, FailureKind.DRIP,
            (
                "only 40 bytes came within 3 s of the hello, before its ServerHello, until the client"
                " gave up"
            ),
        ),
        (
            SERVER_12, {**GIVEN_UP, "received": 1}, FailureKind.DRIP,
            (
                "only 1 byte came within 3 s of the hello, after its ServerHello, before its"
                " certificate, until the client gave up"
            ),
        ),
        (
            {"alerts": alerted(WARNING, 112)}, {**GIVEN_UP, "received": 700}, FailureKind.ALERT,
            (
                "the server sent nothing but alerts within 3 s of the hello (700 bytes), such as"
                " unrecognized_name (warning, 112)"
            ),
        ),
        (
            {"alerts": alerted(WARNING, 112)}, {**QUIET, "received": 700}, FailureKind.ALERT,
            (
                "the server sent nothing but alerts within 7 s of the hello (700 bytes), such as"
                " unrecognized_name (warning, 112)"
            ),
        ),
    ],
)  # fmt: skip
def test_failures(read, seen, kind, detail):
    """Each end of a session without a handshake has its word, and says what was seen."""
    failure = told(seen=seen, **read)
    assert (failure.stage, failure.kind, failure.detail) == (Stage.TLS, kind, detail)


@pytest.mark.parametrize(
    ("read", "seen"),
    [
        pytest.param({}, {}, id="the capture ends"),
        pytest.param({}, {**QUIET, "followed_by": 4.9}, id="the capture ends too soon"),
        pytest.param({}, {"followed_by": 60.0}, id="the hello may not have arrived"),
        pytest.param({}, {**QUIET, "received": None}, id="nobody counted"),
        pytest.param({}, {**QUIET, "received": 40}, id="something came"),
        pytest.param({}, {**QUIET, **CLOSED, "client_closed": True}, id="who closed first?"),
        pytest.param(
            {}, {**QUIET, "client_closed": True, "client_after": 0.1}, id="the client gave up"
        ),
        pytest.param({}, {**QUIET, "client_reset": True}, id="the client gave up at some time"),
        pytest.param({}, {**GIVEN_UP, "client_after": 1.9}, id="the client left soon"),
        pytest.param({}, {**GIVEN_UP, "received": None}, id="the client acknowledged more"),
        pytest.param({}, {**GIVEN_UP, "hello_acknowledged": False}, id="it may not have arrived"),
        pytest.param(SERVER_12, GIVEN_UP, id="more than was counted came"),
        pytest.param(
            {"anomalies": oddity(AnomalyKind.GAP)}, {**GIVEN_UP, "received": 40},
            id="loss, then given up",
        ),
        pytest.param({}, {**QUIET, "server_seen": False}, id="only the client was seen"),
        pytest.param({}, {**RESET, "server_seen": False}, id="only the client, with a reset"),
        pytest.param(
            {}, {**RESET, "client_closed": True, "client_after": 0.01}, id="reset after the client"
        ),
        pytest.param(
            {}, {**CLOSED, "client_closed": True, "client_after": 0.1}, id="closed after the client"
        ),
        pytest.param({"client_hellos": ()}, RESET, id="only the server was seen"),
        pytest.param({"alerts": alerted(WARNING, 112)}, {}, id="a warning alone"),
        pytest.param({"alerts": alerted(FATAL, 48, Direction.CLIENT)}, {}, id="the client's alert"),
        pytest.param(
            {"anomalies": oddity(AnomalyKind.ILLEGAL_CHOICE)}, {}, id="odd, but no end of it"
        ),
        pytest.param(
            {"anomalies": oddity(AnomalyKind.MALFORMED_MESSAGE, Direction.CLIENT)}, {},
            id="the client's oddity",
        ),
        pytest.param({"anomalies": oddity(AnomalyKind.GAP)}, CLOSED, id="loss, then closed"),
        pytest.param({"anomalies": oddity(AnomalyKind.GAP)}, QUIET, id="loss, then nothing"),
        pytest.param(
            {"anomalies": oddity(AnomalyKind.GAP), "garbage": b"\x99"}, RESET, id="loss, then reset"
        ),
        pytest.param(SERVER_12, QUIET, id="the capture ends after the ServerHello"),
        pytest.param({**SERVER_12, "garbage": b"x"}, {}, id="something else after the ServerHello"),
        pytest.param({**SERVER_12, "resumed": True}, RESET, id="resumed, TLS 1.2"),
        pytest.param({**SERVER_13, "sealed": 900}, RESET, id="sealed, TLS 1.3"),
        pytest.param({**SERVER_12, "cut_leaf": b"\x30"}, RESET, id="a leaf that is cut"),
        pytest.param(
            {"reached": Reached.CERTIFICATE, "version": 0x0303, "alerts": alerted(FATAL, 40)},
            RESET, id="the chain came",
        ),
        pytest.param({"reached": Reached.PROOF}, CLOSED, id="the proof came"),
    ],
)  # fmt: skip
def test_no_failure(read, seen):
    """What the capture does not show is undecided, and what came as it should is no failure."""
    assert told(seen=seen, **read) is None


def after_hello(folder, *answers, wait=3_000_000, acknowledged=0):
    """The failure of a session whose client leaves after `wait`; `answers` of the server are drips.

    The client then acknowledges so many bytes more than came.
    """
    opening = connection(tls12(OWNER, HOST, label="quiet", silent=True), ending=Ending.OPEN)
    hello = opening[-1]
    arrived = hello.seq + len(hello.payload)
    segments = [*opening]
    for number, answer in enumerate((b"", *answers)):
        sent = sum(map(len, answers[: max(number - 1, 0)]))
        segments.append(
            replace(
                hello, side=Side.SERVER, seq=hello.ack + sent, ack=arrived, flags=ACK,
                payload=answer, at=hello.at + 20_000 + number * 500_000,
            )
        )  # fmt: skip
    taken = hello.ack + sum(map(len, answers))
    end = {"flags": FIN | ACK, "ack": taken + acknowledged, "payload": b"", "seq": arrived}
    segments.append(replace(hello, at=hello.at + wait, **end))
    segments.append(
        replace(hello, side=Side.SERVER, seq=taken, ack=arrived + 1, flags=ACK, payload=b"",
                at=hello.at + wait + 20_000)
    )  # fmt: skip
    [found], _ = heard_in(folder, packets_of(segments))
    return found.failure


WARNINGS = bytes.fromhex("15030300020170") * 5


@pytest.mark.parametrize(
    ("answers", "kind", "detail"),
    [
        ((), FailureKind.SILENCE, "no answer within 3 s of the hello"),
        (
            (b"\x16\x03\x03\x00\x5a\x02\x00", b"\x00"), FailureKind.DRIP,
            (
                "only 8 bytes came within 3 s of the hello, before its ServerHello, until the client"
                " gave up"
            ),
        ),
        (
            (WARNINGS, WARNINGS), FailureKind.ALERT,
            (
                "the server sent nothing but alerts within 3 s of the hello (70 bytes), such as"
                " unrecognized_name (warning, 112)"
            ),
        ),
    ],
)  # fmt: skip
def test_a_client_that_gives_up(answers, kind, detail, tmp_path):
    """A capture in which the client waits for three seconds and leaves says what it waited for."""
    failure = after_hello(tmp_path, *answers)
    assert (failure.kind, failure.detail) == (kind, detail)


def test_a_client_that_was_answered(tmp_path):
    """Where it acknowledges bytes that the capture does not show, nobody was silent."""
    assert after_hello(tmp_path, acknowledged=1400) is None


def test_a_client_that_leaves_soon(tmp_path):
    """A client that was of another mind after a second proves no silence."""
    assert after_hello(tmp_path, wait=1_000_000) is None


def test_resets_to_both_sides():
    """A reset in the client's name does not hide one in the server's: somebody sent both."""
    seen = {**RESET, "client_reset": True, "client_after": 0.0122}
    assert told(seen=seen).kind is FailureKind.RESET


def test_server_closed_first():
    """A client that closes after the server did changes nothing."""
    seen = {**CLOSED, "client_closed": True, "client_after": 0.3}
    assert told(seen=seen).kind is FailureKind.CLOSED


times = st.one_of(st.none(), st.floats(min_value=0, max_value=1e9))


@given(
    seen=st.fixed_dictionaries(
        {
            **dict.fromkeys(
                ("server_seen", "server_closed", "server_reset", "client_closed", "client_reset"),
                st.booleans(),
            ),
            "hello_acknowledged": st.booleans(),
            "followed_by": st.floats(min_value=0, max_value=1e9),
            "hellos_sent": st.integers(min_value=1, max_value=9),
            "server_after": times,
            "client_after": times,
            "received": st.one_of(st.none(), st.integers(min_value=0, max_value=2**40)),
        }
    ),
    reached=st.sampled_from(Reached),
    garbage=st.one_of(st.none(), st.binary(max_size=60), st.just(b"HTTP/1.1 200 OK\r\nVia: a\x1b")),
    level=st.integers(min_value=0, max_value=255),
)
def test_total(seen, reached, garbage, level):
    """Whatever was seen, there is an answer in one printable line or none."""
    failure = told(
        seen=seen, reached=reached, version=0x0303, garbage=garbage, alerts=alerted(level, level)
    )
    if not seen["server_seen"] or reached >= Reached.CERTIFICATE:
        assert failure is None
    assert failure is None or failure.detail.isprintable()
