"""The registry of Windows, read key by key; elsewhere there is none."""

import sys
from collections.abc import Mapping
from contextlib import suppress

from tlsprobe.store.internet_settings import Hive, Value

MOST_VALUES = 1024
"""Of a key."""

if sys.platform == "win32":
    import winreg

    _ROOTS = {
        "HKLM": winreg.HKEY_LOCAL_MACHINE,
        "HKCU": winreg.HKEY_CURRENT_USER,
        "HKU": winreg.HKEY_USERS,
    }

    def registry() -> Hive | None:
        """The registry of this machine; None where it has none."""
        return _values

    def _values(key: str) -> Mapping[str, Value]:
        """The values of a key, as programs of 64 bits see it; none where it cannot be read."""
        root, _, path = key.partition("\\")
        found: dict[str, Value] = {}
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        # Not there, or not for this user; and the end of its values is an error as well.
        with suppress(OSError), winreg.OpenKey(_ROOTS[root], path, access=access) as opened:
            for index in range(MOST_VALUES):
                name, value, _ = winreg.EnumValue(opened, index)
                if isinstance(value, str | int | bytes):
                    found[name] = value
        return found

else:

    def registry() -> Hive | None:
        """The registry of this machine; None where it has none."""
        return None
