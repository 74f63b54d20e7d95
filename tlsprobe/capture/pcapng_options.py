"""The options of pcapng blocks (draft-ietf-opsawg-pcapng section 3.5)."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_COMMENT = 1
# Of packets: who sent it or is to get it, for captures made on Windows.
_PROCESS = 8
# Of packets, by Apple's tcpdump: the owner, and the one that the owner acts for. Both are numbers of
# processes that were named before (Wireshark, wiretap/pcapng-darwin.c).
_DARWIN_PROCESS = 0x8001
_DARWIN_EFFECTIVE = 0x8003
_DARWIN_NAME = 2


class Option(NamedTuple):
    """One option; what its code means depends on the type of block."""

    code: int
    value: bytes


class Noted(NamedTuple):
    """What the options of a packet say that a person wants to know."""

    comments: tuple[str, ...]
    fault: str | None


def options(raw: bytes, order: str) -> Iterator[Option | str]:
    """The options in `raw`; where they cannot be read on, the reason for that is the last one."""
    at = 0
    while at + 4 <= len(raw):
        code, size = struct.unpack_from(order + "HH", raw, at)
        at += 4
        if code == 0:
            return
        if size > len(raw) - at:
            yield f"option {code} claims {size} bytes, {len(raw) - at} are left"
            return
        yield Option(code, raw[at : at + size])
        at += (size + 3) & ~3


def noted(raw: bytes, order: str, processes: Sequence[str]) -> Noted:
    """What the options of a packet say: its comments, and its process in the form of a comment.

    `processes` are those that the section has named.
    """
    comments: list[str] = []
    for option in options(raw, order):
        if isinstance(option, str):
            return Noted(tuple(comments), option)
        code, value = option
        if code == _COMMENT:
            comments.append(_text(value))
        elif code == _PROCESS and len(value) == 8:
            process, thread = struct.unpack(order + "2I", value)
            if process:
                comments.append(f"PID={process}" + (f" TID={thread}" if thread else ""))
        elif code in {_DARWIN_PROCESS, _DARWIN_EFFECTIVE} and len(value) == 4:
            number: int = struct.unpack(order + "I", value)[0]
            if number < len(processes):
                acting = "for " if code == _DARWIN_EFFECTIVE else ""
                comments.append(acting + processes[number])
    return Noted(tuple(comments), None)


def named_process(body: bytes, order: str) -> str:
    """What the body of a Darwin Process Event Block says: `PID=57 nsurlsessiond`."""
    if len(body) < 4:
        return "PID=?"
    (process,) = struct.unpack_from(order + "I", body)
    for option in options(body[4:], order):
        if isinstance(option, Option) and option.code == _DARWIN_NAME:
            return f"PID={process} {_text(option.value)}"
    return f"PID={process}"


def _text(value: bytes) -> str:
    """A string, which ends at a NUL if it has one; what is not UTF-8 is replaced."""
    return value.partition(b"\0")[0].decode(errors="replace")
