"""A canary's side of one connection, over memory."""

import json
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL

from tests.live.relays import IDENTITY
from tlsprobe.live import openssl
from tlsprobe.live.canary_service import MAX_BYTES, MAX_KEPT, Service, make_context
from tlsprobe.wire.client_hellos import client_hellos

CONTEXT = make_context(IDENTITY)
GET = b"GET /some/nonce?x=1 HTTP/1.1\r\nHost: a\r\nx-One: 1\r\nX-one:  2\r\n\r\n"


def service(told=lambda received: None):
    """A client's connection."""
    return Service(CONTEXT, client="192.0.2.1:50000", key=bytes(32), told=told)


class Client:
    """A TLS client over memory, of Python's own."""

    def __init__(self, server, **versions):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        for name, value in versions.items():
            setattr(context, name, value)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="a.example")
        self._server = server
        self.sent = b""

    def carry(self):
        """Take what each side has for the other, a byte at a time."""
        data = self._outgoing.read()
        self.sent += data
        for byte in data:
            self._incoming.write(self._server.receive(bytes((byte,))))

    def shake(self):
        """Shake hands."""
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.carry()
                continue
            self.carry()
            return

    def ask(self, request):
        """What is answered."""
        self.tls.write(request)
        self.carry()
        answer = b""
        try:
            while piece := self.tls.read(65536):
                answer += piece
        except ssl.SSLWantReadError:
            pass
        return answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_all_is_told(version):
    """The hello byte for byte, the request line and headers as written, version, client, nonce."""
    told = []
    server = service(told.append)
    client = Client(server, minimum_version=version, maximum_version=version)
    client.shake()
    head, _, body = client.ask(GET).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"no-store" in head
    said = json.loads(body)
    assert said["schema"] == "tlsprobe.canary/1"
    assert said["nonce"] == "nonce"
    assert said["request"] == "GET /some/nonce?x=1 HTTP/1.1"
    assert said["headers"] == [["Host", "a"], ["x-One", "1"], ["X-one", "2"]]
    assert [bytes.fromhex(one) for one in said["hellos"]] == [*client_hellos(client.sent)]
    assert said["tls"]["version"].replace(" ", "v") == client.tls.version()
    assert said["client"] == "192.0.2.1:50000"
    assert len(bytes.fromhex(said["session"])) == 32
    assert server.over
    assert len(told) == 1


def test_an_old_version():
    """Who speaks TLS 1.0 is answered, since that is worth knowing."""
    context = openssl.make_context(legacy=True)
    context.set_max_proto_version(SSL.TLS1_VERSION)
    client = openssl.make_connection(context, None)
    server = service()
    while openssl.step(client.do_handshake) is False:
        client.bio_write(server.receive(openssl.pending(client)))
    client.send(GET)
    client.bio_write(server.receive(openssl.pending(client)))
    answer, _ = openssl.received(client)
    assert b'"version":"TLS 1.0"' in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9999,
    ],
    ids=["POST", "HTTP/2", "garbage", "endless headers"],
)
def test_what_is_no_get(request_):
    """Anything but a GET is told what is spoken here, and that is the end."""
    told = []
    server = service(told.append)
    client = Client(server)
    client.shake()
    answer = client.ask(request_)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"expected one GET" in answer
    assert server.over
    assert told == []


def test_one_request_only():
    """After its answer nothing more is said."""
    server = service()
    client = Client(server)
    client.shake()
    assert client.ask(GET + GET).count(b"HTTP/1.1 200 ") == 1
    assert server.receive(b"x") == b""


def test_bounds():
    """A client that never comes to the point is left after so many bytes, of which few are kept."""
    server = service()
    record = b"\x16\x03\x01\x40\x00\x01\x01\x00\x00" + bytes(0x4000 - 4)
    sent = 0
    while not server.over:
        server.receive(record)
        sent += len(record)
        assert sent <= MAX_BYTES + len(record)
    assert len(server._first) <= MAX_KEPT


@given(st.lists(st.binary(min_size=1), max_size=5))
def test_any_bytes(pieces):
    """No bytes raise, before the handshake."""
    server = service()
    for piece in pieces:
        assert isinstance(server.receive(piece), bytes)


@given(st.lists(st.binary(min_size=1) | st.sampled_from([b"GET / HTTP/1.1\r\n", b"\r\n"])))
def test_any_request(pieces):
    """No bytes raise, inside TLS."""
    server = service()
    client = Client(server)
    client.shake()
    for piece in pieces:
        if not server.over:
            client.ask(piece)
