"""Work that may hang, in a thread that nobody has to wait for.

An executor's threads are waited for at the end of the program, so work that cannot be cancelled,
such as a lookup by a resolver that hangs, would hold it up for half a minute. A daemon thread is
left behind instead.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_background(work: Callable[[], T], *, name: str) -> T:
    """The result of `work`, or what it raises; once this is cancelled, nobody waits for it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def deliver(set_answer: Callable[[], None]) -> None:
        if not answer.done():
            set_answer()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            failed = error
            outcome: Callable[[], None] = lambda: answer.set_exception(failed)  # noqa: E731
        else:
            outcome = lambda: answer.set_result(result)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know
            loop.call_soon_threadsafe(deliver, outcome)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer
