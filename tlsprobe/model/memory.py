"""What is worked out once and wanted again, within a bound: what was not wanted of late is forgotten."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SHARE = 64
"""A single thing may take so much of the room: one part in 64. A monster is not worth it."""


@dataclass(slots=True, eq=False)
class _Kept(Generic[V]):
    value: V
    size: int
    wanted: bool = False
    """Whether it was recalled since it was last spared."""


class Memory(Generic[K, V]):
    """Values by key, whose sizes together stay within `room`.

    Where room is needed, the eldest goes unless it was recalled, and then is spared once (known as
    CLOCK, or second chance). Keys are large here, and this way a recall hashes its key only once.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: dict[K, _Kept[V]] = {}

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def recall(self, key: K) -> V | None:
        """What was kept under `key`; None where that was nothing, or is forgotten."""
        found = self._kept.get(key)
        if found is None:
            return None
        found.wanted = True
        return found.value

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep a value in the place of the one before; what is too large is not kept at all."""
        before = self._kept.pop(key, None)
        if before is not None:
            self._used -= before.size
        if size > self._room // SHARE:
            return
        while self._used + size > self._room:
            self._forget()
        self._kept[key] = _Kept(value, size)
        self._used += size

    def _forget(self) -> None:
        """Forget the eldest that was not wanted."""
        eldest = next(iter(self._kept))
        one = self._kept.pop(eldest)
        if one.wanted:
            one.wanted = False
            self._kept[eldest] = one
        else:
            self._used -= one.size
