"""What the reverse DNS calls addresses: asked of the system's resolver, and not waited for long."""

import asyncio
import socket
from collections.abc import Iterable

from tlsprobe.live.background import in_background

MAX_NAME = 253
"""Characters that a host name has at most (RFC 1035 section 2.3.4)."""


async def names_of(addresses: Iterable[str], seconds: float) -> tuple[tuple[str, str], ...]:
    """Each address with its name, where there was one within `seconds`; all are asked at once.

    Whoever owns an address names it as he likes: a name is no proof of anything.
    """
    loop = asyncio.get_running_loop()
    tasks = {one: loop.create_task(_name(one)) for one in dict.fromkeys(addresses)}
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=seconds)
        answered = [(one, task.result()) for one, task in tasks.items() if task.done()]
        return tuple((address, name) for address, name in answered if name is not None)
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def _name(address: str) -> str | None:
    try:
        # NI_NAMEREQD: an error instead of the address itself.
        name, _ = await in_background(
            lambda: socket.getnameinfo((address, 0), socket.NI_NAMEREQD), name="reverse names"
        )
    except (OSError, ValueError):
        return None
    return name[:MAX_NAME] or None
