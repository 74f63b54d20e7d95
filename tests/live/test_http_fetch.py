"""Fetching over plain HTTP, from servers on loopback that behave, and from others."""

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live.loopback import PATIENCE, one_of_two_answers, reset, run, serve
from tests.live.proxy.relay import dial_at
from tlsprobe.live import http_fetch
from tlsprobe.live.http_fetch import Fetched, Question, Way, fetch
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.dial import way_by
from tlsprobe.live.shared_answers import Growing, Room
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind, Stage

PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
STAY = object()
"""Says that the connection is left as it is."""
OK = b"HTTP/1.1 200 OK\r\nServer: books/1\r\nContent-Length: 4\r\n\r\nlist"
PAGE = (
    b"HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nVia: 1.1 gate (squid/5.7)\r\n"
    b"Content-Type: text/html\r\nSet-Cookie: secret=1\r\nConnection: close\r\n\r\n"
    b"<!DOCTYPE html><html><head><title>\nAccess &quot;denied&quot;\x1b[31m</title>"
)


def playing(*replies, heard=None):
    """A script that answers with one reply after the other, each to a connection, and then closes."""
    left = list(replies)

    async def script(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        size = [
            int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")
        ]
        body = await reader.readexactly(size[0]) if size else b""
        if heard is not None:
            heard.append(head + body)
        reply = left.pop(0) if len(left) > 1 else left[0]
        if not callable(reply):
            writer.write(reply)
        elif await reply(writer) is STAY:
            return
        with contextlib.suppress(OSError):
            writer.write_eof()

    return script


def asked(
    *replies, path="/a.crl", body=None, max_bytes=1000, limits=PATIENT, heard=None
) -> Fetched:
    """What comes of asking a server that answers so."""
    found = []

    async def test():
        async with serve(playing(*replies, heard=heard)) as peer:
            url = f"http://127.0.0.1:{peer.port}{path}"
            question = Question(url=url, body=body, content_type="a/b", max_bytes=max_bytes)
            found.append(await fetch(question, Way(dial=TcpDial()), limits))

    run(test())
    return found[0]


def test_a_thing_is_fetched():
    """Its bytes, the status, and who answered."""
    heard = []
    found = asked(OK, heard=heard)
    assert found.failure is None
    assert found.body == b"list"
    assert (found.reply.status, found.reply.reason) == (200, "OK")
    assert found.reply.headers == (("server", "books/1"),)
    assert found.reply.title is None
    assert found.elapsed > 0
    (head,) = heard
    assert head.startswith(b"GET /a.crl HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Connection: close\r\n" in head


def test_a_question_with_a_body_is_posted():
    """With its type and size."""
    heard = []
    assert asked(OK, body=b"who?", heard=heard).body == b"list"
    (head,) = heard
    assert head.startswith(b"POST /a.crl HTTP/1.1\r\n")
    assert b"Content-Type: a/b\r\n" in head
    assert head.endswith(b"\r\n\r\nwho?")


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nli\r\n2;x=y\r\nst\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nlist",
        b"HTTP/1.1 200\r\n\r\nlist",
        b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + OK,
        OK + b"more that nobody asked for",
    ],
)
def test_other_ways_to_frame_a_body(reply):
    """Chunked, up to the end, after an interim answer."""
    assert asked(reply).body == b"list"


@given(st.lists(st.integers(1, 30), max_size=8))
@settings(deadline=None, max_examples=15)
def test_the_pieces_do_not_matter(cuts):
    """However the bytes come, the same is read."""

    async def in_pieces(writer):
        at = 0
        for size in (*cuts, len(PAGE)):
            writer.write(PAGE[at : at + size])
            at += size
            await writer.drain()
            await asyncio.sleep(0)

    found = asked(in_pieces)
    assert found.failure is None
    assert found.reply == asked(PAGE).reply


def test_a_block_page_is_evidence():
    """Status, who answered, and the page's title, in text that does nothing to a terminal."""
    found = asked(PAGE)
    assert found.failure is None
    assert found.reply.status == 403
    assert found.reply.title == 'Access "denied"?[31m'
    assert dict(found.reply.headers) == {
        "server": "squid/5.7", "via": "1.1 gate (squid/5.7)", "content-type": "text/html",
    }  # fmt: skip
    assert found.reply.text == (
        '403 Forbidden, a page titled "Access "denied"?[31m", by squid/5.7, via 1.1 gate (squid/5.7)'
    )


def moved(to, status=302, body=b""):
    """A redirect."""
    fields = f"Location: {to}\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"HTTP/1.1 {status} Moved\r\n{fields}".encode() + body


def test_redirects_are_followed():
    """A few of them, within plain HTTP, and they are told."""
    heard = []
    found = asked(moved("/b.crl"), moved("c.crl?x=1", 307), OK, heard=heard)
    assert found.body == b"list"
    assert [head.split()[1] for head in heard] == [b"/a.crl", b"/b.crl", b"/c.crl?x=1"]
    assert [url.rpartition("/")[2] for url in found.reply.redirects] == ["b.crl", "c.crl?x=1"]


