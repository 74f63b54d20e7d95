"""Handshake messages, on what real stacks write and on what nobody should."""

import random

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import SSL

from tests.peers import HOST, client_context, converse, identity, server_context
from tests.server13 import block, extension
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import DecodeError
from tlsprobe.handshake.transcript import Direction
from tlsprobe.hello import templates
from tlsprobe.wire import messages
from tlsprobe.wire.messages import (
    CertificateEntry,
    CertificateMessage,
    CertificateRequest,
    CertificateStatus,
    ClientHello,
    CompressedCertificate,
    Context,
    Extension,
    OtherMessage,
    ServerHello,
    ServerKeyExchange,
    cut_certificates,
    decode,
)
from tlsprobe.wire.records import HANDSHAKE, RecordCutter

CONTEXTS = (
    Context(),
    Context(tls13=True),
    Context(signs_with_scheme=False),
    Context(ephemeral="dhe"),
    Context(ephemeral="other", anonymous=True),
    Context(anonymous=True),
)


def refusal(code, body, context):
    """Why a body is no such message; None where it is one."""
    try:
        decode(code, body, context)
    except DecodeError as error:
        return error
    return None


def plain_messages(transcript):
    """(type, body) of both sides' messages before anything is sealed."""
    for direction in Direction:
        said = _before_sealing(one for one in transcript.segments if one.direction is direction)
        while said:
            size = int.from_bytes(said[1:4])
            yield said[0], said[4 : 4 + size]
            said = said[4 + size :]


def _before_sealing(segments):
    cutter, joined = RecordCutter(), b""
    for segment in segments:
        for record in cutter.feed(segment.data):
            if record.content_type != HANDSHAKE:
                return joined
            joined += record.fragment
    return joined


@pytest.fixture(scope="module")
def authority():
    """Signs the peers' certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def real(authority):
    """(type, body, context) of the messages of real handshakes of TLS 1.0 and 1.2, and hellos of 1.3."""
    found = []
    for version, ciphers in (
        (SSL.TLS1_VERSION, "ECDHE:@SECLEVEL=0"),
        (SSL.TLS1_2_VERSION, "ECDHE:@SECLEVEL=0"),
        (SSL.TLS1_2_VERSION, "DHE:@SECLEVEL=0"),
        (SSL.TLS1_3_VERSION, "ALL"),
    ):
        who = identity(authority, HOST, key_type="RSA")
        log, only = KeyLog(), (version, version)
        server = server_context(
            who, versions=only, ciphers=ciphers, client_authorities=(who.chain[0],)
        )
        context = Context(
            signs_with_scheme=version >= SSL.TLS1_2_VERSION,
            ephemeral="dhe" if ciphers.startswith("DHE") else "ecdhe",
        )
        said = plain_messages(converse(client_context(log, versions=only), server))
        found += [(code, body, context) for code, body in said]
    found += [
        (1, templates.load(name).stamp(server_name=HOST, entropy=bytes).record[9:], Context())
        for name in templates.names()
    ]
    return found


def test_every_kind_is_there(real):
    """The real messages below are of every kind that travels in clear."""
    assert {code for code, _, _ in real} >= {1, 2, 11, 12, 13, 14}


def encoded(message, context):
    """The bytes of a message that was read: what our own side would have to write."""
    match message:
        case ClientHello():
            return (
                message.legacy_version.to_bytes(2) + message.random + block(message.session_id, 1)
                + block(b"".join(one.to_bytes(2) for one in message.cipher_suites))
                + block(bytes(message.compression_methods), 1)
                + (block(extensions(message.extensions)) if message.has_extensions else b"")
            )  # fmt: skip
        case ServerHello():
            return (
                message.legacy_version.to_bytes(2) + message.random + block(message.session_id, 1)
                + message.cipher_suite.to_bytes(2) + bytes([message.compression_method])
                + (block(extensions(message.extensions)) if message.extensions else b"")
            )  # fmt: skip
        case CertificateMessage():
            return block(b"".join(block(one.der, 3) for one in message.entries), 3)
        case CertificateRequest():
            schemes = block(b"".join(one.to_bytes(2) for one in message.signature_schemes))
            return (
                block(bytes(message.certificate_types), 1)
                + (schemes if context.signs_with_scheme else b"")
                + block(b"".join(block(one) for one in message.authorities))
            )
        case ServerKeyExchange():
            scheme = b"" if message.scheme is None else message.scheme.to_bytes(2)
            return message.parameters + scheme + block(message.signature)
        case _:
            return None


def extensions(some):
    """Extensions as written."""
    return b"".join(extension(one.code, one.body) for one in some)


def test_round_trip(real):
    """What is read of a real message holds all of it: written down again it is the same bytes."""
    checked = 0
    for code, body, context in real:
        again = encoded(decode(code, body, context), context)
        if again is not None:
            assert again == body
            checked += 1
    assert checked >= 15


def test_truncated_anywhere(real):
    """A message that ends too early is malformed, wherever it ends, and never more than that."""
    for code, body, context in real:
        if code in (messages.SERVER_HELLO_DONE, messages.CLIENT_KEY_EXCHANGE):
            continue
        step = 1 if len(body) < 700 else 7
        for length in range(0, len(body), step):
            try:
                shorter = decode(code, body[:length], context)
            except DecodeError:
                continue
            # Only the extensions of a hello may be left out altogether.
            assert isinstance(shorter, ClientHello | ServerHello | OtherMessage), (code, length)
            assert getattr(shorter, "extensions", ()) == ()


def test_hellos_that_differ_in_what_is_drawn_anew(real):
    """What is remembered of one says the same of the next, and why and where that one is malformed."""
    hellos = [one for one in real if one[0] in (messages.CLIENT_HELLO, messages.SERVER_HELLO)]
    for code, body, context in hellos:
        rest = 35 + body[34]
        other = body[:2] + bytes(32) + b"\0" + body[rest:]
        assert encoded(decode(code, body, context), context) == body
        assert encoded(decode(code, other, context), context) == other
        for length in range(rest, len(body), 3):
            left, before = body[rest:length], rest - 35
            cut, other_cut = (
                refusal(code, head + left, context) for head in (body[:rest], other[:35])
            )
            assert (cut and (cut.what, cut.at - before)) == (
                other_cut and (other_cut.what, other_cut.at)
            )
        error = refusal(code, other + b"\0", context)
        assert error.at == len(other)
        assert "trailing" in error.what
    assert hellos


def test_trailing_bytes(real):
    """Bytes behind a message's last field are malformed."""
    for code, body, context in real:
        if not isinstance(decode(code, body, context), OtherMessage):
            with pytest.raises(DecodeError):
                decode(code, body + b"\0", context)


