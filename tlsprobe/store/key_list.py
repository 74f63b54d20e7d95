"""A long list of CA keys in a text file, searched where it lies.

One key a line, in the order of the lines' bytes: SHA-256 of the SPKI in base64 (without the final
``=``), first and last day of its certificates. Lines that begin with ``#`` come first and say what
it is. It is text so that a change can be reviewed, and all lines are of one length, so that a key is
found by halving and nobody has to make thousands of values of it.
"""

from base64 import b64encode
from bisect import bisect_left
from datetime import date
from functools import cached_property
from pathlib import Path

from tlsprobe.certs.trust import KnownCA

KEY = 43
"""Characters of a SHA-256 in base64."""
LINE = KEY + len(" 20140101 20261122\n")


class KeyList:
    """The keys of one file; it is read when the first is looked up. Compared by identity."""

    def __init__(self, path: Path, *, origin: str) -> None:
        self._path = path
        self._origin = origin

    def find(self, spki_sha256: bytes) -> KnownCA | None:
        """The CA with this key, of which nothing else is known but when it had certificates."""
        wanted = b64encode(spki_sha256)[:KEY]
        lines = self._lines
        found = bisect_left(
            range(len(lines) // LINE),
            wanted,
            key=lambda index: lines[index * LINE : index * LINE + KEY],
        )
        line = lines[found * LINE : (found + 1) * LINE]
        if line[:KEY] != wanted:
            return None
        _, first, last = line.decode().split()
        return KnownCA(
            spki_sha256=spki_sha256,
            origin=self._origin,
            root=False,
            lifetime=(date.fromisoformat(first), date.fromisoformat(last)),
        )

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._lines) // LINE

    @cached_property
    def _lines(self) -> bytes:
        text = self._path.read_bytes()
        while text.startswith(b"#"):
            text = text.partition(b"\n")[2]
        return text
