"""The programs that stand in the way, one small class each.

All of them run in `mbox` side by side, each on ports of its own; which of them meets a connection
is decided by one rule of the firewall there, which `laboratory.py` sets. To add one, write a class
with `name`, `decrypts` and `start`, and list an instance of it at the end of this file.
"""

import contextlib
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.lab.authorities import Authority, write_pem
from tests.lab.network import Namespace
from tests.lab.programs import running

CERTIFICATE_MAKER = Path("/usr/lib/squid/security_file_certgen")
MITMDUMP = Path(__file__).parents[2] / ".lab-venv" / "bin" / "mitmdump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where an interceptor stands, and what it has with it."""

    place: Namespace
    folder: Path
    """An empty folder of its own."""

    port: int
    """Where connections will be redirected to."""

    proxy_port: int
    """Where it answers CONNECT, if it can."""

    authority: Authority
    """The CA that it signs with."""

    public_root: Path
    """The root by which it judges the servers."""

    @property
    def key_log(self) -> Path:
        """Where it writes the secrets of its sessions down, if it can."""
        return self.folder / "keys.log"


class Interceptor(Protocol):
    """A program that takes redirected connections."""

    @property
    def name(self) -> str:
        """Its name in test ids and logs."""
        ...

    @property
    def decrypts(self) -> bool:
        """Whether it ends TLS, or only passes it on."""
        ...

    def start(self, post: Post) -> contextlib.AbstractContextManager[None]:
        """Run it; ready when it listens on `post.port`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Squid:
    """Squid, transparent on one port and an explicit proxy on another.

    It reads the server name first and then either `bump`s: it connects to the server, and signs a
    copy of the certificate that it got; or it `splice`s: it passes all bytes on as they are.
    """

    decrypts: bool
    exempt: tuple[str, ...] = ()
    """Names that it leaves alone all the same."""

    @property
    def name(self) -> str:
        """Its name with what it does."""
        if self.exempt:
            return "squid-exempting"
        return "squid" if self.decrypts else "squid-splice"

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it in the foreground, with all its files in its own folder."""
        authority = post.authority
        write_pem(post.folder / "ca.pem", authority.certificate_pem, authority.key_pem)
        store = post.folder / "minted"
        post.place.run(CERTIFICATE_MAKER, "-c", "-s", store, "-M", "4MB")
        configuration = post.folder / "squid.conf"
        configuration.write_text(self._configuration(post, store))
        # Squid gives up root, and then must be able to write here.
        for path in (post.folder, *post.folder.rglob("*")):
            shutil.chown(path, "proxy", "proxy")
        # Squid leaves its shared memory behind when it is killed, so it gets a /dev/shm of its own:
        # `ip netns exec` makes a mount namespace, which ends with the program.
        own_memory = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
        with running(
            ["sh", "-c", own_memory, "sh", "squid", "-N", "-f", configuration],
            place=post.place,
            port=post.port,
            log=post.folder / "squid.log",
        ):
            yield

    def _configuration(self, post: Post, store: Path) -> str:
        folder = post.folder
        exempting = (
            f"acl exempt ssl::server_name {' '.join(self.exempt)}\nssl_bump splice exempt"
            if self.exempt
            else ""
        )
        minting = (
            f"ssl-bump tls-cert={folder}/ca.pem generate-host-certificates=on"
            " dynamic_cert_mem_cache_size=4MB"
        )
        return f"""
            visible_hostname mbox
            http_port {post.proxy_port} {minting}
            https_port {post.port} intercept {minting}
            sslcrtd_program {CERTIFICATE_MAKER} -s {store} -M 4MB
            sslcrtd_children 2 startup=1 idle=1
            tls_outgoing_options cafile={post.public_root}
            acl hello at_step SslBump1
            ssl_bump peek hello
            {exempting}
            ssl_bump {"bump" if self.decrypts else "splice"} all
            http_access allow all
            {files_of_squid(folder)}
        """


def files_of_squid(folder: Path) -> str:
    """What keeps a squid to its own folder, and lets it go at once."""
    return f"""
            cache deny all
            pid_filename {folder}/squid.pid
            access_log stdio:{folder}/access.log
            cache_log {folder}/cache.log
            coredump_dir {folder}
            pinger_enable off
            shutdown_lifetime 0 seconds
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sslsplit:
    """sslsplit: it signs a copy of each certificate, with one leaf key for all of them."""

    name: str = "sslsplit"
    decrypts: bool = True

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it in its debug mode, the only one that stays in the foreground."""
        certificate = write_pem(post.folder / "ca.pem", post.authority.certificate_pem)
        key = write_pem(post.folder / "ca.key", post.authority.key_pem)
        with running(
            ["sslsplit", "-D", "-k", key, "-c", certificate, "ssl", "0.0.0.0", str(post.port)],
            place=post.place,
            port=post.port,
            log=post.folder / "sslsplit.log",
        ):
            yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitmproxy:
    """mitmproxy without a screen.

    Of the three it alone tells the secrets of both its sides: squid has `tls_key_log` from version
    6 on, and what `sslsplit -M` writes opens nothing of TLS 1.3.
    """

    name: str = "mitmproxy"
    decrypts: bool = True

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it with the CA in its own folder, where it would else make one."""
        authority = post.authority
        write_pem(post.folder / "mitmproxy-ca.pem", authority.key_pem, authority.certificate_pem)
        with running(
            [
                *("env", f"MITMPROXY_SSLKEYLOGFILE={post.key_log}"),
                *(MITMDUMP, "--mode", f"transparent@{post.port}"),
                *("--mode", f"regular@{post.proxy_port}"),
                *("--set", f"confdir={post.folder}"),
                *("--set", f"ssl_verify_upstream_trusted_ca={post.public_root}"),
            ],
            place=post.place,
            port=post.port,
            log=post.folder / "mitmproxy.log",
        ):
            yield


SPLICE = Squid(decrypts=False)
SQUID = Squid(decrypts=True)
SSLSPLIT = Sslsplit()
MITMPROXY = Mitmproxy()

DECRYPTING: tuple[Interceptor, ...] = (SQUID, SSLSPLIT, MITMPROXY)
