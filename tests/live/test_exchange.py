"""The raw prober against real peers: good ones of every version, and bad ones of every kind."""

import asyncio
import ssl

import pytest

from tests.live.loopback import (
    Through,
    probe,
    records,
    reset,
    run,
    serve,
    server_context,
    speak_tls,
)
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.summary import KeyProof, Reached
from tlsprobe.handshake.transcript import Direction, Ending
from tlsprobe.hello import retry, templates
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Failure, FailureKind, Stage

BOTH = {
    "TLS 1.2": (ssl.TLSVersion.TLSv1_2, 0x0303),
    "TLS 1.3": (ssl.TLSVersion.TLSv1_3, 0x0304),
}


@pytest.fixture(params=BOTH)
def version(request):
    """A version as the server is told it, and as the wire writes it."""
    return BOTH[request.param]


def answering(answer: bytes):
    """A script that reads the hello and sends `answer`."""

    async def script(reader, writer):
        await reader.read(65536)
        writer.write(answer)

    return script


async def silent(reader, writer):
    """A script that says nothing."""


def failing(script, **limits):
    """The exchange with a scripted peer; its failure is in TLS."""
    found = []

    async def test():
        async with serve(script) as peer:
            found.append(await probe(peer, **limits))
        assert peer.ended == 1

    run(test())
    (exchange,) = found
    assert exchange.failure is not None
    assert exchange.failure.stage is Stage.TLS
    assert exchange.timings.tls is not None
    assert exchange.handshake == read(exchange.transcript, exchange.keys)
    return exchange


# Servers that answer


@pytest.mark.parametrize("profile", templates.names())
def test_every_profile(authority, profile):
    """Each profile brings the chain and the proof of its key, and the transcript reads the same."""

    async def test():
        async with serve(speak_tls(server_context(authority))) as peer:
            exchange = await probe(peer, profile=profile)
        assert exchange.failure is None
        assert exchange.handshake.key_proof is KeyProof.PROVEN
        assert len(exchange.handshake.certificates) == 1
        assert exchange.transcript.ending is Ending.OPEN
        assert exchange.transcript.server == f"127.0.0.1:{peer.port}"
        assert exchange.transcript.client.startswith("127.0.0.1:")
        assert exchange.handshake == read(exchange.transcript, exchange.keys)
        assert exchange.timings.tcp > 0
        assert exchange.timings.tls > 0
        assert peer.ended == 1

    run(test())


def test_versions(authority, version):
    """The version is the server's choice, and read as such."""
    spoken, code = version

    async def test():
        context = server_context(authority, versions=(spoken, spoken))
        async with serve(speak_tls(context)) as peer:
            exchange = await probe(peer)
        assert exchange.failure is None
        assert exchange.handshake.version == code
        assert exchange.handshake.reached is Reached.PROOF

    run(test())


def test_ipv6(authority, ipv6):
    """An IPv6 peer is reached, and written with brackets."""

    async def test():
        async with serve(speak_tls(server_context(authority)), "::1") as peer:
            exchange = await probe(peer)
        assert exchange.failure is None
        assert exchange.transcript.server == f"[::1]:{peer.port}"
        assert exchange.transcript.client.startswith("[::1]:")

    run(test())


def test_hello_retry(authority):
    """A HelloRetryRequest is answered with the share that is asked for, and the keys open the rest."""

    async def test():
        async with serve(speak_tls(server_context(authority, curve="secp384r1"))) as peer:
            exchange = await probe(peer, profile="openssl")
        assert exchange.failure is None
        assert exchange.handshake.hello_retry is not None
        # What boxes on the way are used to see (RFC 8446 appendix D.4).
        assert exchange.transcript.segments[2].data.startswith(retry.CHANGE_CIPHER_SPEC)
        assert exchange.handshake.group == 0x0018
        assert exchange.handshake.key_proof is KeyProof.PROVEN
        assert len(exchange.handshake.client_hellos) == 2
        assert exchange.handshake == read(exchange.transcript, exchange.keys)

    run(test())


def test_client_certificate_wanted(authority):
    """A server that asks for a client certificate is read as far as its proof, and no further."""
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)

    async def test():
        async with serve(speak_tls(context)) as peer:
            exchange = await probe(peer)
        assert exchange.failure is None
        assert exchange.handshake.certificate_request is not None
        assert exchange.handshake.key_proof is KeyProof.PROVEN

    run(test())


