"""Why a session in a capture has no handshake: the words for what the packets show.

A live probe knows that it waited; a capture may just end, or show one side. So silence is told only
where the hello is seen to have arrived and the client gave up or the capture goes on, an end only where
the server made it, and nothing at all where packets are missing. What the server said outweighs how it hung up.
"""

from msgspec import Struct

from tlsprobe.capture.proxies import http_head, http_words
from tlsprobe.handshake.events import AnomalyKind
from tlsprobe.handshake.summary import TLS13, Handshake, Reached
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.observation import Failure, FailureKind, Stage

PATIENCE = 5.0
"""Seconds without an answer after which a server counts as silent."""
GAVE_UP = 2.0
"""The same where the client left then: sooner it may have been of another mind."""

# These leave nothing to read on with; the others are odd, but explain no end.
_BREAKING = frozenset(
    (
        AnomalyKind.MALFORMED_MESSAGE,
        AnomalyKind.UNEXPECTED_MESSAGE,
        AnomalyKind.OVERSIZED_MESSAGE,
    )
)
_QUOTED = 100


class _End(Struct, frozen=True, kw_only=True):
    """How the server ended the connection, where it was the server that did."""

    kind: FailureKind
    after: float | None
    received: int | None


def failure_of(
    *,
    handshake: Handshake,
    server_seen: bool,
    server_closed: bool,
    server_reset: bool,
    client_closed: bool,
    client_reset: bool,
    followed_by: float,
    hellos_sent: int = 1,
    hello_acknowledged: bool = False,
    server_after: float | None = None,
    client_after: float | None = None,
    received: int | None = None,
) -> Failure | None:
    """Why the server's certificate flight did not come; None where it did, or nobody can tell.

    `server_seen`: the capture shows a packet of the server's. `server_closed`, `server_reset`,
    `client_closed`, `client_reset`: who sent a FIN or RST. `server_after`, `client_after`: seconds
    from the hello until the first of each side's; None where that is not known. `followed_by`: seconds
    from the hello until the capture ends. `hellos_sent`: how many times the hello was seen.
    `hello_acknowledged`: the server acknowledged it. `received`: bytes that the server sent after it;
    None where that cannot be told.
    """
    if not server_seen or not handshake.client_hellos or _answered(handshake):
        return None
    end = None
    if server_closed or server_reset:
        kind = FailureKind.RESET if server_reset else FailureKind.CLOSED
        end = _End(kind=kind, after=server_after, received=received)
    # A client's reset is never answered by another: where both sides seem to send one, somebody
    # between them does.
    if (client_closed or client_reset) and not (client_reset and server_reset):
        first = client_after is None or server_after is None or client_after <= server_after
        end = None if first else end
    said = _alert(handshake, end)
    if said is None and handshake.reached is Reached.NOTHING:
        said = _not_tls(handshake) or _broken(handshake)
    said = said or _ended(handshake, end)
    if said is not None or end is not None or received is None or _lossy(handshake):
        return said
    left = client_closed or client_reset
    waited = followed_by if not left else min(client_after or 0.0, followed_by)
    if waited < (GAVE_UP if left else PATIENCE):
        return None
    if received:
        return _stalled(handshake, received, waited, left=left)
    if handshake.reached is Reached.NOTHING and (hello_acknowledged or hellos_sent > 1):
        return _silence(hellos_sent, waited)
    return None


def _answered(handshake: Handshake) -> bool:
    """Whether the certificate flight came, or none was due."""
    if handshake.reached >= Reached.CERTIFICATE or handshake.resumed or handshake.cut_leaf:
        return True
    # In TLS 1.3 the flight is sealed: that something sealed came is all that can be seen of it.
    opened = bool(handshake.encrypted_extensions or handshake.sealed)
    return handshake.reached is Reached.SERVER_HELLO and handshake.version == TLS13 and opened


