"""What is worked out once and wanted again, within a bound: the longest unused is forgotten."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SHARE = 64
"""A single thing may take so much of the room: one part in 64. A monster is not worth it."""


class Memory(Generic[K, V]):
    """Values by key, whose sizes together stay within `room`."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def recall(self, key: K) -> V | None:
        """What was kept under `key`; None where that was nothing, or is forgotten."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep a value in the place of the one before; what is too large is not kept at all."""
        before = self._kept.pop(key, None)
        if before is not None:
            self._used -= before[1]
        if size > self._room // SHARE:
            return
        self._kept[key] = (value, size)
        self._used += size
        while self._used > self._room:
            _, (_, freed) = self._kept.popitem(last=False)
            self._used -= freed
