"""What routers of the lab are made to do, beside passing packets on."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from tests.lab.network import Namespace, Network
from tests.lab.programs import running


@contextlib.contextmanager
def ruled(place: Namespace, *rules: str, program: str = "iptables") -> Generator[None]:
    """Add rules of the firewall at `place`, each as ``TABLE CHAIN ...``, and take them away again."""
    done: list[list[str]] = []
    try:
        for rule in rules:
            table, *rest = rule.split()
            argv = [program, "-w", "-t", table]
            place.run(*argv, "-A", *rest)
            done.append([*argv, "-D", *rest])
        yield
    finally:
        for argv in reversed(done):
            place.run(*argv)


def tell_everything(network: Network) -> None:
    """Let routers send an ICMP error for every packet they drop, and users send echo requests.

    By itself Linux sends six of them at once and then one a second, so that one test would take the
    next one's answers away.
    """
    for place in network.places:
        place.run("sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
    network.client.run("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")


@contextlib.contextmanager
def relaying(place: Namespace, port: int, folder: Path, *, to: str) -> Generator[None]:
    """Take connections at `port` and pass their bytes on to `to`, whatever they are."""
    configuration = folder / f"relay-{port}.cfg"
    configuration.write_text(f"""
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen relay
    bind :::{port} v4v6
    server origin {to}
""")
    with running(
        ["haproxy", "-db", "-f", configuration],
        place=place, port=port, log=folder / f"relay-{port}.log",
    ):  # fmt: skip
        yield