@pytest.mark.parametrize(
    "to", ["https://portal.example/", "ftp://a/", "http://[x", "//u:p@a/", "http://a:0/"]
)
def test_redirects_out_of_plain_http_are_not(to):
    """The redirect itself is the answer."""
    found = asked(moved(to))
    assert found.reply.status == 302
    assert found.reply.redirects == ()
    assert found.failure is None


def test_a_circle_of_redirects_ends():
    """After three."""
    heard = []
    found = asked(moved("/a.crl"), heard=heard)
    assert (found.reply.status, len(heard)) == (302, 1 + http_fetch.MAX_REDIRECTS)


def test_what_sends_on_keeps_no_room():
    """However large its page: it would wait without end for room that it holds itself."""

    async def test():
        room = Room(most=1000, free=100, clock=TcpDial().clock)
        replies = [moved("/a.crl", body=bytes(900))] * http_fetch.MAX_REDIRECTS
        async with serve(playing(*replies, OK)) as peer, asyncio.timeout(PATIENCE):
            question = Question(url=f"http://127.0.0.1:{peer.port}/", max_bytes=1000)
            growing = Growing(room)
            found = await fetch(question, Way(dial=TcpDial()), PATIENT, growing=growing)
            assert (found.body, growing.size, room.held) == (b"list", 4, 4)

    run(test())


def test_a_way_on_to_a_host_that_is_called_like_a_login():
    """Who sends us there would have us name it when it is not reached."""

    async def test():
        way = Way(dial=TcpDial(), hide=lambda text: text.replace("horse", "***"))
        async with serve(playing(moved("http://horse.invalid/"))) as peer:
            question = Question(url=f"http://127.0.0.1:{peer.port}/", max_bytes=1000)
            found = await fetch(question, way, PATIENT)
            assert "***.invalid" in found.failure.detail
            assert "horse" not in repr(found.failure)

    run(test())


def test_a_posted_question_is_posted_again():
    """Unless the server says that the answer is to be got (RFC 9110 section 15.4.4)."""
    heard = []
    assert asked(moved("/b", 307), OK, body=b"who?", heard=heard).body == b"list"
    assert [head.split()[0] for head in heard] == [b"POST", b"POST"]
    assert asked(moved("/b", 303), OK, body=b"who?").reply.status == 303


async def aborting(writer):
    """Reset in the middle."""
    writer.write(OK[:30])
    await writer.drain()
    reset(writer)


@pytest.mark.parametrize(
    ("reply", "kind", "detail"),
    [
        (b"", FailureKind.CLOSED, "without an answer"),
        (OK[:-2], FailureKind.CLOSED, "an answer that has more"),
        (OK[:20], FailureKind.CLOSED, "an answer that has more"),
        (aborting, FailureKind.RESET, "it was reset"),
        (b"SSH-2.0-box\r\n", FailureKind.GARBAGE, 'does not speak HTTP: "SSH-2.0-box"'),
        (b"\x16\x03\x01\0\0" * 9, FailureKind.GARBAGE, "does not speak HTTP: 16 03 01 00 00"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n", FailureKind.MALFORMED, "is no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9000, FailureKind.MALFORMED, "is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + bytes(2000), FailureKind.ENDLESS,
         "more than 1,000 bytes came"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, FailureKind.ENDLESS, "is not at its end"),
    ],
)  # fmt: skip
def test_what_servers_do(reply, kind, detail):
    """A value each, of the stage HTTP."""
    failure = asked(reply).failure
    assert (failure.stage, failure.kind) == (Stage.HTTP, kind)
    assert detail in failure.detail


async def silent(_):
    """Say nothing, until the client leaves."""
    return STAY


async def dripping(writer):
    """Say a little, and then nothing."""
    writer.write(OK[:10])
    return STAY


@pytest.mark.parametrize(
    ("reply", "kind"), [(silent, FailureKind.SILENCE), (dripping, FailureKind.DRIP)]
)
def test_a_deadline_ends_it(reply, kind):
    """Whatever the server holds back."""
    assert asked(reply, limits=Limits(total=0.2)).failure.kind is kind


def test_nobody_listens():
    """The failure of the connection, with its address."""

    async def test():
        async with serve(playing(OK)) as peer:
            port = peer.port
        question = Question(url=f"http://127.0.0.1:{port}/", max_bytes=10)
        found = await fetch(question, Way(dial=TcpDial()), PATIENT)
        assert (found.failure.stage, found.failure.kind) == (Stage.TCP, FailureKind.REFUSED)
        assert found.failure.detail.startswith(f"127.0.0.1:{port} refused the connection")

    run(test())


