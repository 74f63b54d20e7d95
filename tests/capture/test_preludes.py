"""What comes before TLS is told by either side of it, and what has no way to TLS is let go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.corpus import CORPUS
from tests.capture.preludes import (
    ESTABLISHED,
    LOGIN,
    MYSQL_GREETING,
    NTLM,
    RDP_CONFIRM,
    RDP_REQUEST,
    SPOKEN,
    TDS_PRELOGIN,
    connect,
)
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.capture.preludes import Prelude, may_become_tls, recognise
from tlsprobe.crypto.keys import KeyLog

HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(128, 148))
SERVER_HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(range(200, 220))
SSL2_HELLO = b"\x80\x6d\x01\x03\x01\x00\x54\x00\x00\x00\x10\x00\x00\x39"

each_spoken = pytest.mark.parametrize("one", SPOKEN.values(), ids=SPOKEN.keys())
# Any bytes, and such as begin like something that is known.
beginnings = st.one_of(
    st.binary(max_size=64),
    st.builds(
        lambda one, cut, tail: one[: cut % (len(one) + 1)] + tail,
        st.sampled_from([part for one in SPOKEN.values() for part in (one.client, one.server)]),
        st.integers(min_value=0, max_value=4000),
        st.binary(max_size=48),
    ),
)


@each_spoken
def test_both_sides(one):
    """Each prelude is known by its kind, and where it names the endpoint, that is read."""
    prelude = recognise(one.client, one.server)
    assert (prelude.kind, prelude.host, prelude.port) == (one.kind, one.host, one.port)


@each_spoken
def test_client_only(one):
    """A capture of the client's side alone tells the same where the client says it."""
    if not one.client or not one.named_by_client:
        expected = ("unknown", None, None)
    else:
        expected = (one.kind, one.host, one.port)
    prelude = recognise(one.client, b"")
    assert (prelude.kind, prelude.host, prelude.port) == expected


@each_spoken
def test_server_only(one):
    """A capture of the server's side alone tells the kind, and nothing of where the client went."""
    prelude = recognise(b"", one.server)
    if one.named_by_server:
        assert (prelude.kind, prelude.host) == (one.kind, None)
    else:
        assert prelude is None


def test_nothing_before():
    """Where TLS is the first that is spoken there is no prelude."""
    assert recognise(b"", b"") is None


def test_unknown():
    """TLS after something that nobody knows still has a prelude."""
    assert recognise(b"\x99 hello", b"\x88 go on") == Prelude(kind="unknown")


def test_credentials_are_not_kept():
    """Nothing that a client proves its name with is in what is told of its prelude."""
    spoken = [
        recognise(
            connect(b"al:pw@a.example:443", b"Proxy-Authorization: Basic " + NTLM), ESTABLISHED
        ),
        recognise(connect(b"a.example:443", b"Proxy-Authorization: " + NTLM), ESTABLISHED),
        recognise(SPOKEN["connect, logging in"].client, SPOKEN["connect, logging in"].server),
        recognise(b"\x05\x01\x02" + LOGIN + b"\x05\x01\x00\x01\x01\x02\x03\x04\x01\xbb", b""),
        recognise(SPOKEN["socks4"].client, b""),
    ]
    told = repr(spoken)
    for secret in (NTLM.decode("ascii"), "alice", "secret", "pw", "al:"):
        assert secret not in told


def test_how_the_proxy_answered():
    """A proxy's last answer, its scheme of authentication and its own headers are told."""
    one = SPOKEN["connect, logging in"]
    server = one.server.replace(b"established\r\n", b"established\r\nProxy-Agent: Box/7\r\n")
    assert recognise(one.client, server).detail == (
        "HTTP/1.1 200 Connection established; Proxy-Agent: Box/7; answer 3; authentication: ntlm"
    )


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("smtp", "220 mx.example ESMTP Postfix"),
        ("mysql", "8.4.3"),
        ("rdp", "CredSSP"),
        ("proxy-protocol", "for 192.0.2.1"),
        ("http", "HTTP/1.1 101 Switching Protocols"),
    ],
)
def test_what_the_server_said_of_itself(name, detail):
    """A greeting, a version and the like are kept in words."""
    assert recognise(SPOKEN[name].client, SPOKEN[name].server).detail == detail


