"""Read the bytes of both directions of one connection, whoever sent them and however cut up.

The reader is passive: the bytes that we sent go in the same way as the bytes that we got, so a
capture needs no second reader. It asks a `KeySource` for secrets and otherwise knows nothing of
where it stands. It never raises for what the bytes say: rules that they break become anomalies,
reading goes on where it can, and memory is bounded whatever comes.

Strategy: cut records, open those that are sealed and for which a secret is known, join handshake
messages, decode each, hash it, and answer with events that `Summary` folds into a `Handshake`.
Messages are kept only until the hash algorithm is known.
"""

from collections.abc import Iterator, Mapping

from tlsprobe.certs.certificate import parse
from tlsprobe.crypto.compression import decompress
from tlsprobe.crypto.key_schedule import TrafficSecrets, handshake_secrets
from tlsprobe.crypto.keys import KeySource, NoKeys
from tlsprobe.crypto.protection import Opener
from tlsprobe.crypto.signatures import Check, check, server_context
from tlsprobe.crypto.suites import TLS13_SUITES, Tls13Suite
from tlsprobe.errors import DecodeError
from tlsprobe.handshake.choices import context_of, not_offered
from tlsprobe.handshake.events import (
    AlertRead,
    Anomaly,
    AnomalyKind,
    CertificatesCut,
    CipherChanged,
    Event,
    KeyProof,
    MessageRead,
    NotTls,
    ProofChecked,
    Protected,
)
from tlsprobe.handshake.machine import State, Step, move, step_of
from tlsprobe.handshake.running_hash import RunningHash
from tlsprobe.handshake.side import Side
from tlsprobe.handshake.summary import TLS13, Handshake, Summary, negotiated_version
from tlsprobe.handshake.transcript import Direction, Gap, Origin, Transcript
from tlsprobe.wire import extensions as ext
from tlsprobe.wire import records
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import (
    CERTIFICATE,
    CERTIFICATE_VERIFY,
    SERVER_HELLO,
    CertificateMessage,
    CertificateVerify,
    ClientHello,
    CompressedCertificate,
    Context,
    Finished,
    Message,
    OtherMessage,
    ServerHello,
    ServerKeyExchange,
    cut_certificates,
    decode,
)
from tlsprobe.wire.old_hello import decode_old_hello

# Larger than any handshake message that means well: OpenSSL stops at 100 KiB of certificates, Go at
# 256 KiB, rustls and NSS at 64 KiB to 16 MiB by type. A length above it is named and not waited for.
MAX_MESSAGE = 2**18
# All handshake bytes of one direction: a bound on work and memory, not on honest peers.
MAX_HANDSHAKE = 2**20


