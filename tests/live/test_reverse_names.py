"""Names by the reverse DNS."""

import asyncio
import socket
import threading

import pytest

from tlsprobe.live.reverse_names import MAX_NAME, names_of


@pytest.fixture
def answering(monkeypatch):
    """Lets the resolver say what is given; an exception is raised, an event is waited for."""

    def install(answers):
        def look_up(address, _flags):
            answer = answers[address[0]]
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, threading.Event):
                answer.wait(20)
                return "late.example", "0"
            return answer, "0"

        monkeypatch.setattr(socket, "getnameinfo", look_up)

    return install


def test_names(answering):
    """Each address that has a name gets it, once; the others get none."""
    answering({"192.0.2.1": "a.example", "192.0.2.2": socket.gaierror(-2, "no"), "192.0.2.3": ""})
    asked = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"]
    assert asyncio.run(names_of(asked, 20)) == (("192.0.2.1", "a.example"),)


def test_slow_and_long(answering):
    """A name that does not come is not waited for, and one that is too long is cut."""
    hanging = threading.Event()
    answering({"192.0.2.1": hanging, "192.0.2.2": "x" * 5000})
    try:
        found = asyncio.run(names_of(["192.0.2.1", "192.0.2.2"], 0.2))
    finally:
        hanging.set()
    assert found == (("192.0.2.2", "x" * MAX_NAME),)
    assert asyncio.run(names_of([], 0.2)) == ()
