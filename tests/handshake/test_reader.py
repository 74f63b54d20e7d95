"""The reader, on what real stacks write."""

import os
import random

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from OpenSSL import SSL

from tests.peers import HOST, Identity, client_context, converse, identity, server_context
from tests.server13 import Server13, block, extension, message, record
from tlsprobe.crypto.key_share import GROUPS, EphemeralKeys, generate
from tlsprobe.crypto.keys import KeyLog, NoKeys
from tlsprobe.handshake.events import AnomalyKind, KeyProof, MessageRead
from tlsprobe.handshake.reader import Reader, events, read
from tlsprobe.handshake.summary import Handshake, Reached, StapleSource
from tlsprobe.handshake.transcript import Direction, Gap, Segment, Transcript
from tlsprobe.hello import templates
from tlsprobe.hello.template import CraftedHello
from tlsprobe.wire.extensions import server_name

VERSIONS = {
    "TLS 1.0": (SSL.TLS1_VERSION, 0x0301),
    "TLS 1.1": (SSL.TLS1_1_VERSION, 0x0302),
    "TLS 1.2": (SSL.TLS1_2_VERSION, 0x0303),
    "TLS 1.3": (SSL.TLS1_3_VERSION, 0x0304),
}
STAPLE = b"a stapled response, as far as the reader is concerned"


@pytest.fixture(scope="module")
def authority():
    """A CA."""
    return trustme.CA()


@pytest.fixture(scope="module", params=["ECDSA", "RSA"])
def who(request, authority):
    """A leaf of each key type."""
    return identity(authority, HOST, key_type=request.param)


@pytest.fixture(scope="module")
def ecdsa(authority):
    """A leaf with an elliptic-curve key."""
    return identity(authority, HOST)


def talk(who: Identity, *, version: str = "TLS 1.3", **server) -> tuple[Transcript, KeyLog]:
    """A whole handshake of two OpenSSLs in one version, and its secrets."""
    log = KeyLog()
    only = (VERSIONS[version][0], VERSIONS[version][0])
    client = client_context(log, versions=only)
    return converse(client, server_context(who, versions=only, **server), data=b"GET /"), log


def assert_reads(transcript: Transcript, keys: KeyLog | NoKeys) -> Handshake:
    """Whole, byte by byte, in random pieces and with a tail it reads the same."""
    whole = read(transcript, keys)
    for sizes in ([1], [2, 7, 1, 300], [5, 4, 1400]):
        assert _timeless(read(rechunked(transcript, sizes), keys)) == _timeless(whole)
    tail = replace(
        transcript,
        segments=(*transcript.segments, Segment(Direction.SERVER, b"\x17\x03\x03\x00", 9.0)),
    )
    assert _timeless(read(tail, keys)) == _timeless(whole)
    return whole


def rechunked(transcript: Transcript, sizes: list[int]) -> Transcript:
    """The same bytes in the same order, cut at other places."""
    pieces: list[Segment | Gap] = []
    turn = 0
    for segment in transcript.segments:
        if isinstance(segment, Gap):
            pieces.append(segment)
            continue
        place = 0
        while place < len(segment.data):
            size = sizes[turn % len(sizes)]
            pieces.append(replace(segment, data=segment.data[place : place + size]))
            place, turn = place + size, turn + 1
    return replace(transcript, segments=tuple(pieces))


def _timeless(handshake: Handshake) -> Handshake:
    return replace(handshake, anomalies=tuple(replace(one, at=0.0) for one in handshake.anomalies))


@pytest.mark.parametrize("version", VERSIONS)
def test_reads_every_version(version, who):
    """Version, chain in wire order, name and key proof of TLS 1.0 to 1.3, for RSA and ECDSA."""
    transcript, log = talk(who, version=version)
    handshake = assert_reads(transcript, log)
    assert handshake.version == VERSIONS[version][1]
    assert handshake.certificates == who.presented
    assert handshake.key_proof is KeyProof.PROVEN
    assert handshake.reached is Reached.PROOF
    assert handshake.alpn == b"h2"
    assert handshake.anomalies == ()
    assert server_name(handshake.client_hello.extension(0)) == HOST