def test_refusals_without_a_length():
    """The end of a refusal is found where it does not say how long it is."""
    refused = b"HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n\r\n"
    ask = connect(b"a.example:443")
    client, server = ask * 3, refused * 2 + ESTABLISHED
    assert recognise(client, server).detail == "HTTP/1.1 200 Connection established; answer 3"
    assert recognise(ask, refused).detail == "HTTP/1.1 407 No"
    assert may_become_tls(client + HELLO[:4], server + SERVER_HELLO[:4])


@pytest.mark.parametrize(
    ("client", "server", "prelude"),
    [
        (b"PROXY UNKNOWN\r\n", b"", Prelude(kind="proxy-protocol")),
        (b"PROXY TCP4 192.0.2.1", b"", Prelude(kind="proxy-protocol")),
        (b"PROXY " + b"x" * 200, b"", Prelude(kind="unknown")),
        (b"\r\n\r\n\x00\r\nQUIT\n\x20", b"", Prelude(kind="proxy-protocol")),
        (
            b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00", b"",
            Prelude(kind="proxy-protocol"),
        ),
        (
            b"\r\n\r\n\x00\r\nQUIT\n\x21\x31\x00\x02ab", b"",
            Prelude(kind="proxy-protocol"),
        ),
        (b"PROXY UNKNOWN\r\n" * 6, b"", Prelude(kind="proxy-protocol")),
        (b"\x04\x01\x01\xbb\x01\x02\x03\x04alice", b"", Prelude(kind="unknown")),
        (b"\x05\x01\x01", b"\x05\x01", Prelude(kind="unknown")),
        (
            connect(b"a.example:443") + b"\x05\x01\x02" + LOGIN, ESTABLISHED + b"\x05\x02",
            Prelude(
                kind="connect", host="a.example", port=443,
                detail="HTTP/1.1 200 Connection established",
            ),
        ),
        (
            connect(b"a.example:443"), b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlogi",
            Prelude(kind="connect", host="a.example", port=443, detail="HTTP/1.1 200 OK"),
        ),
        (
            connect(b"a.example:443"), b"HTTP/1.1 407 No\r\n\r\n" * 40,
            Prelude(
                kind="connect", host="a.example", port=443, detail="HTTP/1.1 407 No; answer 16"
            ),
        ),
        (
            connect(b"first.example:443") + b"\x05\x01\x00", ESTABLISHED + b"\x05\x00\x05\x00\x00\x01"
            + bytes(6),
            Prelude(
                kind="connect", host="first.example", port=443,
                detail="HTTP/1.1 200 Connection established",
            ),
        ),
    ],
)  # fmt: skip
def test_cut_off_and_odd(client, server, prelude):
    """What is cut off or odd is told as far as it goes."""
    assert recognise(client, server) == prelude


@pytest.mark.parametrize(
    ("authority", "host", "port"),
    [
        (b"a.example", "a.example", None),
        (b"a.example:0", "a.example", None),
        (b"a.example:70000", "a.example", None),
        (b"a.example:443x", "a.example", None),
        (b"[::1]", "::1", None),
        (b"a\x1bb.example:443", None, 443),
        (b"http://a.example:443", None, 443),
        (b"x" * 256 + b":443", None, 443),
    ],
)
def test_odd_authorities(authority, host, port):
    """An authority is read as far as it is one."""
    prelude = recognise(connect(authority), ESTABLISHED)
    assert (prelude.kind, prelude.host, prelude.port) == ("connect", host, port)