@given(st.integers(0, 255), st.binary(max_size=120), st.sampled_from(CONTEXTS))
def test_no_bytes_break_it(code, body, context):
    """Whatever the bytes, there is a message or a DecodeError."""
    error = refusal(code, body, context)
    assert error is None or (error.what and 0 <= error.at <= len(body))


@settings(max_examples=200)
@given(data=st.data())
def test_no_mutation_breaks_it(real, data):
    """Real messages with bytes changed, cut out or doubled are read or refused, nothing else."""
    code, body, _ = data.draw(st.sampled_from(real))
    context = data.draw(st.sampled_from(CONTEXTS))
    mutate = random.Random(data.draw(st.integers(0, 2**32)))
    changed = bytearray(body)
    for _ in range(mutate.randrange(1, 5)):
        place = mutate.randrange(len(changed) + 1)
        match mutate.randrange(3):
            case 0:
                changed[place : place + 1] = bytes([mutate.randrange(256)])
            case 1:
                del changed[place : place + mutate.randrange(9)]
            case _:
                changed[place:place] = changed[place : place + mutate.randrange(9)]
    error = refusal(code, bytes(changed), context)
    assert error is None or (error.what and 0 <= error.at <= len(changed))


def test_extensions_keep_their_order():
    """Extensions stand as they were sent, doubles and unknown ones too; the first of a code counts."""
    body = (
        b"\x03\x03" + bytes(32) + b"\0" + b"\x00\x02\x13\x01" + b"\x01\x00"
        + block(extension(0x1A1A, b"") + extension(16, b"one") + extension(16, b"two"))
    )  # fmt: skip
    hello = decode(1, body)
    assert hello.extensions == (
        Extension(0x1A1A, b""), Extension(16, b"one"), Extension(16, b"two"),
    )  # fmt: skip
    assert (hello.extension(16), hello.extension(0)) == (b"one", None)


