"""Bytes that came twice and differently: which copy was damaged, as far as TCP checksums tell.

A receiver drops a segment whose checksum is wrong (RFC 9293 section 3.1) and waits for it to come
again, but who takes the capture has both. Only a pair tells something: checksums of packets that
this machine sends, or has put together from several, are often not filled in, so that a wrong one
alone means nothing, and nobody looks at any before two copies differ.
"""

from collections.abc import Sequence
from functools import partial

from tlsprobe.capture.reassembly import Half
from tlsprobe.capture.segments import (
    ACK_NUMBER,
    END,
    FLAGS,
    FRAME,
    SEQ,
    START,
    SYN,
    Packets,
    Row,
)

Mark = tuple[int, int, int, int, Row]
"""Of a packet that brought bytes in order: where these end, frame, time, TTL, and its row."""

_TCP = 6
_HEADERS = range(20, 61, 4)
"""Sizes that a TCP header can have."""


def settle(
    half: Half, marks: Sequence[Mark], row: Row, packets: Packets, *, unread: int
) -> int:  # fmt: skip
    """Hold a copy that differs against what came before; how many bytes are settled by it.

    Where the earlier copy's checksum is wrong and this one's is right, this one counts, unless bytes
    from before `unread` are concerned: these have been read. `marks` are those of the bytes in order.
    """
    if row[FLAGS] & SYN:
        return 0
    payload = packets.between(row[START], row[END])
    at, settled, begin = half.offset(row[SEQ]), 0, 0
    right = fits(packets, row)
    for end, *_, earlier in marks:
        low, high = max(begin, at), min(end, at + len(payload))
        whole, begin = end - begin == earlier[END] - earlier[START], end
        if low >= high or right is None:
            continue
        here, there = payload[low - at : high - at], bytes(half.held[low:high])
        if here == there or not whole or fits(packets, earlier) is not (not right):
            continue
        if right:
            if low < unread:
                continue
            half.held[low:high] = here
        settled += sum(a != b for a, b in zip(here, there, strict=True))
    return settled


def fits(packets: Packets, row: Row) -> bool | None:
    """Whether a segment's checksum fits; None where nobody can say.

    That is where the packet is out of memory, was cut, lies in something unusual, or where the
    checksum was left to the network card, which stands in it as the sum of the pseudo-header alone.
    """
    memory, start, end = packets.memory, row[START], row[END]
    if row[FRAME] < packets.first_frame:
        return None
    number = partial(_number, memory)
    size = next(
        (
            size
            for size in _HEADERS
            if start - size >= 40  # there is room for IP before it
            and memory[start - size + 12] >> 4 << 2 == size
            and number(start - size + 4, 4) == row[SEQ]
            and number(start - size + 8, 4) == row[ACK_NUMBER]
        ),
        None,
    )
    if size is None:
        return None
    header, length = start - size, size + end - start
    pseudo = _pseudo_header(memory, header, length)
    if pseudo is None:
        return None
    # The sum of 16-bit words in ones' complement is the number's rest by 2^16 - 1 (RFC 1071).
    begin = int.from_bytes(pseudo) % 0xFFFF
    if number(header + 16, 2) % 0xFFFF == begin:
        return None
    segment = bytes(memory[header:end]) + bytes(length % 2)
    return (begin + int.from_bytes(segment)) % 0xFFFF == 0


def _pseudo_header(memory: memoryview, header: int, length: int) -> bytes | None:
    """What the checksum covers before the TCP header (RFC 9293 section 3.1, RFC 8200 section 8.1)."""
    ip = header - 20
    if memory[ip] == 0x45 and memory[ip + 9] == _TCP:
        whole = _number(memory, ip + 2, 2) == 20 + length
        packed = bytes(memory[ip + 12 : header]) + _TCP.to_bytes(2) + length.to_bytes(2)
        return packed if whole else None
    ip = header - 40
    if memory[ip] >> 4 == 6 and memory[ip + 6] == _TCP:
        whole = _number(memory, ip + 4, 2) == length
        packed = bytes(memory[ip + 8 : header]) + length.to_bytes(4) + _TCP.to_bytes(4)
        return packed if whole else None
    return None


def _number(memory: memoryview, at: int, size: int) -> int:
    return int.from_bytes(memory[at : at + size])
