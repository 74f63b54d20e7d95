"""Small words that sentences of several places are made of."""

from collections.abc import Sequence


def counted(count: int, noun: str) -> str:
    """``1 endpoint``, ``2 endpoints``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Sequence[str], most: int) -> str:
    """The first of them, and how many are left: ``a, b and 3 more``."""
    left = len(names) - most
    more = f" and {left} more" if left > 0 else ""
    return f"{', '.join(names[:most])}{more}"


def joined(names: Sequence[str]) -> str:
    """All of them in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else "".join(names)


def in_words(via: str | None) -> str:
    """How one goes by a proxy's URL, or by none: ``through http://proxy.example:3128``, ``directly``."""
    return "directly" if via is None else f"through {via}"
