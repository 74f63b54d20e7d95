"""Targets from files and stdin, one a line, as they come: a list may be longer than memory.

``#`` begins a comment and blank lines count for nothing. A malformed line costs itself alone.
"""

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tlsprobe.cli.targets import Endpoint, parse_endpoint
from tlsprobe.errors import InputError, UsageError

STDIN = "stdin"
CHUNK = 2**16
LONGEST_LINE = 4096
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_list(path: Path) -> BinaryIO:
    """The file at `path`, to be read by `endpoints`.

    Raises:
        InputError: it cannot be opened.
    """
    try:
        if path.is_dir():
            raise InputError(str(path), "is a directory; expected a list of targets")
        return path.open("rb", buffering=0)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            str(path), f"cannot be read: {reason}; expected a list of targets"
        ) from None


def open_stdin() -> BinaryIO:
    """This process's stdin, to be read by `endpoints`.

    Raises:
        InputError: there is none.
    """
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    except (OSError, ValueError, AttributeError):
        raise InputError(STDIN, "is closed; expected a list of targets") from None


async def endpoints(stream: BinaryIO, source: str) -> AsyncIterator[Endpoint | UsageError]:
    """Every target of the list; `source` is its name in messages.

    Raises:
        InputError: it cannot be read (further), or is no UTF-8 text at all.
    """
    number = 0
    async for line in _lines(stream, source):
        number += 1
        try:
            text = line.decode("utf-8").removeprefix("\ufeff").partition("#")[0].strip()
        except UnicodeDecodeError:
            yield UsageError(f"{source} line {number}: expected UTF-8")
            continue
        if not text:
            continue
        try:
            yield parse_endpoint(text)
        except UsageError as error:
            yield UsageError(f"{source} line {number}: {error}")


async def _lines(stream: BinaryIO, source: str) -> AsyncIterator[bytes]:
    """Lines without their ends; of one that is too long, so much as shows that."""
    rest = b""
    while chunk := await _chunk(stream, source):
        if not rest and chunk.startswith(_UTF16):
            raise InputError(source, "is UTF-16; expected a list of targets in UTF-8")
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line[:LONGEST_LINE]
        rest = rest[:LONGEST_LINE]
    if rest:
        yield rest


async def _chunk(stream: BinaryIO, source: str) -> bytes:
    """What there is to read, at most `CHUNK` bytes; nothing at the end."""
    try:
        return await _in_thread(lambda: os.read(stream.fileno(), CHUNK))
    except OSError as error:
        raise InputError(source, f"cannot be read: {error.strerror}") from None


async def _in_thread(read: Callable[[], bytes]) -> bytes:
    """What `read` gives, while the loop goes on.

    In a daemon thread and not in the loop's executor: at the end of the program that one would be
    waited for, and so would a line that nobody types any more.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()

    def deliver(result: bytes | OSError) -> None:
        if answer.done():
            return
        if isinstance(result, OSError):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    def work() -> None:
        try:
            result: bytes | OSError = read()
        except OSError as error:
            result = error
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=work, name="targets", daemon=True).start()
    return await answer
