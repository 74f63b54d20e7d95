"""The hosts file of this machine: what it says of a name, whatever the DNS says."""

import os
import sys
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


def addresses_of(name: str, path: Path) -> tuple[str, ...]:
    """The addresses that the file gives `name`, in its order; none where it cannot be read."""
    wanted = name.lower().removesuffix(".").encode()
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).lower()
    except OSError:
        return ()
    if wanted not in text:
        return ()
    found: dict[str, None] = {}
    for line in text.splitlines():
        address, *names = line.partition(b"#")[0].split() or [b""]
        if wanted in names and is_ip_literal(address.decode("ascii", "replace")):
            found[address.decode("ascii")] = None
    return tuple(found)
