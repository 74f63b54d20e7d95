"""The honest origin: one nginx that answers in several ways, each at an address of its own.

Beside it `telling` answers where the secrets of the sessions are wanted.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab.authorities import Authority, PublicChain, write_pem
from tests.lab.network import SERVER_LINK, Network, ipv4, ipv6
from tests.lab.programs import running

_SESSION_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One way to answer, and the address that answers so."""

    name: str
    """Its host name. Each has its own: squid refuses to splice a name that has another address."""

    host: int
    """The last number of its addresses."""

    protocols: str = "TLSv1.2 TLSv1.3"
    """What nginx calls ssl_protocols."""

    rsa_key: bool = False
    """Whether the leaf's key is RSA, and not ECDSA."""

    curves: str = "auto"
    """What nginx calls ssl_ecdh_curve; a curve that no hello brings a share of forces a retry."""

    asks_for_client_certificate: bool = False

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return ipv4(SERVER_LINK, self.host)

    @property
    def address6(self) -> str:
        """Its IPv6 address."""
        return ipv6(SERVER_LINK, self.host)


EITHER = Origin(name="login.microsoftonline.com", host=10)
TLS12 = Origin(name="adminwebservice.microsoftonline.com", host=12, protocols="TLSv1.2")
TLS13 = Origin(name="provisioningapi.microsoftonline.com", host=13, protocols="TLSv1.3")
TLS12_RSA = Origin(name="login.windows.net", host=22, protocols="TLSv1.2", rsa_key=True)
TLS13_RSA = Origin(name="graph.windows.net", host=23, protocols="TLSv1.3", rsa_key=True)
RETRY_384 = Origin(
    name="secure.aadcdn.microsoftonline-p.com", host=33, protocols="TLSv1.3", curves="secp384r1"
)
RETRY_521 = Origin(name="aadcdn.msauth.net", host=34, protocols="TLSv1.3", curves="secp521r1")
ASKS_TLS12 = Origin(
    name="relay12.servicebus.windows.net",
    host=42,
    protocols="TLSv1.2",
    asks_for_client_certificate=True,
)
ASKS_TLS13 = Origin(
    name="relay13.servicebus.windows.net",
    host=43,
    protocols="TLSv1.3",
    asks_for_client_certificate=True,
)
UNKNOWN = Origin(name="intranet.lab.example", host=50)
"""A name of which no list of public services knows anything."""

ORIGINS = (
    EITHER,
    TLS12,
    TLS13,
    TLS12_RSA,
    TLS13_RSA,
    RETRY_384,
    RETRY_521,
    ASKS_TLS12,
    ASKS_TLS13,
    UNKNOWN,
)

TELLING = Origin(name="autologon.microsoftazuread-sso.com", host=60)
"""Served by `telling`, not by nginx: Debian's nginx 1.22 writes no key log."""

CANARY = Origin(name="canary.lab.example", host=61)
OWN_CANARY = Origin(name="own-canary.lab.example", host=62)
"""Both are served by `tlsprobe serve-canary`, where a test asks for it."""


@contextlib.contextmanager
def telling(
    leaf: Authority,
    *,
    chain: PublicChain,
    network: Network,
    folder: Path,
    version: ssl.TLSVersion,
    key_log: Path,
) -> Generator[None]:
    """Answer as `TELLING` in one version of TLS, and write the secrets of each session down.

    A thread of this process serves: a socket stays in the namespace that it was made in.
    """
    issuing = chain.issuing.certificate_pem
    identity = write_pem(folder / "telling.pem", leaf.key_pem, leaf.certificate_pem, issuing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    context.minimum_version = context.maximum_version = version
    context.keylog_filename = str(key_log)
    with contextlib.ExitStack() as sessions:
        listener = sessions.enter_context(network.server.new_socket(socket.AF_INET))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((TELLING.address, 443))
        listener.listen()
        answering = threading.Thread(target=_answer, args=(listener, context, sessions))
        answering.start()
        try:
            yield
        finally:
            # This wakes the thread; closing alone would not.
            listener.shutdown(socket.SHUT_RDWR)
            answering.join()


def _answer(
    listener: socket.socket, context: ssl.SSLContext, sessions: contextlib.ExitStack
) -> None:
    """Shake hands with whoever comes, and keep the sessions until all is over."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(_SESSION_SECONDS)
        sessions.enter_context(connection)
        # A client that likes the certificate little hangs up.
        with contextlib.suppress(OSError):
            sessions.enter_context(context.wrap_socket(connection, server_side=True))


@contextlib.contextmanager
def serving(
    leaves: Mapping[Origin, Authority], *, chain: PublicChain, network: Network, folder: Path
) -> Generator[None]:
    """Run nginx in the server namespace with these origins, on port 443 of each address."""
    for origin, leaf in leaves.items():
        write_pem(folder / f"{origin.name}.key", leaf.key_pem)
        issuing = chain.issuing.certificate_pem
        write_pem(folder / f"{origin.name}.pem", leaf.certificate_pem, issuing)
    write_pem(folder / "clients.pem", chain.issuing.path_pem)
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(leaves, folder))
    with running(
        ["nginx", "-e", "stderr", "-p", folder, "-c", configuration],
        place=network.server,
        port=443,
        log=folder / "nginx.log",
    ):
        yield


def _configuration(origins: Iterable[Origin], folder: Path) -> str:
    servers = "\n".join(_server(origin, folder) for origin in origins)
    return f"""
        daemon off;
        user root;
        worker_processes 1;
        pid {folder}/nginx.pid;
        events {{ worker_connections 512; }}
        http {{
            access_log off;
            client_body_temp_path {folder}/body;
            proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi;
            scgi_temp_path {folder}/scgi;
            uwsgi_temp_path {folder}/uwsgi;
            {servers}
        }}
    """


def _server(origin: Origin, folder: Path) -> str:
    ask = ""
    if origin.asks_for_client_certificate:
        ask = f"ssl_verify_client optional; ssl_client_certificate {folder}/clients.pem;"
    return f"""
        server {{
            listen {origin.address}:443 ssl http2;
            listen [{origin.address6}]:443 ssl http2;
            ssl_certificate {folder}/{origin.name}.pem;
            ssl_certificate_key {folder}/{origin.name}.key;
            ssl_protocols {origin.protocols};
            ssl_ecdh_curve {origin.curves};
            {ask}
            location / {{ return 200 "{origin.name}\\n"; }}
        }}
    """
