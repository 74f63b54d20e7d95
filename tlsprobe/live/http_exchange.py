"""One question and its answer on a connection that stands, by h11; and in words why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

import h11
from msgspec import Struct

from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.dial import Clock, Connection, Ended
from tlsprobe.live.failures import milliseconds, seconds
from tlsprobe.live.shared_answers import Growing
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


class Bounds(Struct, frozen=True, kw_only=True):
    """How much of an answer is read, and how long."""

    max_bytes: int
    """Of its body; more of it is a failure."""
    clock: Clock
    deadline: float
    """On that clock; later by what `growing` has to wait for room."""
    growing: Growing | None = None


Events = tuple[h11.Request | h11.Data | h11.EndOfMessage, ...]


def events(
    method: str, target: str, fields: Iterable[tuple[str, str]], body: bytes | None
) -> Events:
    """A question as h11 takes it.

    Raises:
        h11.LocalProtocolError: it is none that HTTP has a form for.
    """
    if body is None:
        return h11.Request(method=method, target=target, headers=list(fields)), h11.EndOfMessage()
    headers = [*fields, ("Content-Length", str(len(body)))]
    request = h11.Request(method=method, target=target, headers=headers)
    return request, h11.Data(data=body), h11.EndOfMessage()


async def converse(
    connection: Connection,
    question: Events,
    bounds: Bounds,
) -> Received:
    """Ask on `connection`, and read until the answer is whole, or it is clear why it never will be.

    Raises:
        h11.LocalProtocolError: the question is none that HTTP has a form for.
    """
    protocol = h11.Connection(h11.CLIENT)
    # The last event is the end of the question, of which no bytes come.
    asked = b"".join([protocol.send(event) or b"" for event in question])
    if not connection.send(asked):
        return Received(failure=_failed(FailureKind.RESET, "it was reset before it could be asked"))
    return await _Reading(connection, protocol, bounds).run()


async def hear(
    connection: Connection,
    protocol: h11.Connection,
    head: h11.Response,
    bounds: Bounds,
    *,
    received: int,
) -> Received:
    """Read the rest of an answer of which `received` bytes, and in them its head, are read already."""
    reading = _Reading(connection, protocol, bounds)
    reading.head, reading.received = head, received
    return await reading.run()


class _Reading:
    """The reading of one answer."""

    def __init__(self, connection: Connection, protocol: h11.Connection, bounds: Bounds) -> None:
        self._connection = connection
        self._protocol = protocol
        self._bounds = bounds
        self._clock = bounds.clock
        self._deadline = bounds.deadline
        self._began = bounds.clock()
        self._first = b""
        self._closed = False
        self.received = 0
        """Bytes, of the head as well."""
        self.head: h11.Response | None = None
        self.body = bytearray()

    async def run(self) -> Received:
        """Read to the end."""
        failure = await self._read()
        return Received(head=self.head, body=bytes(self.body), failure=failure)

    async def _read(self) -> Failure | None:
        """Why the answer is not whole; None where it is."""
        while True:
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError as error:
                return self._broken(error)
            if event is h11.NEED_DATA:
                if (ended := await self._more()) is not None:
                    return ended
            elif isinstance(event, h11.Response):
                self.head = event
            elif isinstance(event, h11.Data):
                if (endless := await self._take(event.data)) is not None:
                    return endless
            elif not isinstance(event, h11.InformationalResponse):
                return None

    async def _take(self, data: bytearray | bytes) -> Failure | None:
        """Take more of the body; the failure where it has too much."""
        bounds = self._bounds
        if bounds.growing is not None:
            waited = await bounds.growing.grow(len(data))
            self._deadline += waited
            self._began += waited  # nor does it tell how long the answer took
        self.body += data
        if len(self.body) <= bounds.max_bytes:
            return None
        return _failed(
            FailureKind.ENDLESS, f"more than {bounds.max_bytes:,} bytes came, which nobody reads"
        )

    async def _more(self) -> Failure | None:
        """Take more bytes off the connection; the failure where none come any more."""
        arrived = await self._connection.receive(self._deadline)
        if isinstance(arrived, Ended):
            if arrived.ending is Ending.CLOSED and not self._closed:
                if not self.received:
                    return _failed(
                        FailureKind.CLOSED, f"it was closed {self._after()}, without an answer"
                    )
                self._closed = True
                self._protocol.receive_data(b"")
                return None
            return self._ended(arrived)
        self.received += len(arrived.data)
        self._first = self._first or arrived.data[:_QUOTED]
        if self.received > self._bounds.max_bytes + MAX_OVERHEAD:
            return _failed(
                FailureKind.ENDLESS,
                f"{self.received:,} bytes came, and the answer is not at its end",
            )
        self._protocol.receive_data(arrived.data)
        return None

    def _ended(self, ended: Ended) -> Failure:
        """Why nothing more comes."""
        if ended.ending is Ending.TIMED_OUT:
            elapsed = seconds(self._clock() - self._began)
            if not self.received:
                return _failed(FailureKind.SILENCE, f"no answer within {elapsed} of the question")
            return _failed(
                FailureKind.DRIP,
                f"only {self.received:,} bytes came within {elapsed}, and the answer is not at its end",
            )
        kind = FailureKind.RESET if ended.error is None else failures.kind_of(ended.error)
        so_far = f"after {self.received:,} bytes" if self.received else "without an answer"
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
                f"it was closed {self._after()}, after {self.received:,} bytes of an answer that has"
                " more",
            )
        return _failed(FailureKind.MALFORMED, f"the answer is no HTTP: {error}")

    def _after(self) -> str:
        return f"{milliseconds(self._clock() - self._began)} after the question"


def _may_be_http(first: bytes) -> bool:
    return first.startswith(b"HTTP/") or b"HTTP/".startswith(first)


def _failed(kind: FailureKind, detail: str) -> Failure:
    return Failure(stage=Stage.HTTP, kind=kind, detail=detail)
