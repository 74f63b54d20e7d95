"""A path of five network namespaces, and the programs that run in them.

`client - r1 - mbox - r2 - server`, joined by veth pairs that exist only inside the namespaces, so
nothing of the lab shows on the machine's own network, and nothing in the lab can reach it.

Every name carries the process that made it, by number and start time. A run that was killed leaves
its namespaces behind; the next one sees that their maker is gone, and removes them.
"""

import concurrent.futures
import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

PREFIX = "tlsprobe-lab"
PLACES = ("client", "r1", "mbox", "r2", "server")

# The link after each place: 10.99.1.0/24 between client and r1, 10.99.2.0/24 between r1 and mbox...
MBOX_LINK = 2
SERVER_LINK = 4

_NAMESPACES = Path("/run/netns")
_FILES = Path("/etc/netns")
_CLONE_NEWNET = 0x40000000
_Result = TypeVar("_Result")
_NO_DUPLICATES = "for one in all default; do echo 0 > /proc/sys/net/ipv6/conf/$one/accept_dad; done"
"""Else every link looks for doubles of its link-local address for a second or two, in which nothing is forwarded
by IPv6: whatever comes first in a new lab would find IPv6 broken."""
_FORWARD = "cd /proc/sys/net; echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding"


def ipv4(link: int, host: int) -> str:
    """The IPv4 address of `host` on `link`; 1 is the end towards the client, 2 the other."""
    return f"10.99.{link}.{host}"


def ipv6(link: int, host: int) -> str:
    """The IPv6 address of `host` on `link`, with the same numbers as `ipv4`, read as decimal."""
    return f"fd99:{link}::{host}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """One network namespace: a place on the path."""

    name: str
    """The name that `ip netns` knows it by."""

    def command(self, *argv: str | Path) -> list[str]:
        """The command line that runs `argv` in this namespace."""
        return ["ip", "netns", "exec", self.name, *map(str, argv)]

    def run(
        self, *argv: str | Path, text_in: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a short command here to its end; raise with its output if it fails."""
        return _run(*self.command(*argv), text_in=text_in)

    @property
    def hosts(self) -> str:
        """The hosts file of the programs that are started here now."""
        return (_FILES / self.name / "hosts").read_text()

    def write_hosts(
        self, addresses: dict[str, str], *, name_servers: Sequence[str] = ("127.0.0.1",)
    ) -> None:
        """Give the programs started here from now on these names and name servers.

        At the usual one nobody listens, so a question is refused at once instead of timing out.
        """
        folder = _FILES / self.name
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["127.0.0.1 localhost", *(f"{ip} {name}" for name, ip in addresses.items())]
        (folder / "hosts").write_text("\n".join(lines) + "\n")
        lines = [f"nameserver {server}" for server in name_servers]
        (folder / "resolv.conf").write_text("\n".join(lines) + "\n")

    @contextlib.contextmanager
    def knowing(
        self, addresses: dict[str, str], *, name_servers: Sequence[str] = ("127.0.0.1",)
    ) -> Generator[None]:
        """The same for a while: then the files say what they said before, whoever wrote that."""
        files = [_FILES / self.name / name for name in ("hosts", "resolv.conf")]
        before = [file.read_text() for file in files]
        self.write_hosts(addresses, name_servers=name_servers)
        try:
            yield
        finally:
            for file, text in zip(files, before, strict=True):
                file.write_text(text)

    def connect(self, address: str, port: int, *, seconds: float = 5) -> socket.socket:
        """A TCP connection that starts in this namespace; OSError when there is none."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connection = self.new_socket(family)
        connection.settimeout(seconds)
        try:
            connection.connect((address, port))
        except OSError:
            connection.close()
            raise
        return connection

    def new_socket(self, family: socket.AddressFamily) -> socket.socket:
        """A TCP socket that belongs to this namespace."""
        return self.inside(lambda: socket.socket(family, socket.SOCK_STREAM))

    def send_datagram(self, address: str, port: int, data: bytes) -> None:
        """Send one UDP datagram to an IPv4 address from here, and wait for no answer."""
        with self.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            sender.sendto(data, (address, port))

    def listening_ports(self) -> frozenset[int]:
        """The TCP ports that somebody listens on here, seen without touching them."""
        lines = self.inside(_read_tcp_tables)
        # proc_net_tcp(5): "sl local_address rem_address st", state 0A is LISTEN.
        fields = [line.split() for line in lines]
        return frozenset(int(row[1].rpartition(":")[2], 16) for row in fields if row[3] == "0A")

    def inside(self, action: Callable[[], _Result]) -> _Result:
        """What `action` returns when a thread does it that lives in this namespace.

        The thread ends with it, so no other code ever runs in the wrong place; a socket stays in
        the namespace it was made in. (os.setns came only with Python 3.12.)
        """

        def enter_and_act() -> _Result:
            libc = ctypes.CDLL(None, use_errno=True)
            with (_NAMESPACES / self.name).open("rb") as handle:
                if libc.setns(handle.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")
            return action()

        with concurrent.futures.ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(enter_and_act).result()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The whole path, while it stands."""

    client: Namespace
    r1: Namespace
    mbox: Namespace
    r2: Namespace
    server: Namespace

    @classmethod
    def of_this_process(cls) -> Self:
        """The names that this process uses, whether they stand or not."""
        return cls(**{place: Namespace(name=f"{name_stem()}-{place}") for place in PLACES})

    @property
    def places(self) -> tuple[Namespace, ...]:
        """The namespaces in the order of the path."""
        return self.client, self.r1, self.mbox, self.r2, self.server

    def obstacle(self) -> str | None:
        """Why no namespace can be made here, in the words of `ip`; None if one can."""
        name = self.client.name
        try:
            _run("ip", "netns", "add", name)
        except RuntimeError as error:
            return f"no network namespace can be made here: {error}"
        _remove(name)
        return None

    @contextlib.contextmanager
    def standing(self) -> Generator[Self]:
        """Build the path, and take it down again whatever happens meanwhile."""
        try:
            self._build()
            yield self
        finally:
            for place in self.places:
                _remove(place.name)

    def add_server_addresses(self, hosts: Sequence[int]) -> None:
        """Give the server more addresses on its link, IPv4 and IPv6."""
        lines = [
            line
            for host in hosts
            for line in (
                f"addr add {ipv4(SERVER_LINK, host)}/24 dev west",
                f"addr add {ipv6(SERVER_LINK, host)}/64 dev west nodad",
            )
        ]
        _ip_batch(self.server, lines)

    def state(self) -> frozenset[str]:
        """What may be changed at each place and has to be changed back: names, rules, routes.

        Addresses are not in it: one more does nobody any harm.
        """
        # Of routes those that somebody set, of links the size alone: the kernel does the rest in its own
        # time. Of the firewall the rules alone: its tables come with the first of them.
        asked = (
            "cat /etc/hosts /etc/resolv.conf; ip rule; ip -6 rule;"
            " ip route show proto boot; ip -6 route show proto boot;"
            r" ip -o link | sed 's/ <.*> mtu \([0-9]*\).*/ \1/';"
            " { iptables-save; ip6tables-save; } | sed -n '/^-/p'"
        )
        return frozenset(
            f"{place.name}: {line}"
            for place in self.places
            for line in place.run("sh", "-c", asked).stdout.splitlines()
        )

    def _build(self) -> None:
        for place in self.places:
            _run("ip", "netns", "add", place.name)
            place.run("sh", "-c", _NO_DUPLICATES)
        # Each place calls its two ends by the side of the path on which they lie.
        for near, far in zip(self.places, self.places[1:], strict=False):
            _run(
                *("ip", "link", "add", "east", "netns", near.name, "type", "veth"),
                *("peer", "name", "west", "netns", far.name),
            )
        last = len(self.places) - 1
        for index, place in enumerate(self.places):
            lines = ["link set lo up"]
            if index < last:
                lines += _interface("east", link=index + 1, host=1)
            if index > 0:
                lines += _interface("west", link=index, host=2)
            for link in range(1, last + 1):
                if link > index + 1:
                    lines += _route(link, via_link=index + 1, via_host=2)
                elif link < index:
                    lines += _route(link, via_link=index, via_host=1)
            lines += _rest_of_the_world(index + 1 if index < last else None)
            _ip_batch(place, lines)
            if 0 < index < last:
                place.run("sh", "-c", _FORWARD)


