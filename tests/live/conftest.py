import contextlib
import socket
import sys

import pytest
import trustme

from tests.live.loopback import Peer


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A CA of this run."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ipv6() -> None:
    """Skips where the machine has no IPv6 loopback."""
    with socket.socket(socket.AF_INET6) as sock:
        try:
            sock.bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"no IPv6 loopback: {error}")


@pytest.fixture
def full_backlog():
    """A port of loopback that answers no SYN: its queue of connections is full."""
    if sys.platform != "linux":
        pytest.skip("only Linux drops a SYN for which there is no room")
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                filler.connect(listener.getsockname())
        yield Peer(*listener.getsockname())


@pytest.fixture
def closed_port():
    """A port of loopback that is taken, and where nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield Peer(*sock.getsockname())
