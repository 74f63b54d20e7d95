"""``--floor-ms``: the milliseconds that light needs to a place and back."""

import math

from tlsprobe.errors import UsageError


def parse_floor(floor_ms: float | None) -> float | None:
    """The time, where one was given.

    Raises:
        UsageError: it is none.
    """
    if floor_ms is not None and not (math.isfinite(floor_ms) and floor_ms > 0):
        raise UsageError(f"--floor-ms {floor_ms}: expected a number of milliseconds above 0")
    return floor_ms
