"""Read the bytes of both directions of one connection, whoever sent them and however cut up.

The reader is passive: the bytes that we sent go in the same way as the bytes that we got, so a
capture needs no second reader. It asks a `KeySource` for secrets and otherwise knows nothing of
where it stands. It never raises for what the bytes say: rules that they break become anomalies,
reading goes on where it can, and memory is bounded whatever comes.

Strategy: cut records, open those that are sealed and for which a secret is known, join handshake
messages, decode each, hash it, and answer with events that `Summary` folds into a `Handshake`.
Messages are kept only until the hash algorithm is known.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol, Self

from tlsprobe.certs.certificate import parse
from tlsprobe.crypto.compression import decompress
from tlsprobe.crypto.key_schedule import TrafficSecrets, handshake_secrets
from tlsprobe.crypto.keys import KeySource, NoKeys
from tlsprobe.crypto.protection import Opener
from tlsprobe.crypto.signatures import Check, check, server_context
from tlsprobe.crypto.suites import TLS13_SUITES, ephemeral_form
from tlsprobe.errors import DecodeError
from tlsprobe.handshake.events import (
    AlertRead,
    Anomaly,
    AnomalyKind,
    Event,
    KeyProof,
    MessageRead,
    NotTls,
    ProofChecked,
    Protected,
)
from tlsprobe.handshake.machine import State, Step, move, step_of
from tlsprobe.handshake.summary import TLS13, Handshake, Summary, negotiated_version
from tlsprobe.handshake.transcript import Direction, Gap, Transcript
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
    decode,
)

# Larger than any handshake message that means well: OpenSSL stops at 100 KiB of certificates, Go at
# 256 KiB, rustls and NSS at 64 KiB to 16 MiB by type. A length above it is named and not waited for.
MAX_MESSAGE = 2**18
# All handshake bytes of one direction: a bound on work and memory, not on honest peers.
MAX_HANDSHAKE = 2**20

_MESSAGE_HASH = 254  # RFC 8446 section 4.4.1


class TranscriptHash(Protocol):
    """The part of a hashlib object that is used here."""

    def update(self, data: bytes, /) -> None: ...  # noqa: D102
    def copy(self) -> Self: ...  # noqa: D102
    def digest(self) -> bytes: ...  # noqa: D102


class _Side:
    """What is known of one direction."""

    __slots__ = (
        "closed", "cutter", "direction", "done", "joined", "opener", "sealed", "stopped", "taken",
    )  # fmt: skip

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.cutter = records.RecordCutter()
        self.joined = bytearray()
        self.taken = 0
        self.opener: Opener | None = None
        self.sealed = False
        """Records are protected from here on (TLS 1.2 and before: after ChangeCipherSpec)."""
        self.done = False
        """Finished was read: what follows is application data."""
        self.closed = False
        """A fatal alert or close_notify was read."""
        self.stopped = False
        """Nothing more can be read of it: a gap, garbage, or more than the bounds allow."""


class Reader:
    """Reads one connection; see the module's text for how."""

    def __init__(
        self, keys: KeySource = NoKeys(), *, known: Mapping[bytes, Message] | None = None
    ) -> None:
        """`known` are messages of which it is known what they say, by their bytes with the header."""
        self._keys = keys
        self._known = known or {}
        self._client = _Side(Direction.CLIENT)
        self._server = _Side(Direction.SERVER)
        self._summary = Summary()
        self._state = State.START
        self._events: list[Event] = []
        self._raw: list[bytes] = []
        self._hash: TranscriptHash | None = None
        self._secrets: TrafficSecrets | None = None
        self._context = Context()
        self._client_hello: ClientHello | None = None
        self._server_hello: ServerHello | None = None
        self._retry: ServerHello | None = None
        self._leaf: bytes | None = None
        self._version: int | None = None

    def feed(self, direction: Direction, data: bytes, at: float = 0.0) -> list[Event]:
        """Take bytes that `direction` sent at `at`; the events that they complete."""
        self._events = []
        side = self._client if direction is Direction.CLIENT else self._server
        cutter = side.cutter
        if side.stopped and cutter.garbage is None:
            return self._events
        known = cutter.garbage
        for record in cutter.feed(data):
            self._record(side, record, at)
            if side.stopped:
                return self._events
        if cutter.garbage is not None and cutter.garbage != known:
            side.stopped = True
            self._emit(NotTls(direction=direction, at=at, data=cutter.garbage))
        return self._events

    def gap(self, direction: Direction, size: int, at: float = 0.0) -> list[Event]:
        """Take note that `size` bytes of `direction` were not seen: the rest of it is lost."""
        self._events = []
        side = self._client if direction is Direction.CLIENT else self._server
        if not side.stopped:
            side.stopped = True
            self._anomaly(side, at, AnomalyKind.GAP, f"{size} bytes were not seen")
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

    # Records

    def _record(self, side: _Side, record: records.Record, at: float) -> None:
        kind = record.content_type
        if kind == records.CHANGE_CIPHER_SPEC:
            # Only a courtesy to middleboxes in TLS 1.3 (RFC 8446 appendix D.4), where a client may
            # even send it before the version is known: then nothing is sealed by it.
            if self._older:
                side.sealed = True
        elif side.sealed or (kind == records.APPLICATION_DATA and side.opener is None):
            self._emit(
                Protected(
                    direction=side.direction, at=at, content_type=kind, size=len(record.fragment)
                )
            )
        elif kind == records.APPLICATION_DATA:
            self._open(side, record, at)
        else:
            self._plain(side, kind, record.fragment, at)

    @property
    def _older(self) -> bool:
        """Whether this is TLS 1.2 or before, also where a capture does not show the ServerHello."""
        if self._version is None:
            return self._state in (State.CLIENT_KEY_EXCHANGE_12, State.DONE_12)
        return self._version < TLS13

    def _open(self, side: _Side, record: records.Record, at: float) -> None:
        opener = side.opener
        assert opener is not None  # noqa: S101 - for the type checker; the caller asked
        opened = opener.open(record.header, record.fragment)
        if opened is not None:
            self._plain(side, *opened, at)
            return
        early = side is self._client and self._client_hello is not None
        if early and self._client_hello and self._client_hello.extension(ext.EARLY_DATA):
            return  # early data is sealed under another secret (RFC 8446 section 4.2.10)
        side.opener = None
        self._anomaly(side, at, AnomalyKind.BAD_RECORD, "a protected record does not open")

    def _plain(self, side: _Side, kind: int, data: bytes, at: float) -> None:
        if kind == records.ALERT:
            self._alerts(side, data, at)
        elif kind == records.HANDSHAKE:
            if not data:
                self._anomaly(side, at, AnomalyKind.EMPTY_RECORDS, "a handshake record is empty")
                side.taken += records.HEADER
            self._join(side, data, at)

    def _alerts(self, side: _Side, data: bytes, at: float) -> None:
        if len(data) % 2 or not data:
            self._anomaly(
                side, at, AnomalyKind.MALFORMED_MESSAGE, f"an alert record of {len(data)} bytes"
            )
        for place in range(0, len(data) - 1, 2):
            alert = Alert(data[place], data[place + 1])
            self._emit(AlertRead(direction=side.direction, at=at, alert=alert))
            if alert.fatal or alert.name == "close_notify":
                side.closed = True

    # Messages

    def _join(self, side: _Side, data: bytes, at: float) -> None:
        side.taken += len(data)
        joined = side.joined
        joined += data
        place, end = 0, len(joined)
        while end - place >= 4:
            size = int.from_bytes(joined[place + 1 : place + 4])
            if size > MAX_MESSAGE or side.taken > MAX_HANDSHAKE:
                side.stopped = True
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
        del joined[:place]

    def _message(self, side: _Side, raw: bytes, at: float) -> None:
        code, body = raw[0], raw[4:]
        try:
            message = self._known.get(raw) or decode(code, body, self._context)
        except DecodeError as error:
            self._anomaly(side, at, AnomalyKind.MALFORMED_MESSAGE, str(error))
            message = OtherMessage(code=code, body=body)
            # Without a ServerHello nothing after it has a meaning.
            side.stopped = code == SERVER_HELLO
        before = self._hash.copy().digest() if self._hash and code == CERTIFICATE_VERIFY else b""
        self._remember(raw)
        self._step(side, code, message, at)
        self._emit(MessageRead(direction=side.direction, at=at, message=message, size=len(raw)))
        match message:
            case ClientHello():
                self._client_hello = message
            case ServerHello():
                self._on_server_hello(side, message, at)
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
                side.done, side.opener = True, None
            case _:
                pass

    def _step(self, side: _Side, code: int, message: Message, at: float) -> None:
        step = step_of(code)
        tls13 = self._version == TLS13
        if isinstance(message, ServerHello):
            tls13 = negotiated_version(message) == TLS13
            step = Step.SERVER_HELLO_13 if tls13 else Step.SERVER_HELLO_12
            step = Step.HELLO_RETRY if message.is_hello_retry else step
        elif code == SERVER_HELLO:
            step = Step.SERVER_HELLO_12  # malformed: it stands where one stands
        before = self._state
        self._state, legal = move(before, side.direction, step, tls13=tls13)
        if not legal:
            self._anomaly(
                side, at, AnomalyKind.UNEXPECTED_MESSAGE,
                f"message {code} of the {side.direction.value} after {before.name.lower()}",
            )  # fmt: skip

    def _on_server_hello(self, side: _Side, hello: ServerHello, at: float) -> None:
        if side is not self._server or self._server_hello is not None:
            return
        self._choices(side, hello, at)
        suite = TLS13_SUITES.get(hello.cipher_suite)
        if hello.is_hello_retry:
            if self._retry is None and suite is not None:
                self._restart_hash(suite.hash_name)
            self._retry = self._retry or hello
            return
        self._server_hello = hello
        self._version = negotiated_version(hello)
        if self._version != TLS13:
            form, anonymous = ephemeral_form(hello.cipher_suite)
            self._context = Context(
                signs_with_scheme=self._version >= 0x0303, ephemeral=form, anonymous=anonymous
            )
            self._raw = []
            return
        self._context = Context(tls13=True)
        if suite is None:
            return
        if self._hash is None:
            self._hash = hashlib.new(suite.hash_name, b"".join(self._raw))
        self._raw = []
        self._secrets = self._find_secrets(hello, self._hash.copy().digest())
        if self._secrets is not None:
            self._server.opener = Opener(suite, self._secrets.server)
            if self._secrets.client:
                self._client.opener = Opener(suite, self._secrets.client)

    def _find_secrets(self, hello: ServerHello, transcript_hash: bytes) -> TrafficSecrets | None:
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
                suite = TLS13_SUITES[hello.cipher_suite]
                return handshake_secrets(suite, secret, transcript_hash)
        random = self._client_hello.random
        server = self._keys.logged_secret(random, "SERVER_HANDSHAKE_TRAFFIC_SECRET")
        client = self._keys.logged_secret(random, "CLIENT_HANDSHAKE_TRAFFIC_SECRET")
        return None if server is None else TrafficSecrets(client=client or b"", server=server)

    def _choices(self, side: _Side, hello: ServerHello, at: float) -> None:
        """Name what the server chose without being offered it (RFC 8446 section 4.1.3)."""
        offered = self._client_hello
        if offered is None:
            return
        if hello.cipher_suite not in offered.cipher_suites:
            self._anomaly(
                side, at, AnomalyKind.ILLEGAL_CHOICE,
                f"cipher suite 0x{hello.cipher_suite:04x} was not offered",
            )  # fmt: skip
        codes = {extension.code for extension in offered.extensions}
        # A cookie answers nothing (RFC 8446 section 4.2.2); renegotiation_info may be asked for by
        # a cipher suite value (RFC 5746 section 3.3).
        codes |= {ext.COOKIE, ext.RENEGOTIATION_INFO}
        for extension in hello.extensions:
            if extension.code not in codes:
                self._anomaly(
                    side, at, AnomalyKind.ILLEGAL_CHOICE,
                    f"extension {extension.code} was not offered",
                )  # fmt: skip

    def _on_compressed(self, side: _Side, message: CompressedCertificate, at: float) -> None:
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

    # Transcript hash

    def _remember(self, raw: bytes) -> None:
        if self._hash is not None:
            self._hash.update(raw)
        elif self._version is None:
            self._raw.append(raw)

    def _restart_hash(self, hash_name: str) -> None:
        """After a HelloRetryRequest the first hello counts as its hash (RFC 8446 section 4.4.1)."""
        first = b"".join(self._raw[:-1])
        digest = hashlib.new(hash_name, first).digest()
        self._hash = hashlib.new(hash_name, bytes((_MESSAGE_HASH, 0, 0, len(digest))) + digest)
        self._hash.update(self._raw[-1])
        self._raw = []

    # Events

    def _emit(self, event: Event) -> None:
        self._events.append(event)
        self._summary.add(event)

    def _anomaly(self, side: _Side, at: float, kind: AnomalyKind, detail: str) -> None:
        self._emit(Anomaly(direction=side.direction, at=at, kind=kind, detail=detail))


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
    return reader.handshake


def events(transcript: Transcript, keys: KeySource = NoKeys()) -> Iterator[Event]:
    """The events of a whole transcript, in order."""
    reader = Reader(keys)
    for segment in transcript.segments:
        if isinstance(segment, Gap):
            yield from reader.gap(segment.direction, segment.size, segment.at)
        else:
            yield from reader.feed(segment.direction, segment.data, segment.at)
