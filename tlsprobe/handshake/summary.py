"""The handshake as one value, folded from the reader's events."""

from collections.abc import Callable
from enum import Enum, IntEnum
from typing import TypeVar

from msgspec import Struct

from tlsprobe.errors import DecodeError
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
from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import (
    SERVER_HELLO_DONE,
    CertificateEntry,
    CertificateMessage,
    CertificateRequest,
    CertificateStatus,
    CertificateVerify,
    ClientHello,
    EncryptedExtensions,
    Extension,
    OtherMessage,
    ServerHello,
    ServerKeyExchange,
)
from tlsprobe.wire.records import HANDSHAKE

TLS13 = 0x0304
# Enough to show what is wrong; a hostile peer can break rules without end.
MAX_ANOMALIES = 32
MAX_ALERTS = 8
MAX_SEALED_RECORDS = 16

T = TypeVar("T")


class Reached(IntEnum):
    """How far the server came."""

    NOTHING = 0
    SERVER_HELLO = 1
    CERTIFICATE = 2
    PROOF = 3
    """As far as the proof of its key, or past the place where one would stand."""


class StapleSource(Enum):
    """Where stapled data stood."""

    CERTIFICATE_STATUS = "certificate-status"
    CERTIFICATE_ENTRY = "certificate-entry"
    SERVER_HELLO = "server-hello"


class Stapled(Struct, frozen=True):
    """An OCSP response (DER) or an SCT list (RFC 6962), as stapled for one certificate."""

    index: int
    """Which certificate of the chain it came with; 0 is the leaf."""
    source: StapleSource
    body: bytes


class AlertSeen(Struct, frozen=True):
    """An alert and who sent it."""

    direction: Direction
    alert: Alert


