"""Cut a byte stream into TLS records (RFC 8446 section 5.1)."""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import NamedTuple

HEADER = 5
_HEADER = Struct(">BHH")
# 2^14 bytes of plaintext and at most 2^11 of expansion in TLS 1.2 (RFC 5246 section 6.2.3); TLS 1.3
# allows less. A length above this was never written by a TLS stack.
MAX_FRAGMENT = 2**14 + 2**11

CHANGE_CIPHER_SPEC = 20
ALERT = 21
HANDSHAKE = 22
APPLICATION_DATA = 23
HEARTBEAT = 24
OLD_HELLO = 0x80
"""Not a content type of TLS: what stands for the one record that SSL 2.0's format may have."""
CONTENT_TYPES = frozenset((CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT))

# Of a hello in SSL 2.0's format: type, version and three lengths, and one cipher suite.
_OLD_HELLO_HEAD = 9 + 3

# How much of a stream that is no TLS is kept, to say what it was instead.
KEPT_OF_GARBAGE = 512


class Record(NamedTuple):
    """One record: `content_type` and `version` as written, the fragment as it stands (maybe sealed)."""

    content_type: int
    version: int
    fragment: bytes

    @property
    def header(self) -> bytes:
        """The bytes before the fragment: additional data of TLS 1.3's protection."""
        if self.content_type == OLD_HELLO:
            return bytes((OLD_HELLO | len(self.fragment) >> 8, len(self.fragment) & 0xFF))
        return _HEADER.pack(self.content_type, self.version, len(self.fragment))


# Half the time of `Record(...)`, and records are many.
_record: Callable[[type[Record], tuple[int, int, bytes]], Record]
_record = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def may_be_old_hello(data: bytes) -> bool:
    """Whether bytes, as far as they go, are a ClientHello in SSL 2.0's format that offers SSL 3.0 on.

    RFC 5246 appendix E.2: two bytes of length, type 1, version.
    """
    return (
        data[0] & 0xF0 == OLD_HELLO
        and (len(data) < 2 or (data[0] & 0x0F) << 8 | data[1] >= _OLD_HELLO_HEAD)
        and data[2:4] in (b"", b"\1", b"\1\3")
    )


class RecordCutter:
    """Takes the bytes of one direction, gives whole records.

    `client` says that the direction may begin with a ClientHello in SSL 2.0's format, which then
    comes as a record of type `OLD_HELLO` with a header of two bytes.
    When a header cannot be TLS, cutting stops for good: `garbage` then holds the first bytes from
    there on. A peer that leaves TLS never comes back to it.
    """

    __slots__ = ("_buffer", "_may_be_old", "garbage")

    def __init__(self, *, client: bool = False) -> None:
        self._buffer = b""
        self._may_be_old = client
        self.garbage: bytes | None = None

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their record."""
        return len(self._buffer)

    @property
    def torn(self) -> tuple[int, bytes]:
        """(content type, what came of the fragment) of the record that waits; b"" where none does."""
        return (self._buffer[0] if self._buffer else 0), self._buffer[HEADER:]

    def feed(self, data: bytes) -> Iterator[Record]:
        """The records that `data` completes, in order."""
        if self.garbage is not None:
            self.garbage = (self.garbage + data)[:KEPT_OF_GARBAGE]
            return
        buffer = self._buffer + data if self._buffer else data
        position, size = 0, len(buffer)
        if self._may_be_old and buffer:
            if may_be_old_hello(buffer):
                position = 2 + ((buffer[0] & 0x0F) << 8 | int.from_bytes(buffer[1:2]))
                if position > size:
                    self._buffer = buffer
                    return
                version = buffer[3] << 8 | buffer[4]
                yield Record(OLD_HELLO, version, buffer[2:position])
            self._may_be_old = False
        unpack = _HEADER.unpack_from
        while size - position >= HEADER:
            content_type, version, length = unpack(buffer, position)
            if content_type not in CONTENT_TYPES or version >> 8 != 3 or length > MAX_FRAGMENT:
                self.garbage = buffer[position : position + KEPT_OF_GARBAGE]
                self._buffer = b""
                return
            end = position + HEADER + length
            if end > size:
                break
            body = position + HEADER
            yield _record(Record, (content_type, version, buffer[body:end]))
            position = end
        self._buffer = buffer[position:]
        # A first byte that no record can begin with is known for garbage before five have come:
        # an answer of three bytes must not look like silence.
        if self._buffer and self._buffer[0] not in CONTENT_TYPES:
            self.garbage, self._buffer = self._buffer[:KEPT_OF_GARBAGE], b""
