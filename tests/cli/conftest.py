import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

ORGANISATION = "Pr\u00fcfstelle \u691c\u67fb"
"""Of the CA: a name for which few consoles have all the letters."""


@dataclass(frozen=True)
class Server:
    """A TLS server on loopback, for the name localhost."""

    port: int
    roots: Path
    """PEM of the CA that signed its certificate."""

    @property
    def target(self):
        """As it is typed."""
        return f"localhost:{self.port}"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that shakes hands with whoever comes, and hangs up."""
    authority = trustme.CA(organization_name=ORGANISATION)
    roots = tmp_path_factory.mktemp("roots") / "ca.pem"
    authority.cert_pem.write_to_path(roots)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    answering = threading.Thread(target=_answer, args=(listener, context), daemon=True)
    answering.start()
    yield Server(port=listener.getsockname()[1], roots=roots)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    answering.join(5)


def _answer(listener, context):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(5)
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(1)
        connection.close()


@pytest.fixture(scope="session")
def closed_port():
    """A port of loopback where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def authority():
    """A CA of this run."""
    return trustme.CA()
