"""Error numbers of every system, as one vocabulary."""

import errno
import socket

import pytest

from tlsprobe.live.failures import from_connecting, from_resolver, kind_of, milliseconds, seconds
from tlsprobe.model.observation import FailureKind, Stage

PEER = "192.0.2.1:443"


class WindowsError(OSError):
    """An error as Windows makes it, with a number of its own."""

    def __init__(self, winerror: int) -> None:
        super().__init__(errno.EINVAL, "as Windows says it")
        self.winerror = winerror


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ECONNREFUSED, FailureKind.REFUSED),
        (errno.ECONNRESET, FailureKind.RESET),
        (errno.ECONNABORTED, FailureKind.RESET),
        (errno.EPIPE, FailureKind.RESET),
        (errno.ENETUNREACH, FailureKind.UNREACHABLE),
        (errno.EHOSTUNREACH, FailureKind.UNREACHABLE),
        (errno.ETIMEDOUT, FailureKind.SILENCE),
        (errno.EMFILE, FailureKind.LOCAL),
        (errno.ENFILE, FailureKind.LOCAL),
        (errno.EACCES, FailureKind.LOCAL),
        (errno.EPERM, FailureKind.LOCAL),
        (errno.EADDRNOTAVAIL, FailureKind.LOCAL),
        (errno.EINVAL, FailureKind.LOCAL),
    ],
)
def test_posix(number, kind):
    """Each number of POSIX has its kind, and what the network does not do is local."""
    failure = from_connecting(OSError(number, "words of asyncio's"), PEER, 0.0213)
    assert failure.stage is Stage.TCP
    assert failure.kind is kind
    assert PEER in failure.detail
    if kind in {FailureKind.LOCAL, FailureKind.UNREACHABLE}:
        assert f"({errno.errorcode[number]})" in failure.detail
    else:
        assert "21.3 ms" in failure.detail


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (10061, FailureKind.REFUSED),
        (10054, FailureKind.RESET),
        (10053, FailureKind.RESET),
        (10051, FailureKind.UNREACHABLE),
        (10065, FailureKind.UNREACHABLE),
        (10060, FailureKind.SILENCE),
        (10013, FailureKind.LOCAL),
        (10024, FailureKind.LOCAL),
        (10049, FailureKind.LOCAL),
    ],
)
def test_winsock(number, kind):
    """Winsock's numbers mean the same, whether they stand in errno or in winerror."""
    assert kind_of(OSError(number, "words")) is kind
    assert kind_of(WindowsError(number)) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (1225, FailureKind.REFUSED),
        (64, FailureKind.RESET),
        (1236, FailureKind.RESET),
        (1231, FailureKind.UNREACHABLE),
        (1232, FailureKind.UNREACHABLE),
        (121, FailureKind.SILENCE),
        (995, FailureKind.LOCAL),
    ],
)
def test_overlapped(number, kind):
    """What the ProactorEventLoop passes on from overlapped I/O means the same."""
    assert kind_of(WindowsError(number)) is kind


def test_small_numbers_are_not_of_windows():
    """A number that both families have is read by the field that it stands in."""
    assert kind_of(OSError(64, "ENONET on Linux")) is not FailureKind.RESET
    assert kind_of(OSError(121, "EREMOTEIO on Linux")) is FailureKind.LOCAL


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError("refused"), FailureKind.REFUSED),
        (ConnectionResetError("Cannot write to closing transport"), FailureKind.RESET),
        (TimeoutError("time"), FailureKind.SILENCE),
        (OSError("something else"), FailureKind.LOCAL),
    ],
)
def test_without_number(error, kind):
    """Errors that asyncio makes have no number, and their class tells."""
    assert kind_of(error) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (socket.EAI_NONAME, FailureKind.UNKNOWN_HOST),
        (11001, FailureKind.UNKNOWN_HOST),
        (11004, FailureKind.UNKNOWN_HOST),
        (socket.EAI_AGAIN, FailureKind.RESOLVER_FAILED),
        (socket.EAI_FAIL, FailureKind.RESOLVER_FAILED),
        (11002, FailureKind.RESOLVER_FAILED),
    ],
)
def test_resolver(number, kind):
    """A name that does not exist is told from a resolver that does not work."""
    failure = from_resolver(socket.gaierror(number, "the resolver's words"), "host.example")
    assert failure.stage is Stage.DNS
    assert failure.kind is kind
    assert "host.example" in failure.detail
    assert "the resolver's words" in failure.detail


def test_resolver_without_means():
    """What keeps this machine from asking is its own trouble."""
    failure = from_resolver(OSError(errno.EMFILE, "words"), "host.example")
    assert failure.kind is FailureKind.LOCAL
    assert "EMFILE" in failure.detail


def test_durations():
    """Durations are written in the unit that fits."""
    assert milliseconds(0.00042) == "0.4 ms"
    assert milliseconds(1.5) == "1.5 s"
    assert seconds(0.2004) == "0.2 s"
    assert seconds(10.0) == "10 s"
