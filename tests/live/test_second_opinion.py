"""OpenSSL's whole handshake over our dial, with real servers and bad ones."""

import asyncio
import hashlib
import ssl
from base64 import b64encode
from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.live.loopback import (
    PATIENCE,
    now,
    records,
    reset,
    run,
    serve,
    server_context,
    speak_tls,
)
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.summary import KeyProof
from tlsprobe.live import second_opinion
from tlsprobe.live.limits import Limits
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind, Stage

BOTH = {
    "TLS 1.2": (ssl.TLSVersion.TLSv1_2, 0x0303),
    "TLS 1.3": (ssl.TLSVersion.TLSv1_3, 0x0304),
}
# RFC 2409 section 6.2: 1024 bits.
OAKLEY_GROUP_2 = bytes.fromhex(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
)
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)


@pytest.fixture(params=BOTH)
def version(request):
    """A version as the server is told it, and as the wire writes it."""
    return BOTH[request.param]


@pytest.fixture(scope="module")
def library(authority):
    """OpenSSL, to which the CA is public, and the machine's store is empty."""
    return Library(public=lambda: [authority.cert_pem.bytes()], machine=list)


async def ask(library, peer, *, server_name="example.org", at=now, dial=None, **limits):
    """A second opinion of a peer."""
    defaults = {"connect": PATIENCE, "handshake": PATIENCE, "total": PATIENCE}
    found = await library.ask(
        dial or TcpDial(),
        peer.host,
        peer.port,
        server_name=server_name,
        limits=Limits(**{**defaults, **limits}),
        now=at,
    )
    assert found.exchange.handshake == read(found.exchange.transcript, found.exchange.keys)
    return found


def asked(library, script, *, connections=1, **arguments):
    """The second opinion of a scripted peer."""
    found = []

    async def test():
        async with serve(script) as peer:
            found.append(await ask(library, peer, **arguments))
        assert peer.ended == connections

    run(test())
    return found[0]


def test_completed(authority, library, version):
    """The handshake is finished, our reader opens it with OpenSSL's secrets, and both see one chain."""
    spoken, code = version
    context = server_context(authority, versions=(spoken, spoken))
    context.set_alpn_protocols(["http/1.1"])
    found = asked(library, speak_tls(context))
    assert found.opinion.completed
    assert found.opinion.detail == ""
    assert found.opinion.library.startswith("OpenSSL ")
    assert found.exchange.failure is None
    handshake = found.exchange.handshake
    assert handshake.version == code
    assert handshake.key_proof is KeyProof.PROVEN
    assert handshake.alpn == b"http/1.1"
    assert found.opinion.chain_sha256 == tuple(
        hashlib.sha256(der).hexdigest() for der in handshake.certificates
    )
    assert found.exchange.timings.tcp > 0
    assert found.exchange.timings.tls > 0


def test_server_name(authority, library):
    """The name goes into server_name; an IP address does not (RFC 6066 section 3)."""
    names = []
    context = server_context(authority)
    context.sni_callback = lambda _, name, __: names.append(name)
    asked(library, speak_tls(context), server_name="example.org")
    asked(library, speak_tls(context), server_name="127.0.0.1")
    asked(library, speak_tls(context), server_name=None)
    assert names == ["example.org", None, None]


def test_verified_against_each_store(authority, library):
    """The chain is held against the public roots and the machine's store, each for itself."""
    found = asked(library, speak_tls(server_context(authority)))
    assert found.opinion.public_error is None
    assert found.opinion.machine_error.startswith("unable to get local issuer certificate")


def test_no_machine_store(authority):
    """Without a store of the machine's nothing is said of it."""
    library = Library(public=list)
    found = asked(library, speak_tls(server_context(authority)))
    assert found.opinion.public_error is not None
    assert found.opinion.machine_error is None


def test_roots_as_der(authority):
    """Roots may be given as DER, and one that is no certificate vouches for none."""
    der = x509.load_pem_x509_certificate(authority.cert_pem.bytes()).public_bytes(Encoding.DER)
    library = Library(public=lambda: [b"no certificate", der])
    found = asked(library, speak_tls(server_context(authority)))
    assert found.opinion.public_error is None


def test_time_of_verification(authority, library):
    """The chain is verified at the time of the handshake, as the wall clock tells it."""
    past = datetime(1999, 1, 1, tzinfo=UTC)
    script = speak_tls(server_context(authority))
    found = asked(library, script, at=lambda: past)
    assert found.opinion.public_error.startswith("certificate is not yet valid")
    assert asked(library, script).opinion.public_error is None


def test_intermediate(authority):
    """The presented intermediates are used, and where they lack the leaf stands alone."""
    issuer = authority.create_child_ca()
    whole = server_context(issuer)
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = issuer.issue_cert("example.org")
    with (
        leaf.cert_chain_pems[0].tempfile() as certificate,
        leaf.private_key_pem.tempfile() as key,
    ):
        alone.load_cert_chain(certificate, key)
    library = Library(public=lambda: [authority.cert_pem.bytes()])
    found = asked(library, speak_tls(whole))
    assert len(found.opinion.chain_sha256) == 2
    assert found.opinion.public_error is None
    found = asked(library, speak_tls(alone))
    assert len(found.opinion.chain_sha256) == 1
    assert "the leaf" in found.opinion.public_error


def test_client_certificate_required_in_tls13(authority, library):
    """OpenSSL is done before a TLS 1.3 server minds: completed, with what it said afterwards."""
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    found = asked(library, speak_tls(context))
    assert found.opinion.completed
    assert "certificate_required" in found.opinion.detail
    assert found.exchange.failure is None
    assert found.exchange.handshake.certificate_request is not None


def test_client_certificate_asked_for(authority, library):
    """A server that only asks for a client certificate is content with none."""
    context = server_context(authority)
    context.verify_mode = ssl.CERT_OPTIONAL
    found = asked(library, speak_tls(context))
    assert found.opinion.completed
    assert found.opinion.detail == ""


def test_client_certificate_required_in_tls12(authority, library):
    """A TLS 1.2 server refuses within the handshake: not completed, and the chain was seen."""
    version = ssl.TLSVersion.TLSv1_2
    context = server_context(authority, versions=(version, version))
    context.verify_mode = ssl.CERT_REQUIRED
    found = asked(library, speak_tls(context))
    assert not found.opinion.completed
    assert "handshake_failure" in found.opinion.detail
    assert len(found.opinion.chain_sha256) == 1
    assert found.opinion.public_error is None
    assert found.exchange.failure.kind is FailureKind.ALERT


def test_old_server(authority, library):
    """A server of TLS 1.0 is still talked to, on a second connection, and that is told."""
    context = server_context(authority, versions=OLD, ciphers="ALL:@SECLEVEL=0")
    found = asked(library, speak_tls(context), connections=2)
    assert found.opinion.completed
    assert found.exchange.handshake.version == 0x0301
    assert found.exchange.failure is None
    assert found.opinion.detail.startswith("with legacy settings only: ")


def test_refusal_that_legacy_settings_do_not_cure(library):
    """A server that refuses the old settings too is told as it answered."""

    async def script(reader, writer):
        await reader.read(65536)
        writer.write(bytes.fromhex("15 0301 0002 02 28"))

    found = asked(library, script, connections=2)
    assert not found.opinion.completed
    assert found.exchange.failure.kind is FailureKind.ALERT
    assert "handshake_failure" in found.opinion.detail
    assert "with legacy settings: " in found.opinion.detail
    assert found.opinion.chain_sha256 == ()
    assert found.opinion.public_error == "no certificate was presented"


def test_small_group(authority, library, tmp_path):
    """A Diffie-Hellman group that OpenSSL's security level refuses goes with legacy settings."""
    # PKCS #3: SEQUENCE { INTEGER prime, INTEGER 2 }
    der = bytes.fromhex("30818702818100") + OAKLEY_GROUP_2 + bytes.fromhex("020102")
    path = tmp_path / "dh.pem"
    path.write_text(
        f"-----BEGIN DH PARAMETERS-----\n{b64encode(der).decode()}\n-----END DH PARAMETERS-----\n"
    )
    version = ssl.TLSVersion.TLSv1_2
    context = server_context(
        authority,
        versions=(version, version),
        ciphers="DHE+AESGCM:@SECLEVEL=0",
        key_type=trustme.KeyType.RSA,
    )
    context.load_dh_params(path)
    found = asked(library, speak_tls(context), connections=2)
    assert found.opinion.completed
    assert "dh key too small" in found.opinion.detail


