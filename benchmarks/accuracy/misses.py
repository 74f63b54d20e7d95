"""What is known to go wrong, and why: `misses.toml`, held against what went wrong."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

LIST = Path(__file__).with_name("misses.toml")

Known = Mapping[str, str]
"""The reason by the name of a case, in which ``*`` stands for anything."""


def known() -> tuple[Known, Known]:
    """What is known of `tlsprobe` with the reference, and without any."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    full, bare = (
        {case: group["why"] for group in listed.get(how, ()) for case in group["cases"]}
        for how in ("reference", "no-reference")
    )
    return full, bare


def differences(known_ones: Known, played: Iterable[str], missed: Iterable[str]) -> Iterator[str]:
    """What the list and a run do not agree on; of cases that were not played nothing is said."""
    gone = set(missed)
    for name in played:
        listed = any(fnmatchcase(name, pattern) for pattern in known_ones)
        if name in gone and not listed:
            yield f"{name}: is missed, and misses.toml does not say why"
        if name not in gone and listed:
            yield f"{name}: is not missed any more, so misses.toml must not list it"