class Reader:
    """Reads one connection; see the module's text for how."""

    __slots__ = (
        "_client", "_client_hello", "_context", "_events", "_hash", "_keys", "_known", "_leaf",
        "_lossy", "_retry", "_server", "_server_hello", "_state", "_summary", "_version",
    )  # fmt: skip

    def __init__(
        self, keys: KeySource = NoKeys(), *, known: Mapping[bytes, Message] | None = None
    ) -> None:
        """`known` are messages of which it is known what they say, by their bytes with the header."""
        self._keys = keys
        self._known = known
        self._client = Side(Direction.CLIENT)
        self._server = Side(Direction.SERVER)
        self._summary = Summary()
        self._state = State.START
        self._events: list[Event] = []
        self._hash = RunningHash()
        self._context = _NO_CONTEXT
        self._client_hello: ClientHello | None = None
        self._server_hello: ServerHello | None = None
        self._retry: ServerHello | None = None
        self._leaf: bytes | None = None
        self._version: int | None = None
        self._lossy = False

    def feed(self, direction: Direction, data: bytes, at: float = 0.0) -> list[Event]:
        """Take bytes that `direction` sent at `at`; the events that they complete."""
        self._events = []
        side = self._client if direction is Direction.CLIENT else self._server
        cutter = side.cutter
        if side.stopped and cutter.garbage is None:
            return self._events
        known = cutter.garbage
        for record in cutter.feed(data):
            # Most records are of these two kinds, and need not be sorted out.
            kind, _, fragment = record
            if kind == records.HANDSHAKE and not side.sealed and fragment:
                self._join(side, fragment, at)
            elif kind == records.APPLICATION_DATA and side.opener is None:
                self._stays_closed(side, kind, len(fragment), at)
            else:
                self._record(side, record, at)
            if side.stopped:
                return self._events
        if cutter.garbage is not None and cutter.garbage != known:
            side.stop()
            self._emit(NotTls(direction=direction, at=at, data=cutter.garbage))
        return self._events

    def gap(self, direction: Direction, size: int, at: float = 0.0) -> list[Event]:
        """Take note that `size` bytes of `direction` were not seen: the rest of it is lost.

        Not worth a word where both sides are past their handshake: then it is application data.
        """
        self._events = []
        side = self._client if direction is Direction.CLIENT else self._server
        self._lossy = True
        if not side.stopped:
            told = not (self._client.past and self._server.past)
            self._break_off(side, at)
            if told:
                self._anomaly(side, at, AnomalyKind.GAP, f"{size} bytes were not seen")
        return self._events

    def finish(self, at: float = 0.0) -> list[Event]:
        """Take note that nothing more will be seen: what is half there counts as far as it goes.

        For captures, which end or are given up in the middle of a message. Doing it twice does no
        harm; what is fed afterwards is not read.
        """
        self._events = []
        for side in (self._client, self._server):
            if not side.stopped:
                self._break_off(side, at)
        return self._events

    @property
    def handshake(self) -> Handshake:
        """What was read so far, as one value."""
        return self._summary.handshake

    @property
    def retry_wanted(self) -> ServerHello | None:
        """A HelloRetryRequest that the client has not answered yet."""
        return self._retry if self._state is State.HELLO_RETRY else None

    @property
    def settled(self) -> bool:
        """Whether the server's certificate and its proof are read, or nothing more can be."""
        server = self._server
        return (
            server.stopped
            or server.closed
            or server.done
            or server.sealed
            or self._state
            in (
                State.PROOF_13,
                State.SERVER_FINISHED_13,
                State.HELLO_DONE_12,
                State.DONE_12,
            )
            or (self._version == TLS13 and server.opener is None)
        )

    @property
    def over(self) -> bool:
        """Whether nothing that may still be sent could change what `handshake` says.

        Both sides are past their handshake, the server broke it off, the client did so after it had
        seen the server's certificate, or what is missing was not captured. A caller that holds bytes
        back behind a hole hands them in before it goes by this.
        """
        client, server = self._client, self._server
        if client.past:
            return server.past or client.talks_on or (client.closed and self.settled)
        return server.past and (server.closed or server.talks_on or server.lost)

    # Records

    def _record(self, side: Side, record: records.Record, at: float) -> None:
        kind = record.content_type
        if kind == records.CHANGE_CIPHER_SPEC:
            # Only a courtesy to middleboxes in TLS 1.3 (RFC 8446 appendix D.4), where a client may
            # even send it before the version is known: then nothing is sealed by it.
            if self._older and not side.sealed:
                side.sealed = True
                self._emit(CipherChanged(direction=side.direction, at=at))
        elif side.sealed:
            self._stays_closed(side, kind, len(record.fragment), at)
        elif kind == records.APPLICATION_DATA:
            self._open(side, record, at)
        else:
            self._plain(side, kind, record.fragment, at)

    def _stays_closed(self, side: Side, kind: int, size: int, at: float) -> None:
        side.protected += size
        # Early data comes before the server's flight, and is no part of the handshake (TLS 1.3).
        early = side is self._client and not side.sealed and not self._server.past
        if not (early and self._offers_early_data):
            side.past = True
        self._emit(Protected(direction=side.direction, at=at, content_type=kind, size=size))

    def _break_off(self, side: Side, at: float) -> None:
        """Read what is half there of a direction that goes no further."""
        kind, torn = side.cutter.torn
        if kind == records.HANDSHAKE and torn and not side.sealed:
            self._join(side, torn, at)
        joined, side.joined = bytes(side.joined), bytearray()
        if side is self._server and not side.stopped and joined[:1] == bytes((CERTIFICATE,)):
            entries, rest = cut_certificates(joined[4:], self._context)
            self._emit(CertificatesCut(direction=side.direction, at=at, entries=entries, rest=rest))
        side.stop()

    @property
    def _offers_early_data(self) -> bool:
        hello = self._client_hello
        return hello is not None and hello.extension(ext.EARLY_DATA) is not None

    @property
    def _older(self) -> bool:
        """Whether this is TLS 1.2 or before, also where a capture does not show the ServerHello."""
        if self._version is None:
            return self._state in (State.CLIENT_KEY_EXCHANGE_12, State.DONE_12)
        return self._version < TLS13

    def _open(self, side: Side, record: records.Record, at: float) -> None:
        opener = side.opener
        assert opener is not None  # noqa: S101 - for the type checker; the caller asked
        opened = opener.open(record.header, record.fragment)
        if opened is not None:
            self._plain(side, *opened, at)
            return
        if side is self._client and self._offers_early_data:
            return  # early data is sealed under another secret (RFC 8446 section 4.2.10)
        side.opener = None
        side.past = True
        self._anomaly(side, at, AnomalyKind.BAD_RECORD, "a protected record does not open")

    def _plain(self, side: Side, kind: int, data: bytes, at: float) -> None:
        if kind == records.ALERT:
            self._alerts(side, data, at)
        elif kind == records.HANDSHAKE:
            if not data:
                self._anomaly(side, at, AnomalyKind.EMPTY_RECORDS, "a handshake record is empty")
                side.taken += records.HEADER
            self._join(side, data, at)
        elif kind == records.OLD_HELLO:
            self._old_hello(side, data, at)

    def _alerts(self, side: Side, data: bytes, at: float) -> None:
        if len(data) % 2 or not data:
            self._anomaly(
                side, at, AnomalyKind.MALFORMED_MESSAGE, f"an alert record of {len(data)} bytes"
            )
        for place in range(0, len(data) - 1, 2):
            alert = Alert(data[place], data[place + 1])
            self._emit(AlertRead(direction=side.direction, at=at, alert=alert))
            if alert.fatal or alert.name == "close_notify":
                side.closed = side.past = True

    # Messages

    def _join(self, side: Side, data: bytes, at: float) -> None:
        side.taken += len(data)
        joined: bytes | bytearray = data
        if side.joined:
            side.joined += data
            joined = side.joined
        place, end = 0, len(joined)
        while end - place >= 4:
            size = joined[place + 1] << 16 | joined[place + 2] << 8 | joined[place + 3]
            if size > MAX_MESSAGE or side.taken > MAX_HANDSHAKE:
                side.stop()
                self._anomaly(
                    side, at, AnomalyKind.OVERSIZED_MESSAGE,
                    f"a message of type {joined[place]} claims {size} bytes,"
                    f" after {side.taken} bytes of handshake",
                )  # fmt: skip
                break
            if end - place - 4 < size:
                break
            following = place + 4 + size
            self._message(side, bytes(joined[place:following]), at)
            place = following
            if side.stopped or side.done:
                break
        if joined is side.joined:
            del side.joined[:place]
        elif place < end:
            side.joined += joined[place:]

    def _message(self, side: Side, raw: bytes, at: float) -> None:
        code, body = raw[0], raw[4:]
        try:
            known = self._known.get(raw) if self._known else None
            message = known or decode(code, body, self._context)
        except DecodeError as error:
            self._anomaly(side, at, AnomalyKind.MALFORMED_MESSAGE, str(error))
            message = OtherMessage(code=code, body=body)
            # Without a ServerHello nothing after it has a meaning.
            if code == SERVER_HELLO:
                side.stop()
        self._read(side, raw, message, at)

    def _old_hello(self, side: Side, raw: bytes, at: float) -> None:
        try:
            self._read(side, raw, decode_old_hello(raw), at)
        except DecodeError as error:
            self._anomaly(side, at, AnomalyKind.MALFORMED_MESSAGE, str(error))

    def _read(  # noqa: C901 - one kind of message, one line
        self, side: Side, raw: bytes, message: Message, at: float
    ) -> None:
        code = raw[0]  # also of SSL 2.0's format
        before = self._hash.digest() if code == CERTIFICATE_VERIFY else b""
        self._hash.add(raw)
        version = self._version
        if code == SERVER_HELLO and isinstance(message, ServerHello):
            version = negotiated_version(message)
        self._step(side, code, message, version, at)
        self._emit(MessageRead(direction=side.direction, at=at, message=message, size=len(raw)))
        match message:
            case OtherMessage():
                pass
            case ClientHello():
                self._client_hello = message
            case ServerHello() if version is not None:
                self._on_server_hello(side, message, version, at)
            case CompressedCertificate():
                self._on_compressed(side, message, at)
            case CertificateMessage(entries=entries) if side is self._server:
                if self._leaf is None and entries:
                    self._leaf = entries[0].der
            case ServerKeyExchange() if side is self._server:
                self._on_key_exchange(message, at)
            case CertificateVerify() if side is self._server and before:
                self._prove(message.scheme, message.signature, server_context(before), at)
            case Finished() if self._version == TLS13:
                side.done = side.past = True
                side.opener = None
            case _:
                pass

    def _step(
        self, side: Side, code: int, message: Message, version: int | None, at: float
    ) -> None:
        step = step_of(code)
        tls13 = version == TLS13
        if code == SERVER_HELLO:
            step = Step.SERVER_HELLO_12  # also where it is malformed: it stands where one stands
            if isinstance(message, ServerHello):
                step = Step.SERVER_HELLO_13 if tls13 else step
                step = Step.HELLO_RETRY if message.is_hello_retry else step
        before = self._state
        self._state, legal = move(before, side.direction, step, tls13=tls13)
        if not legal and not self._lossy:  # what makes it legal may have been lost
            self._anomaly(
                side, at, AnomalyKind.UNEXPECTED_MESSAGE,
                f"message {code} of the {side.direction.value} after {before.name.lower()}",
            )  # fmt: skip

    def _on_server_hello(self, side: Side, hello: ServerHello, version: int, at: float) -> None:
        if side is not self._server or self._server_hello is not None:
            return
        if self._client_hello is not None:
            for detail in not_offered(self._client_hello, hello):
                self._anomaly(side, at, AnomalyKind.ILLEGAL_CHOICE, detail)
        suite = TLS13_SUITES.get(hello.cipher_suite)
        if hello.is_hello_retry:
            if self._retry is None and suite is not None:
                self._hash.restart(suite.hash_name)
            self._retry = self._retry or hello
            return
        self._server_hello = hello
        self._version = version
        self._context = context_of(version, hello.cipher_suite)
        secrets = None
        if version == TLS13 and suite is not None:
            secrets = self._find_secrets(hello, suite)
        if suite is None or secrets is None:
            self._hash.stop()  # where nothing opens nothing is proven
            return
        self._server.opener = Opener(suite, secrets.server)
        if secrets.client:
            self._client.opener = Opener(suite, secrets.client)

    def _find_secrets(self, hello: ServerHello, suite: Tls13Suite) -> TrafficSecrets | None:
        """The handshake secrets: computed where we hold the key, looked up where they are logged."""
        if self._client_hello is None:
            return None
        share = hello.extension(ext.KEY_SHARE)
        if share is not None and hello.extension(ext.PRE_SHARED_KEY) is None:
            try:
                secret = self._keys.shared_secret(*ext.selected_key_share(share))
            except DecodeError:
                secret = None  # the summary names it
            if secret is not None:
                self._hash.start(suite.hash_name)
                return handshake_secrets(suite, secret, self._hash.digest())
        random = self._client_hello.random
        server = self._keys.logged_secret(random, "SERVER_HANDSHAKE_TRAFFIC_SECRET")
        client = self._keys.logged_secret(random, "CLIENT_HANDSHAKE_TRAFFIC_SECRET")
        if server is None:
            return None
        self._hash.start(suite.hash_name)
        return TrafficSecrets(client=client or b"", server=server)

    def _on_compressed(self, side: Side, message: CompressedCertificate, at: float) -> None:
        body = decompress(message.algorithm, message.compressed, message.uncompressed_length)
        if body is None:
            self._anomaly(
                side, at, AnomalyKind.BAD_COMPRESSION,
                f"{len(message.compressed)} bytes of algorithm {message.algorithm} are not"
                f" {message.uncompressed_length} bytes of certificates",
            )  # fmt: skip
            return
        try:
            plain = decode(CERTIFICATE, body, self._context)
        except DecodeError as error:
            self._anomaly(side, at, AnomalyKind.MALFORMED_MESSAGE, str(error))
            return
        if isinstance(plain, CertificateMessage):
            if side is self._server and self._leaf is None and plain.entries:
                self._leaf = plain.entries[0].der
            self._emit(
                MessageRead(direction=side.direction, at=at, message=plain, size=len(body) + 4)
            )

    # Proof

    def _on_key_exchange(self, message: ServerKeyExchange, at: float) -> None:
        if message.signature is None or self._client_hello is None or self._server_hello is None:
            return
        signed = self._client_hello.random + self._server_hello.random + message.parameters
        self._prove(message.scheme, message.signature, signed, at)

    def _prove(self, scheme: int | None, signature: bytes, signed: bytes, at: float) -> None:
        key = None if self._leaf is None else parse(self._leaf).public_key()
        proof = _PROOFS[check(key, scheme, signature, signed)]
        self._emit(ProofChecked(at=at, proof=proof, scheme=scheme))

    # Events

    def _emit(self, event: Event) -> None:
        self._events.append(event)
        self._summary.add(event)

    def _anomaly(self, side: Side, at: float, kind: AnomalyKind, detail: str) -> None:
        self._emit(Anomaly(direction=side.direction, at=at, kind=kind, detail=detail))


_NO_CONTEXT = Context()
_PROOFS = {
    Check.VALID: KeyProof.PROVEN,
    Check.INVALID: KeyProof.FAILED,
    Check.UNKNOWN: KeyProof.UNREADABLE,
}


def read(transcript: Transcript, keys: KeySource = NoKeys()) -> Handshake:
    """Read a whole transcript."""
    reader = Reader(keys)
    for segment in transcript.segments:
        if isinstance(segment, Gap):
            reader.gap(segment.direction, segment.size, segment.at)
        else:
            reader.feed(segment.direction, segment.data, segment.at)
    if transcript.origin is Origin.CAPTURE:
        reader.finish()
    return reader.handshake


def events(transcript: Transcript, keys: KeySource = NoKeys()) -> Iterator[Event]:
    """The events of a whole transcript, in order."""
    reader = Reader(keys)
    for segment in transcript.segments:
        if isinstance(segment, Gap):
            yield from reader.gap(segment.direction, segment.size, segment.at)
        else:
            yield from reader.feed(segment.direction, segment.data, segment.at)
    if transcript.origin is Origin.CAPTURE:
        yield from reader.finish()
