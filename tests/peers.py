"""Real TLS peers without a network: two OpenSSLs that talk over memory, and what was said.

Every test of the reader runs on what a real stack writes; only what no honest stack would send is
made by hand, as an edit of the real thing.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import NamedTemporaryFile

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from OpenSSL import SSL

from tlsprobe.crypto.keys import KeyLog
from tlsprobe.handshake.transcript import Direction, Ending, Origin, Segment, Transcript

HOST = "login.example.com"
STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TAKE = 2**17


@dataclass(frozen=True, slots=True)
class Identity:
    """A leaf with its key, and the chain above it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def presented(self) -> tuple[bytes, ...]:
        """DER of what a server with this identity sends."""
        return tuple(one.public_bytes(Encoding.DER) for one in (self.certificate, *self.chain))


def identity(authority: trustme.CA, *names: str, key_type: str = "ECDSA") -> Identity:
    """A leaf for `names` of `authority`, with the authority's certificate behind it."""
    leaf = authority.issue_cert(*names, key_type=trustme.KeyType[key_type])
    pems = [blob.bytes() for blob in leaf.cert_chain_pems]
    return Identity(
        certificate=x509.load_pem_x509_certificate(pems[0]),
        key=load_pem_private_key(leaf.private_key_pem.bytes(), None),
        chain=(
            *(x509.load_pem_x509_certificate(pem) for pem in pems[1:]),
            x509.load_pem_x509_certificate(authority.cert_pem.bytes()),
        ),
    )


def server_context(
    who: Identity,
    *,
    versions: tuple[int, int] = (SSL.TLS1_VERSION, SSL.TLS1_3_VERSION),
    ciphers: str = "ALL:@SECLEVEL=0",
    ciphers13: str | None = None,
    curve: str | None = None,
    alpn: bytes | None = b"h2",
    client_authorities: tuple[x509.Certificate, ...] = (),
) -> SSL.Context:
    """A server; `curve` alone is taken for key exchange, so others force a HelloRetryRequest."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(versions[0])
    context.set_max_proto_version(versions[1])
    context.set_cipher_list(ciphers.encode())
    if ciphers13 is not None:
        context.set_tls13_ciphersuites(ciphers13.encode())
    context.use_certificate(who.certificate)
    context.use_privatekey(who.key)
    for one in who.chain:
        context.add_extra_chain_cert(one)
    if curve is not None:
        context.set_tmp_ecdh(getattr(ec, curve)())
    if alpn is not None:
        context.set_alpn_select_callback(
            lambda _, offered: alpn if alpn in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )
    if client_authorities:
        # The CA list can only be loaded from a file.
        with NamedTemporaryFile(suffix=".pem") as file:
            file.write(b"".join(one.public_bytes(Encoding.PEM) for one in client_authorities))
            file.flush()
            context.load_client_ca(file.name.encode())
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    return context


def client_context(
    log: KeyLog,
    *,
    versions: tuple[int, int] = (SSL.TLS1_VERSION, SSL.TLS1_3_VERSION),
    who: Identity | None = None,
) -> SSL.Context:
    """A client that tells its secrets to `log`."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(versions[0])
    context.set_max_proto_version(versions[1])
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_alpn_protos([b"h2", b"http/1.1"])
    if who is not None:
        context.use_certificate(who.certificate)
        context.use_privatekey(who.key)

    def keep(_: SSL.Connection, line: bytes) -> None:
        label, random, secret = line.decode().split()
        log.add(bytes.fromhex(random), label, bytes.fromhex(secret))

    context.set_keylog_callback(keep)
    return context


def session_of(client: SSL.Context, server: SSL.Context) -> SSL.Session:
    """The session that a handshake of the two leaves to the client; the server needs a session id."""
    ours, theirs = SSL.Connection(client, None), SSL.Connection(server, None)
    ours.set_connect_state()
    ours.set_tlsext_host_name(HOST.encode())
    theirs.set_accept_state()
    for _ in range(4):
        for one, other in ((ours, theirs), (theirs, ours)):
            _advance(one)
            if flight := _outgoing(one):
                other.bio_write(flight)
    with suppress(SSL.WantReadError):
        ours.recv(1)  # the tickets of TLS 1.3 come after its handshake
    session = ours.get_session()
    assert session is not None
    for one in (ours, theirs):
        one.shutdown()  # OpenSSL takes up no session that did not end in order
    return session


def converse(
    client: SSL.Context,
    server: SSL.Context,
    *,
    data: bytes = b"",
    session: SSL.Session | None = None,
) -> Transcript:
    """A whole handshake of the two over memory, and `data` from the client after it."""
    ends = {
        Direction.CLIENT: SSL.Connection(client, None),
        Direction.SERVER: SSL.Connection(server, None),
    }
    ends[Direction.CLIENT].set_connect_state()
    ends[Direction.CLIENT].set_tlsext_host_name(HOST.encode())
    if session is not None:
        ends[Direction.CLIENT].set_session(session)
    ends[Direction.SERVER].set_accept_state()
    segments: list[Segment] = []
    for _ in range(8):
        moved = False
        for direction, end in ends.items():
            _advance(end)
            if flight := _outgoing(end):
                segments.append(Segment(direction, flight, len(segments) / 1000))
                ends[direction.opposite].bio_write(flight)
                moved = True
        if not moved:
            break
    if data:
        ends[Direction.CLIENT].send(data)
        segments.append(Segment(Direction.CLIENT, _outgoing(ends[Direction.CLIENT]), 1.0))
    return Transcript(
        origin=Origin.CAPTURE,
        client="192.0.2.1:50000",
        server="192.0.2.2:443",
        started=STARTED,
        segments=tuple(segments),
        ending=Ending.OPEN,
    )


def answer(server: SSL.Context, hello: bytes) -> bytes:
    """What a server writes when it is sent these bytes."""
    end = SSL.Connection(server, None)
    end.set_accept_state()
    end.bio_write(hello)
    _advance(end)
    return _outgoing(end)


class Answering:
    """One server connection that is fed flights and gives its own, for HelloRetryRequests."""

    def __init__(self, server: SSL.Context) -> None:
        self._end = SSL.Connection(server, None)
        self._end.set_accept_state()

    def answer(self, flight: bytes) -> bytes:
        """The server's next flight."""
        self._end.bio_write(flight)
        _advance(self._end)
        return _outgoing(self._end)


def _advance(end: SSL.Connection) -> None:
    try:
        end.do_handshake()
    except SSL.Error:
        return  # wants more, or has written its alert: the bytes tell


def _outgoing(end: SSL.Connection) -> bytes:
    try:
        return end.bio_read(TAKE)
    except SSL.WantReadError:
        return b""