def name_stem() -> str:
    """How the names of everything begin that this process makes outside of itself."""
    return f"{PREFIX}-{_identity(os.getpid())}"


def remove_leftovers() -> None:
    """Remove the namespaces and folders of earlier runs whose process is no longer there."""
    temporary = Path(tempfile.gettempdir())
    for folder in (_NAMESPACES, _FILES, temporary):
        for path in folder.glob(f"{PREFIX}-*-*-*"):
            pid, started, _ = path.name.removeprefix(f"{PREFIX}-").split("-", 2)
            if _identity(int(pid)) == f"{pid}-{started}":
                continue
            if folder == temporary:
                shutil.rmtree(path, ignore_errors=True)
            else:
                _remove(path.name)


def _identity(pid: int) -> str | None:
    """A process by number and start time (field 22 of /proc/PID/stat, proc(5)); None if gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command's name in parentheses may hold spaces, so count from the field after it, the third.
    fields = stat.rpartition(")")[2].split()
    # A zombie has ended; only its parent has not asked yet.
    return None if fields[0] == "Z" else f"{pid}-{fields[19]}"


def _read_tcp_tables() -> list[str]:
    tables = [Path(f"/proc/thread-self/net/{name}").read_text() for name in ("tcp", "tcp6")]
    return [line for table in tables for line in table.splitlines()[1:]]


def _interface(device: str, *, link: int, host: int) -> list[str]:
    return [
        f"addr add {ipv4(link, host)}/24 dev {device}",
        # Without duplicate address detection the address can be used at once.
        f"addr add {ipv6(link, host)}/64 dev {device} nodad",
        f"link set {device} up",
    ]


def _route(link: int, *, via_link: int, via_host: int) -> list[str]:
    return [
        f"route add {ipv4(link, 0)}/24 via {ipv4(via_link, via_host)}",
        f"route add {ipv6(link, 0)}/64 via {ipv6(via_link, via_host)}",
    ]


def _rest_of_the_world(link: int | None) -> list[str]:
    """What is nowhere in the lab goes on to the end of the path, and there nowhere."""
    if link is None:
        return ["route add unreachable default", "route add unreachable ::/0"]
    return [
        f"route add default via {ipv4(link, 2)}",
        f"route add ::/0 via {ipv6(link, 2)}",
    ]


def _ip_batch(place: Namespace, lines: Sequence[str]) -> None:
    _run("ip", "-n", place.name, "-batch", "-", text_in="\n".join(lines) + "\n")


def _remove(name: str) -> None:
    """Kill what runs in the namespace, and remove it and its files; fine if it is not there."""
    listed = subprocess.run(
        ["ip", "netns", "pids", name], capture_output=True, text=True, check=False
    )
    for pid in listed.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), 9)
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    shutil.rmtree(_FILES / name, ignore_errors=True)
    with contextlib.suppress(OSError):
        _FILES.rmdir()


def _run(*argv: str, text_in: str | None = None) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(argv, input=text_in, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(argv)} exited {result.returncode}: {result.stderr.strip()}")
    return result
