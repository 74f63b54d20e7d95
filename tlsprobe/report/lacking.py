"""What was not looked at, in a line or two: a reader who wants all of it asks for that."""

from collections.abc import Collection

ROOM = 120
"""Characters for the things that are named."""


def in_short(things: Collection[str]) -> str:
    """The first of them, as many as there is room for, and how many are left; `things` are not none."""
    named: list[str] = []
    for thing in things:
        if named and len("; ".join((*named, thing))) > ROOM:
            break
        named.append(thing)
    left = len(things) - len(named)
    return "; ".join((*named, *([f"and {left} more (--verbose)"] if left else [])))