@each_spoken
def test_undecided_while_it_is_spoken(one):
    """No byte of any prelude, nor of the hello after it, lets go of the connection, whoever is seen."""
    client = server = b""
    for who, data in (*one.pieces, ("C", HELLO), ("S", SERVER_HELLO)):
        for byte in data:
            if who == "C":
                client += bytes((byte,))
            else:
                server += bytes((byte,))
            assert may_become_tls(client, server), (client, server)
            assert may_become_tls(client, b""), client
            assert may_become_tls(b"", server), server


@pytest.mark.parametrize("hello", [HELLO, SSL2_HELLO, SERVER_HELLO])
def test_undecided_while_a_hello_begins(hello):
    """A hello may come byte by byte, from either side, also behind something unknown."""
    for size in range(len(hello) + 1):
        assert may_become_tls(hello[:size], b"")
        assert may_become_tls(b"", hello[:size])
        assert may_become_tls(b"\x99unknown" + hello[:size], b"\x77")


@pytest.mark.parametrize(
    ("client", "server"),
    [
        (b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", b""),
        (b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", b""),
        (b"POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\n123", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
        (b"GET /" + b"x" * 9000, b""),
        (b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"),
        (b"", b"HTTP/1.1 404 Not Found\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b""),
        (b"", b"GET / HTTP/1.1\r\n"),
        (connect(b"a.example:22") + b"SSH-2.0-OpenSSH_9.9\r\n", ESTABLISHED),
        (connect(b"a.example:80") + b"GET / HTTP/1.1\r\n\r\n", ESTABLISHED),
        (b"\x05\x01\x00\x05\x01\x00\x01\x01\x02\x03\x04\x00\x16SSH-2.0-x\r\n", b"\x05\x00"),
        (b"PROXY TCP4 1.1.1.1 1.1.1.2 1 80\r\nGET / HTTP/1.1\r\n\r\n", b""),
        (b"SSH-2.0-OpenSSH_9.9\r\n", b"SSH-2.0-OpenSSH_9.8\r\n"),
        (b"\r\n", b"SSH-2.0-OpenSSH_9.8\r\n"),
        (b"", b"SSH-2.0-OpenSSH_9.8\r\n" + bytes(300)),
        (b"\x00\x1d\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00", b""),
        (b"\x00\x00\x00\x90\xffSMB\x72", b""),
        (b"\x00\x00\x00\x90\xfeSMB\x40", b""),
        (b"\x00\x00\x00\xd4\x6a\x81\xd1\x30\x81", b""),
        (b"\x13BitTorrent protocol", b""),
        (b"\x00\x00\x00\x29\x00\x03\x00\x00user\x00", b""),
        (bytes.fromhex("0000000804d2162f000000290003000075736572"), b"N"),
        (b"\x54\x00\x00\x01\x8d\xa2\x0b\x00" + bytes(60), MYSQL_GREETING),
        (RDP_REQUEST + b"\x03\x00\x01\x98", RDP_CONFIRM),
        (TDS_PRELOGIN + b"\x10\x01\x00\x90", b""),
        (b"EHLO a\r\nAUTH PLAIN x\r\n", b"220 a\r\n250 AUTH\r\n235 2.7.0 ok\r\n"),
        (b"HELO a\r\nMAIL FROM:<a>\r\nDATA\r\n", b"220 a\r\n250 a\r\n250 ok\r\n354 go\r\n"),
        (b"USER a\r\nPASS b\r\n", b"220 ftp\r\n331 password\r\n230 logged in\r\n"),
        (b"<stream:stream to='a'><auth>", b"<stream:stream><success xmlns='x'/>"),
        (b"NICK a\r\n" + b"PRIVMSG #a :hello\r\n" * 150, b":a NOTICE\r\n"),
        (b"EHLO a\r\nSTARTTLS\r\n" + b"NOOP\r\n" * 400, b"220 a\r\n454 no TLS\r\n"),
        (b"\x30\x84" + bytes(2000), b""),
        (b"\x17\x03\x03\x01\x00" + b"\xaa" * 256, b""),
        (b"", b"\x17\x03\x03\x01\x00" + b"\xaa" * 256),
        (b"\x99" * 1025, b""),
        (b"\x99", b"\x88" * 1025),
        (b"", b"\x88" * 1025),
        (b"\x05\x01" + b"\x99" * 2100, b""),
        (b"\x03\x00\x04\x00\x08\x02\x00\x01" + b"\x99" * 1100, b""),
        (b"\x12\x01\xff\xff" + b"\x99" * 1100, b""),
        (b"\x12\x99" * 600, b""),
        (b"\x16\x99" * 600, b""),
        (bytes.fromhex("0000000804d2162f") * 9, b""),
        (b"PROXY " + b"x" * 2100, b""),
    ],
)
def test_let_go(client, server):
    """A connection that has no way to TLS any more, or goes on without it for long, is let go."""
    assert not may_become_tls(client, server)


@pytest.mark.parametrize(
    ("client", "server"),
    [
        (b"EHLO a\r\nMAIL FROM:<a>\r\n", b"220 a\r\n250 a\r\n530 Must issue STARTTLS first\r\n"),
        (b"EHLO a\r\nAUTH LOGIN\r\n", b"220 a\r\n250 a\r\n538 Encryption required\r\n"),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\n", b""),
        (b"OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.2\r\n\r\n", b"HTTP/1.1 101 x\r\n\r\n"),
        (connect(b"a.example:443"), b"HTTP/1.1 407 x\r\n\r\n" + b"<p>" * 5000),
        (connect(b"a.example:443"), b"HTTP/1.1 503 x\r\n\r\n"),
        (b"", b"HTTP/1.1 407 x\r\nContent-Type: text/html\r\n\r\n<p>"),
        (b"", b"SSH-2.0-OpenSSH_9.8\r\n"),
        (b"", b"220-" + b"Welcome to a server with much to say\r\n" * 150),
        (b"\x17\x03\x03\x00\x20" + b"\xaa" * 32, b"\x16\x03\x03"),
    ],
)
def test_not_let_go(client, server):
    """What may still turn to TLS is kept, however it began."""
    assert may_become_tls(client, server)


@given(beginnings, beginnings)
@settings(max_examples=400)
def test_total(client, server):
    """No bytes of either side make either question fail, and the answers are of their kinds."""
    prelude = recognise(client, server)
    assert (prelude is None) == (not client and not server)
    if prelude is not None:
        assert prelude.port is None or 0 <= prelude.port < 2**16
        assert prelude.host is None or (prelude.host.isprintable() and len(prelude.host) <= 255)
        assert prelude.detail.isprintable()
    assert may_become_tls(client, server) in (True, False)


@given(st.binary(min_size=1025, max_size=4096))
def test_binary_is_let_go(data):
    """Binary that is unknown is not kept beyond a small bound, whoever sends it."""
    unknown = b"\xc1\xc2\xc3\xc4" + data
    assert not may_become_tls(unknown, b"")
    assert not may_become_tls(b"", unknown)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no ../shared/corpus beside the repository")
@pytest.mark.parametrize(
    ("capture", "kind"),
    [
        ("zeek+zeek/testing/btest/Traces/tls/smtp-starttls.pcap", "smtp"),
        ("zeek+zeek/testing/btest/Traces/postgresql/psql-aws-ssl-require.pcap", "postgresql"),
        ("zeek+zeek/testing/btest/Traces/rdp/rdp-no-cookie-mstshash.pcap", "rdp"),
        ("arkime+arkime/tests/pcap/mysql-tls.pcap", "mysql"),
    ],
)
def test_real_captures(capture, kind):
    """The preludes of real captures are known."""
    with open_capture(str(CORPUS / "a" / capture)) as container:
        found = [one for some in conversations(container, KeyLog()) for one in some]
    assert {one.captured.prelude for one in found} == {kind}
