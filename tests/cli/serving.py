"""A TLS server on loopback that is there for the program under test."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def listening(context: ssl.SSLContext) -> Iterator[int]:
    """Shake hands with whoever comes, and hang up; the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    answering = threading.Thread(target=_answer, args=(listener, context), daemon=True)
    answering.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    answering.join(5)


def _answer(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            connection.getpeername()  # nobody, where a trace has left already
            with context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(1)