def test_a_name_that_has_no_address():
    """The failure of the lookup."""

    async def test():
        question = Question(url="http://no.such.name.invalid/", max_bytes=10)
        found = await fetch(question, Way(dial=TcpDial()), PATIENT)
        assert found.failure.stage is Stage.DNS

    run(test())


def test_other_addresses_of_a_name_are_tried(monkeypatch):
    """IPv6 may be broken where IPv4 works."""

    async def test():
        async with serve(playing(OK)) as peer:
            monkeypatch.setattr(
                "socket.getaddrinfo",
                lambda *_, **__: [
                    (10, 1, 6, "", ("::1", 0, 0, 0)),
                    (2, 1, 6, "", ("127.0.0.1", 0)),
                ],
            )
            question = Question(url=f"http://crl.example:{peer.port}/", max_bytes=10)
            assert (await fetch(question, Way(dial=TcpDial()), PATIENT)).body == b"list"

    run(test())


def test_an_address_that_is_silent_costs_little(monkeypatch):
    """Addresses are raced, as those of TLS are."""

    async def test():
        way = Way(dial=one_of_two_answers(monkeypatch))
        async with serve(playing(OK)) as peer, asyncio.timeout(PATIENCE):
            question = Question(url=f"http://crl.example:{peer.port}/", max_bytes=10)
            found = await fetch(question, way, PATIENT)
            assert (found.body, found.address) == (b"list", "127.0.0.1")

    run(test())


@pytest.mark.parametrize(
    "url",
    ["https://a.example/", "ldap:///CN=x", "http:///x", "http://u:p@a/", "http://a:99999/", "x",
     "http://a/b c", "http://a/\r\nX: y", "http://a:0/", "http://" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_address_of_plain_http_is_not_asked(url):
    """Whatever a certificate names."""

    async def test():
        found = await fetch(Question(url=url, max_bytes=10), Way(dial=TcpDial()), PATIENT)
        assert found.failure.kind is FailureKind.LOCAL

    run(test())


def test_a_proxy_is_asked_for_the_whole_address():
    """And what it says of a question is its answer (RFC 9112 section 3.2.2)."""
    heard = []

    async def test():
        async with serve(playing(PAGE, heard=heard)) as peer:
            way = way_by(dial_at(peer))
            found = await fetch(
                Question(url="http://crl.example/a?b", max_bytes=1000), way, PATIENT
            )
            assert found.reply.status == 403
            assert found.address is None
            posted = Question(
                url="http://crl.example/a", body=b"who?", content_type="a/b", max_bytes=1000
            )
            assert (await fetch(posted, way, PATIENT)).reply == found.reply

    run(test())
    assert heard[0].startswith(b"GET http://crl.example/a?b HTTP/1.1\r\nHost: crl.example\r\n")
    assert heard[1].startswith(b"POST http://crl.example/a HTTP/1.1\r\n")
    assert heard[1].endswith(b"\r\n\r\nwho?")
    assert b"Proxy-Authorization" not in b"".join(heard)


@pytest.mark.parametrize("size", [0, 3])
def test_a_proxys_answer_that_ends_with_its_connection(size):
    """Also where all of it has come with its head."""

    async def test():
        async with serve(playing(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * size)) as peer:
            question = Question(url="http://crl.example/a", max_bytes=10)
            found = await fetch(question, way_by(dial_at(peer)), PATIENT)
            assert (found.failure, found.body) == (None, b"x" * size)

    run(test())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (OK[:-1], FailureKind.CLOSED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + b"x" * 20, FailureKind.ENDLESS),
    ],
)
def test_a_proxys_answer_that_is_not_whole(reply, kind):
    """It is cut off, or too long."""

    async def test():
        async with serve(playing(reply)) as peer:
            question = Question(url="http://crl.example/a", max_bytes=10)
            found = await fetch(question, way_by(dial_at(peer)), PATIENT)
            assert (found.failure.stage, found.failure.kind) == (Stage.HTTP, kind)
            assert found.reply.status == 200

    run(test())


def test_a_long_way_on_is_followed_to_its_end():
    """What is told of it is cut, and what is asked is not."""
    heard = []
    path = "/" + "x" * 400
    found = asked(moved(path), OK, heard=heard)
    assert found.body == b"list"
    assert heard[1].split(b" ")[1] == path.encode()
    assert len(found.reply.redirects[0]) < 400


def test_a_dial_that_takes_names_is_given_them():
    """A proxy's dial resolves them at its own end."""
    given_names = []

    class Named(TcpDial):
        async def connect(self, host, port, deadline):
            given_names.append((host, port))
            return await super().connect("127.0.0.1", peer_port[0], deadline)

    peer_port = []

    async def test():
        async with serve(playing(OK)) as peer:
            peer_port.append(peer.port)
            way = Way(dial=Named(), takes_names=True)
            found = await fetch(Question(url="http://crl.invalid/a", max_bytes=9), way, PATIENT)
            assert found.body == b"list"

    run(test())
    assert given_names == [("crl.invalid", 80)]
