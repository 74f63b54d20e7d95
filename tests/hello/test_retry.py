"""The second hello, and what real servers say to both."""

import hashlib
import re
import subprocess
from socket import create_connection

import pytest
import trustme
from msgspec.structs import replace
from OpenSSL import SSL

from tests.hello.stream import Stream
from tests.peers import Answering, identity, server_context
from tlsprobe.crypto.key_schedule import handshake_secrets
from tlsprobe.crypto.suites import TLS13_SUITES
from tlsprobe.hello import profiles, retry, templates
from tlsprobe.hello.craft import build
from tlsprobe.hello.spec import ClientHelloSpec
from tlsprobe.hello.template import Template, read_record
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.messages import (
    HELLO_RETRY_RANDOM,
    SERVER_HELLO,
    Extension,
    ServerHello,
    decode,
)
from tlsprobe.wire.records import ALERT, HANDSHAKE, RecordCutter

HOST = "login.example.com"
MODERN = [name for name, spec in profiles.PROFILES.items() if 0x0304 in spec.versions]
EVERY = pytest.mark.parametrize("name", profiles.PROFILES)
CURVES = {"SECP384R1": 0x0018, "SECP521R1": 0x0019}


@pytest.fixture(scope="module")
def who():
    """The server's leaf and its key."""
    return identity(trustme.CA(), HOST)


def first_message(flight):
    """The ServerHello that a flight begins with, and its message; a failure for an alert."""
    first = next(RecordCutter().feed(flight))
    assert first.content_type != ALERT, f"alert {first.fragment.hex()}"
    assert first.content_type == HANDSHAKE
    size = 4 + int.from_bytes(first.fragment[1:4])
    message = first.fragment[:size]
    assert message[0] == SERVER_HELLO
    return decode(SERVER_HELLO, message[4:]), message


def retry_request(*extensions, random=HELLO_RETRY_RANDOM):
    """A HelloRetryRequest with these extensions."""
    return ServerHello(
        legacy_version=0x0303,
        random=random,
        session_id=b"",
        cipher_suite=0x1301,
        compression_method=0,
        extensions=extensions,
    )


def asks(group):
    """The extension that asks for a group."""
    return Extension(ext.KEY_SHARE, group.to_bytes(2))


def crafted_by(name):
    """A stamped hello of a profile."""
    return templates.load(name).stamp(server_name=HOST, entropy=Stream())


@EVERY
@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_server_answers(who, name, version):
    """An OpenSSL server of TLS 1.2 or 1.3 answers each profile that offers it with a ServerHello."""
    if version == SSL.TLS1_3_VERSION and name not in MODERN:
        version = SSL.TLS1_2_VERSION
    server = Answering(server_context(who, versions=(version, version)))
    hello, _ = first_message(server.answer(crafted_by(name).record))
    assert not hello.is_hello_retry
    assert (hello.extension(ext.SUPPORTED_VERSIONS) is not None) == (version == SSL.TLS1_3_VERSION)


@pytest.mark.parametrize("name", MODERN)
def test_shares_give_the_servers_secret(who, name):
    """The keys and the server's share give the secret that the server logs for its handshake."""
    check_secret(who, name, None)


@pytest.mark.parametrize("name", MODERN)
@pytest.mark.parametrize("curve", CURVES)
def test_answer_to_a_retry_request(who, name, curve):
    """A server that insists on another group gets its share, and its secret comes out right."""
    spec, group = profiles.PROFILES[name], CURVES[curve]
    if group in spec.groups:
        check_secret(who, name, curve, retried=group not in spec.key_shares)
    else:
        assert retry.answer(crafted_by(name), retry_request(asks(group)), Stream()) is None


def check_secret(who, name, curve, *, retried=False):
    """Shake hands as far as the ServerHello; our traffic secret must be the server's."""
    logged = {}
    context = server_context(who, versions=(SSL.TLS1_3_VERSION,) * 2, curve=curve)
    context.set_keylog_callback(lambda _, line: logged.update([line.split()[::2]]))
    server = Answering(context)
    crafted = crafted_by(name)
    hello, message = first_message(server.answer(crafted.record))
    digest = TLS13_SUITES[hello.cipher_suite].hash_name
    transcript = crafted.record[5:]
    assert hello.is_hello_retry == retried
    if hello.is_hello_retry:
        # RFC 8446 section 4.4.1: the first hello counts by its hash.
        hashed = hashlib.new(digest, transcript).digest()
        transcript = b"\xfe" + len(hashed).to_bytes(3) + hashed + message
        crafted = retry.answer(crafted, hello, Stream())
        hello, message = first_message(server.answer(crafted.record))
        assert not hello.is_hello_retry
        transcript += crafted.record[5:]
    group, share = ext.selected_key_share(hello.extension(ext.KEY_SHARE))
    secret = crafted.keys.shared_secret(group, share)
    secrets = handshake_secrets(
        TLS13_SUITES[hello.cipher_suite],
        secret,
        hashlib.new(digest, transcript + message).digest(),
    )
    assert logged[b"SERVER_HANDSHAKE_TRAFFIC_SECRET"].decode() == secrets.server.hex()