def test_a_hello_without_extensions():
    """A hello of old, without extensions, is told from one with none in the list."""
    bare = b"\x03\x01" + bytes(32) + b"\0" + b"\x00\x02\x00\x05" + b"\x01\x00"
    assert not decode(1, bare).has_extensions
    assert decode(1, bare + b"\0\0").has_extensions


def test_hello_retry():
    """A ServerHello with the one fixed random is a HelloRetryRequest."""
    tail = b"\0\x13\x01\0" + block(b"")
    assert decode(2, b"\x03\x03" + messages.HELLO_RETRY_RANDOM + tail).is_hello_retry
    assert not decode(2, b"\x03\x03" + bytes(32) + tail).is_hello_retry


def test_certificates_of_tls_1_3():
    """A certificate of TLS 1.3 brings its extensions, and the list its context."""
    entry = block(b"der", 3) + block(extension(5, b"staple"))
    read = decode(11, b"\x02\xaa\xbb" + block(entry + block(b"", 3) + block(b""), 3), CONTEXTS[1])
    assert read.context == b"\xaa\xbb"
    assert read.entries == (
        CertificateEntry(der=b"der", extensions=(Extension(5, b"staple"),)),
        CertificateEntry(der=b""),
    )


def test_a_compressed_certificate():
    """Algorithm, claimed length and bytes are as written."""
    assert decode(25, b"\x00\x02\x00\x10\x00" + block(b"packed", 3)) == CompressedCertificate(
        algorithm=2, uncompressed_length=4096, compressed=b"packed"
    )


@pytest.mark.parametrize(
    ("body", "responses"),
    [
        (b"\x01" + block(b"one", 3), (b"one",)),
        (b"\x02" + block(block(b"one", 3) + block(b"", 3), 3), (b"one", b"")),
        (b"\x09 whatever", ()),
    ],
)
def test_stapled_responses(body, responses):
    """One response, a list of them, or a kind that nobody knows."""
    assert decode(22, body) == CertificateStatus(responses=responses)


def test_key_exchange_of_other_kinds():
    """Explicit curves, and forms that are not read, are kept as they stand."""
    explicit = b"\x01 prime and so on"
    assert decode(12, explicit) == OtherMessage(code=12, body=explicit)
    psk = b"\x00\x04hint"
    assert decode(12, psk, Context(ephemeral="other")) == OtherMessage(code=12, body=psk)


def test_an_unsigned_key_exchange():
    """An anonymous suite signs nothing, and has no signature."""
    read = decode(12, b"\x03\x00\x1d" + block(b"point", 1), Context(anonymous=True))
    assert (read.group, read.signature) == (0x1D, None)


@pytest.mark.parametrize("tls13", [False, True])
def test_certificates_cut_anywhere(tls13):
    """Of a cut list the whole certificates count, and the next one's first bytes are kept."""
    ders, context = (b"leaf", b"", b"issuer"), Context(tls13=tls13)
    tail = block(extension(5, b"staple")) if tls13 else b""
    entries = b"".join(block(der, 3) + tail for der in ders)
    body = (b"\x02\xaa\xbb" if tls13 else b"") + block(entries, 3)
    for length in range(len(body)):
        found, rest = cut_certificates(body[:length], context)
        assert tuple(one.der for one in found) == ders[: len(found)]
        assert ders[len(found)].startswith(rest) if len(found) < len(ders) else rest == b""
        whole = decode(11, body, context).entries
        assert all(
            one in (was, CertificateEntry(der=was.der))
            for one, was in zip(found, whole, strict=False)
        )
    assert cut_certificates(body, context) == (decode(11, body, context).entries, b"")


@given(st.binary(max_size=120), st.sampled_from(CONTEXTS))
def test_no_bytes_break_a_cut_list(body, context):
    """Whatever came of it, something is answered."""
    found, rest = cut_certificates(body, context)
    assert sum(len(one.der) + 3 for one in found) + len(rest) <= len(body)


def test_equal_chains_are_one_object():
    """Of a chain that comes again the certificates are the same objects; a monster is read anew."""
    small = block(block(b"leaf", 3) + block(b"issuer", 3), 3)
    large = block(block(bytes(20_000), 3), 3)
    for body, same in ((small, True), (large, False)):
        first, again = decode(11, body), decode(11, bytes(bytearray(body)))
        assert first == again
        assert (first is again) is same
    broken = small + b"\0"
    for _ in range(2):
        with pytest.raises(DecodeError, match="trailing"):
            decode(11, broken)
