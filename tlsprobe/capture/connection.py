"""One TCP connection: where TLS begins in it, and what the handshake says.

A connection costs something only while it is young. As soon as it is clear that it speaks no TLS, or
that nothing more of its handshake can come, it is over and nothing of it is kept but its key.
"""

from collections.abc import Sequence

from tlsprobe.capture.hello_search import (
    ClientHelloAt,
    find_client_hello,
    is_server_hello,
    server_begins,
)
from tlsprobe.capture.overlaps import Mark, settle
from tlsprobe.capture.preludes import may_become_tls
from tlsprobe.capture.reassembly import MAX_HELD, Half
from tlsprobe.capture.segments import (
    ACK,
    ACK_NUMBER,
    END,
    FIN,
    FLAGS,
    FRAME,
    OPENING,
    RST,
    SEQ,
    SIDE,
    START,
    SYN,
    TIME,
    TTL,
    Packets,
    Row,
    Rows,
)
from tlsprobe.capture.talk import Talk, moment
from tlsprobe.capture.tds import Unwrapper, wraps_tls
from tlsprobe.crypto.keys import KeySource
from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Direction, Ending, Gap, Origin, Segment, Transcript

MAX_PRELUDE = 16 * 1024
"""Bytes of either side in which TLS must have begun."""
PATIENCE, PATIENCE_ACKNOWLEDGED = 20, 4
"""Segments behind a hole after which nobody waits for it any more: a sender begins with a window of ten
(RFC 6928), and a handshake does not go on without what was lost. Fewer where the receiver said that it
has what is missing, so that only the capture lacks it."""
PATIENCE_BYTES = 1 << 12
"""Bytes that there must be behind a hole as well: some send each byte in a segment of its own."""
MUCH = 1 << 13
"""Bytes of one side that are read before it has had its say."""
MAX_COMMENTS = 16

_CLIENT, _SERVER = Direction.CLIENT, Direction.SERVER
_BORDER = SYN | FIN | RST
"""Flags that begin or end a side, or the whole."""


class _Side:
    """One side of the connection, before it is known to be client or server."""

    __slots__ = (
        "begins",
        "ended",
        "fed",
        "half",
        "left",
        "marks",
        "searched",
        "seen",
        "speaking",
        "tds",
    )

    def __init__(self) -> None:
        self.half = Half()
        self.marks: list[Mark] = []
        """Of each packet that brought some of the bytes in order."""
        self.searched = 0
        """Bytes in which no hello begins."""
        self.begins: int | None = None
        """Where TLS begins."""
        self.fed = 0
        self.seen = False
        self.speaking = False
        """Its bytes came last, and what the other said before was read: more need only be kept."""
        self.ended = False
        """Nothing more of it can be read: it has a hole that will not be filled."""
        self.left: int | None = None
        """When it sent its first FIN or RST, in nanoseconds since 1970."""
        self.tds: Unwrapper | None = None
        """Set where its TLS stands in packets of another protocol."""

    @property
    def unread(self) -> int:
        """Bytes in order that the reader has not seen."""
        return len(self.half.held) - self.fed

    def mark_of(self, place: int) -> Mark:
        """The mark of the packet that brought the byte at `place`."""
        for mark in self.marks:
            if mark[0] > place:
                return mark
        return self.marks[-1]


