"""Plain HTTP: what a host says, however it says it, is a value."""

import asyncio
import contextlib
import socket
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live.loopback import now, reset, serve
from tlsprobe.live import plain_http
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind, Stage
from tlsprobe.model.survey import HttpAnswer

ANSWER = b"HTTP/1.1 403 Forbidden\r\nServer: box\r\nVia: 1.1 proxy\r\nContent-Length: 5\r\n\r\n"
LIMITS = Limits(resolve=20, connect=20, handshake=20, total=20)


def ask(pieces: list[bytes], *, limits: Limits = LIMITS, cut: bool = False) -> HttpAnswer:
    """What becomes of a server that answers a request in these pieces, and then ends its side."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if cut:
            reset(writer)
        elif pieces != [b""]:
            with contextlib.suppress(OSError):
                writer.write_eof()

    async def whole() -> HttpAnswer:
        async with serve(script) as peer:
            return await plain_http.ask(TcpDial(), peer.host, peer.port, limits=limits, now=now)

    return asyncio.run(whole())


def test_a_status_is_an_answer() -> None:
    """Whatever the status, the host speaks HTTP; who made the answer is kept."""
    answer = ask([ANSWER])
    assert (answer.status, answer.reason, answer.server) == (403, "Forbidden", "box, 1.1 proxy")
    assert answer.failure is None
    assert answer.target.address == "127.0.0.1"
    assert answer.timings.tcp is not None


def test_what_comes_before_it_is_passed_over() -> None:
    """Informational responses are no answer."""
    assert ask([b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + ANSWER]).status == 403


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ([b"go away\r\n\r\n"], FailureKind.GARBAGE),
        ([b"\x15\x03\x03\x00\x02\x02\x28"], FailureKind.GARBAGE),
        ([b"HTTP/1.1 200 OK\r\nServer"], FailureKind.CLOSED),
        (
            [b"HTTP/1.1 200 OK\r\n" + b"A: " + b"x" * plain_http.LARGEST_HEAD * 2],
            FailureKind.GARBAGE,
        ),
    ],
    ids=["words", "tls-alert", "half", "endless"],
)
def test_what_is_no_http(pieces: list[bytes], kind: FailureKind) -> None:
    """What is no answer is named, and bounded."""
    answer = ask(pieces)
    assert answer.status is None
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.kind) == (Stage.HTTP, kind)


def test_silence_and_reset() -> None:
    """Nothing at all, and a connection that is cut, are told apart."""
    silent = ask([b""], limits=Limits(resolve=1, connect=1, handshake=0.1, total=1))
    assert silent.failure is not None
    assert silent.failure.kind is FailureKind.SILENCE
    cut = ask([b"HTTP/1.1 200"], cut=True)
    assert cut.failure is not None
    assert cut.failure.kind is FailureKind.RESET


def test_nobody_listens() -> None:
    """A refused connection is the answer's failure."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = asyncio.run(plain_http.ask(TcpDial(), "127.0.0.1", port, limits=LIMITS, now=now))
    assert answer.failure is not None
    assert answer.failure.kind is FailureKind.REFUSED


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, len(ANSWER) - 1), max_size=4))
def test_any_chunking_is_the_same(cuts: list[int]) -> None:
    """How the answer is cut up on the way makes no difference."""
    edges = [0, *sorted(set(cuts)), len(ANSWER)]
    pieces = [ANSWER[a:b] for a, b in pairwise(edges)]
    answer = ask(pieces)
    assert (answer.status, answer.server) == (403, "box, 1.1 proxy")


@settings(deadline=None, max_examples=40)
@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda raw: b"HTTP/1.1 2" + raw))
)
def test_no_bytes_raise(raw: bytes) -> None:
    """Whatever comes, there is a status or a failure."""
    answer = ask([raw or b"\n"])
    assert (answer.status is None) is (answer.failure is not None)
