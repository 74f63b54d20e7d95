"""One question and its answer on a connection that stands, by h11; and in words why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

import h11

from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.dial import Clock, Connection, Ended
from tlsprobe.live.failures import milliseconds, seconds
from tlsprobe.model.observation import Failure, FailureKind, Stage

MAX_OVERHEAD = 256 * 1024
"""Bytes beside the body that are read: head, chunk sizes, interim responses. h11 takes 16 KiB of a
head, so that only somebody who means to waste our time has more."""
_QUOTED = 80


@dataclass(slots=True)
class Received:
    """What came."""

    head: h11.Response | None = None
    body: bytes = b""
    failure: Failure | None = None


async def converse(
    connection: Connection,
    question: Iterable[h11.Request | h11.Data | h11.EndOfMessage],
    *,
    max_bytes: int,
    clock: Clock,
    deadline: float,
) -> Received:
    """Ask on `connection`, and read until the answer is whole, or it is clear why it never will be.

    Raises:
        h11.LocalProtocolError: the question is none that HTTP has a form for.
    """
    protocol = h11.Connection(h11.CLIENT)
    # The last event is the end of the question, of which no bytes come.
    asked = b"".join([protocol.send(event) or b"" for event in question])
    reading = _Reading(connection, protocol, max_bytes=max_bytes, clock=clock)
    if not connection.send(asked):
        return Received(failure=_failed(FailureKind.RESET, "it was reset before it could be asked"))
    failure = await reading.run(deadline)
    return Received(head=reading.head, body=bytes(reading.body), failure=failure)


class _Reading:
    """The reading of one answer."""

    def __init__(
        self, connection: Connection, protocol: h11.Connection, *, max_bytes: int, clock: Clock
    ) -> None:
        self._connection = connection
        self._protocol = protocol
        self._max_bytes = max_bytes
        self._clock = clock
        self._began = clock()
        self._received = 0
        self._first = b""
        self._closed = False
        self.head: h11.Response | None = None
        self.body = bytearray()

    async def run(self, deadline: float) -> Failure | None:
        """Read to the end; None where the answer is whole."""
        while True:
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError as error:
                return self._broken(error)
            if event is h11.NEED_DATA:
                if (ended := await self._more(deadline)) is not None:
                    return ended
            elif isinstance(event, h11.Response):
                self.head = event
            elif isinstance(event, h11.Data):
                self.body += event.data
                if len(self.body) > self._max_bytes:
                    return _failed(
                        FailureKind.ENDLESS,
                        f"more than {self._max_bytes:,} bytes came, which nobody reads",
                    )
            elif not isinstance(event, h11.InformationalResponse):
                return None

    async def _more(self, deadline: float) -> Failure | None:
        """Take more bytes off the connection; the failure where none come any more."""
        arrived = await self._connection.receive(deadline)
        if isinstance(arrived, Ended):
            if arrived.ending is Ending.CLOSED and not self._closed:
                if not self._received:
                    return _failed(
                        FailureKind.CLOSED, f"it was closed {self._after()}, without an answer"
                    )
                self._closed = True
                self._protocol.receive_data(b"")
                return None
            return self._ended(arrived)
        self._received += len(arrived.data)
        self._first = self._first or arrived.data[:_QUOTED]
        if self._received > self._max_bytes + MAX_OVERHEAD:
            return _failed(
                FailureKind.ENDLESS,
                f"{self._received:,} bytes came, and the answer is not at its end",
            )
        self._protocol.receive_data(arrived.data)
        return None

    def _ended(self, ended: Ended) -> Failure:
        """Why nothing more comes."""
        if ended.ending is Ending.TIMED_OUT:
            elapsed = seconds(self._clock() - self._began)
            if not self._received:
                return _failed(FailureKind.SILENCE, f"no answer within {elapsed} of the question")
            return _failed(
                FailureKind.DRIP,
                f"only {self._received:,} bytes came within {elapsed}, and the answer is not at its end",
            )
        kind = FailureKind.RESET if ended.error is None else failures.kind_of(ended.error)
        so_far = f"after {self._received:,} bytes" if self._received else "without an answer"
        return _failed(kind, f"it was reset {self._after()}, {so_far}")

    def _broken(self, error: h11.RemoteProtocolError) -> Failure:
        """What is wrong with the bytes that came."""
        if self.head is None and not _may_be_http(self._first):
            line = self._first.partition(b"\n")[0].decode("latin-1").rstrip("\r")
            said = (
                f'"{line}"' if line.isascii() and line.isprintable() else self._first[:32].hex(" ")
            )
            return _failed(FailureKind.GARBAGE, f"what answered does not speak HTTP: {said}")
        if self._closed:
            return _failed(
                FailureKind.CLOSED,
                f"it was closed {self._after()}, after {self._received:,} bytes of an answer that has"
                " more",
            )
        return _failed(FailureKind.MALFORMED, f"the answer is no HTTP: {error}")

    def _after(self) -> str:
        return f"{milliseconds(self._clock() - self._began)} after the question"


def _may_be_http(first: bytes) -> bool:
    return first.startswith(b"HTTP/") or b"HTTP/".startswith(first)


def _failed(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.HTTP, kind=kind, detail=detail)