def test_nothing_after_the_hello(authority):
    """In TLS 1.3 the client sends one hello and nothing more."""

    async def test():
        async with serve(speak_tls(server_context(authority))) as peer:
            exchange = await probe(peer)
        said = [one for one in exchange.transcript.segments if one.direction is Direction.CLIENT]
        assert len(said) == 1

    run(test())


def test_byte_by_byte(authority, version):
    """A server that writes single bytes, but all of them, is read as any other."""
    spoken, _ = version

    async def bytewise(flight, writer):
        for byte in flight:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async def test():
        context = server_context(authority, versions=(spoken, spoken))
        async with serve(speak_tls(context, bytewise)) as peer:
            exchange = await probe(peer)
        assert exchange.failure is None
        assert exchange.handshake.key_proof is KeyProof.PROVEN

    run(test())


# Servers that do not


def test_refused(closed_port):
    """A port where nothing listens refuses, by TCP."""

    async def test():
        exchange = await probe(closed_port)
        assert exchange.failure.stage is Stage.TCP
        assert exchange.failure.kind is FailureKind.REFUSED
        assert f"127.0.0.1:{closed_port.port} refused" in exchange.failure.detail
        assert exchange.transcript.segments == ()
        assert exchange.transcript.ending is Ending.RESET
        assert exchange.timings.tcp is not None
        assert exchange.timings.tls is None

    run(test())


def test_proxy_that_fails(closed_port):
    """What fails at a proxy is timed as the proxy's."""
    refused = Failure(stage=Stage.PROXY, kind=FailureKind.CLOSED, detail="407")

    class Proxied(TcpDial):
        """Comes no further than its proxy."""

        async def connect(self, host, port, deadline):
            return refused

    async def test():
        exchange = await probe(closed_port, dial=Proxied())
        assert exchange.failure is refused
        assert exchange.timings.proxy is not None
        assert exchange.timings.tcp is None
        assert exchange.transcript.ending is Ending.OPEN

    run(test())


def test_no_answer_to_syn(full_backlog):
    """A SYN that nobody answers is silence, by TCP."""

    async def test():
        exchange = await probe(full_backlog, connect=0.1)
        assert exchange.failure.stage is Stage.TCP
        assert exchange.failure.kind is FailureKind.SILENCE
        assert "no connection within 0.1" in exchange.failure.detail
        assert exchange.transcript.ending is Ending.TIMED_OUT

    run(test())


def test_total_holds_for_the_connection(full_backlog):
    """The deadline for the whole cuts a connection short as well."""

    async def test():
        exchange = await probe(full_backlog, total=0.1)
        assert exchange.failure.stage is Stage.TCP
        assert exchange.failure.kind is FailureKind.SILENCE

    run(test())


def test_total_holds_for_the_handshake():
    """The deadline for the whole cuts a handshake short as well."""
    assert failing(silent, total=0.1).failure.kind is FailureKind.SILENCE


def test_reset_after_the_hello():
    """A reset in answer to the hello is told as that, with the time it took."""

    async def script(reader, writer):
        await reader.read(65536)
        reset(writer)

    exchange = failing(script)
    assert exchange.failure.kind is FailureKind.RESET
    assert "reset" in exchange.failure.detail
    assert "without an answer" in exchange.failure.detail
    assert exchange.transcript.ending is Ending.RESET


def test_reset_before_the_hello():
    """A connection that is reset before the hello can leave is told as that."""

    async def script(reader, writer):
        reset(writer)

    class Patient(TcpDial):
        """Hands a connection on when it is over."""

        async def connect(self, host, port, deadline):
            connection = await super().connect(host, port, deadline)
            await connection.receive(deadline)
            return connection

    exchange = failing(script, dial=Patient())
    assert exchange.failure.kind is FailureKind.RESET
    assert "before the hello" in exchange.failure.detail


def test_reset_in_the_flight(authority):
    """A reset in the middle keeps what came before it, and says how much it was."""

    async def first_record(flight, writer):
        writer.write(records(flight)[0])
        await writer.drain()
        reset(writer)

    exchange = failing(speak_tls(server_context(authority), first_record))
    assert exchange.failure.kind is FailureKind.RESET
    assert "after its ServerHello" in exchange.failure.detail
    assert exchange.handshake.server_hello is not None


