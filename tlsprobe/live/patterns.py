"""Expressions that could take for ever, tried where a deadline ends it."""

import json
import re
from collections.abc import Sequence

from tlsprobe.live import pattern_process
from tlsprobe.live.own_process import asked

TIMEOUT = 3.0
"""Seconds for all of them."""


async def fitting(
    patterns: Sequence[re.Pattern[str]],
    texts: Sequence[str],
    *,
    timeout: float = TIMEOUT,  # noqa: ASYNC109
) -> frozenset[tuple[int, int]] | None:
    """Which patterns fit a part of which texts, in any case, as indexes of both.

    None if that takes more than `timeout` seconds.
    """
    question = {"patterns": [one.pattern for one in patterns], "texts": list(texts)}
    try:
        code, output = await asked(pattern_process.__name__, question, timeout=timeout)
    except TimeoutError:
        return None
    return frozenset((one, other) for one, other in json.loads(output)) if code == 0 else None
