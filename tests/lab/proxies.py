"""The proxies that a client is told to use: they run in `mbox`, and pass TLS on as it is.

Squid with no login, with Basic, and with NTLM by the helper that it brings for tests, which wants the
messages of NTLM in their order and verifies no password. Dante with no login, and with one.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tests.lab.interceptors import files_of_squid
from tests.lab.network import MBOX_LINK, Namespace, ipv4
from tests.lab.programs import running

USER, PASSWORD = "anna", "correct horse"
ADDRESS = ipv4(MBOX_LINK, 2)
BLOCKED = "blocked.example"
"""The name that squid lets nobody ask for."""
BLOCKED_ADDRESS = ipv4(MBOX_LINK + 1, 2)
"""The address that dante lets nobody ask for."""
BASIC_HELPER = Path("/usr/lib/squid/basic_ncsa_auth")
NTLM_HELPER = Path("/usr/lib/squid/ntlm_fake_auth")


@dataclass(frozen=True, slots=True, kw_only=True)
class SquidProxy:
    """Squid that answers CONNECT."""

    login: str | None
    """``basic``, ``ntlm``, or none."""

    denied: str = BLOCKED
    """The name that it lets nobody ask for."""

    @property
    def scheme(self) -> str:
        """Of its URL."""
        return "http"

    @property
    def name(self) -> str:
        """Its name in test ids and logs."""
        return f"squid-{self.login or 'open'}"

    @contextlib.contextmanager
    def start(self, place: Namespace, folder: Path, port: int) -> Generator[None]:
        """Run it; ready when it listens."""
        passwords = folder / "passwords"
        passwords.write_text(f"{USER}:{hashed(PASSWORD)}\n")
        configuration = folder / "squid.conf"
        configuration.write_text(self._configuration(folder, port, passwords))
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "proxy", "proxy")
        own_memory = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
        with running(
            ["sh", "-c", own_memory, "sh", "squid", "-N", "-f", configuration],
            place=place,
            port=port,
            log=folder / "squid.log",
        ):
            yield

    def _configuration(self, folder: Path, port: int, passwords: Path) -> str:
        program = {
            None: "",
            "basic": f"auth_param basic program {BASIC_HELPER} {passwords}",
            "ntlm": f"auth_param ntlm program {NTLM_HELPER}",
        }[self.login]
        known = "acl known proxy_auth REQUIRED" if self.login else "acl known src all"
        return f"""
            visible_hostname mbox
            http_port {port}
            dns_timeout 1 second
            dns_retransmit_interval 500 milliseconds
            {program}
            {known}
            acl blocked dstdomain {self.denied}
            http_access deny !known
            http_access deny blocked
            http_access allow all
            {files_of_squid(folder)}
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Dante:
    """Dante, a SOCKS server. Its logins are those of the machine, so it gets a list of its own."""

    login: bool

    @property
    def scheme(self) -> str:
        """Of its URL."""
        return "socks5"

    @property
    def name(self) -> str:
        """Its name in test ids and logs."""
        return f"dante-{'login' if self.login else 'open'}"

    @contextlib.contextmanager
    def start(self, place: Namespace, folder: Path, port: int) -> Generator[None]:
        """Run it; ready when it listens."""
        users, shadow = folder / "passwd", folder / "shadow"
        users.write_text(f"{Path('/etc/passwd').read_text()}{USER}:x:4242:65534::/:/bin/false\n")
        shadow.write_text(f"{USER}:{hashed(PASSWORD)}:19000:0:99999:7:::\n")
        configuration = folder / "danted.conf"
        configuration.write_text(self._configuration(port))
        # Mounted where only it sees them: `ip netns exec` makes a mount namespace for it.
        own_users = (
            f'mount --bind {users} /etc/passwd && mount --bind {shadow} /etc/shadow && exec "$@"'
        )
        with running(
            ["sh", "-c", own_users, "sh", "danted", "-f", configuration, "-p", folder / "pid"],
            place=place,
            port=port,
            log=folder / "danted.log",
        ):
            yield

    def _configuration(self, port: int) -> str:
        return f"""
            logoutput: stderr
            internal: {ADDRESS} port = {port}
            external: {ipv4(MBOX_LINK + 1, 1)}
            clientmethod: none
            socksmethod: {"username" if self.login else "none"}
            user.privileged: root
            user.unprivileged: nobody
            client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
            socks block {{ from: 0.0.0.0/0 to: {BLOCKED_ADDRESS}/32 }}
            socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
        """


def hashed(password: str) -> str:
    """A password as crypt(5) writes it."""
    made = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=password, capture_output=True, text=True, check=True
    )  # fmt: skip
    return made.stdout.strip()


Proxy = SquidProxy | Dante
OPEN_SQUID, BASIC_SQUID = SquidProxy(login=None), SquidProxy(login="basic")
NTLM_SQUID = SquidProxy(login="ntlm")
OPEN_DANTE, LOGIN_DANTE = Dante(login=False), Dante(login=True)
PROXIES: tuple[Proxy, ...] = (OPEN_SQUID, BASIC_SQUID, NTLM_SQUID, OPEN_DANTE, LOGIN_DANTE)
WITH_LOGIN = (BASIC_SQUID, NTLM_SQUID, LOGIN_DANTE)
VERIFYING = (BASIC_SQUID, LOGIN_DANTE)