def test_silence():
    """A server that takes the hello and says nothing is silent, for as long as we waited."""
    exchange = failing(silent, handshake=0.2)
    assert exchange.failure.kind is FailureKind.SILENCE
    assert "no answer within 0.2 s" in exchange.failure.detail
    assert exchange.transcript.ending is Ending.TIMED_OUT


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", b"HTTP/1.1 400 Bad Request\n"]
)
def test_http(answer):
    """An answer in HTTP is named with its status line."""
    exchange = failing(answering(answer))
    assert exchange.failure.kind is FailureKind.PLAINTEXT_HTTP
    assert '"HTTP/1.1 400 Bad Request"' in exchange.failure.detail


def test_http_in_pieces():
    """The status line is waited for where it comes in pieces."""
    begun = asyncio.Event()

    async def script(reader, writer):
        await reader.read(65536)
        writer.write(b"HT")
        await begun.wait()
        writer.write(b"TP/1.0 302 Found\r\n\r\n")

    class Watching(TcpDial):
        """Tells when the first piece is taken."""

        async def connect(self, host, port, deadline):
            connection = await super().connect(host, port, deadline)
            receive = connection.receive

            async def watched(until):
                arrived = await receive(until)
                begun.set()
                return arrived

            return Through(connection, watched)

    exchange = failing(script, dial=Watching())
    assert exchange.failure.kind is FailureKind.PLAINTEXT_HTTP
    assert '"HTTP/1.0 302 Found"' in exchange.failure.detail


def test_http_that_is_cut_off():
    """A status line that never ends is quoted as far as it came."""

    async def script(reader, writer):
        await reader.read(65536)
        writer.write(b"HTTP/1.1 4")
        writer.write_eof()

    exchange = failing(script)
    assert exchange.failure.kind is FailureKind.PLAINTEXT_HTTP
    assert '"HTTP/1.1 4"' in exchange.failure.detail


def test_banner():
    """A server of another protocol is garbage, and its banner is quoted."""
    exchange = failing(answering(b"SSH-2.0-OpenSSH_9.6\r\n"))
    assert exchange.failure.kind is FailureKind.GARBAGE
    assert '"SSH-2.0-OpenSSH_9.6" (21 bytes)' in exchange.failure.detail


def test_garbage():
    """Bytes that are no text are shown in hex."""
    exchange = failing(answering(b"\xff\xfd\x18\xff\xfd\x20"))
    assert exchange.failure.kind is FailureKind.GARBAGE
    assert "ff fd 18 ff fd 20" in exchange.failure.detail


def test_alert():
    """An alert is named, with its level and number."""
    exchange = failing(answering(bytes.fromhex("15 0303 0002 02 28")))
    assert exchange.failure.kind is FailureKind.ALERT
    assert "handshake_failure (fatal, 40)" in exchange.failure.detail


def test_alert_of_a_real_stack(authority):
    """What a stack says to a hello that it cannot accept is an alert, whatever follows it."""
    only_10 = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)
    context = server_context(authority, versions=only_10, ciphers="ALL:@SECLEVEL=0")
    exchange = failing(speak_tls(context), profile="schannel-2022")
    assert exchange.failure.kind is FailureKind.ALERT
    assert "protocol_version" in exchange.failure.detail


def test_closed():
    """A server that closes without a word has closed."""

    async def script(reader, writer):
        await reader.read(65536)
        writer.write_eof()

    exchange = failing(script)
    assert exchange.failure.kind is FailureKind.CLOSED
    assert "without an answer" in exchange.failure.detail
    assert exchange.transcript.ending is Ending.CLOSED


def test_cut_in_a_record(authority):
    """A flight that ends in the middle of a record has closed too early, after so many bytes."""

    async def half(flight, writer):
        writer.write(flight[:50])
        writer.write_eof()

    exchange = failing(speak_tls(server_context(authority), half))
    assert exchange.failure.kind is FailureKind.CLOSED
    assert "after 50 bytes" in exchange.failure.detail


