"""Why a connection that stood brought no handshake: the peer's bytes, and their absence, in words.

The order matters. What the peer said outweighs how it hung up: an alert is an alert, whether a FIN,
a reset or nothing at all follows it. Only a peer that never stops is told by that.
"""

import re

from tlsprobe.handshake.events import AnomalyKind, KeyProof
from tlsprobe.handshake.summary import Handshake, Reached
from tlsprobe.handshake.transcript import Direction, Ending
from tlsprobe.live import failures
from tlsprobe.live.failures import milliseconds, seconds
from tlsprobe.live.recording import HEAD, Recording
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.wire.codepoints import cipher_suite_name, group_name
from tlsprobe.wire.extensions import KEY_SHARE

# These leave nothing to read on with. The others, such as an extension that was not offered, are
# odd, but do not explain why a handshake ends.
_BREAKING = frozenset(
    (
        AnomalyKind.MALFORMED_MESSAGE,
        AnomalyKind.UNEXPECTED_MESSAGE,
        AnomalyKind.OVERSIZED_MESSAGE,
        AnomalyKind.BAD_RECORD,
        AnomalyKind.BAD_COMPRESSION,
    )
)
# How much of a text that is no TLS is quoted.
_QUOTED = 100
# A peer that drips sends more than once; one that sent nothing for most of the time has stopped.
_STALLED = 0.5

_REQUIRES_LOGIN = rb"HTTP/1\.[01] 511 "
# Where to, up to the path: what stands behind may be the client's own.
_SENT_ON = (
    rb"(?i)HTTP/1\.[01] 30[12378] [^\n]*\n(?:[^\r\n]+\r?\n)*?"
    rb"location:[ \t]*(https?://[a-z0-9.:-]{1,80})"
)

_FAR = {
    Reached.NOTHING: "before its ServerHello",
    Reached.SERVER_HELLO: "after its ServerHello, before its certificate",
    Reached.CERTIFICATE: "after its certificate, before it proved to hold the key",
}
# The place of the proof is also passed by a handshake that has none (key exchange with RSA).
_PAST_THE_PROOF = {
    KeyProof.PROVEN: "after it proved to hold the key",
    KeyProof.FAILED: "after a proof of its key that failed",
    KeyProof.NOT_SEEN: "after its certificate, in a handshake without a proof of the key",
    KeyProof.UNREADABLE: "after a proof of its key that could not be checked",
}

_LACKING = {
    Reached.NOTHING: "its ServerHello was not complete",
    Reached.SERVER_HELLO: "its certificate was not complete",
    Reached.CERTIFICATE: "the proof of its key was not complete",
    Reached.PROOF: "the handshake was not finished",
}


def diagnose(handshake: Handshake, recording: Recording) -> Failure | None:
    """What is wrong; None where the server came as far as the proof of its key."""
    return None if handshake.reached is Reached.PROOF else unfinished(handshake, recording)


def unfinished(handshake: Handshake, recording: Recording) -> Failure:
    """Why a handshake went no further."""
    return (
        _endless(handshake, recording)
        or fault_of_peer(handshake, recording)
        or _too_slow(handshake, recording)
        or _ended(handshake, recording)
        or _sealed(handshake)
    )


def fault_of_peer(handshake: Handshake, recording: Recording) -> Failure | None:
    """What the peer's bytes say is wrong, however the connection ended; None where they do not."""
    return _alert(handshake) or _not_tls(handshake, recording) or _broken(handshake)


def not_sent(recording: Recording) -> Failure:
    """The failure of a connection that was gone before the hello."""
    after = milliseconds(recording.elapsed)
    return _failure(
        FailureKind.RESET, f"the connection was reset before the hello could be sent ({after})"
    )


def retry_refused(handshake: Handshake) -> Failure:
    """The failure of a HelloRetryRequest that has no lawful answer, or comes a second time."""
    if len(handshake.client_hellos) > 1:
        return _failure(FailureKind.MALFORMED, "the server sent a second HelloRetryRequest")
    request = handshake.hello_retry
    body = None if request is None else request.extension(KEY_SHARE)
    asked = f"of {group_name(int.from_bytes(body))}" if body and len(body) == 2 else "of no group"
    return _failure(
        FailureKind.MALFORMED,
        f"the server asked for another hello with a key share {asked}, which was not offered,"
        " was sent already or cannot be made",
    )


def cut_off_http(head: bytes) -> bool:
    """Whether `head`, the first bytes of a stream, is an HTTP/1 status line still without its end."""
    return _may_be_http(head) and b"\n" not in head and len(head) < HEAD


def _alert(handshake: Handshake) -> Failure | None:
    alerts = [seen.alert for seen in handshake.alerts if seen.direction is Direction.SERVER]
    if not alerts:
        return None
    alert = next((alert for alert in alerts if alert.fatal), alerts[-1])
    level = "fatal" if alert.fatal else "warning"
    return _failure(
        FailureKind.ALERT,
        f"the server sent the alert {alert.name} ({level}, {alert.description})"
        f" {_how_far(handshake)}",
    )


