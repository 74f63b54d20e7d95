"""A PAC script's answers, from a process of its own that a deadline ends.

A script is somebody else's program. Python cannot stop an engine that is in an endless loop, so it
runs where it can be killed (`pac_process`).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tlsprobe.errors import InputError
from tlsprobe.live import pac_process
from tlsprobe.live.own_process import asked
from tlsprobe.model.route_choice import Place

TIMEOUT = 10.0
"""Seconds for all that a script is asked at once, its lookups in DNS included."""
_NO_ENGINE = (
    "a PAC script needs the package quickjs-ng, which is not installed: pip install quickjs-ng"
)


class Said(NamedTuple):
    """What came of asking a script for one place."""

    answer: str = ""
    fault: str = ""
    """Why there is none; empty where there is one."""


async def answers(
    script: str,
    places: Sequence[Place],
    *,
    source: str,
    now: datetime,
    timeout: float = TIMEOUT,  # noqa: ASYNC109
) -> tuple[Said, ...]:
    """What the script of the file `source` says of each place, as it says it.

    A script that fails for one place may have an answer for another.

    Raises:
        InputError: it is no such script, or does not come to an end in `timeout` seconds.
    """
    question = {
        "script": script,
        "now": now.isoformat(),
        "places": [(f"{place.url}/", place.host) for place in places],
    }
    try:
        code, output = await asked(pac_process.__name__, question, timeout=timeout)
    except TimeoutError:
        said = f"FindProxyForURL did not come to an end in {timeout:g} s"
        raise InputError(source, said) from None
    found = [json.loads(line) for line in output.splitlines()] if code == 0 else []
    for one in found:
        if "broken" in one:
            raise InputError(source, _worded(one["broken"], one.get("line")))
    if len(found) != len(places):
        raise InputError(source, f"the engine that runs it ended with {code}")
    return tuple(
        Said(answer=one["answer"])
        if "answer" in one
        else Said(fault=_worded(one["error"], one.get("line")))
        for one in found
    )


def _worded(error: str, line: int | None) -> str:
    if error == pac_process.NO_ENGINE:
        return _NO_ENGINE
    return error if line is None else f"line {line}: {error}"
