"""The server that everything is measured against: Debian's nginx on loopback, TLS 1.3 only."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.authority import DOMAIN, Authority, Credential, ec_key, rsa_key
from benchmarks.measure import NotMeasuredError

ADDRESS = "127.0.0.1"
MORE_ADDRESSES = tuple(f"127.0.0.{last}" for last in range(2, 21))
"""More loopback addresses of the RSA port, for the peer that takes addresses and no names."""

_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running server."""

    folder: Path
    """Where the bench may write."""
    root: Path
    """The root that counts as public here, in PEM."""
    reference: Path
    """A reference that expects the names' owner, his CA key and a pin: all checks apply."""
    names: tuple[str, ...]
    """Host names that all of its ports answer for."""
    rsa: int
    """Port with one wildcard certificate, RSA-2048, and its intermediate."""
    ecdsa: int
    """The same with an ECDSA P-256 leaf."""
    distinct: int
    """Port with an ECDSA P-256 certificate and key of its own for each name."""

    def targets(self, port: int, count: int) -> Path:
        """A file with `count` targets at `port`, one a line; the names go round."""
        path = self.folder / f"targets-{port}-{count}"
        lines = (f"{self.names[at % len(self.names)]}:{port}\n" for at in range(count))
        path.write_text("".join(lines))
        return path


def found() -> str | None:
    """The program, where it is installed: Debian keeps it outside of users' PATH."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


@contextmanager
def serving(folder: Path, *, names: int) -> Iterator[Site]:
    """Run it in `folder` with certificates for so many names."""
    program = found()
    if program is None:
        raise NotMeasuredError("nginx is not installed: `tests/lab/install` does that, or apt-get")
    site = _site(folder, [f"n{number:05}.{DOMAIN}" for number in range(names)])
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait(process, site)
        yield site
    finally:
        process.terminate()
        process.wait()


def _site(folder: Path, names: Sequence[str]) -> Site:
    authority = Authority.create()
    root = folder / "root.pem"
    root.write_bytes(authority.root.pem)
    wildcard = f"*.{DOMAIN}"
    _write(folder, "rsa", authority, authority.leaf(wildcard, rsa_key()))
    _write(folder, "ecdsa", authority, authority.leaf(wildcard, ec_key()))
    for name in names:
        _write(folder, name, authority, authority.leaf(name, ec_key()))
    rsa, ecdsa, distinct = _free_ports(3)
    servers = [
        _server(folder, "rsa", [f"{address}:{rsa}" for address in (ADDRESS, *MORE_ADDRESSES)]),
        _server(folder, "ecdsa", [f"{ADDRESS}:{ecdsa}"]),
        *(_server(folder, name, [f"{ADDRESS}:{distinct}"], name) for name in names),
    ]
    (folder / "nginx.conf").write_text(_configuration(folder, servers))
    reference = folder / "reference.toml"
    reference.write_text(_reference(authority.intermediate.pin))
    return Site(
        folder=folder,
        root=root,
        reference=reference,
        names=tuple(names),
        rsa=rsa,
        ecdsa=ecdsa,
        distinct=distinct,
    )


def _reference(pin: str) -> str:
    return f"""
        schema = "tlsprobe.reference/1"
        as_of = 2026-11-22
        origin = "the benchmark"
        [[expectation]]
        names = ["*.{DOMAIN}"]
        owner = "Benchmark"
        ca_keys = ["{pin}"]
        pins = ["{pin}"]
    """


def _write(folder: Path, name: str, authority: Authority, leaf: Credential) -> None:
    (folder / f"{name}.pem").write_bytes(leaf.pem + authority.intermediate.pem)
    (folder / f"{name}.key").write_bytes(leaf.key_pem)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind((ADDRESS, 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _server(folder: Path, credential: str, places: Sequence[str], name: str = "_") -> str:
    listening = " ".join(f"listen {place} ssl;" for place in places)
    return f"""
        server {{
            {listening}
            server_name {name};
            ssl_certificate {folder}/{credential}.pem;
            ssl_certificate_key {folder}/{credential}.key;
            return 200;
        }}"""


def _configuration(folder: Path, servers: Sequence[str]) -> str:
    return f"""
    daemon off;
    worker_processes {_workers()};
    worker_rlimit_nofile 8192;
    pid {folder}/nginx.pid;
    events {{ worker_connections 4096; }}
    http {{
        access_log off;
        server_names_hash_max_size 65536;
        server_names_hash_bucket_size 128;
        ssl_protocols TLSv1.3;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        scgi_temp_path {folder}/scgi;
        uwsgi_temp_path {folder}/uwsgi;
        {"".join(servers)}
    }}
    """


def _workers() -> int:
    """As many as leave a core to what is measured: a server on the same core would count as cold caches."""
    return max((os.cpu_count() or 1) - 1, 1)


def _wait(process: subprocess.Popen[bytes], site: Site) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex((ADDRESS, site.distinct)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            said = (site.folder / "nginx.log").read_text(errors="replace").strip()
            raise NotMeasuredError(f"nginx does not listen: {said}")
        time.sleep(0.02)
