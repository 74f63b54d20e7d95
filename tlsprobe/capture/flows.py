"""Keeps the TCP connections of a capture apart, and forgets what no longer matters.

The segments of a window are sorted by connection in bulk; a connection that is over, or that speaks
no TLS, is then passed over as a whole, however many packets it has. Streams are numbered as
they begin in the file. Whatever the file holds, memory is bounded: half-open connections, connections
at work and known connections each have a limit, beyond which the oldest is let go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TypeVar

from msgspec import Struct

from tlsprobe.capture.beginnings import begins
from tlsprobe.capture.connection import Connection
from tlsprobe.capture.groups import Groups
from tlsprobe.capture.segments import (
    ACK,
    END,
    FLAGS,
    FRAME,
    OPENING,
    SEQ,
    START,
    SYN,
    Packets,
    Row,
    Rows,
    Segments,
)
from tlsprobe.capture.talk import Talk
from tlsprobe.crypto.keys import KeySource

MAX_OPEN = 1 << 13
"""Connections that carry something and are not over."""
MAX_PENDING = 1 << 14
"""Connections of which only the beginning was seen."""
MAX_OPENING = 4
"""Packets that are kept of a connection that has carried nothing."""
MAX_KNOWN = 500_000
"""Connections that are remembered by their key alone."""
FIRST_LOOK = 10
"""Packets of a connection in one window that are looked at before the others are: most need no more."""
PART = 1 << 12
"""Connections of a window that are gone through before the limits are kept."""

_LOW_WORD = (1 << 64) - 1
_OVER = 0


@dataclass(slots=True, eq=False)
class Stream:
    """One TCP connection: what is known of it, whether or not it has carried anything yet."""

    number: int
    """From 0, in the order of first packets."""
    first_frame: int
    initial_seq: int | None = None
    """Of the client's SYN; None where it was not seen."""
    opening: Rows = field(default_factory=Rows)
    """SYN and SYN-ACK, until something is carried."""
    connection: Connection | None = None
    """At work as soon as something was carried."""


class Heard(Struct, frozen=True, eq=False):
    """What was heard on one connection, and between which endpoints (numbers as in `Segments`)."""

    stream: Stream
    low: int
    high: int
    talk: Talk


