"""The summary: what counts when a message comes twice, and how much of an endless peer is kept."""

import pytest

from tlsprobe.handshake.events import (
    AlertRead,
    Anomaly,
    AnomalyKind,
    KeyProof,
    MessageRead,
    NotTls,
    ProofChecked,
    Protected,
)
from tlsprobe.handshake.summary import (
    MAX_ALERTS,
    MAX_ANOMALIES,
    Reached,
    Summary,
    negotiated_version,
)
from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import (
    HELLO_RETRY_RANDOM,
    SERVER_HELLO_DONE,
    CertificateEntry,
    CertificateMessage,
    CertificateStatus,
    ClientHello,
    Extension,
    OtherMessage,
    ServerHello,
    ServerKeyExchange,
)

SERVER, CLIENT = Direction.SERVER, Direction.CLIENT


def client_hello(mark):
    """A ClientHello that can be told from others."""
    return ClientHello(
        legacy_version=0x0303, random=bytes([mark]) * 32, session_id=b"",
        cipher_suites=(0x1301,), compression_methods=(0,), extensions=(),
    )  # fmt: skip


def server_hello(*extensions, random=bytes(32), suite=0x1301):
    """A ServerHello."""
    return ServerHello(
        legacy_version=0x0303, random=random, session_id=b"", cipher_suite=suite,
        compression_method=0, extensions=extensions,
    )  # fmt: skip


def summed(*said):
    """The handshake of these messages and events; messages are the server's, hellos the client's."""
    summary = Summary()
    for one in said:
        if isinstance(one, MessageRead | AlertRead | Anomaly | NotTls | Protected | ProofChecked):
            summary.add(one)
        else:
            sender = CLIENT if isinstance(one, ClientHello) else SERVER
            summary.add(MessageRead(direction=sender, at=0.0, message=one, size=4))
    return summary.handshake


def certificates(*ders):
    """A Certificate message."""
    return CertificateMessage(entries=tuple(CertificateEntry(der=der) for der in ders))


def test_nothing():
    """Nothing said is nothing reached."""
    assert summed().reached is Reached.NOTHING
    assert summed().client_hello is None


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ([server_hello(random=HELLO_RETRY_RANDOM)], Reached.NOTHING),
        ([server_hello()], Reached.SERVER_HELLO),
        ([server_hello(), certificates(b"leaf")], Reached.CERTIFICATE),
        ([server_hello(), OtherMessage(code=SERVER_HELLO_DONE, body=b"")], Reached.PROOF),
        ([ProofChecked(at=0.0, proof=KeyProof.FAILED, scheme=0x0403)], Reached.PROOF),
    ],
)
def test_reached(said, reached):
    """How far the server came is the furthest of what it said."""
    assert summed(*said).reached is reached


def test_the_first_counts():
    """A second ServerHello, chain or HelloRetryRequest changes nothing; of hellos two are kept."""
    handshake = summed(
        client_hello(1), client_hello(2), client_hello(3),
        server_hello(Extension(1, b"a"), random=HELLO_RETRY_RANDOM),
        server_hello(Extension(2, b"b"), random=HELLO_RETRY_RANDOM),
        server_hello(suite=0x1301), certificates(b"leaf"),
        server_hello(suite=0x1302), certificates(b"other"),
    )  # fmt: skip
    assert [one.random[0] for one in handshake.client_hellos] == [1, 2]
    assert handshake.client_hello.random[0] == 1
    assert handshake.hello_retry.extensions == (Extension(1, b"a"),)
    assert handshake.cipher_suite == 0x1301
    assert handshake.certificates == (b"leaf",)


def test_an_endless_peer():
    """Of alerts and oddities without end only the first are kept."""
    odd = Anomaly(direction=SERVER, at=0.0, kind=AnomalyKind.EMPTY_RECORDS, detail="empty")
    alert = AlertRead(direction=SERVER, at=0.0, alert=Alert(1, 112))
    handshake = summed(*[odd, alert] * 1000)
    assert len(handshake.anomalies) == MAX_ANOMALIES
    assert len(handshake.alerts) == MAX_ALERTS


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (b"\x03\x04", 0x0304),
        (b"\x7f\x1c", 0x7F1C),
        (b"\x03", 0x0303),
        (b"", 0x0303),
        (None, 0x0303),
    ],
)
def test_version(body, version):
    """supported_versions settles the version where it has its form, the old field otherwise."""
    extensions = () if body is None else (Extension(ext.SUPPORTED_VERSIONS, body),)
    assert negotiated_version(server_hello(*extensions)) == version


def test_group():
    """The group is that of the key share or of the signed parameters; a broken share is an oddity."""
    tls13 = Extension(ext.SUPPORTED_VERSIONS, b"\x03\x04")
    share = Extension(ext.KEY_SHARE, b"\x00\x1d\x00\x01x")
    assert summed(server_hello(tls13, share)).group == 0x1D
    assert summed(server_hello(share)).group is None
    broken = summed(server_hello(tls13, Extension(ext.KEY_SHARE, b"\x00")))
    assert broken.group is None
    assert [one.kind for one in broken.anomalies] == [AnomalyKind.MALFORMED_MESSAGE]
    exchange = ServerKeyExchange(group=0x17, parameters=b"", scheme=None, signature=None)
    assert summed(exchange).group == 0x17


def test_staples():
    """Stapled responses keep the place of their certificate; empty ones are none."""
    handshake = summed(CertificateStatus(responses=(b"leaf's", b"", b"root's")))
    assert [(one.index, one.body) for one in handshake.ocsp_responses] == [
        (0, b"leaf's"), (2, b"root's"),
    ]  # fmt: skip


def test_sealed():
    """What the server seals counts until the client seals something: the rest is application data."""
    of_server = Protected(direction=SERVER, at=0.0, content_type=23, size=1000)
    of_client = Protected(direction=CLIENT, at=0.0, content_type=23, size=50)
    assert summed(of_server, of_server, of_client, of_server).sealed == 2000


def test_whose_garbage():
    """Only the server's garbage says what answered."""
    assert summed(NotTls(direction=CLIENT, at=0.0, data=b"GET /")).garbage is None
    assert summed(NotTls(direction=SERVER, at=0.0, data=b"HTTP/1.1")).garbage == b"HTTP/1.1"
