"""The lab is what the other tests take it for."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import DECRYPTING, SPLICE, SQUID, Interceptor
from tests.lab.laboratory import Laboratory
from tests.lab.network import PREFIX, Namespace, ipv4, remove_leftovers
from tests.lab.servers import EITHER, ORIGINS, TLS12, Origin

REPOSITORY = Path(__file__).parents[2]
_IP_RECVERR = 11  # linux/in.h; the socket module does not know it


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda origin: origin.name)
def test_open_path_is_honest(lab: Laboratory, origin: Origin):
    """With nobody in the way OpenSSL gets each origin's own certificate, over IPv4 and IPv6."""
    for ipv6 in (False, True):
        sight = lab.look(origin, ipv6=ipv6)
        lab.prove(sight, None, origin)
        assert sight.version.removeprefix("TLSv1.") in origin.protocols


def test_path_has_three_routers(lab: Laboratory):
    """A connection that may go k hops ends at r1, mbox and r2, and with four at the server."""
    routers = [_router_that_drops(lab, hops) for hops in (1, 2, 3, 4)]
    assert routers == [ipv4(1, 2), ipv4(2, 2), ipv4(3, 2), None]


@pytest.mark.parametrize("disguise", Disguise)
@pytest.mark.parametrize("interceptor", DECRYPTING, ids=lambda interceptor: interceptor.name)
def test_interceptor_signs(lab: Laboratory, interceptor: Interceptor, disguise: Disguise):
    """Each interceptor ends TLS 1.2 and 1.3 with a leaf of its own CA, whatever name it bears."""
    box = lab.box(interceptor, disguise)
    with lab.standing_in_the_way(box):
        for tls12, version in ((True, "TLSv1.2"), (False, "TLSv1.3")):
            sight = lab.look(EITHER, tls12=tls12)
            assert sight.version == version
            lab.prove(sight, box)
            same_name = sight.leaf.issuer == lab.chain.issuing.certificate.subject
            assert same_name == (disguise is Disguise.ISSUING_COPIED)


@pytest.mark.parametrize("interceptor", DECRYPTING, ids=lambda interceptor: interceptor.name)
def test_interceptor_raises_the_version(lab: Laboratory, interceptor: Interceptor):
    """An interceptor speaks TLS 1.3 for an origin that does not, so tests choose it by hello."""
    box = lab.box(interceptor, Disguise.OWN_NAME)
    assert lab.look(TLS12).version == "TLSv1.2"
    with lab.standing_in_the_way(box):
        assert lab.look(TLS12).version == "TLSv1.3"


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda origin: origin.name)
def test_splice_passes_all_on(lab: Laboratory, origin: Origin):
    """A squid that splices hands over each origin's own certificate."""
    box = lab.box(SPLICE, Disguise.OWN_NAME)
    with lab.standing_in_the_way(box):
        lab.prove(lab.look(origin), box, origin)


@pytest.mark.parametrize("interceptor", [SQUID, SPLICE], ids=lambda interceptor: interceptor.name)
def test_explicit_proxy(lab: Laboratory, interceptor: Interceptor):
    """Asked by CONNECT, squid decrypts or passes on, just as when it stands in the way."""
    box = lab.box(interceptor, Disguise.OWN_NAME)
    lab.prove(lab.look(EITHER, through_proxy=box), box)


def test_path_is_open_again(lab: Laboratory):
    """An interceptor stands in the way only as long as it is asked to, also when a test fails."""
    box = lab.box(SQUID, Disguise.OWN_NAME)
    with contextlib.suppress(ZeroDivisionError), lab.standing_in_the_way(box):
        raise ZeroDivisionError
    lab.prove(lab.look(EITHER), None)


@pytest.mark.usefixtures("lab")
def test_leftovers_of_a_dead_run_are_removed():
    """What a killed run left is removed: namespaces, the programs in them, folders."""
    stem = f"{PREFIX}-{_number_of_no_process()}-1"
    dead = Namespace(name=f"{stem}-client")
    folder = Path(tempfile.mkdtemp(prefix=f"{stem}-"))
    subprocess.run(["ip", "netns", "add", dead.name], check=True)
    dead.write_hosts({})
    sleeper = subprocess.Popen(dead.command("sleep", "1000"))
    remove_leftovers()
    assert sleeper.wait(10) == -signal.SIGKILL
    assert dead.name not in _standing()
    assert not Path("/etc/netns", dead.name).exists()
    assert not folder.exists()


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_lab_is_removed(number: signal.Signals):
    """A run that is interrupted while its lab stands leaves nothing behind."""
    source = (
        "import datetime as dt, signal, time; from tests.lab.laboratory import Laboratory\n"
        # Whoever runs the tests in a shell's background has them ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with Laboratory.open(now=dt.datetime.now(dt.UTC)):\n"
        "    print('standing', flush=True); time.sleep(1000)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", source],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with other, contextlib.ExitStack() as at_last:
        at_last.callback(other.kill)
        assert other.stdout is not None
        assert other.stdout.readline() == b"standing\n"
        assert any(f"-{other.pid}-" in name for name in _standing())
        other.send_signal(number)
        assert other.wait(10) != 0
    assert not any(f"-{other.pid}-" in name for name in _standing())


def _standing() -> list[str]:
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return [line.split()[0] for line in listed.stdout.splitlines()]


def _number_of_no_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def _router_that_drops(lab: Laboratory, hops: int) -> str | None:
    """Who answers a SYN that may go so many hops with "time exceeded"; None if it arrives."""
    connection = lab.network.client.new_socket(socket.AF_INET)
    with connection:
        connection.settimeout(5)
        connection.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
        connection.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        result = connection.connect_ex((EITHER.address, 443))
        if result == 0:
            return None
        assert result == errno.EHOSTUNREACH, os.strerror(result)
        _, ancillary, _, _ = connection.recvmsg(0, 512, socket.MSG_ERRQUEUE)
        [(_, _, extended_error)] = ancillary
        # struct sock_extended_err is 16 bytes, then the sockaddr_in of who sent the ICMP message.
        return socket.inet_ntoa(extended_error[20:24])
