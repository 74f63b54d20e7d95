"""The hosts file of this machine: what it says of a name, whatever the DNS says."""

import os
import sys
from functools import cached_property
from pathlib import Path

from tlsprobe.wire.ip_literals import is_ip_literal

LARGEST = 8 * 2**20
"""Bytes that are read: lists that block advertisements have some megabytes."""


def hosts_file() -> Path:
    """Where this system has it."""
    windows = sys.platform == "win32"
    if windows:
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        return Path(root, "System32", "drivers", "etc", "hosts")
    return Path("/etc/hosts")


class HostsFile:
    """One reading of the file, for all names that are asked about."""

    def __init__(self, path: Path) -> None:
        """It is read when the first name is asked for; where it cannot be, it says nothing."""
        self._path = path

    def addresses_of(self, name: str) -> tuple[str, ...]:
        """The addresses that it gives `name`, in its order."""
        wanted = name.lower().removesuffix(".").encode()
        if wanted not in self._text:  # a list of advertisers is long, and has none of them
            return ()
        found: dict[str, None] = {}
        for line in self._text.splitlines():
            address, *names = line.partition(b"#")[0].split() or [b""]
            if wanted in names and is_ip_literal(address.decode("ascii", "replace")):
                found[address.decode("ascii")] = None
        return tuple(found)

    @cached_property
    def _text(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                return file.read(LARGEST).lower()
        except OSError:
            return b""