@pytest.mark.parametrize(
    ("options", "group"),
    [
        (["-tls1_2"], 0x0017),
        (["-tls1_3"], 0x001D),
        (["-tls1_3", "-groups", "P-384"], 0x0018),
        (["-groups", "P-521"], 0x0019),
    ],
)
def test_the_openssl_program_answers(tmp_path, options, group):
    """`openssl s_server` answers every profile that offers what it takes, a second hello if need be."""
    leaf = trustme.CA().issue_cert(HOST)
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "leaf.pem")
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "leaf.pem", *options]
    try:
        server = subprocess.Popen(
            command,
            cwd=tmp_path,
            stdin=subprocess.PIPE,  # it ends when its input does
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("no openssl program here")
    with server:
        try:
            port = next(
                int(found[1]) for line in server.stdout if (found := re.search(r":(\d+)$", line))
            )
            for name, spec in profiles.PROFILES.items():
                if group in spec.groups and (name in MODERN or "-tls1_3" not in options):
                    shake_hands(port, name)
        finally:
            server.terminate()
            server.stdout.read()


def shake_hands(port, name):
    """Send a profile's hello, answer one HelloRetryRequest, want a ServerHello."""
    crafted = crafted_by(name)
    with create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(crafted.record)
        hello, _ = first_message(receive_record(connection))
        if hello.is_hello_retry:
            connection.sendall(retry.answer(crafted, hello, Stream()).record)
            received = receive_record(connection)
            if received[0] not in (HANDSHAKE, ALERT):
                received = receive_record(connection)  # behind a change_cipher_spec
            hello, _ = first_message(received)
        assert not hello.is_hello_retry


def receive_record(connection):
    """One record off a socket."""
    header = receive(connection, 5)
    return header + receive(connection, int.from_bytes(header[3:]))


def receive(connection, size):
    """Exactly so many bytes."""
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        assert piece, f"closed after {data.hex()}"
        data += piece
    return data


def test_second_hello_changes_only_what_it_must():
    """Random, session id, suites and all other extensions are those of the first hello."""
    crafted = crafted_by("openssl")
    answer = retry.answer(crafted, retry_request(asks(0x0018)), Stream())
    first, second = (read_record(one.record)[1] for one in (crafted, answer))
    assert replace(second, extensions=()) == replace(first, extensions=())
    assert [one for one in second.extensions if one.code != ext.KEY_SHARE] == [
        one for one in first.extensions if one.code != ext.KEY_SHARE
    ]
    [(group, share)] = ext.offered_key_shares(second.extension(ext.KEY_SHARE))
    assert (group, share) == (0x0018, answer.keys.public(0x0018))
    assert answer.keys.public(0x001D) == crafted.keys.public(0x001D)
    assert (answer.profile, answer.server_name) == (crafted.profile, crafted.server_name)


def test_second_hello_stands_in_a_record_of_tls_1_2():
    """The record version of a second hello is 0x0303 (RFC 8446 section 5.1)."""
    answer = retry.answer(crafted_by("openssl"), retry_request(asks(0x0018)), Stream())
    assert answer.record[:3] == b"\x16\x03\x03"


def test_cookie_is_returned():
    """The cookie comes back as it was, behind key_share; alone, it leaves the shares alone."""
    crafted = crafted_by("openssl")
    cookie = Extension(ext.COOKIE, b"\0\4soft")
    for request in (retry_request(cookie), retry_request(asks(0x0017), cookie)):
        answer = retry.answer(crafted, request, Stream())
        hello = read_record(answer.record)[1]
        codes = [extension.code for extension in hello.extensions]
        assert codes[codes.index(ext.KEY_SHARE) + 1] == ext.COOKIE
        assert hello.extension(ext.COOKIE) == cookie.body
    alone = read_record(retry.answer(crafted, retry_request(cookie), Stream()).record)[1]
    first = read_record(crafted.record)[1]
    assert alone.extension(ext.KEY_SHARE) == first.extension(ext.KEY_SHARE)


def test_early_data_and_psks_go():
    """The second hello has neither early data, which it must not, nor PSKs, which are noise."""
    spec = ClientHelloSpec(
        name="resuming",
        description="for a test",
        cipher_suites=(0x1301,),
        extension_order=(ext.EARLY_DATA, ext.SUPPORTED_GROUPS, ext.KEY_SHARE, ext.PRE_SHARED_KEY),
        groups=(0x001D, 0x0018),
        key_shares=(0x001D,),
        extra=(Extension(ext.PRE_SHARED_KEY, b"\0\7\0\1i1234\0\x21\x20" + bytes(32)),),
    )
    crafted = Template.parse(build(spec), profile="x").stamp(server_name=None, entropy=Stream())
    answer = retry.answer(crafted, retry_request(asks(0x0018)), Stream())
    codes = [extension.code for extension in read_record(answer.record)[1].extensions]
    assert codes == [ext.SUPPORTED_GROUPS, ext.KEY_SHARE]


def test_hybrid_share_on_request():
    """A server may ask for a hybrid group that was offered without a share."""
    answer = retry.answer(crafted_by("openssl-4"), retry_request(asks(0x11EB)), Stream())
    hello = read_record(answer.record)[1]
    [(group, share)] = ext.offered_key_shares(hello.extension(ext.KEY_SHARE))
    assert (group, len(share)) == (0x11EB, 65 + 1184)


@pytest.mark.parametrize(
    "request_",
    [
        retry_request(),
        retry_request(asks(0x001D)),
        retry_request(asks(0x001E)),
        retry_request(asks(0x1234)),
        retry_request(Extension(ext.KEY_SHARE, b"\0")),
        retry_request(asks(0x0018), random=bytes(32)),
    ],
    ids=["asks nothing", "has a share", "cannot be made", "not offered", "malformed", "no request"],
)
def test_no_lawful_answer(request_):
    """A request that cannot be met, or that no server may make, gets no answer."""
    assert retry.answer(crafted_by("openssl"), request_, Stream()) is None


def test_no_answer_from_a_hello_without_shares():
    """A TLS 1.2 hello has nothing to retry with."""
    assert retry.answer(crafted_by("tls12"), retry_request(asks(0x0018)), Stream()) is None
