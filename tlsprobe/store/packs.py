"""The packs that come with the package, each a file of the form that users write too."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from tlsprobe.errors import UsageError
from tlsprobe.model.pack import Pack
from tlsprobe.store.pack_file import load
from tlsprobe.store.shipped import DATA

PACKS = DATA / "packs"
"""Where they lie."""


def names() -> tuple[str, ...]:
    """The names of all of them."""
    return tuple(sorted(file.stem for file in PACKS.glob("*.toml")))


def shipped(name: str, *, checks: Collection[str]) -> Pack:
    """The pack of that name; `checks` are those that a pack may name.

    Raises:
        UsageError: there is none.
    """
    if name not in names():
        expected = ", ".join(names())
        raise UsageError(f"pack {name!a}: expected one of {expected}, or --pack FILE")
    return load(PACKS / f"{name}.toml", checks=checks)


def every(*, files: Collection[Path], checks: Collection[str], today: date) -> tuple[Pack, ...]:
    """Every shipped pack, and those in `files`, of which no day may be after `today`.

    Raises:
        InputError: a file cannot be used.
    """
    own = [load(path, checks=checks, today=today) for path in files]
    return (*(shipped(name, checks=checks) for name in names()), *own)
