"""The lab as the tests see it: who stands on the path, and what the command says of it.

Every way through the lab is proved with OpenSSL each time that it is laid: behind an interceptor
the certificate must verify under the interceptor's key, elsewhere it must be the origin's own. A
lab that does not intercept can therefore not pass a test.
"""

import contextlib
import datetime as dt
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from cryptography import x509

from tests.lab.authorities import Authority, Disguise, PublicChain, write_pem
from tests.lab.interceptors import Interceptor, Post
from tests.lab.network import MBOX_LINK, Network, ipv4, name_stem, remove_leftovers
from tests.lab.servers import CANARY, EITHER, ORIGINS, OWN_CANARY, TELLING, Origin, serving

COMMAND = Path(sys.executable).with_name("tlsprobe")
_FIRST_PORT = 10000
_PROBE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An interceptor that runs in `mbox`."""

    name: str
    decrypts: bool
    authority: Authority
    port: int
    """Where it takes redirected connections."""

    proxy_port: int
    """Where it takes CONNECT, if it can."""

    key_log: Path
    """Where it writes the secrets of its sessions down, if it can."""

    def signed_pem(self, pem: str) -> bool:
        """Whether this certificate verifies under the key of the interceptor's CA."""
        return self.authority.signed(x509.load_pem_x509_certificate(pem.encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What OpenSSL in the client's place got."""

    version: str
    leaf: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the command did."""

    exit_code: int
    stdout: str
    stderr: str

    def records(self) -> list[dict[str, Any]]:
        """The JSON records that it printed."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def record(self, origin: Origin) -> dict[str, Any]:
        """The one JSON record that it printed of this origin."""
        of_origin = [one for one in self.records() if one["target"]["host"] == origin.name]
        assert len(of_origin) == 1, f"not one record of {origin.name}: {self}"
        result: dict[str, Any] = of_origin[0]
        return result


@dataclass(kw_only=True)
class Laboratory:
    """The network with the origin at its end, and the interceptors that were asked for so far."""

    network: Network
    folder: Path
    chain: PublicChain
    leaves: dict[Origin, Authority]
    """What each origin presents."""

    _programs: contextlib.ExitStack
    _boxes: dict[tuple[Interceptor, Disguise, str], Box] = field(
        default_factory=dict[tuple[Interceptor, Disguise, str], Box]
    )

    @classmethod
    @contextlib.contextmanager
    def open(cls, *, now: dt.datetime) -> Generator[Self]:
        """Build everything but the interceptors, and remove all of it in the end."""
        remove_leftovers()
        network = Network.of_this_process()
        with (
            _interruptible(),
            tempfile.TemporaryDirectory(prefix=f"{name_stem()}-") as folder_name,
            network.standing(),
            contextlib.ExitStack() as programs,
        ):
            folder = Path(folder_name)
            # Squid reads its files as the user proxy.
            folder.chmod(0o755)
            everyone = (*ORIGINS, TELLING, CANARY, OWN_CANARY)
            network.add_server_addresses([origin.host for origin in everyone])
            for place in network.places:
                place.write_hosts({origin.name: origin.address for origin in everyone})
            chain = PublicChain.create(now=now)
            laboratory = cls(
                network=network,
                folder=folder,
                chain=chain,
                leaves={
                    origin: chain.leaf(origin.name, rsa_key=origin.rsa_key) for origin in everyone
                },
                _programs=programs,
            )
            write_pem(laboratory.public_root, chain.root.certificate_pem)
            home = folder / "nginx"
            home.mkdir()
            served = {origin: laboratory.leaves[origin] for origin in ORIGINS}
            programs.enter_context(serving(served, chain=chain, network=network, folder=home))
            yield laboratory

    @property
    def hosts(self) -> dict[str, str]:
        """What every place's hosts file says, unless a test has it say something else."""
        return {origin.name: origin.address for origin in self.leaves}

    @property
    def public_root(self) -> Path:
        """The file with the root that counts as public in the lab."""
        return self.folder / "public-root.pem"

    def box(self, interceptor: Interceptor, disguise: Disguise) -> Box:
        """The interceptor under this disguise, started when it is first asked for.

        A program knows the names that there were when it was started: with other ones it is another.
        """
        of = (interceptor, disguise, self.network.mbox.hosts)
        if of not in self._boxes:
            # One program may be there several times, and then does not do the same.
            name = f"{interceptor.name}-{disguise.value}-{len(self._boxes)}"
            self._boxes[of] = self._start(interceptor, disguise, name)
        return self._boxes[of]

    @contextlib.contextmanager
    def standing_in_the_way(self, box: Box) -> Generator[None]:
        """Send port 443 of every address to `box`, and prove that it does what it is for."""
        rule = f"PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports {box.port}".split()
        table = ("iptables", "-w", "-t", "nat")
        self.network.mbox.run(*table, "-A", *rule)
        try:
            self.prove(self.look(EITHER), box)
            yield
        finally:
            self.network.mbox.run(*table, "-D", *rule)

    def prove(self, sight: Sight, box: Box | None, origin: Origin = EITHER) -> None:
        """Fail unless the leaf is the interceptor's behind one that decrypts, else the origin's."""
        if box is not None and box.decrypts:
            assert box.authority.signed(sight.leaf), f"{box.name} did not sign {sight.leaf.issuer}"
            assert not self.chain.issuing.signed(sight.leaf), f"{box.name} did not decrypt"
        else:
            where = box.name if box else "the open path"
            assert sight.leaf == self.leaves[origin].certificate, f"{where} is not honest"

    def look(
        self,
        origin: Origin,
        *,
        tls12: bool = False,
        ipv6: bool = False,
        through_proxy: Box | None = None,
        key_log: Path | None = None,
    ) -> Sight:
        """Shake hands from the client's place with Python's OpenSSL, which judges nothing.

        The session's secrets go to `key_log`.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if tls12:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        if key_log is not None:
            context.keylog_filename = str(key_log)
        target = (origin.address6 if ipv6 else origin.address, 443)
        if through_proxy is not None:
            target = (ipv4(MBOX_LINK, 2), through_proxy.proxy_port)
        with self.network.client.connect(*target) as connection:
            if through_proxy is not None:
                connection.sendall(f"CONNECT {origin.name}:443 HTTP/1.1\r\n\r\n".encode())
                answer = connection.recv(4096)
                assert answer.startswith(b"HTTP/1.1 200"), answer
            with context.wrap_socket(connection, server_hostname=origin.name) as secured:
                der = secured.getpeercert(binary_form=True)
                assert der is not None
                leaf = x509.load_der_x509_certificate(der)
                return Sight(version=secured.version() or "", leaf=leaf)

    def machine_store(self, *, with_ca_of: Box | None) -> Path:
        """A file for `--os-store`: the public root, and the CA that an administrator added."""
        name, added = (with_ca_of.name, with_ca_of.authority.path_pem) if with_ca_of else ("", b"")
        path = self.folder / f"machine-store-{name}.pem"
        return write_pem(path, self.chain.root.certificate_pem, added)

    def run(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Run:
        """Run the installed command in the client's place, with more of an environment if need be."""
        inherited = {
            key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")
        }
        finished = subprocess.run(
            self.network.client.command(COMMAND, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            env=inherited | dict(environment or {}),
            cwd=self.folder,
            check=False,
        )
        return Run(exit_code=finished.returncode, stdout=finished.stdout, stderr=finished.stderr)

    def probe(self, *origins: Origin, options: Sequence[str | Path] = ()) -> Run:
        """Run `tlsprobe probe` with the lab's root as a public one, found by name."""
        names = [origin.name for origin in origins]
        return self.run("probe", *names, "--ca-file", self.public_root, *options)

    def _start(self, interceptor: Interceptor, disguise: Disguise, name: str) -> Box:
        home = self.folder / name
        home.mkdir()
        port = _FIRST_PORT + 2 * len(self._boxes)
        post = Post(
            place=self.network.mbox,
            folder=home,
            port=port,
            proxy_port=port + 1,
            authority=self.chain.interceptor(interceptor.name, disguise),
            public_root=self.public_root,
        )
        self._programs.enter_context(interceptor.start(post))
        return Box(
            name=name,
            decrypts=interceptor.decrypts,
            authority=post.authority,
            port=post.port,
            proxy_port=post.proxy_port,
            key_log=post.key_log,
        )


@contextlib.contextmanager
def _interruptible() -> Generator[None]:
    """Let the signals that end a process quietly end it as Ctrl-C does, so that all is removed."""
    quiet = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.default_int_handler) for number in quiet]
    try:
        yield
    finally:
        for number, handler in zip(quiet, before, strict=True):
            signal.signal(number, handler)