class Flows:
    """All connections of one file."""

    def __init__(self, keys: KeySource) -> None:
        self.count = 0
        """TCP connections so far."""
        self.given_up = 0
        """Connections that were let go at work, as too many were."""
        self.forgotten = 0
        """Connections that are known no longer: a later packet of theirs counts as a new one."""
        self._keys = keys
        self._known: dict[int, Stream | int] = {}
        """By both endpoints: a stream that is not over; `_OVER`; or of one that has not begun to matter
        its number, as `_quiet` writes it."""
        self._pending: dict[int, Stream] = {}
        self._open: dict[int, Stream] = {}
        # Of the window at work:
        self._fresh: list[int] = []
        self._renewed: list[int] = []
        self._heard: list[Heard] = []

    def take(self, segments: Segments, comments: Mapping[int, Sequence[str]]) -> list[Heard]:
        """Take a window's segments; what was heard on the connections that are over with it.

        In the order of the packets that begin the hellos.
        """
        groups = Groups(segments)
        packets = Packets(segments.data, comments, first_frame=int(segments.frames.min()))
        self._fresh, self._renewed, self._heard = [], [], []
        before = self.count
        for at in range(0, len(groups.keys), PART):
            self._take_part(groups, range(at, min(at + PART, len(groups.keys))), packets)
            self._let_go()
        self._number_again(groups, before)
        return sorted(self._heard, key=lambda one: one.talk.frame)

    def finish(self) -> list[Heard]:
        """What was heard on those that were not over when the file ended."""
        self._heard = []
        for key, stream in list(self._open.items()):
            self._end(key, stream)
        return sorted(self._heard, key=lambda one: one.talk.frame)

    def _take_part(self, groups: Groups, part: range, packets: Packets) -> None:
        wanted, fresh = self._sort_out(groups, part)
        wanted = sorted(wanted + self._begin_those_that_may_matter(groups, fresh, packets))
        telling = groups.telling(wanted)
        places: Sequence[int] = range(len(wanted))
        begin, end = 0, FIRST_LOOK
        while places:
            unfinished: list[int] = []
            for place, index, rows in telling.rows(places, begin, end):
                key = groups.keys[index]
                self._give(key, rows, packets, reopened=telling.opens_behind(place, begin + 1))
                if len(rows) < end - begin:
                    self._look_for_acknowledgement(groups, index)
                elif self._known[key] != _OVER or telling.opens_behind(place, end):
                    unfinished.append(place)
            places, begin, end = unfinished, end, end * 4

    def _look_for_acknowledgement(self, groups: Groups, index: int) -> None:
        """Where a hello has no answer it matters whether it arrived."""
        stream = self._known[groups.keys[index]]
        connection = stream.connection if isinstance(stream, Stream) else None
        if connection is not None and (side := connection.awaited) is not None:
            for number in groups.acknowledgements(index, side):
                connection.acknowledge(number)

    def _sort_out(self, groups: Groups, part: range) -> tuple[list[int], list[int]]:
        """Groups of connections at work, and those of connections that are not known yet."""
        wanted: list[int] = []
        fresh: list[int] = []
        known = self._known
        for index in part:
            state = known.get(groups.keys[index])
            if state is None:
                fresh.append(index)
            elif state.__class__ is not int or state != _OVER or groups.has_syn[index]:
                wanted.append(index)
        return wanted, fresh

    def _begin_those_that_may_matter(
        self, groups: Groups, fresh: list[int], packets: Packets
    ) -> list[int]:
        """Number the new connections, and pass over those that a capture shows from the middle on.

        Unless TLS begins in what it shows first, nothing can be read of them.
        """
        if not fresh:
            return []
        keys, base = [groups.keys[index] for index in fresh], self.count
        self.count += len(fresh)
        self._fresh += fresh
        firsts = groups.firsts(fresh)
        # None of them matters until it is known to.
        self._known.update(
            zip(keys, range(_quiet(base), _quiet(base + len(fresh)), -1), strict=True)
        )
        self._known.update(dict.fromkeys([keys[place] for place in firsts.heard], _OVER))
        matter = firsts.opened + [
            place for place, row in firsts.spoken if begins(packets.between(row[START], row[END]))
        ]
        for place in matter:
            self._begin(keys[place], base + place, groups.first_frames[fresh[place]])
        # Another connection may follow on the same ports.
        followed = [
            index
            for index in fresh
            if groups.has_syn[index] and self._known[groups.keys[index]] == _OVER
        ]
        return [fresh[place] for place in matter] + followed

    @staticmethod
    def _may_matter(row: Row, packets: Packets) -> bool:
        """Whether a connection that is first seen with this packet may speak TLS."""
        if row[FLAGS] & SYN:
            return True
        return row[START] < row[END] and begins(packets.between(row[START], row[END]))

    def _give(self, key: int, rows: Rows, packets: Packets, *, reopened: bool) -> None:
        """Give packets of one pair of endpoints to the connection at work between them.

        `reopened` says whether another than the first may begin another connection.
        """
        state = self._known[key]
        stream = state if isinstance(state, Stream) else None
        over = False
        place, count = 0, len(rows)
        while place < count:
            row = rows[place]
            opens = row[FLAGS] & OPENING == SYN
            if over and not opens:
                place += 1
                continue
            if stream is None or opens:
                stream, over = self._stream_of(key, stream, row, packets), False
                if stream is None:
                    place += 1
                    continue
            connection = stream.connection
            if connection is None:
                if row[START] == row[END]:
                    self._on_opening(stream, row)
                    place += 1
                    continue
                connection = self._set_to_work(key, stream)
            place = connection.take(rows, place, packets)
            if connection.over:
                self._end(key, stream)
                if not reopened:
                    return
                stream, over = None, True

    def _stream_of(
        self, key: int, stream: Stream | None, row: Row, packets: Packets
    ) -> Stream | None:
        """The connection that a packet belongs to, which may begin with it; None where none matters."""
        state = self._known[key]
        if stream is None and isinstance(state, int) and state < 0:
            return self._wake(key, _quiet(state), row, packets)
        if row[FLAGS] & OPENING != SYN:
            return stream
        if stream is not None:
            # The same SYN again belongs to the connection that it opens.
            if stream.initial_seq == row[SEQ]:
                return stream
            if stream.initial_seq is None and stream.connection is None:
                return stream
            self._end(key, stream)
        return self._renew(key, row[FRAME])

    def _wake(self, key: int, number: int, row: Row, packets: Packets) -> Stream | None:
        """A quiet connection begins to matter with its first packet that says something, or never."""
        if self._may_matter(row, packets):
            return self._begin(key, number, row[FRAME])
        if row[START] < row[END]:
            self._known[key] = _OVER
        return None

    def _begin(self, key: int, number: int, frame: int) -> Stream:
        stream = self._known[key] = self._pending[key] = Stream(number, frame)
        return stream

    def _renew(self, key: int, frame: int) -> Stream:
        """Begin another connection on ports that one was on before."""
        stream = self._begin(key, self.count, frame)
        self.count += 1
        self._renewed.append(frame)
        return stream

    @staticmethod
    def _on_opening(stream: Stream, row: Row) -> None:
        """A packet without payload of a connection that has carried nothing yet."""
        if row[FLAGS] & SYN and len(stream.opening) < MAX_OPENING:
            stream.opening.append(row)
            if not row[FLAGS] & ACK:
                stream.initial_seq = row[SEQ]

    def _set_to_work(self, key: int, stream: Stream) -> Connection:
        self._pending.pop(key, None)
        self._open[key] = stream
        connection = stream.connection = Connection(self._keys)
        connection.open(stream.opening)
        stream.opening = []
        return connection

    def _end(self, key: int, stream: Stream) -> None:
        """Keep no more than the key of it."""
        self._open.pop(key, None)
        self._pending.pop(key, None)
        self._known[key] = _OVER
        talk = None if stream.connection is None else stream.connection.finish()
        if talk is not None:
            self._heard.append(Heard(stream, key >> 64, key & _LOW_WORD, talk))

    def _number_again(self, groups: Groups, before: int) -> None:
        """Number this window's connections anew where some followed others on the same ports.

        Connections are gone through one after another, so those were met too late.
        """
        if not self._renewed:
            return
        frames = {index: groups.first_frames[index] for index in self._fresh}
        begun = sorted([*frames.values(), *self._renewed])
        numbers = {frame: number for number, frame in enumerate(begun, before)}
        at_work = chain(
            self._open.values(), self._pending.values(), (one.stream for one in self._heard)
        )
        for stream in at_work:
            stream.number = numbers.get(stream.first_frame, stream.number)
        for index, frame in frames.items():
            state = self._known.get(groups.keys[index])
            if isinstance(state, int) and state < 0:
                self._known[groups.keys[index]] = _quiet(numbers[frame])

    def _let_go(self) -> None:
        """Keep within the limits: the oldest go first, as an honest handshake takes a second."""
        for key, stream in _surplus(self._pending, MAX_PENDING):
            # It may still begin to speak.
            del self._pending[key]
            self._known[key] = _quiet(stream.number)
        for key, stream in _surplus(self._open, MAX_OPEN):
            self.given_up += stream.connection is not None and not stream.connection.ended
            self._end(key, stream)
        for key, state in _surplus(self._known, MAX_KNOWN):
            if isinstance(state, int):
                self.forgotten += 1
                del self._known[key]


def _quiet(number: int) -> int:
    """How the number of a stream is kept that has not begun to matter, below zero; and back."""
    return -1 - number


T = TypeVar("T")


def _surplus(kept: dict[int, T], limit: int) -> list[tuple[int, T]]:
    """The oldest entries above the limit, and an eighth more, so that they come seldom."""
    above = len(kept) - limit
    return [] if above <= 0 else list(islice(kept.items(), above + limit // 8))
