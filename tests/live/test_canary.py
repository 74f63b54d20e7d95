"""A canary asked over loopback: itself, who ends TLS before it, and what is none."""

import os
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tests.live.relays import IDENTITY, answers, canary, ends_tls
from tlsprobe.live.canary import ask_canary
from tlsprobe.live.canary_reply import MAX_BODY, MAX_HEAD, Reply
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.canary import Arrival, HeaderChange


async def ask(peer, *, server_name="example.org", entropy=os.urandom, **limits):
    """What is known of a canary after it was asked."""
    defaults = {"connect": PATIENCE, "handshake": PATIENCE, "total": PATIENCE}
    return await ask_canary(
        TcpDial(), peer.host, peer.port, host="example.org", server_name=server_name,
        limits=Limits(**{**defaults, **limits}), now=now, entropy=entropy,
    )  # fmt: skip


def asked(script, **arguments):
    """What is known of a scripted peer."""
    found = []

    async def test():
        async with serve(script) as peer:
            found.append(await ask(peer, **arguments))

    run(test())
    return found[0]


def asked_through(authority, **manners):
    """What is known of a canary before which somebody ends TLS."""
    found = []

    async def test():
        script = ends_tls(server_context(authority), upstream, **manners)
        async with serve(script) as box:
            found.append(await ask(box))

    async def with_canary():
        nonlocal upstream
        async with canary() as upstream:
            await test()

    upstream = None
    run(with_canary())
    return found[0]


def test_end_to_end():
    """With nobody in between the hello, the session and the headers are the same at both ends."""
    found, told = [], []

    async def test():
        async with canary(told=told.append) as peer:
            found.append(await ask(peer))

    run(test())
    (made,) = found
    assert made.failure == ""
    assert made.arrival() is Arrival.WHOLE
    assert len(made.sent.hellos) == 1
    assert made.hello_differences == made.request_changes == made.answer_changes == ()
    assert made.sent.chain == (IDENTITY.leaf,)
    assert made.received.key == IDENTITY.leaf.spki_sha256
    assert made.received.version == "TLS 1.3"
    assert made.received.seen_from.startswith("127.0.0.1:")
    assert told == [made.received]


@pytest.mark.parametrize("version", [None, ssl.TLSVersion.TLSv1_2])
def test_tls_that_ends_in_between(authority, version):
    """Another hello and session arrive from who ends TLS, though he rewrites nothing."""
    made = asked_through(authority, version=version)
    assert made.arrival() is Arrival.OTHER
    assert "random" in [one.what for one in made.hello_differences]
    assert made.request_changes == made.answer_changes == ()
    assert made.sent.chain[0] != IDENTITY.leaf
    assert made.received.version == ("TLS 1.3" if version is None else "TLS 1.2")


def test_headers_that_are_added(authority):
    """What is written into request and answer is seen on either way."""
    made = asked_through(
        authority,
        request=lambda data: data.replace(b"\r\n\r\n", b"\r\nVia: 1.1 box\r\n\r\n", 1),
        answer=lambda data: data.replace(b"\r\n\r\n", b"\r\nX-Cache: MISS\r\n\r\n", 1),
    )
    assert [(one.change, one.name) for one in made.request_changes] == [(HeaderChange.ADDED, "via")]
    assert [(one.change, one.name) for one in made.answer_changes] == [
        (HeaderChange.ADDED, "x-cache")
    ]


OK = b"HTTP/1.1 200 OK\r\n"
IMPOSTORS = {
    "another document": ((OK + b"Content-Length: 2\r\n\r\n{}",), "its document is another one"),
    "no length": ((OK + b"\r\nhello",), "its document is another one"),
    "an error": (
        (b"HTTP/1.1 503 Service Unavailable\r\nServer: squid\r\nContent-Length: 0\r\n\r\n",),
        "no canary answered, but HTTP 503 Service Unavailable, server squid",
    ),
    "a redirect": (
        (b"HTTP/1.1 302 Found\r\nLocation: https://portal.example/\r\nContent-Length: 0\r\n\r\n",),
        "no canary answered, but HTTP 302 Found, location https://portal.example/",
    ),
    "no HTTP": ((b"220 mail.example ESMTP\r\n\r\n",), "does not speak HTTP/1.1"),
    "broken off": ((OK + b"Content-Length: 99\r\n\r\n{",), "the answer to the request broke off"),
    "nothing": ((), "the handshake was finished, but the request was not answered"),
}


@pytest.mark.parametrize("impostor", IMPOSTORS)
def test_no_canary(authority, impostor):
    """What is no canary is named in one line, and the hello that was sent is known all the same."""
    pieces, expected = IMPOSTORS[impostor]
    made = asked(answers(server_context(authority), *pieces))
    assert made.received is None
    assert made.arrival() is None
    assert expected in made.failure
    assert "\n" not in made.failure
    assert len(made.sent.hellos) == 1


@pytest.mark.parametrize(
    "pieces",
    [
        (OK, b"X-Filler: " + b"x" * 1000 + b"\r\n"),
        (OK + b"\r\n", b"x" * 1000),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 40,),
    ],
    ids=["headers", "body", "interim answers"],
)
def test_without_end(authority, pieces):
    """Whoever never stops is left, after a bounded number of bytes."""
    made = asked(answers(server_context(authority), *pieces, forever=True))
    assert made.received is None
    assert made.failure


def test_an_answer_to_another_request(authority):
    """What a cache kept of another request is no answer."""
    kept = []

    async def first():
        async with canary() as upstream:

            def keep(data):
                kept.append(data)
                return data

            script = ends_tls(server_context(authority), upstream, answer=keep)
            async with serve(script) as box:
                assert (await ask(box)).failure == ""

    run(first())
    made = asked(answers(server_context(authority), *kept))
    assert made.failure == "what answered is an answer to another request, as of a cache"


async def hangs_up(reader, writer):
    """A peer that takes the hello and goes."""
    await reader.read(1)
    writer.close()


def test_no_handshake(authority):
    """Where no handshake comes about the reason is the network's, or the library's."""
    made = asked(hangs_up)
    assert "closed the connection" in made.failure or "reset" in made.failure
    assert len(made.sent.hellos) == 1
    old = ssl.TLSVersion.TLSv1
    context = server_context(authority, versions=(old, old), ciphers="ALL:@SECLEVEL=0")
    assert asked(speak_tls(context)).failure


def test_refused(closed_port):
    """Where nobody listens that is what is said."""
    found = []

    async def test():
        found.append(await ask(closed_port))

    run(test())
    assert "refused" in found[0].failure
    assert found[0].sent.hellos == ()


@given(st.lists(st.binary() | st.sampled_from([OK, b"\r\n", b"Content-Length: 3\r\n\r\n", b"abc"])))
def test_any_answer(pieces):
    """No bytes raise, and nothing is kept without bound."""
    reply = Reply()
    reply.request("/n", (("Host", "example.org"),))
    for piece in pieces:
        reply.feed(piece)
    reply.end()
    assert len(reply.body) <= MAX_BODY
    assert sum(len(name) + len(value) for name, value in reply.headers) <= MAX_HEAD