class Handshake(Struct, frozen=True, kw_only=True):
    """What the bytes of one connection say, both sides together. Absent means not seen."""

    client_hellos: tuple[ClientHello, ...] = ()
    hello_retry: ServerHello | None = None
    server_hello: ServerHello | None = None
    version: int | None = None
    """As negotiated, such as 0x0304."""
    cipher_suite: int | None = None
    group: int | None = None
    """Of the key exchange; None where it has none (RSA, finite-field DHE without a name)."""
    alpn: bytes | None = None
    extended_master_secret: bool = False
    """Whether the server agreed to it (RFC 7627); TLS 1.3 needs none."""
    downgrade_sentinel: int | None = None
    """The version that the server says it speaks by how its random ends, where it chose an older one
    (RFC 8446 section 4.1.3): 0x0304 beside TLS 1.2, 0x0303 beside what is older yet."""
    encrypted_extensions: tuple[Extension, ...] = ()
    certificates: tuple[bytes, ...] = ()
    """DER of the server's certificates, in wire order, doubles and all."""
    certificates_cut: bool = False
    """Whether the Certificate message broke off: there are more than `certificates`, not seen."""
    cut_leaf: bytes = b""
    """The first bytes of the leaf where already the leaf broke off; never a whole certificate."""
    client_certificates: tuple[bytes, ...] = ()
    ocsp_responses: tuple[Stapled, ...] = ()
    sct_lists: tuple[Stapled, ...] = ()
    """SCT lists of TLS extensions; those inside certificates and OCSP responses stay there."""
    certificate_request: CertificateRequest | None = None
    key_proof: KeyProof = KeyProof.NOT_SEEN
    signature_scheme: int | None = None
    """Scheme of the key proof; None before TLS 1.2."""
    alerts: tuple[AlertSeen, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    reached: Reached = Reached.NOTHING
    sealed: int = 0
    """Bytes of the server's certificate flight that stayed closed for want of a key (TLS 1.3)."""
    sealed_records: tuple[int, ...] = ()
    """The sizes of the fragments that `sealed` sums up: of the first 16 records."""
    client_sealed: int | None = None
    """Size of the fragment of the client's first sealed record, where no key opens it (TLS 1.3).

    A Finished has 53 or 69 bytes; 19 are an alert: the client refused. None also where the client
    offered early data, which cannot be told from what follows it.
    """
    resumed: bool = False
    """Whether the server took up an earlier session, for which it shows no certificate.

    TLS 1.3: it selected a pre-shared key. Before: ChangeCipherSpec follows its ServerHello.
    """
    finished: bool = False
    """Whether the server went through a full handshake of TLS 1.2 or before to its sealed Finished."""
    garbage: bytes | None = None
    """First bytes of the server's where its stream is no TLS."""

    @property
    def client_hello(self) -> ClientHello | None:
        """The first hello: the one that fingerprints are taken of."""
        return self.client_hellos[0] if self.client_hellos else None


def negotiated_version(hello: ServerHello) -> int:
    """The version that a ServerHello settles on (RFC 8446 section 4.2.1)."""
    body = hello.extension(ext.SUPPORTED_VERSIONS)
    if body is not None and len(body) == 2:
        return int.from_bytes(body)
    return hello.legacy_version


_SENTINELS = {b"DOWNGRD\x01": TLS13, b"DOWNGRD\x00": 0x0303}


def downgrade_sentinel(hello: ServerHello, version: int) -> int | None:
    """The version that a server says it would have spoken (RFC 8446 section 4.1.3).

    None where its random says nothing, or nothing that the `version` it chose does not say already.
    """
    speaks = _SENTINELS.get(hello.random[-8:])
    return None if speaks is None or version >= speaks else speaks


class Summary:
    """Folds events into a `Handshake`, one after another."""

    __slots__ = (
        "_alerts", "_alpn", "_anomalies", "_certificate_request", "_certificates",
        "_certificates_cut", "_client_answered", "_client_certificates", "_client_hellos",
        "_client_sealed", "_cut_leaf", "_downgrade_sentinel", "_encrypted_extensions",
        "_extended_master_secret", "_finished", "_flight_over", "_garbage", "_group",
        "_hello_retry", "_key_proof", "_ocsp_responses", "_reached", "_resumed", "_sct_lists", "_sealed", "_sealed_records", "_server_changed", "_server_hello",
        "_signature_scheme", "_version",
    )  # fmt: skip

    def __init__(self) -> None:
        self._client_hellos: tuple[ClientHello, ...] = ()
        self._hello_retry: ServerHello | None = None
        self._server_hello: ServerHello | None = None
        self._version: int | None = None
        self._group: int | None = None
        self._alpn: bytes | None = None
        self._extended_master_secret = False
        self._downgrade_sentinel: int | None = None
        self._encrypted_extensions: tuple[Extension, ...] = ()
        self._certificates: tuple[bytes, ...] = ()
        self._certificates_cut = False
        self._cut_leaf = b""
        self._client_certificates: tuple[bytes, ...] = ()
        self._ocsp_responses: list[Stapled] = []
        self._sct_lists: list[Stapled] = []
        self._certificate_request: CertificateRequest | None = None
        self._key_proof = KeyProof.NOT_SEEN
        self._signature_scheme: int | None = None
        self._alerts: list[AlertSeen] = []
        self._anomalies: list[Anomaly] = []
        self._reached = Reached.NOTHING
        self._sealed = 0
        self._sealed_records: list[int] = []
        self._client_sealed: int | None = None
        self._client_answered = False
        self._resumed = False
        self._server_changed = False
        self._finished = False
        self._flight_over = False
        self._garbage: bytes | None = None

    def add(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case MessageRead():
                self._message(event)
            case Protected():
                self._protected(event)
            case ProofChecked():
                self._key_proof, self._signature_scheme = event.proof, event.scheme
                self._reach(Reached.PROOF)
            case AlertRead():
                self._on_alert(event)
            case CipherChanged():
                self._on_cipher_changed(event)
            case CertificatesCut():
                self._on_certificates_cut(event)
            case NotTls():
                if event.direction is Direction.SERVER:
                    self._garbage = event.data
            case Anomaly():
                self._on_anomaly(event)

    @property
    def handshake(self) -> Handshake:
        """What the events so far come to."""
        hello = self._server_hello
        return Handshake(
            client_hellos=self._client_hellos,
            hello_retry=self._hello_retry,
            server_hello=hello,
            version=self._version,
            cipher_suite=None if hello is None else hello.cipher_suite,
            group=self._group,
            alpn=self._alpn,
            extended_master_secret=self._extended_master_secret,
            downgrade_sentinel=self._downgrade_sentinel,
            encrypted_extensions=self._encrypted_extensions,
            certificates=self._certificates,
            certificates_cut=self._certificates_cut,
            cut_leaf=self._cut_leaf,
            client_certificates=self._client_certificates,
            ocsp_responses=tuple(self._ocsp_responses),
            sct_lists=tuple(self._sct_lists),
            certificate_request=self._certificate_request,
            key_proof=self._key_proof,
            signature_scheme=self._signature_scheme,
            alerts=tuple(self._alerts),
            anomalies=tuple(self._anomalies),
            reached=self._reached,
            sealed=self._sealed,
            sealed_records=tuple(self._sealed_records),
            client_sealed=self._client_sealed,
            resumed=self._resumed,
            finished=self._finished,
            garbage=self._garbage,
        )

    def _message(self, event: MessageRead) -> None:  # noqa: C901, PLR0912 - one kind of message, one line
        match event.message:
            case OtherMessage(code=code):
                if code == SERVER_HELLO_DONE:
                    self._reach(Reached.PROOF)
            case ClientHello() as hello:
                if len(self._client_hellos) < 2:
                    self._client_hellos = (*self._client_hellos, hello)
            case ServerHello() as hello:
                self._on_server_hello(event, hello)
            case EncryptedExtensions(extensions=extensions):
                self._encrypted_extensions, self._flight_over = extensions, True
                self._on_alpn(event, extensions)
            case CertificateMessage(entries=entries):
                self._on_certificate(event, entries)
            case CertificateRequest() as request:
                self._certificate_request = request
            case CertificateStatus(responses=responses):
                self._ocsp_responses.extend(
                    Stapled(index, StapleSource.CERTIFICATE_STATUS, body)
                    for index, body in enumerate(responses)
                    if body
                )
            case ServerKeyExchange(group=int(group)):
                self._group = group
            case CertificateVerify() if event.direction is Direction.SERVER:
                self._reach(Reached.PROOF)
            case _:
                pass
        if event.direction is Direction.CLIENT and self._server_hello is not None:
            self._client_answered = True

    def _on_server_hello(self, event: MessageRead, hello: ServerHello) -> None:
        if hello.is_hello_retry:
            self._hello_retry = self._hello_retry or hello
            return
        if self._server_hello is not None:
            return
        self._server_hello = hello
        self._version = version = negotiated_version(hello)
        tls13 = version == TLS13
        bodies = dict(reversed(hello.extensions))  # the first of each code counts
        self._flight_over = not tls13
        self._resumed = tls13 and ext.PRE_SHARED_KEY in bodies
        self._reach(Reached.SERVER_HELLO)
        self._extended_master_secret = ext.EXTENDED_MASTER_SECRET in bodies
        self._downgrade_sentinel = downgrade_sentinel(hello, version)
        self._on_alpn(event, hello.extensions)
        share = bodies.get(ext.KEY_SHARE)
        if share is not None and version >= TLS13:
            selected = self._tolerant(event, "key_share", ext.selected_key_share, share)
            self._group = selected and selected[0]
        scts = bodies.get(ext.SIGNED_CERTIFICATE_TIMESTAMP)
        if scts:
            self._sct_lists.append(Stapled(0, StapleSource.SERVER_HELLO, scts))

    def _on_alpn(self, event: MessageRead, extensions: tuple[Extension, ...]) -> None:
        for extension in extensions:
            if extension.code == ext.ALPN:
                names = self._tolerant(event, "ALPN", ext.alpn, extension.body)
                self._alpn = names[0] if names else self._alpn

    def _on_certificate(self, event: MessageRead, entries: tuple[CertificateEntry, ...]) -> None:
        if event.direction is Direction.CLIENT:
            self._client_certificates = tuple(entry.der for entry in entries)
        elif not self._certificates:
            self._on_chain(event, entries)

    def _on_certificates_cut(self, event: CertificatesCut) -> None:
        if self._certificates:
            return
        self._certificates_cut = True
        if event.entries:
            self._on_chain(event, event.entries)
        else:
            self._cut_leaf = event.rest

    def _on_chain(
        self, event: MessageRead | CertificatesCut, entries: tuple[CertificateEntry, ...]
    ) -> None:
        self._certificates = tuple(entry.der for entry in entries)
        self._reach(Reached.CERTIFICATE)
        for index, entry in enumerate(entries):
            for extension in entry.extensions:
                if extension.code == ext.STATUS_REQUEST:
                    body = self._tolerant(event, "staple", ext.stapled_response, extension.body)
                    if body:
                        self._ocsp_responses.append(
                            Stapled(index, StapleSource.CERTIFICATE_ENTRY, body)
                        )
                elif extension.code == ext.SIGNED_CERTIFICATE_TIMESTAMP:
                    self._sct_lists.append(
                        Stapled(index, StapleSource.CERTIFICATE_ENTRY, extension.body)
                    )

    def _on_cipher_changed(self, event: CipherChanged) -> None:
        # A full handshake of TLS 1.2 has a ServerHelloDone between the two.
        if event.direction is Direction.SERVER:
            self._resumed = self._reached is Reached.SERVER_HELLO
            self._server_changed = True

    def _protected(self, event: Protected) -> None:
        # What a TLS 1.3 server seals before the client's first sealed record is its certificate
        # flight; after it comes application data, which says nothing of the chain. With keys the
        # flight is open, and what stays closed is application data from the first.
        if event.direction is Direction.CLIENT:
            self._flight_over |= self._sealed > 0  # before it comes early data
            self._on_client_sealed(event)
        elif self._server_changed:
            self._finished |= event.content_type == HANDSHAKE and not self._resumed
        elif not self._flight_over:
            self._sealed += event.size
            if len(self._sealed_records) < MAX_SEALED_RECORDS:
                self._sealed_records.append(event.size)

    def _on_client_sealed(self, event: Protected) -> None:
        first, self._client_answered = not self._client_answered, True
        if not first or self._version != TLS13:
            return
        offer = self._client_hellos[-1] if self._client_hellos else None
        if offer is not None and offer.extension(ext.EARLY_DATA) is None:
            self._client_sealed = event.size

    def _on_alert(self, event: AlertRead) -> None:
        self._client_answered |= event.direction is Direction.CLIENT
        if len(self._alerts) < MAX_ALERTS:
            self._alerts.append(AlertSeen(event.direction, event.alert))

    def _on_anomaly(self, event: Anomaly) -> None:
        if event.kind is AnomalyKind.BAD_RECORD and event.direction is Direction.CLIENT:
            self._client_answered = True  # it came first all the same
        if len(self._anomalies) < MAX_ANOMALIES:
            self._anomalies.append(event)

    def _reach(self, reached: Reached) -> None:
        self._reached = max(self._reached, reached)

    def _tolerant(
        self,
        event: MessageRead | CertificatesCut,
        what: str,
        parse: Callable[[bytes], T],
        body: bytes,
    ) -> T | None:
        """What `parse` makes of an extension's body; an anomaly and None where it cannot."""
        try:
            return parse(body)
        except DecodeError as error:
            self.add(
                Anomaly(
                    direction=event.direction,
                    at=event.at,
                    kind=AnomalyKind.MALFORMED_MESSAGE,
                    detail=f"{what}: {error}",
                )
            )
            return None
