"""A long and lossy link in the place of a router, for kernels with `netem` and without.

Run in a namespace that has the ends `west` and `east`, this file is a program: whatever comes in at
one end goes through two TUN devices, waits, and leaves by the other, but for what is lost. Which
packets are lost hangs on the seed, and not on the day.
"""

import asyncio
import contextlib
import fcntl
import os
import random
import struct
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

from tests.lab.network import Namespace

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
_LARGEST = 2**16
_ENDS = (("west", "near"), ("east", "far"))
_TABLE = 100
_PREFERENCE = 1000


@contextlib.contextmanager
def long_link(
    place: Namespace, *, round_trip: float, loss: float, seed: int, log: Path
) -> Generator[None]:
    """Make the way through `place` so long, and lose that share of packets in each direction."""
    root = Path(__file__).parents[2]
    arguments = (str(round_trip / 2), str(loss), str(seed))
    with log.open("wb") as errors:
        process = subprocess.Popen(
            place.command(sys.executable, "-m", "tests.lab.long_link", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=root,
        )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"no long link: {log.read_text(errors='replace')}")
        yield
    finally:
        process.kill()
        with process:
            pass
        for number, (end, _) in enumerate(_ENDS):
            for family in ("-4", "-6"):
                rule = (end, "lookup", str(_TABLE + number), "pref", str(_PREFERENCE + number))
                place.run("ip", family, "rule", "del", "iif", *rule)


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _lead_through(number: int, end: str, device: str) -> None:
    """Have what comes in at `end` read from `device`."""
    subprocess.run(["ip", "link", "set", device, "up"], check=True)
    Path(f"/proc/sys/net/ipv4/conf/{device}/rp_filter").write_text("0")
    for family in ("-4", "-6"):
        table = str(_TABLE + number)
        route = ("default", "dev", device, "table", table)
        rule = ("iif", end, "lookup", table, "pref", str(_PREFERENCE + number))
        subprocess.run(["ip", family, "route", "add", *route], check=True)
        subprocess.run(["ip", family, "rule", "add", *rule], check=True)


def _laid() -> list[int]:
    devices = [_tun(device) for _, device in _ENDS]
    Path("/proc/sys/net/ipv4/conf/all/rp_filter").write_text("0")
    for number, (end, device) in enumerate(_ENDS):
        _lead_through(number, end, device)
    return devices


async def _relay(delay: float, loss: float, seed: int) -> None:
    devices = _laid()
    loop = asyncio.get_running_loop()
    chance = random.Random(seed)

    def carry(here: int, there: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = os.read(here, _LARGEST)
                if chance.random() >= loss:
                    loop.call_later(delay, put, there, packet)

    def put(there: int, packet: bytes) -> None:
        with contextlib.suppress(OSError):  # a full queue loses packets, too
            os.write(there, packet)

    for here, there in (devices, devices[::-1]):
        loop.add_reader(here, carry, here, there)
    print("ready", flush=True)  # noqa: T201 - that is how it says so
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_relay(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
