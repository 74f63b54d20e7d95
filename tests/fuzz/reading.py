"""Targets that read a whole capture, or what stands in one up to its connections."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from tests.fuzz import scripts
from tlsprobe.capture import containers
from tlsprobe.capture.batch import Batch
from tlsprobe.capture.containers import Container, open_capture
from tlsprobe.capture.conversations import Conversation, conversations
from tlsprobe.capture.headers import Headers
from tlsprobe.capture.keylog import parse_keylog
from tlsprobe.capture.packets import Dissector
from tlsprobe.capture.reassembly import Half
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "captures"

WIDE, NARROW = 2**17, 2**9
"""Windows in bytes, of which the one holds the whole input mostly, and the other never."""


# Containers


def container(data: bytes) -> None:
    """Every packet that a file gives lies in the window, whatever the file claims."""
    for window in (WIDE, NARROW):
        with _capture(data, window) as opened:
            if opened is not None:
                for batch in opened:
                    _sound(batch)
                _said(opened)


def _sound(batch: Batch) -> None:
    count = batch.starts.size
    columns = (batch.starts, batch.sizes, batch.times, batch.links)
    assert {(one.size, one.dtype.str) for one in columns} == {(count, "<i8")}
    assert (batch.starts >= 0).all()
    assert (batch.sizes >= 0).all()
    assert (batch.starts + batch.sizes <= batch.data.size).all()
    assert batch.first_frame >= 1
    assert all(batch.first_frame <= one < batch.first_frame + count for one in batch.comments)
    assert all(isinstance(one, bytes) for one in batch.secrets)


def _said(opened: Container) -> None:
    """Problems are lines, and no more of them than a person reads."""
    assert len(opened.problems) < 40
    assert not any("\n" in one for one in opened.problems)


# Packets


def packets(data: bytes) -> None:
    """The bulk reader and the one that goes packet by packet find the same segments."""
    many = scripts.packets_of(data)
    if many:
        assert _in_bulk(_batch_of(many)) == _one_by_one(many)


def _batch_of(many: list[tuple[int, bytes]]) -> Batch:
    sizes = np.array([len(packet) for _, packet in many], dtype=np.int64)
    return Batch(
        data=np.frombuffer(b"".join(packet for _, packet in many) + bytes(1), dtype=np.uint8),
        starts=np.cumsum(sizes) - sizes,
        sizes=sizes,
        times=np.arange(len(many), dtype=np.int64),
        links=np.array([link for link, _ in many], dtype=np.int64),
        first_frame=1,
    )


_Row = tuple[int | bytes, ...]


def _in_bulk(batch: Batch) -> list[_Row]:
    headers = Headers()
    found = headers.segments(batch)
    if found is None:
        return []
    answer: list[_Row] = []
    rows = found.rows(np.arange(found.frames.size))
    for row, low, high in zip(rows, found.low.tolist(), found.high.tolist(), strict=True):
        frame, time, forward, seq, ack, flags, ttl, start, end = row
        ends = (low, high) if forward else (high, low)
        who = [part for one in ends for part in (headers.address(one >> 16), one & 0xFFFF)]
        answer.append((frame, time, *who, seq, ack, flags, ttl, found.data[start:end].tobytes()))
    return answer


def _one_by_one(many: list[tuple[int, bytes]]) -> list[_Row]:
    dissector = Dissector()
    answer: list[_Row] = []
    for index, (link, packet) in enumerate(many):
        for one in dissector.segments(link, packet, index + 1, index):
            assert len(one.source) == len(one.target)
            assert len(one.source) in (4, 16)
            assert one.missing >= 0
            answer.append((index + 1, index, *one[:9]))
    return answer


# TCP


def reassembly(data: bytes) -> None:
    """What is in order is what the first segment said of each place, up to the first hole."""
    half = Half()
    half.anchor = 2**32 - 300
    first: dict[int, int] = {}
    again = 0
    for piece in scripts.pieces_of(data):
        half.push((half.anchor + piece.at) % 2**32, piece.data)
        for place, byte in enumerate(piece.data, piece.at):
            if place >= 0:
                again += first.setdefault(place, byte) != byte
    expected = bytearray()
    while len(expected) in first:
        expected.append(first[len(expected)])
    assert half.held == expected
    assert bool(half.waiting) == (len(first) > len(expected))
    assert half.hole() == (min(set(first) - set(range(len(expected)))) - len(expected)
                           if half.waiting else 0)  # fmt: skip
    assert half.differing <= again


def connections(data: bytes) -> None:
    """Sessions do not depend on how many packets are in memory at a time."""
    capture = scripts.as_pcap(scripts.segments_of(data))
    wide, narrow = (sessions(capture, window) for window in (WIDE, NARROW))
    assert [_told(one) for one in wide] == [_told(one) for one in narrow]


def capture(data: bytes) -> None:
    """Whatever a file holds, every session of it can be told."""
    for one in sessions(data, NARROW if len(data) % 2 else WIDE):
        _told(one)


def _told(one: Conversation) -> tuple[object, ...]:
    assert 0 <= one.port < 2**16
    assert one.host
    assert one.captured.frame >= 1
    return (
        one.captured, one.transcript.segments, one.handshake, one.failure, one.timings, one.taken,
        one.host, one.port, one.via,
    )  # fmt: skip


def sessions(data: bytes, window: int = WIDE) -> list[Conversation]:
    """The sessions of a file with these bytes, in the order of their streams and frames."""
    with _capture(data, window) as opened:
        if opened is None:
            return []
        found = [one for some in conversations(opened, keys()) for one in some]
        _said(opened)
    return sorted(found, key=lambda one: (one.captured.stream, one.captured.frame))


# Files


@contextmanager
def _capture(data: bytes, window: int) -> Iterator[Container | None]:
    """A file with these bytes, opened; None where it is no capture."""
    path = _folder() / "capture"
    path.write_bytes(data)
    before, containers.WINDOW = containers.WINDOW, window
    try:
        opened = open_capture(str(path))
    except InputError as error:
        opened, said = None, str(error)
    finally:
        containers.WINDOW = before
    if opened is None:
        assert "\n" not in said
        yield None
        return
    with opened:
        yield opened


@cache
def _folder() -> Path:
    """A place of this process's own; in memory where the system has such a place."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    place = tempfile.TemporaryDirectory(prefix="tlsprobe-fuzz-", dir=where)
    _kept.append(place)
    return Path(place.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
"""Removed when the process ends."""


@cache
def keys() -> KeyLog:
    """The secrets of the captures in `fixtures/`, so that a fuzzer gets behind them."""
    keys, _ = parse_keylog((FIXTURES / "tls13.keylog").read_bytes(), "name")
    return keys