def _alert(handshake: Handshake, end: _End | None) -> Failure | None:
    alerts = [one.alert for one in handshake.alerts if one.direction is Direction.SERVER]
    alert = next((one for one in alerts if one.fatal), None)
    if alert is None and alerts and end is not None:
        alert = alerts[-1]
    if alert is None:
        return None
    level = "fatal" if alert.fatal else "warning"
    return _failure(
        FailureKind.ALERT,
        f"the server sent the alert {alert.name} ({level}, {alert.description})"
        f" {_how_far(handshake)}",
    )


def _not_tls(handshake: Handshake) -> Failure | None:
    head = handshake.garbage
    if not head or _lossy(handshake):
        return None
    if head.startswith(b"HTTP/"):
        return _failure(
            FailureKind.PLAINTEXT_HTTP,
            f"the server answered in plain HTTP: {http_words(http_head(head))}",
        )
    return _failure(
        FailureKind.GARBAGE,
        f"the server answered with bytes that are neither TLS nor HTTP: {_quote(head)}",
    )


def _broken(handshake: Handshake) -> Failure | None:
    details = [
        anomaly.detail
        for anomaly in handshake.anomalies
        if anomaly.direction is Direction.SERVER and anomaly.kind in _BREAKING
    ]
    if not details or _lossy(handshake):
        return None
    return _failure(
        FailureKind.MALFORMED,
        f"the server's TLS records make no handshake: {details[-1]}, {_how_far(handshake)}",
    )


def _ended(handshake: Handshake, end: _End | None) -> Failure | None:
    if end is None or _lossy(handshake):
        return None
    reset = end.kind is FailureKind.RESET
    words = "the connection was reset" if reset else "the server closed the connection"
    after = "" if end.after is None else f" ({_time(end.after)} after the hello)"
    if end.received == 0:
        return _failure(end.kind, f"{words} without an answer{after}")
    amount = "" if end.received is None else f"after {end.received:,} bytes, "
    return _failure(end.kind, f"{words} {amount}{_how_far(handshake)}{after}")


def _silence(hellos_sent: int, waited: float) -> Failure:
    again = "" if hellos_sent == 1 else f", sent {hellos_sent} times"
    return _failure(FailureKind.SILENCE, f"no answer within {_time(waited)} of the hello{again}")


def _stalled(handshake: Handshake, received: int, waited: float, *, left: bool) -> Failure | None:
    """Where bytes came that make no answer: alerts, or too few, before the client had enough."""
    alerts = [one.alert for one in handshake.alerts if one.direction is Direction.SERVER]
    nothing = handshake.reached is Reached.NOTHING
    if alerts and nothing:
        last = alerts[-1]
        return _failure(
            FailureKind.ALERT,
            f"the server sent nothing but alerts within {_time(waited)} of the hello"
            f" ({received:,} bytes), such as {last.name} (warning, {last.description})",
        )
    if not left:
        return None
    return _failure(
        FailureKind.DRIP,
        f"only {received:,} {'byte' if received == 1 else 'bytes'} came within {_time(waited)} of the"
        f" hello, {_how_far(handshake)}, until the client gave up",
    )


def _lossy(handshake: Handshake) -> bool:
    """Whether bytes of the server's are missing: then what did not come may have been lost."""
    return any(
        anomaly.kind is AnomalyKind.GAP and anomaly.direction is Direction.SERVER
        for anomaly in handshake.anomalies
    )


def _how_far(handshake: Handshake) -> str:
    if handshake.reached is Reached.NOTHING:
        return "before its ServerHello"
    return "after its ServerHello, before its certificate"


def _failure(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.TLS, kind=kind, detail=detail)


def _quote(data: bytes) -> str:
    """The first line in quotation marks where the bytes are text, else some of them in hex."""
    line = data.partition(b"\n")[0].rstrip(b"\r")[:_QUOTED]
    text = line.decode("ascii", errors="replace")
    if text and text.isascii() and text.isprintable():
        return f'"{text}"'
    return data[:32].hex(" ")


def _time(elapsed: float) -> str:
    return f"{elapsed * 1000:.1f} ms" if elapsed < 1 else f"{round(elapsed, 2):g} s"
