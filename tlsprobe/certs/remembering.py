"""Remember what was made of certificates, but not of monsters.

In a long run the same certificates come again and again, so what was made of them is kept. A hostile
server can send a certificate of a quarter of a megabyte, and a list of such servers must not fill the
memory: what is larger than any honest certificate is worked out anew each time.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

LARGEST = 8 * 1024
"""Bytes of a certificate that is remembered; most have one to three thousand."""
LONGEST = 8
"""Certificates of a chain that is remembered."""


class Encoded(Protocol):
    """What has an encoding of its own."""

    @property
    def der(self) -> bytes:
        """The encoding."""
        ...


Weighed = bytes | Encoded | tuple[Encoded, ...]
W = TypeVar("W", bound=Weighed)
P = ParamSpec("P")
R = TypeVar("R")


def remembered(
    entries: int,
) -> Callable[[Callable[Concatenate[W, P], R]], Callable[Concatenate[W, P], R]]:
    """Keep up to `entries` results of a function whose first argument is a certificate or a chain."""

    def decorate(function: Callable[Concatenate[W, P], R]) -> Callable[Concatenate[W, P], R]:
        # Sizes are looked at where something is new: most calls only find again what is kept.
        @lru_cache(maxsize=entries)
        def kept(first: W, /, *rest: P.args, **named: P.kwargs) -> R:
            if _monstrous(first):
                raise _MonstrousError  # which is not kept
            return function(first, *rest, **named)

        @wraps(function)
        def call(first: W, /, *rest: P.args, **named: P.kwargs) -> R:
            try:
                return kept(first, *rest, **named)  # type: ignore[arg-type]  # hashable by contract
            except _MonstrousError:
                pass
            return function(first, *rest, **named)

        return call

    return decorate


class _MonstrousError(Exception):
    """It is too large to be kept."""


def _monstrous(value: Weighed) -> bool:
    if isinstance(value, bytes):
        return len(value) > LARGEST
    if isinstance(value, tuple):
        return len(value) > LONGEST or any(len(one.der) > LARGEST for one in value)
    return len(value.der) > LARGEST