def _not_tls(handshake: Handshake, recording: Recording) -> Failure | None:
    if handshake.garbage is None:
        return None
    if handshake.reached is not Reached.NOTHING:
        return _failure(
            FailureKind.GARBAGE,
            f"the server left TLS {_how_far(handshake)}: {quote(handshake.garbage)}",
        )
    head = recording.head
    if _may_be_http(head):
        return _failure(
            FailureKind.PLAINTEXT_HTTP,
            f"the server answered in plain HTTP: {quote(head)}{_portal(head)}",
        )
    return _failure(
        FailureKind.GARBAGE,
        f"the server answered with bytes that are neither TLS nor HTTP: {quote(head)}"
        f" ({recording.received:,} bytes)",
    )


def _broken(handshake: Handshake) -> Failure | None:
    details = [
        anomaly.detail
        for anomaly in handshake.anomalies
        if anomaly.direction is Direction.SERVER and anomaly.kind in _BREAKING
    ]
    if not details:
        return None
    return _failure(
        FailureKind.MALFORMED,
        f"the server's TLS records make no handshake: {details[-1]}, {_how_far(handshake)}",
    )


def _endless(handshake: Handshake, recording: Recording) -> Failure | None:
    if recording.ended is None or recording.ended.ending is not Ending.OVERRUN:
        return None
    return _failure(
        FailureKind.ENDLESS,
        f"{recording.received:,} bytes came, and {_LACKING[handshake.reached]}",
    )


def _too_slow(handshake: Handshake, recording: Recording) -> Failure | None:
    if recording.ended is None or recording.ended.ending is not Ending.TIMED_OUT:
        return None
    elapsed = recording.elapsed
    if not recording.received:
        return _failure(
            FailureKind.SILENCE,
            f"no answer within {seconds(elapsed)} of the hello ({recording.sent:,} bytes)",
        )
    if recording.last < elapsed * _STALLED:
        detail = (
            f"{recording.received:,} bytes came, the last of them {milliseconds(recording.last)}"
            f" after the hello, and none until {seconds(elapsed)}"
        )
    else:
        detail = (
            f"only {recording.received:,} bytes came within {seconds(elapsed)},"
            f" in {recording.pieces:,} pieces"
        )
    return _failure(FailureKind.DRIP, f"{detail}: {_LACKING[handshake.reached]}")


def _ended(handshake: Handshake, recording: Recording) -> Failure | None:
    ended = recording.ended
    if ended is None:
        return None
    if ended.ending is Ending.CLOSED:
        kind, words = FailureKind.CLOSED, "the server closed the connection"
    else:
        kind = FailureKind.RESET if ended.error is None else failures.kind_of(ended.error)
        words = "the connection was reset"
        if ended.error is not None and kind is not FailureKind.RESET:
            words = f"the connection broke: {failures.reason(ended.error)},"
    after = milliseconds(recording.elapsed)
    if recording.received:
        where = f"after {recording.received:,} bytes, {_how_far(handshake)} ({after})"
    else:
        where = f"{after} after the hello ({recording.sent:,} bytes), without an answer"
    return _failure(kind, f"{words} {where}")


def _sealed(handshake: Handshake) -> Failure:
    """Nothing more can be read although the bytes break no rule: there is no key for them."""
    group, suite = handshake.group, handshake.cipher_suite
    return _failure(
        FailureKind.MALFORMED,
        "the server's certificate stays sealed: there is no key for"
        f" {'its key exchange' if group is None else group_name(group)}"
        f" with {'its cipher suite' if suite is None else cipher_suite_name(suite)}",
    )


def _failure(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.TLS, kind=kind, detail=detail)


def _how_far(handshake: Handshake) -> str:
    """How far the server had come, and no further than it was seen to."""
    if handshake.reached is Reached.PROOF:
        return _PAST_THE_PROOF[handshake.key_proof]
    return _FAR[handshake.reached]


def _may_be_http(head: bytes) -> bool:
    return head.startswith(b"HTTP/") or (b"HTTP/".startswith(head) and head != b"")


def _portal(head: bytes) -> str:
    """What an answer in HTTP says of a captive portal; empty where it says nothing.

    Status 511 is theirs (RFC 6585 section 6). Others send whoever asks on to their page, though
    in a hello of TLS nobody has asked for one.
    """
    if re.match(_REQUIRES_LOGIN, head):
        return "; so says a captive portal: the network wants a login first"
    sent_on = re.match(_SENT_ON, head)
    if sent_on is None:
        return ""
    where = sent_on[1].decode("ascii")
    return f"; it sends whoever asks on to {where}, as captive portals do"


def quote(data: bytes) -> str:
    """The first line in quotation marks where the bytes are text, else some of them in hex."""
    line = data.partition(b"\n")[0].rstrip(b"\r")[:_QUOTED]
    text = line.decode("ascii", errors="replace")
    if text and text.isascii() and text.isprintable():
        return f'"{text}"'
    return data[:32].hex(" ")
