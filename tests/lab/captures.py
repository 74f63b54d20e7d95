"""Captures of what passes `mbox`, by dumpcap on both of its sides."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from tests.lab.network import MBOX_LINK, Namespace, Network, ipv4

Sides = tuple[Path, Path]
"""The file of the side towards the client, and that of the side towards the server."""

_SECONDS = 30
_LAST = b"the last packet of this capture"
_DISCARD = 9
_READ = 65536


@contextlib.contextmanager
def capturing_both_sides(network: Network, folder: Path, *, host: str) -> Generator[Sides]:
    """Capture what passes into and out of `mbox` from or to `host`, from before the body until after it.

    Of that host alone: a box that was cut off from a client may still send him again what it said before.
    The kernel hands packets over in blocks, and those that dumpcap has not got when it is stopped
    are lost. So a last packet goes out on each side, and dumpcap is stopped when that stands in its
    file.
    """
    inside, outside = folder / "inside.pcapng", folder / "outside.pcapng"
    with (
        _dumpcap(network.mbox, "west", inside, host) as towards_client,
        _dumpcap(network.mbox, "east", outside, host) as towards_server,
    ):
        towards_client.await_start()
        towards_server.await_start()
        yield inside, outside
        network.mbox.send_datagram(ipv4(MBOX_LINK, 1), _DISCARD, _LAST)
        network.mbox.send_datagram(ipv4(MBOX_LINK + 1, 2), _DISCARD, _LAST)
        towards_client.await_last()
        towards_server.await_last()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dumpcap:
    """A dumpcap that runs, and tells on its standard error what it does."""

    process: subprocess.Popen[bytes]
    file: Path

    def await_start(self) -> None:
        """Wait until nothing is missed any more: it names its file once the interface is open."""
        self._listen(lambda said: b"File: " in said)

    def await_last(self) -> None:
        """Wait until the last packet is in the file: it counts packets when it has written some."""
        self._listen(lambda _: _LAST in self.file.read_bytes())

    def _listen(self, enough: Callable[[bytes], bool]) -> None:
        assert self.process.stderr is not None
        said = b""
        deadline = time.monotonic() + _SECONDS
        while not enough(said):
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select([self.process.stderr], [], [], left)
            more = os.read(self.process.stderr.fileno(), _READ) if ready else b""
            if not more:
                raise RuntimeError(f"dumpcap does not go on: {said.decode(errors='replace')}")
            said += more


@contextlib.contextmanager
def _dumpcap(place: Namespace, interface: str, file: Path, host: str) -> Generator[_Dumpcap]:
    wanted = f"host {host} or udp port {_DISCARD}"
    process = subprocess.Popen(
        place.command("dumpcap", "-i", interface, "-f", wanted, "-w", file),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield _Dumpcap(process=process, file=file)
    finally:
        process.send_signal(signal.SIGINT)
        with process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_SECONDS)
            process.kill()
