"""Who answers on port 443 in the place of all servers: a portal, and a front with a public certificate."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from tests.lab.authorities import Authority, write_pem
from tests.lab.network import Namespace
from tests.lab.programs import running
from tests.lab.routers import ruled

_PORTAL_PORT, _FRONT_PORT = 19090, 19091
_TO_PORTAL = (
    f"nat PREROUTING -p tcp -m multiport --dports 80,443 -j REDIRECT --to-ports {_PORTAL_PORT}"
)
_TO_FRONT = f"nat PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports {_FRONT_PORT}"


@contextlib.contextmanager
def portal(place: Namespace, folder: Path) -> Generator[None]:
    """A network that sends everybody to its login, whatever was asked for, and be it TLS."""
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    configuration = folder / "portal.conf"
    configuration.write_text(f"""
        daemon off;
        user root;
        pid {folder}/portal.pid;
        events {{}}
        http {{
            access_log off;
            {scratch}
            server {{
                listen {_PORTAL_PORT};
                error_page 400 =302 http://login.portal.example/;
                return 302 http://login.portal.example/;
            }}
        }}
    """)
    with (
        running(
            ["nginx", "-e", "stderr", "-p", folder, "-c", configuration],
            place=place, port=_PORTAL_PORT, log=folder / "portal.log",
        ),
        ruled(place, _TO_PORTAL),
    ):  # fmt: skip
        yield


@contextlib.contextmanager
def terminating(place: Namespace, folder: Path, leaf: Authority, *, origin: str) -> Generator[None]:
    """HAProxy that ends the TLS to all addresses with the certificate that it was given.

    What it decrypted goes on to `origin`, which is an address with its port.
    """
    identity = write_pem(folder / "identity.pem", leaf.key_pem, leaf.path_pem)
    configuration = folder / "haproxy.cfg"
    configuration.write_text(f"""
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen front
    bind 0.0.0.0:{_FRONT_PORT} ssl crt {identity}
    server origin {origin} ssl verify none
""")
    with (
        running(
            ["haproxy", "-db", "-f", configuration],
            place=place, port=_FRONT_PORT, log=folder / "haproxy.log",
        ),
        ruled(place, _TO_FRONT),
    ):  # fmt: skip
        yield
