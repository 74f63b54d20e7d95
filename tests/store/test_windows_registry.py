"""The registry of this machine."""

import os

from tlsprobe.store.windows_registry import registry

VERSION = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


def test_the_registry():
    """On Windows its keys have values, and missing ones none; elsewhere there is none."""
    found = registry()
    if os.name != "nt":
        assert found is None
        return
    assert found is not None
    assert "ProductName" in found(VERSION)
    assert found(r"HKLM\SOFTWARE\No such key") == {}
