"""Walk DER without believing it: every function here is total on any bytes.

`cryptography` is all or nothing: one malformed extension hides all the others, and public CAs with
such extensions exist. So structures are walked by hand, and what cannot be read is a fault beside
the facts that can. Reading is lenient where laxness is harmless (lengths that are longer than they
need be) and refuses only what has no meaning (X.690 section 8.1).
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
ENUMERATED = 0x0A
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31
CONTEXT = 0x80
"""Context-specific, primitive: ``CONTEXT | n`` is ``[n] IMPLICIT`` over a primitive type."""
CONSTRUCTED = 0xA0
"""Context-specific, constructed: ``CONSTRUCTED | n`` is ``[n] EXPLICIT``, or over a SEQUENCE."""

_MAX_LENGTH_BYTES = 4
"""Lengths of 4 GiB are past anything that a peer is let send."""

_CODECS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString: T.61 by the letter, Latin-1 in practice
    0x15: "latin-1",  # VideotexString
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1B: "latin-1",  # GeneralString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


class Element(NamedTuple):
    """One tag-length-value: `start` and `stop` bound the value, `at` is where the tag stands."""

    tag: int
    at: int
    start: int
    stop: int


def element(data: bytes, at: int, end: int) -> Element | None:
    """The element at `at`, or None where none fits before `end`."""
    if at + 2 > end:
        return None
    tag = data[at]
    length = data[at + 1]
    start = at + 2
    if length >= 0x80:
        size = length & 0x7F
        # Size 0 is the indefinite form, which DER does not have.
        if not 0 < size <= _MAX_LENGTH_BYTES or start + size > end:
            return None
        length = int.from_bytes(data[start : start + size])
        start += size
    stop = start + length
    # Tag number 31 announces a tag of several bytes, which X.509 does not use.
    if stop > end or tag & 0x1F == 0x1F:
        return None
    return Element(tag, at, start, stop)


def opening(data: bytes, at: int, end: int) -> Element | None:
    """The element at `at`; one that is cut off is taken as far as it goes."""
    one = element(data, at, end)
    if one is not None:
        return one
    # Its own header still says what it would have been: let it end where the bytes do.
    size = data[at + 1] & 0x7F if at + 1 < end and data[at + 1] >= 0x80 else 0
    start = at + 2 + size
    if start > end or size > _MAX_LENGTH_BYTES or data[at + 1] == 0x80:
        return None
    return Element(data[at], at, start, end)


def elements(data: bytes, start: int, stop: int) -> tuple[list[Element], bool]:
    """The elements between two places, as far as they can be read, and whether all could be."""
    found: list[Element] = []
    at = start
    while at < stop:
        # Short and simple elements are the most by far, and this is the hot path of a bulk run.
        inner = at + 2
        if inner <= stop and (length := data[at + 1]) < 0x80 and (tag := data[at]) & 0x1F != 0x1F:
            after = inner + length
            if after > stop:
                return found, False
            found.append(Element(tag, at, inner, after))
            at = after
            continue
        one = element(data, at, stop)
        if one is None:
            return found, False
        found.append(one)
        at = one.stop
    return found, True


def inside(data: bytes, tag: int) -> list[Element] | None:
    """What stands inside `data`, if `data` is one whole element of `tag`; else None."""
    outer = element(data, 0, len(data))
    if outer is None or outer.tag != tag or outer.stop != len(data):
        return None
    found, whole = elements(data, outer.start, outer.stop)
    return found if whole else None


def value(data: bytes, one: Element) -> bytes:
    """The bytes of an element's value."""
    return data[one.start : one.stop]


def whole(data: bytes, one: Element) -> bytes:
    """The bytes of an element with its tag and length."""
    return data[one.at : one.stop]


def encoded(tag: int, body: bytes) -> bytes:
    """An element of that tag and value, its length in the shortest form (X.690 section 10.1)."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + body


def signed(number: int) -> bytes:
    """The value of an INTEGER, in as few bytes as it takes (X.690 section 8.3)."""
    # One bit more than the number has, for the sign.
    bits = (number if number >= 0 else ~number).bit_length() + 1
    return number.to_bytes((bits + 7) // 8, signed=True)


@lru_cache(maxsize=512)
def oid(body: bytes) -> str | None:
    """An object identifier in dotted form (X.690 section 8.19)."""
    if not body or body[-1] & 0x80 or len(body) > 64:
        return None
    arcs: list[int] = []
    arc = 0
    for byte in body:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, (top, arcs[0] - 40 * top, *arcs[1:])))


def integer(body: bytes) -> int | None:
    """A signed integer."""
    return int.from_bytes(body, signed=True) if body else None


def bits(body: bytes) -> frozenset[int] | None:
    """The numbers of the bits that are set in a BIT STRING, bit 0 first."""
    if not body or body[0] > 7:
        return None
    return frozenset(
        8 * index + bit
        for index, byte in enumerate(body[1:33])
        for bit in range(8)
        if byte & 0x80 >> bit
    )


def text(tag: int, body: bytes) -> str | None:
    """A character string of any of the types that names use (RFC 5280 section 4.1.2.4)."""
    codec = _CODECS.get(tag)
    if codec is None:
        return None
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def moment(tag: int, body: bytes) -> datetime | None:
    """A UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5), also without seconds or with an offset."""
    if tag == UTC_TIME and body[:10].isdigit():
        # Two-digit years below 50 are of this century.
        body = (b"20" if body < b"50" else b"19") + body
    elif tag != GENERALIZED_TIME:
        return None
    if not body[:12].isdigit() or len(body) < 13:
        return None
    at = 14 if body[12:14].isdigit() and len(body) > 14 else 12
    second = int(body[12:14]) if at == 14 else 0
    if body[at : at + 1] == b".":
        at += 1
        while body[at : at + 1].isdigit():
            at += 1
    offset = _offset(body[at:])
    if offset is None:
        return None
    try:
        # Second 60 is a leap second, which datetime does not know.
        begin = datetime(
            int(body[:4]),
            int(body[4:6]),
            int(body[6:8]),
            int(body[8:10]),
            int(body[10:12]),
            min(second, 59),
            tzinfo=UTC,
        )
        return begin - offset
    except (ValueError, OverflowError):
        return None


_NONE = timedelta(0)


def _offset(zone: bytes) -> timedelta | None:
    """How far a time's zone (``Z`` or ``+hhmm``) is ahead of UTC."""
    if zone == b"Z":
        return _NONE
    if len(zone) == 5 and zone[:1] in b"+-" and zone[1:].isdigit():
        ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        return ahead if zone[:1] == b"+" else -ahead
    return None