class Connection:
    """Takes the packets of one TCP connection until it is over."""

    __slots__ = (
        "_acknowledged", "_answer", "_client", "_closed", "_comments", "_complete", "_hello",
        "_hellos_sent", "_keys", "_missed", "_reader", "_reset", "_segments", "_sides", "_syn", "_syn_ack",
        "last", "over",
    )  # fmt: skip

    def __init__(self, keys: KeySource) -> None:
        self.last = 0
        """Nanoseconds since 1970 of the last packet that was taken."""
        self.over = False
        self._keys = keys
        self._sides = (_Side(), _Side())
        self._client: int | None = None
        self._reader: Reader | None = None
        self._segments: list[Segment | Gap] = []
        self._hello: Mark = (0, 0, 0, 0, [])
        self._answer: Mark | None = None
        self._syn: int | None = None
        self._syn_ack: tuple[int, int] | None = None
        self._closed = [False, False]
        self._reset = [False, False]
        self._missed = [False, False]
        """Whether a side's bytes were acknowledged that the capture does not show."""
        self._comments: list[str] = []
        self._hellos_sent = 1
        self._acknowledged = False
        self._complete = True
        """Whether no hole was passed over."""

    def open(self, rows: Rows) -> None:
        """Take the SYN and SYN-ACK of before anything was carried."""
        for row in rows:
            side = self._sides[row[SIDE]]
            side.seen = True
            self.last = row[TIME]
            self._on_syn(row, side)
            if row[FLAGS] & (RST | FIN):
                self._on_end(row)

    def take(self, rows: Rows, place: int, packets: Packets) -> int:
        """Take packets that are not mere acknowledgements, in the order of the file, from `place` on.

        It takes one at least, and stops when the connection is over or a packet would open another:
        gives the place of the next.
        """
        first, count = place, len(rows)
        sides, memory, commented = self._sides, packets.memory, packets.commented
        while place < count and not self.over:
            row = rows[place]
            frame, time, who, seq, ack, flags, ttl, start, end = row
            if flags & OPENING == SYN and place > first:
                break
            place += 1
            side, other = sides[who], sides[1 - who]
            half = side.half
            if (
                flags & _BORDER
                or other.half.anchor is None
                or commented
                or (not side.ended and (start == end or seq != half.expected or half.waiting))
            ):
                self._take_slowly(row, packets, packets.comments(frame) if commented else ())
                continue
            # What nearly all packets are: the next bytes of one side, and no more to them.
            self.last = time
            side.seen = True
            if not side.ended:
                if other.half.waiting and flags & ACK:
                    other.half.acknowledge(ack)
                half.append(memory[start:end])
                held = len(half.held)
                side.marks.append((held, frame, time, ttl, row))
                if not side.speaking or held - side.fed >= MUCH:
                    self._on_more(who, side, other)
            if not self._acknowledged and flags & ACK and self._client == 1 - who:
                self.acknowledge(ack)
        return place

    def _take_slowly(self, row: Row, packets: Packets, comments: Sequence[str]) -> None:
        """Take any packet."""
        self.last = row[TIME]
        flags, who = row[FLAGS], row[SIDE]
        side = self._sides[who]
        side.seen = True
        if comments and len(self._comments) < MAX_COMMENTS:
            self._comments += [one for one in comments if one not in self._comments]
        if flags & SYN:
            self._on_syn(row, side)
        if row[START] < row[END] and not side.ended:
            self._on_payload(row, side, packets)
        if flags & ACK and not self._acknowledged and self._client == 1 - who:
            self.acknowledge(row[ACK_NUMBER])
        if flags & (RST | FIN) and not self.over:
            self._on_end(row)

    @property
    def awaited(self) -> int | None:
        """The side whose answer to the hello is awaited; None where none is."""
        if self._reader is None or self._client is None or self._acknowledged:
            return None
        return None if self._answer else 1 - self._client

    def acknowledge(self, number: int) -> None:
        """Take note that the server has what the client sent before `number`."""
        client = self._sides[self._client or 0]
        if client.begins is not None and client.half.offset(number) > client.begins:
            self._acknowledged = True

    def finish(self) -> Talk | None:
        """What was heard, when no more packets are given; None where it was no TLS."""
        if self._reader is None:
            self._begin_one_sided()
        self.over = True
        reader, client = self._reader, self._client
        if reader is None or client is None:
            return None
        both = (client, 1 - client)
        for who in both:
            self._read(who)
        for who in both:
            if self._sides[who].half.waiting:
                self._pass_hole(who)
        reader.finish()
        return self._talk(reader.handshake, client)

    @property
    def left(self) -> bool:
        """Whether both sides have ended what they had to say."""
        return all(one.left is not None for one in self._sides)

    @property
    def ended(self) -> bool:
        """Whether a side has."""
        return any(one.left is not None for one in self._sides)

    # TCP

    def _on_syn(self, row: Row, side: _Side) -> None:
        who = row[SIDE]
        if row[FLAGS] & ACK:
            if self._syn_ack is None:
                self._syn_ack = row[TIME], row[TTL]
                self._client = 1 - who
            self._sides[1 - who].half.begin_at(row[ACK_NUMBER])
        elif self._syn is None:
            self._syn = row[TIME]
            self._client = who
        side.half.begin_at((row[SEQ] + 1) % (1 << 32))

    def _on_payload(self, row: Row, side: _Side, packets: Packets) -> None:
        half, who, seq = side.half, row[SIDE], row[SEQ]
        if row[FLAGS] & SYN:
            seq = (seq + 1) % (1 << 32)
        # Where a SYN was not seen, the first that is seen of a side is its beginning, and that of the
        # other is what this one acknowledges.
        half.begin_at(seq)
        other = self._sides[1 - who].half
        if row[FLAGS] & ACK and (other.waiting or other.anchor is None):
            other.begin_at(row[ACK_NUMBER])
            other.acknowledge(row[ACK_NUMBER])
        before = half.differing
        grown = half.push(seq, packets.between(row[START], row[END]))
        if half.differing > before:
            settled = settle(half, side.marks, row, packets, unread=side.fed)
            half.disputed += max(half.differing - before - settled, 0)
        if grown:
            side.marks.append((len(half.held), row[FRAME], row[TIME], row[TTL], row))
            self._on_more(who, side, self._sides[1 - who])
        elif half.waiting:
            pushes = half.pushes
            enough = pushes > PATIENCE or (pushes > PATIENCE_ACKNOWLEDGED and half.acknowledged)
            if (enough and half.waiting_bytes > PATIENCE_BYTES) or half.overfull:
                self._give_up(who)
        elif who == self._client and side.begins is not None:
            self._hellos_sent += half.offset(seq) == side.begins

    def _on_end(self, row: Row) -> None:
        who = row[SIDE]
        side = self._sides[who]
        side.left = row[TIME] if side.left is None else side.left
        other = self._sides[1 - who].half
        if row[FLAGS] & ACK and other.anchor is not None:
            # One more than bytes: the FIN counts as well.
            self._missed[1 - who] |= other.offset(row[ACK_NUMBER]) > len(other.held) + 1
        if row[FLAGS] & RST:
            self._reset[who] = True
        else:
            self._closed[who] = True
        # One side's end is not the other's: what was under way still arrives, and a box may speak for
        # another.
        if self.left and not any(one.half.waiting for one in self._sides):
            self.over = True

    # Where TLS begins

    def _search(self, who: int) -> None:
        """Look for a ClientHello in what this side sent."""
        side = self._sides[who]
        held = side.half.held
        found = find_client_hello(held, side.searched)
        side.searched = found.searched
        if found.at is not None:
            self._begin(who, found)
            return
        if len(held) > MAX_PRELUDE or not self._hopeful():
            self.over = True

    def _hopeful(self) -> bool:
        """Whether TLS may still begin."""
        first, second = (bytes(one.half.held[:MAX_PRELUDE]) for one in self._sides)
        if self._client is None:
            return may_become_tls(first, second) or may_become_tls(second, first)
        return may_become_tls(second, first) if self._client else may_become_tls(first, second)

    def _begin(self, client: int, found: ClientHelloAt) -> None:
        """A ClientHello was found: from here on there is a reader."""
        assert found.at is not None  # noqa: S101 - for the type checker; the caller asked
        self._client = client
        side, other = self._sides[client], self._sides[1 - client]
        side.begins = side.fed = found.at
        before = bytes(side.half.held[: found.at])
        if wraps_tls(before):
            side.tds, other.tds = Unwrapper(before), Unwrapper(b"")
        self._hello = side.mark_of(found.at)
        self._reader = Reader(self._keys)
        other.begins = other.fed = server_begins(other.half.held)
        if other.unread:
            if other.tds is not None:
                other.tds = Unwrapper(bytes(other.half.held[: other.fed]))
            self._read(client)
            self._answer = other.mark_of(other.fed)
            if other.unread >= MUCH:
                self._read(1 - client)

    def _begin_one_sided(self) -> None:
        """Where no ClientHello was seen, a ServerHello may begin what can be read."""
        # Who spoke first, whichever number his address has.
        for who in sorted((0, 1), key=lambda who: [mark[1] for mark in self._sides[who].marks[:1]]):
            side = self._sides[who]
            at = server_begins(side.half.held)
            if is_server_hello(side.half.held, at):
                self._client = 1 - who
                side.begins = side.fed = at
                self._sides[1 - who].begins = self._sides[1 - who].fed = 0
                self._hello = side.mark_of(at)
                self._reader = Reader(self._keys)
                return

    # Reading

    def _on_more(self, who: int, side: _Side, other: _Side) -> None:
        """A packet brought more bytes in order: they are read when their side has had its say.

        That is when the other side speaks, or when they are many; reading each packet costs more.
        """
        if self._reader is None:
            self._search(who)
            return
        if len(other.half.held) > other.fed:
            self._read(1 - who)
        if self._answer is None and who != self._client:
            self._answer = side.mark_of(side.fed)
        if len(side.half.held) - side.fed >= MUCH:
            self._read(who)
        side.speaking, other.speaking = self._answer is not None, False

    def _read(self, who: int) -> None:
        """Give the reader what is unread of one side."""
        reader, side = self._reader, self._sides[who]
        held = side.half.held
        if reader is None or len(held) == side.fed:
            return
        data = bytes(held[side.fed :])
        at = (side.mark_of(side.fed)[2] - self._hello[2]) / 1e9
        side.fed = len(held)
        if side.tds is not None:
            data = side.tds.feed(data)
        direction = _CLIENT if who == self._client else _SERVER
        self._segments.append(Segment(direction, data, at))
        reader.feed(direction, data, at)
        if reader.over or side.fed > MAX_HELD:
            self.over = True

    def _give_up(self, who: int) -> None:
        """What is missing of this side will not come any more."""
        if self._reader is None:
            self.over = True
            return
        self._read(1 - who)
        self._pass_hole(who)
        if self._reader.over:
            self.over = True

    def _pass_hole(self, who: int) -> None:
        reader, side = self._reader, self._sides[who]
        size = side.half.hole()
        if reader is None or not size or side.ended:
            return
        self._read(who)
        side.ended = True
        direction = _CLIENT if who == self._client else _SERVER
        at = (self.last - self._hello[2]) / 1e9
        self._complete = False
        self._segments.append(Gap(direction, size, at))
        reader.gap(direction, size, at)

    # What was heard

    def _talk(self, handshake: Handshake, client: int) -> Talk:
        ours, theirs = self._sides[client], self._sides[1 - client]
        started = self._hello[2]
        answer = self._answer
        closed, reset = self._closed, self._reset
        return Talk(
            client_side=client,
            frame=self._hello[1],
            started=started,
            transcript=Transcript(
                origin=Origin.CAPTURE,
                client=None,
                server=None,
                started=moment(started),
                segments=tuple(self._segments),
                ending=_ending(closed=closed[1 - client], reset=reset[1 - client]),
            ),
            handshake=handshake,
            prelude=(
                bytes(ours.half.held[: ours.begins or 0]),
                bytes(theirs.half.held[: theirs.begins or 0]),
            ),
            complete=self._complete and ours.seen and theirs.seen,
            comments=tuple(self._comments),
            syn_ack_ttl=self._syn_ack[1] if self._syn_ack else None,
            answer_ttl=answer[3] if answer else None,
            differing=ours.half.differing + theirs.half.differing,
            disputed=theirs.half.disputed,
            connect_ms=_milliseconds(self._syn, self._syn_ack[0] if self._syn_ack else None),
            answer_ms=_milliseconds(started, answer[2])
            if answer and handshake.client_hellos
            else None,
            closed_by=(closed[client], closed[1 - client]),
            reset_by=(reset[client], reset[1 - client]),
            left_after=(_seconds(started, ours.left), _seconds(started, theirs.left)),
            server_seen=theirs.seen,
            last=self.last,
            hellos_sent=self._hellos_sent,
            hello_acknowledged=self._acknowledged,
            received=None
            if self._missed[1 - client]
            else len(theirs.half.held) - (theirs.begins or 0),
        )


def _ending(*, closed: bool, reset: bool) -> Ending:
    if reset:
        return Ending.RESET
    return Ending.CLOSED if closed else Ending.OPEN


def _seconds(begin: int, end: int | None) -> float | None:
    return None if end is None else (end - begin) / 1e9


def _milliseconds(begin: int | None, end: int | None) -> float | None:
    return None if begin is None or end is None or end < begin else (end - begin) / 1e6
