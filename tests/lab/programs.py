"""A program that runs in a namespace of the lab, from its start until the lab is taken down."""

import contextlib
import subprocess
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from tests.lab.network import Namespace

_START_SECONDS = 30


@contextlib.contextmanager
def running(
    argv: Sequence[str | Path], *, place: Namespace, port: int, log: Path
) -> Generator[None]:
    """Run `argv` in `place`, wait until it listens on `port`, and stop it at the end.

    RuntimeError, with the program's own words, when it ends before that or never listens.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            place.command(*argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
        )
    try:
        _wait_until_listening(process, place=place, port=port, log=log)
        yield
    finally:
        # None of them keeps anything, and squid would take its two seconds to go in peace.
        process.kill()
        process.wait()


def _wait_until_listening(
    process: subprocess.Popen[bytes], *, place: Namespace, port: int, log: Path
) -> None:
    # Not by connecting: squid's intercepting port stops for good at a connection that was not
    # redirected to it.
    deadline = time.monotonic() + _START_SECONDS
    while port not in place.listening_ports():
        said = log.read_text(errors="replace").strip()
        if process.poll() is not None:
            raise RuntimeError(f"{log.stem} exited {process.returncode}: {said}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{log.stem} does not listen on {port}: {said}")
        time.sleep(0.02)
