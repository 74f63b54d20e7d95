"""Names and addresses."""

import socket
import threading

import pytest

from tests.live.loopback import PATIENCE, run
from tlsprobe.live.resolve import ip_literal, resolve
from tlsprobe.model.observation import FailureKind, Stage


def resolved(host, timeout=PATIENCE):
    """What a name comes to."""
    found = []

    async def test():
        found.append(await resolve(host, timeout=timeout))

    run(test())
    return found[0]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%4]", "fe80::1%4"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("example.org", None),
        ("192.0.2", None),
        ("192.0.2.1%eth0", None),
        ("fe80::1%", None),
        ("[]", None),
        ("", None),
        ("2001:db8::\0", None),
    ],
)
def test_literals(text, address):
    """An IP address is known as one, in brackets and with its zone."""
    assert ip_literal(text) == address


def test_literal_needs_no_lookup():
    """An IP address is its own, and takes no time."""
    found = resolved("[::1]")
    assert found.addresses == ("::1",)
    assert found.failure is None
    assert found.dns is None


def test_localhost():
    """A name has its addresses, each once, and the lookup is timed."""
    found = resolved("localhost")
    assert found.failure is None
    assert set(found.addresses) <= {"127.0.0.1", "::1"}
    assert len(found.addresses) == len(set(found.addresses)) > 0
    assert found.dns > 0


def test_name_that_cannot_exist():
    """A name longer than the DNS allows is unknown to every resolver."""
    found = resolved("a." * 130 + "example")
    assert found.addresses == ()
    assert found.failure.stage is Stage.DNS
    assert found.failure.kind is FailureKind.UNKNOWN_HOST
    assert found.dns > 0


@pytest.mark.parametrize(
    "host", ["a..example", "a" * 64 + ".example", "nul\0.example", "two words", ""]
)
def test_name_that_is_none(host):
    """What cannot be written as a name is a failure as well, never an exception."""
    found = resolved(host)
    assert found.failure.stage is Stage.DNS
    assert found.failure.kind is FailureKind.UNKNOWN_HOST
    assert "cannot be a host name" in found.failure.detail


def test_resolver_that_hangs(monkeypatch):
    """A resolver that hangs costs its deadline, and the program's end does not wait for it."""
    goes_on = threading.Event()

    def hanging(*_, **__):
        goes_on.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    found = resolved("host.example", timeout=0.05)
    assert found.failure.kind is FailureKind.RESOLVER_FAILED
    assert "host.example within 0.05 s" in found.failure.detail
    (left,) = [thread for thread in threading.enumerate() if thread.name == "resolver"]
    assert left.daemon
    goes_on.set()  # its answer comes to a loop that is closed
    left.join()


def test_late_answer(monkeypatch):
    """An answer that comes after the deadline is dropped."""
    goes_on = threading.Event()

    def late(*_, **__):
        goes_on.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", late)

    async def test():
        found = await resolve("host.example", timeout=0.05)
        assert found.failure.kind is FailureKind.RESOLVER_FAILED
        (left,) = [thread for thread in threading.enumerate() if thread.name == "resolver"]
        goes_on.set()
        left.join()

    run(test())


def test_family_and_zone(monkeypatch):
    """The order is the resolver's, doubles go, and a zone is kept with its address."""
    answers = [
        (socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", ("of another family",)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1", 0, 0, 4)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert resolved("host.example").addresses == ("fe80::1%4", "192.0.2.1", "2001:db8::1")
