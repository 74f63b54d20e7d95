"""Key logs: the text in which TLS libraries write down their secrets (SSLKEYLOGFILE, RFC 9850).

A line is a label, the client's random and a secret, in hex. Decryption Secrets Blocks of a pcapng
file hold the same text. What cannot be read is counted and named once; it never stops the reading,
for a log that is still being written ends in half a line.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import InputError

# Longer than any line with a secret; an ECH_CONFIG may be longer, and is not read.
MAX_LINE = 4096

_RANDOM = 64
"""Hex digits of a client random."""
# TLS 1.2 has a master secret of 48 bytes; TLS 1.3 has secrets as long as its hash: 32 or 48 bytes.
_SECRETS = frozenset((64, 96))
_READ = frozenset(
    (
        "CLIENT_RANDOM",
        "CLIENT_EARLY_TRAFFIC_SECRET",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_TRAFFIC_SECRET_0",
        "EARLY_EXPORTER_SECRET",
        "EXPORTER_SECRET",
    )
)


def parse_keylog(
    text: bytes, name: str, into: KeyLog | None = None
) -> tuple[KeyLog, tuple[str, ...]]:
    """The secrets in `text`, added to `into` where it is given; and what is wrong, in words.

    `name` stands before each problem. There is at most one, of lines that are malformed: the first
    is named by its number.
    """
    lines = text.removeprefix(BOM_UTF8).splitlines()
    keys, _, problems = _read((line.decode(errors="replace") for line in lines), name, into)
    return keys, problems


def read_keylog(path: Path, into: KeyLog | None = None) -> tuple[KeyLog, tuple[str, ...]]:
    """The same of a file, line by line; an InputError where it cannot be read or has no secret."""
    name = str(path)
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            keys, usable, problems = _read(_lines(file), name, into)
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror or error}") from error
    if not usable:
        raise InputError(name, "is no key log: it has no line of a label, a random and a secret")
    return keys, problems


def _read(
    lines: Iterable[str], name: str, into: KeyLog | None
) -> tuple[KeyLog, int, tuple[str, ...]]:
    """The keys, how many lines could be used, and the problems."""
    keys = KeyLog() if into is None else into
    usable = malformed = first = 0
    random, random_hex = b"", ""
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in _READ:
            secret = _secret(words)
            if secret is not None:
                if words[1] != random_hex:  # the lines of one connection stand together
                    random, random_hex = bytes.fromhex(words[1]), words[1]
                keys.add(random, words[0], secret)
                usable += 1
                continue
        elif _is_label(words[0]):
            continue  # RSA, ECH_SECRET and whatever comes: nothing here has a use for them
        malformed += 1
        first = first or number
    if not malformed:
        return keys, usable, ()
    others = f", nor can {malformed - 1:,} others" if malformed > 1 else ""
    return keys, usable, (f"{name}: line {first} cannot be read as a secret{others}",)


def _secret(words: list[str]) -> bytes | None:
    """The secret of a line; None where the line is malformed."""
    if len(words) != 3 or len(words[1]) != _RANDOM or len(words[2]) not in _SECRETS:
        return None
    try:
        bytes.fromhex(words[1])
        return bytes.fromhex(words[2])
    except ValueError:
        return None


def _is_label(word: str) -> bool:
    return word.isascii() and word.isupper() and word.replace("_", "").isalnum()


def _lines(file: TextIO) -> Iterator[str]:
    """Lines, each cut at a length beyond which it can be no secret: memory stays flat."""
    cut = False
    while line := file.readline(MAX_LINE):
        if not cut:
            yield line
        cut = not line.endswith("\n")