@pytest.mark.parametrize(
    ("suite", "number"),
    [
        ("TLS_AES_128_GCM_SHA256", 0x1301),
        ("TLS_AES_256_GCM_SHA384", 0x1302),
        ("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
    ],
)
def test_opens_every_suite(suite, number, ecdsa):
    """Each record protection of TLS 1.3 is opened."""
    transcript, log = talk(ecdsa, ciphers13=suite)
    handshake = assert_reads(transcript, log)
    assert handshake.cipher_suite == number
    assert handshake.certificates == ecdsa.presented


@pytest.mark.parametrize("curve", ["SECP384R1", "SECP521R1"])
def test_hello_retry(curve, ecdsa):
    """A HelloRetryRequest restarts the transcript, and the proof still verifies."""
    transcript, log = talk(ecdsa, curve=curve)
    handshake = assert_reads(transcript, log)
    assert handshake.hello_retry is not None
    assert len(handshake.client_hellos) == 2
    assert handshake.group == {"SECP384R1": 0x0018, "SECP521R1": 0x0019}[curve]
    assert handshake.key_proof is KeyProof.PROVEN


def test_hybrid_group(ecdsa):
    """X25519MLKEM768, which OpenSSL prefers, is read and named."""
    transcript, log = talk(ecdsa)
    assert read(transcript, log).group == 0x11EC


@pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3"])
def test_client_certificate_request(version, ecdsa, authority):
    """The request for a client certificate and its CA names are read in both versions."""
    authorities = (ecdsa.chain[0],)
    transcript, log = talk(ecdsa, version=version, client_authorities=authorities)
    request = assert_reads(transcript, log).certificate_request
    assert request.authorities == (authorities[0].subject.public_bytes(),)
    assert 0x0804 in request.signature_schemes


def test_staple_of_tls_1_2(ecdsa):
    """The stapled response of a CertificateStatus message is found."""
    transcript, log = talk(ecdsa, version="TLS 1.2")
    flight = transcript.segments[1].data
    key_exchange = flight.index(b"\x0c\x00", 5 + sum(map(len, ecdsa.presented)))
    head = flight[:5]
    status = message(22, b"\x01" + block(STAPLE, 3))
    place = flight.rindex(head[:3], 0, key_exchange)  # the record that holds ServerKeyExchange
    edited = flight[:place] + head[:3] + len(status).to_bytes(2) + status + flight[place:]
    segments = (transcript.segments[0], replace(transcript.segments[1], data=edited))
    (stapled,) = assert_reads(replace(transcript, segments=segments), log).ocsp_responses
    assert (stapled.source, stapled.body) == (StapleSource.CERTIFICATE_STATUS, STAPLE)


def scripted(**oddities) -> tuple[Transcript, CraftedHello]:
    """A handshake of ours with a server that is written by hand."""
    crafted = templates.load("probe").stamp(server_name=HOST, entropy=os.urandom)
    flight = Server13(**oddities).answer(crafted.record)
    segments = (Segment(Direction.CLIENT, crafted.record), Segment(Direction.SERVER, flight, 0.01))
    return replace(_server_says(b""), segments=segments), crafted


@pytest.fixture(params=[16000, 300, 16])
def seal_in(request):
    """How many bytes of the flight go into one record."""
    return request.param


def test_entry_extensions(ecdsa, seal_in):
    """Staple and timestamps of a CertificateEntry are found, however the flight is sealed."""
    extensions = extension(5, b"\x01" + block(STAPLE, 3)) + extension(18, b"timestamps")
    transcript, crafted = scripted(who=ecdsa, leaf_extensions=extensions, seal_in=seal_in)
    handshake = assert_reads(transcript, crafted.keys)
    (stapled,) = handshake.ocsp_responses
    assert (stapled.index, stapled.source) == (0, StapleSource.CERTIFICATE_ENTRY)
    assert stapled.body == STAPLE
    assert handshake.sct_lists[0].body == b"timestamps"
    assert handshake.key_proof is KeyProof.PROVEN


@pytest.mark.parametrize("algorithm", [1, 2])
def test_compressed_certificate(algorithm, ecdsa):
    """A chain compressed by zlib or brotli is read, and its proof verifies."""
    transcript, crafted = scripted(who=ecdsa, compress=algorithm)
    handshake = assert_reads(transcript, crafted.keys)
    assert handshake.certificates == ecdsa.presented
    assert handshake.key_proof is KeyProof.PROVEN


@pytest.mark.parametrize(
    ("algorithm", "size"), [(1, 2**24 - 1), (2, 2**24 - 1), (1, 100), (2, 100), (3, 2000)]
)
def test_compression_that_lies(algorithm, size, ecdsa):
    """A chain that does not unpack to the size it claims is named, not unpacked further."""
    transcript, crafted = scripted(who=ecdsa, compress=algorithm, claimed_size=size)
    handshake = assert_reads(transcript, crafted.keys)
    assert handshake.certificates == ()
    assert handshake.anomalies[0].kind is AnomalyKind.BAD_COMPRESSION


def test_a_proof_that_does_not_verify(ecdsa):
    """A CertificateVerify over something else fails."""
    transcript, crafted = scripted(who=ecdsa, break_proof=True)
    assert assert_reads(transcript, crafted.keys).key_proof is KeyProof.FAILED


def test_every_group_of_tls_1_3(ecdsa):
    """Each group that we make shares of gives the secret that opens the flight."""
    for group in GROUPS:
        keys = EphemeralKeys({group: generate(group, os.urandom)})
        share = block(group.to_bytes(2) + block(keys.public(group)))
        hello = message(
            1,
            b"\x03\x03" + os.urandom(32) + b"\0" + b"\x00\x02\x13\x01" + b"\x01\x00"
            + block(extension(43, b"\x02\x03\x04") + extension(51, share)),
        )  # fmt: skip
        flight = Server13(who=ecdsa, group=group).answer(record(22, hello))
        segments = (
            Segment(Direction.CLIENT, record(22, hello)),
            Segment(Direction.SERVER, flight),
        )
        handshake = read(replace(_server_says(b""), segments=segments), keys)
        assert handshake.key_proof is KeyProof.PROVEN, hex(group)
        assert handshake.group == group


def test_client_chain(ecdsa, authority):
    """With a key log the client's certificate of mutual TLS 1.3 is read as well."""
    log = KeyLog()
    client = client_context(log, who=identity(authority, "client.example.com"))
    transcript = converse(client, server_context(ecdsa, client_authorities=(ecdsa.chain[0],)))
    assert len(read(transcript, log).client_certificates) == 1


def test_rsa_key_exchange_has_no_proof(authority):
    """RSA key transport signs nothing, and the reader says so instead of guessing."""
    rsa = identity(authority, HOST, key_type="RSA")
    transcript, log = talk(rsa, version="TLS 1.2", ciphers="AES128-GCM-SHA256:@SECLEVEL=0")
    handshake = assert_reads(transcript, log)
    assert handshake.certificates == rsa.presented
    assert handshake.key_proof is KeyProof.NOT_SEEN
    assert handshake.reached is Reached.PROOF


def test_sealed_without_keys(ecdsa):
    """TLS 1.3 without keys: no chain, but the size of the sealed flight."""
    transcript, _ = talk(ecdsa)
    handshake = assert_reads(transcript, NoKeys())
    assert handshake.certificates == ()
    assert handshake.sealed > sum(map(len, ecdsa.presented))
    assert handshake.anomalies == ()


def test_only_the_flight_counts_as_sealed(ecdsa):
    """Tickets and application data, which no handshake key opens, are not part of the flight."""
    transcript, log = talk(ecdsa)
    assert read(transcript, log).sealed == 0
    older, _ = talk(ecdsa, version="TLS 1.2")
    assert read(older, NoKeys()).sealed == 0


def test_wrong_keys_are_named(ecdsa):
    """Keys that open nothing are an anomaly, and cost nothing else."""
    transcript, log = talk(ecdsa)
    other = KeyLog()
    random = read(transcript, log).client_hello.random
    other.add(random, "SERVER_HANDSHAKE_TRAFFIC_SECRET", bytes(48))
    handshake = read(transcript, other)
    assert handshake.certificates == ()
    assert [one.kind for one in handshake.anomalies] == [AnomalyKind.BAD_RECORD]


def test_a_flipped_bit_fails_the_proof(ecdsa):
    """One changed bit in what was signed, and the key is no longer proven."""
    transcript, log = talk(ecdsa, version="TLS 1.2")
    flight = transcript.segments[1].data
    (server_random,) = [read(transcript, log).server_hello.random]
    place = flight.index(server_random)
    changed = flight[:place] + bytes([flight[place] ^ 1]) + flight[place + 1 :]
    edited = replace(
        transcript,
        segments=(
            transcript.segments[0],
            replace(transcript.segments[1], data=changed),
            *transcript.segments[2:],
        ),
    )
    assert assert_reads(edited, log).key_proof is KeyProof.FAILED


def test_refragmented_records(ecdsa):
    """A hello and a flight cut into records of 20 bytes read as the whole ones do."""
    transcript, log = talk(ecdsa, version="TLS 1.2")
    edited = replace(
        transcript,
        segments=tuple(
            replace(one, data=refragmented(one.data)) for one in transcript.segments[:2]
        ),
    )
    handshake = assert_reads(edited, log)
    assert handshake.certificates == ecdsa.presented
    assert handshake.key_proof is KeyProof.PROVEN


def refragmented(flight: bytes, size: int = 20) -> bytes:
    """Handshake records cut into smaller ones (RFC 8446 section 5.1)."""
    out = b""
    place = 0
    while place < len(flight):
        length = int.from_bytes(flight[place + 3 : place + 5])
        body = flight[place + 5 : place + 5 + length]
        head = flight[place : place + 3]
        for at in range(0, len(body), size):
            piece = body[at : at + size]
            out += head + len(piece).to_bytes(2) + piece
        place += 5 + length
    return out


def test_a_gap_is_named(ecdsa):
    """Bytes that nobody saw end the reading of that direction, by name."""
    transcript, log = talk(ecdsa)
    holed = replace(
        transcript,
        segments=(transcript.segments[0], Gap(Direction.SERVER, 100), *transcript.segments[1:]),
    )
    handshake = read(holed, log)
    assert handshake.server_hello is None
    assert [one.kind for one in handshake.anomalies] == [AnomalyKind.GAP]


@pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3"])
def test_one_sided(version, ecdsa):
    """The server's side alone still shows what it shows, without complaint about the client."""
    transcript, log = talk(ecdsa, version=version)
    server = [one for one in transcript.segments if one.direction is Direction.SERVER]
    handshake = assert_reads(replace(transcript, segments=tuple(server)), log)
    assert handshake.version == VERSIONS[version][1]
    assert handshake.anomalies == ()
    if version == "TLS 1.2":
        assert handshake.certificates == ecdsa.presented


@pytest.mark.parametrize("version", VERSIONS)
def test_the_clients_side_alone(version, ecdsa):
    """The client's side alone reads without an anomaly, sealed parts and all."""
    transcript, _ = talk(ecdsa, version=version)
    client = [one for one in transcript.segments if one.direction is Direction.CLIENT]
    assert read(replace(transcript, segments=tuple(client))).anomalies == ()


def test_out_of_turn():
    """A message that may not stand there is named, and reading goes on."""
    finished = bytes.fromhex("16030300040e000000")
    handshake = read(_server_says(finished))
    assert [one.kind for one in handshake.anomalies] == [AnomalyKind.UNEXPECTED_MESSAGE]


def test_a_message_of_16_megabytes_is_not_waited_for():
    """A length that no handshake has is named at once."""
    handshake = read(_server_says(bytes.fromhex("1603030004 0bffffff")))
    assert handshake.anomalies[-1].kind is AnomalyKind.OVERSIZED_MESSAGE


def test_plain_http_is_kept():
    """An answer that is no TLS is kept, to say what it was."""
    handshake = read(_server_says(b"HTTP/1.1 400 Bad Request\r\n"))
    assert handshake.garbage.startswith(b"HTTP/1.1 400")


def test_alerts_are_named():
    """A plain alert is read with its sender and name."""
    (seen,) = read(_server_says(bytes.fromhex("15030300020228"))).alerts
    assert (seen.direction, seen.alert.name) == (Direction.SERVER, "handshake_failure")


def _server_says(data: bytes) -> Transcript:
    from datetime import UTC, datetime

    from tlsprobe.handshake.transcript import Ending, Origin

    return Transcript(
        origin=Origin.CAPTURE,
        client=None,
        server=None,
        started=datetime(2026, 1, 1, tzinfo=UTC),
        segments=(Segment(Direction.SERVER, data),),
        ending=Ending.OPEN,
    )


def test_events_come_in_order(ecdsa):
    """The events of a whole handshake are its messages, in the order of the wire."""
    transcript, log = talk(ecdsa)
    codes = [
        type(one.message).__name__
        for one in events(transcript, log)
        if isinstance(one, MessageRead) and one.direction is Direction.SERVER
    ]
    assert codes == [
        "ServerHello", "EncryptedExtensions", "CertificateMessage", "CertificateVerify", "Finished",
    ]  # fmt: skip


chunks = st.lists(st.tuples(st.sampled_from(Direction), st.binary(max_size=200)), max_size=12)


@given(chunks)
def test_no_bytes_raise(pieces):
    """Whatever is fed, the reader answers."""
    reader = Reader(NoKeys())
    for direction, data in pieces:
        reader.feed(direction, data)
    assert isinstance(reader.handshake, Handshake)


@pytest.fixture(scope="module")
def recorded(ecdsa):
    """A handshake of each version."""
    return [talk(ecdsa, version=version) for version in VERSIONS]


@settings(max_examples=150)
@given(st.data())
def test_no_mutation_raises(recorded, data):
    """Real handshakes with some bytes changed, cut out or doubled are read to the end."""
    transcript, log = data.draw(st.sampled_from(recorded))
    mutate = random.Random(data.draw(st.integers(0, 2**32)))
    segments = []
    for segment in transcript.segments:
        body = bytearray(segment.data)
        for _ in range(mutate.randrange(4)):
            place = mutate.randrange(len(body))
            match mutate.randrange(3):
                case 0:
                    body[place] = mutate.randrange(256)
                case 1:
                    del body[place : place + mutate.randrange(1, 50)]
                    body = body or bytearray(b"\x16")
                case _:
                    body[place:place] = body[place : place + mutate.randrange(1, 50)]
        segments.append(replace(segment, data=bytes(body)))
    edited = replace(transcript, segments=tuple(segments))
    whole = read(edited, log)
    pieces = read(rechunked(edited, [mutate.randrange(1, 40) for _ in range(9)]), log)
    assert _timeless(pieces) == _timeless(whole)
