"""Windows' binary values of proxy settings: ``WinHttpSettings`` and ``DefaultConnectionSettings``.

Both begin alike, with little-endian numbers of 32 bits: a version, a counter of changes, flags; then
the proxies, their exceptions and the address of a script, each behind its length. Microsoft does not
document them. Origin: what administrators found out (read 2026-11-25), which agrees with the values
that Windows ships and that ``netsh winhttp set proxy`` writes.
"""

import struct
from dataclasses import dataclass

from tlsprobe.errors import InputError
from tlsprobe.model.windows_proxy import WindowsProxy
from tlsprobe.store.pac_file import shown_place
from tlsprobe.store.proxy_servers import parse_exceptions, parse_servers

LARGEST = 64 * 1024
"""Bytes of a value."""
PROXY = 0x2
SCRIPT = 0x4
DETECT = 0x8
"""Flags. The lowest, for a direct way, is always set."""
_HEAD = struct.Struct("<III")
_LENGTH = struct.Struct("<I")


def parse(value: bytes, *, origin: str, winhttp: bool = False) -> WindowsProxy:
    """The settings that a value holds; `origin` is where it stands in the registry.

    Raises:
        InputError: it is cut off, or a proxy in it is malformed.
    """
    if len(value) > LARGEST:
        raise InputError(origin, f"expected at most {LARGEST} bytes")
    cursor = _Cursor(value, origin)
    flags = cursor.flags()
    servers, exceptions = cursor.text("the list of proxies"), cursor.text("the list of exceptions")
    # Older values, and WinHTTP's where it has none, end before the script.
    script = cursor.text("the address of the script") if cursor.left else ""
    try:
        return WindowsProxy(
            origin=origin,
            detect=bool(flags & DETECT),
            script=shown_place(script) or None if flags & SCRIPT else None,
            proxies=parse_servers(servers) if flags & PROXY else {},
            bypass=parse_exceptions(exceptions) if flags & PROXY else (),
            socks=not winhttp,
        )
    except ValueError as error:
        raise InputError(origin, str(error)) from None


@dataclass(slots=True)
class _Cursor:
    """A place in a value."""

    value: bytes
    origin: str
    at: int = 0

    @property
    def left(self) -> bool:
        """Whether a length may follow."""
        return len(self.value) - self.at >= _LENGTH.size

    def flags(self) -> int:
        """The flags, once version and counter are passed over."""
        if len(self.value) < _HEAD.size:
            raise InputError(self.origin, f"expected {_HEAD.size} bytes at least")
        self.at = _HEAD.size
        return int(_HEAD.unpack_from(self.value)[2])

    def text(self, what: str) -> str:
        """The text behind its length. Its characters are bytes of a code page nobody names."""
        start = self.at + _LENGTH.size
        if not self.left:
            raise InputError(self.origin, f"the length of {what} is cut off (at byte {self.at})")
        stop = start + int(_LENGTH.unpack_from(self.value, self.at)[0])
        if stop > len(self.value):
            raise InputError(self.origin, f"{what} is cut off (at byte {start})")
        self.at = stop
        return self.value[start:stop].decode("latin-1").strip("\0")
