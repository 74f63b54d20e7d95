"""A process of our own that answers one question, and is ended when its time is over.

Python cannot stop what does not come back: a script in a loop, an expression with endless ways to try.
"""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path


async def asked(module: str, question: object, *, timeout: float) -> tuple[int | None, bytes]:  # noqa: ASYNC109
    """The exit code and the output of `module`, run with `question` as JSON on its stdin.

    Its process is gone afterwards, whatever happens.

    Raises:
        TimeoutError: it takes longer than `timeout` seconds.
    """
    # Not from the working directory (-P), where anybody may have put a module of any name.
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    async with asyncio.timeout(timeout):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        try:
            output, _ = await process.communicate(json.dumps(question).encode())
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return process.returncode, output