def test_refused(library, closed_port):
    """A refused connection is a value, with no opinion of a chain."""

    async def test():
        found = await ask(library, closed_port)
        assert found.exchange.failure.stage is Stage.TCP
        assert found.exchange.failure.kind is FailureKind.REFUSED
        assert not found.opinion.completed
        assert found.opinion.detail == found.exchange.failure.detail

    run(test())


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", FailureKind.PLAINTEXT_HTTP, "HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", FailureKind.GARBAGE, "SSH-2.0-OpenSSH_9.6"),
        (bytes.fromhex("15 0303 0002 02 50"), FailureKind.ALERT, "internal_error"),
        (bytes.fromhex("16 0303 0004 02 000000"), FailureKind.MALFORMED, "OpenSSL: "),
    ],
)
def test_bad_answers(library, answer, kind, words):
    """A bad answer is the same failure as to our own prober, and OpenSSL's words are kept."""

    async def script(reader, writer):
        await reader.read(65536)
        writer.write(answer)

    found = asked(library, script)
    assert found.exchange.failure.kind is kind
    assert words in found.opinion.detail


def test_silence(library):
    """Silence ends at the deadline."""

    async def script(reader, writer):
        pass

    found = asked(library, script, handshake=0.2)
    assert found.exchange.failure.kind is FailureKind.SILENCE
    assert found.opinion.detail == found.exchange.failure.detail


def test_reset_after_the_certificate(authority, library):
    """A reset in the middle keeps the certificates that came before it."""
    version = ssl.TLSVersion.TLSv1_2

    async def two_records(flight, writer):
        writer.write(b"".join(records(flight)[:2]))
        await writer.drain()
        reset(writer)

    context = server_context(authority, versions=(version, version))
    found = asked(library, speak_tls(context, two_records))
    assert found.exchange.failure.kind is FailureKind.RESET
    assert len(found.exchange.handshake.certificates) == 1
    assert not found.opinion.completed


def test_cancelled(library):
    """Cancelling closes the connection at once."""

    async def test():
        hello = asyncio.Event()

        async def script(reader, writer):
            await reader.read(65536)
            hello.set()

        async with serve(script) as peer:
            task = asyncio.ensure_future(ask(library, peer))
            await hello.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert peer.ended == 1

    run(test())


def test_hanging_up_on_no_client_certificate(authority, library):
    """A server that hangs up after the handshake, having asked for a certificate, is told as that."""
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    flights = []

    async def first_only(flight, writer):
        flights.append(flight)
        if len(flights) == 1:
            writer.write(flight)
        else:
            writer.write_eof()

    found = asked(library, speak_tls(context, first_only))
    assert found.opinion.completed
    assert found.opinion.detail == (
        "the server hung up after the handshake, without a client certificate"
    )


def test_silence_on_no_client_certificate(authority, library, monkeypatch):
    """A server that keeps its thoughts of a missing certificate to itself is not waited for long."""
    monkeypatch.setattr(second_opinion, "FOLLOW_UP", 0.05)
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    flights = []

    async def first_only(flight, writer):
        flights.append(flight)
        if len(flights) == 1:
            writer.write(flight)

    found = asked(library, speak_tls(context, first_only))
    assert found.opinion.completed
    assert found.opinion.detail == ""


def test_reset_before_the_hello(library):
    """A connection that is reset before OpenSSL's hello can leave is told as that."""

    async def script(reader, writer):
        reset(writer)

    class Patient(TcpDial):
        """Hands a connection on when it is over."""

        async def connect(self, host, port, deadline):
            connection = await super().connect(host, port, deadline)
            await connection.receive(deadline)
            return connection

    found = asked(library, script, dial=Patient())
    assert found.exchange.failure.kind is FailureKind.RESET
    assert "before the hello" in found.opinion.detail


def test_endless(library):
    """Records without end are cut off, if OpenSSL does not object first."""

    async def script(reader, writer):
        await reader.read(65536)
        while True:
            writer.write(bytes.fromhex("14 0303 0001 01") * 100)
            await writer.drain()

    found = asked(library, script, max_bytes=50_000)
    assert found.exchange.failure is not None
    assert not found.opinion.completed