def test_stopped_after_the_certificate(authority, version):
    """Certificates that were seen stay seen when the proof does not follow."""
    spoken, code = version
    # TLS 1.3 of OpenSSL: ServerHello, ChangeCipherSpec, and a sealed record a message.
    whole = 4 if code == 0x0304 else 2

    async def without_proof(flight, writer):
        writer.write(b"".join(records(flight)[:whole]))

    context = server_context(authority, versions=(spoken, spoken))
    exchange = failing(speak_tls(context, without_proof), handshake=0.2)
    assert exchange.handshake.reached is Reached.CERTIFICATE
    assert len(exchange.handshake.certificates) == 1
    assert exchange.failure.kind is FailureKind.DRIP
    assert "the proof of its key was not complete" in exchange.failure.detail


def test_drip(authority):
    """Bytes that come too slowly are a drip, with their number and time."""

    async def slowly(flight, writer):
        for byte in flight:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.01)

    exchange = failing(speak_tls(server_context(authority), slowly), handshake=0.2)
    assert exchange.failure.kind is FailureKind.DRIP
    assert "within 0.2 s" in exchange.failure.detail
    assert "pieces: its ServerHello was not complete" in exchange.failure.detail


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(bytes.fromhex("14 0303 0001 01"), id="change cipher spec"),
        pytest.param(bytes.fromhex("15 0303 0002 01 70"), id="warning alerts"),
        pytest.param(bytes.fromhex("17 0303 0010") + bytes(16), id="application data"),
        pytest.param(bytes.fromhex("16 0303 4000") + bytes(2**14), id="empty messages"),
    ],
)
def test_endless(record):
    """Records without end are cut off at the limit."""

    async def script(reader, writer):
        await reader.read(65536)
        while True:
            writer.write(record * 100)
            await writer.drain()

    exchange = failing(script, max_bytes=50_000)
    assert exchange.failure.kind is FailureKind.ENDLESS
    assert exchange.transcript.ending is Ending.OVERRUN
    received = sum(
        len(one.data) for one in exchange.transcript.segments if one.direction is Direction.SERVER
    )
    assert f"{received:,} bytes" in exchange.failure.detail
    assert 50_000 < received <= 50_000 + 2**16


def test_malformed():
    """A ServerHello that cannot be read is malformed, and what is wrong with it is told."""
    exchange = failing(answering(bytes.fromhex("16 0303 0008 02 000004 03030000")))
    assert exchange.failure.kind is FailureKind.MALFORMED
    assert "server random" in exchange.failure.detail


def test_group_without_a_key(authority):
    """A server that chooses a group of which it was sent no share leaves its certificate sealed."""

    async def another_group(flight, writer):
        chosen = bytes.fromhex("0033 0024 001d 0020")
        assert flight.count(chosen) == 1
        writer.write(flight.replace(chosen, bytes.fromhex("0033 0024 001e 0020")))

    exchange = failing(speak_tls(server_context(authority), another_group))
    assert exchange.failure.kind is FailureKind.MALFORMED
    assert "no key for x448 with TLS_" in exchange.failure.detail


def test_second_hello_retry(authority):
    """A server that asks for a second hello again and again is refused."""
    flights = []

    async def only_the_first(flight, writer):
        flights.append(flight)
        writer.write(records(flights[0])[0])

    context = server_context(authority, curve="secp384r1")
    exchange = failing(speak_tls(context, only_the_first), profile="openssl", handshake=1.0)
    assert exchange.failure.kind is FailureKind.MALFORMED
    assert exchange.handshake.hello_retry is not None


def test_retry_without_answer(authority):
    """A HelloRetryRequest for the group whose share it was sent has no answer."""

    async def same_group(flight, writer):
        asked = bytes.fromhex("0033 0002")
        request = records(flight)[0]
        assert request.count(asked + b"\x00\x18") == 1
        writer.write(request.replace(asked + b"\x00\x18", asked + b"\x00\x1d"))

    context = server_context(authority, curve="secp384r1")
    exchange = failing(speak_tls(context, same_group), profile="openssl")
    assert exchange.failure.kind is FailureKind.MALFORMED
    assert "x25519" in exchange.failure.detail


# Cancelling


def test_cancelled_in_the_handshake():
    """Cancelling closes the connection at once."""

    async def test():
        hello = asyncio.Event()

        async def script(reader, writer):
            await reader.read(65536)
            hello.set()

        async with serve(script) as peer:
            task = asyncio.ensure_future(probe(peer))
            await hello.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert peer.ended == 1

    run(test())


def test_cancelled_in_the_connection(full_backlog):
    """Cancelling while no connection stands leaves no socket."""

    async def test():
        task = asyncio.ensure_future(probe(full_backlog))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(test())
