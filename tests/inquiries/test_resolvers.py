"""What resolvers say, asked beside a look at the endpoint."""

import contextlib
import os
import socket
from dataclasses import dataclass, field

import pytest
import trustme

from tests.evidence import reference
from tests.live.dns_server import Script, answering
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tlsprobe import asking
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.resolvers import Resolvers
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


@dataclass
class Made:
    """Resolvers, and how often they were wanted."""

    servers: list
    times: int = 0
    known: list = field(default_factory=list)

    def __call__(self):
        """The same ones each time."""
        self.times += 1
        self.known = self.known or [Resolvers(self.servers, entropy=os.urandom)]
        return self.known[0]


@pytest.fixture
def hosts(tmp_path, monkeypatch):
    """The hosts file of this machine."""
    file = tmp_path / "hosts"
    file.write_text("")
    monkeypatch.setattr(asking, "hosts_file", lambda: file)
    return file


@pytest.fixture
def system(monkeypatch, hosts):
    """What the system's lookup makes of example.org: a list to fill."""
    addresses, real = [], socket.getaddrinfo

    def answer(host, *arguments, **options):
        if host != HOST:
            return real(host, *arguments, **options)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [one for address in addresses for one in real(address, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return addresses


def asked(script, *, when=When.ALWAYS, peer=None, **fields):
    """(the report on example.org, how often resolvers were wanted)."""
    found = []

    async def test():
        async with contextlib.AsyncExitStack() as stack:
            server = await stack.enter_async_context(answering(script))
            served = await stack.enter_async_context(serve(peer or hang_up))
            made = Made([server])
            settings = Settings(
                template=templates.load("probe"), reference=reference(), resolvers=when,
                second_opinion=When.NEVER, other_names=When.NEVER, limits=PATIENT,
            )  # fmt: skip
            world = World(dial=TcpDial(), now=now, entropy=os.urandom, resolvers=made)
            request = ProbeRequest(**{"host": HOST, "sni": HOST, "port": served.port, **fields})
            (report,) = await probe(request, settings, world)
            found.append((report, made.times))

    run(test())
    return found[0]


async def hang_up(_, writer):
    """A peer that does not answer."""
    writer.close()


def test_beside_a_look(system, hosts):
    """What was used, what the hosts file says and what the resolver says stand side by side."""
    system.append("127.0.0.1")
    hosts.write_text(f"127.0.0.1 {HOST}\n")
    report, _ = asked(Script({(HOST, "A"): ["93.184.215.14"]}))
    names = report.observation.names
    assert (names.system, names.hosts_file) == (("127.0.0.1",), ("127.0.0.1",))
    assert [one.addresses for one in names.resolvers] == [("93.184.215.14",)]
    assert "hosts-file-overrides" in [result.check for result, _ in report.verdict.because]


def test_where_there_is_no_address(system):
    """A name without an address is asked about as well, and there most of all."""
    report, times = asked(Script({(HOST, "A"): ["93.184.215.14"]}))
    assert report.verdict.conclusion is Conclusion.BLOCKED
    assert report.observation.target.address is None
    names = report.observation.names
    assert (names.system, names.resolvers[0].rcode, times) == ((), "NOERROR", 1)


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({"address": "127.0.0.1"}, When.ALWAYS),
        ({"host": "127.0.0.1", "sni": None}, When.ALWAYS),
        ({}, When.NEVER),
    ],
    ids=["an address was given", "the host is one", "never"],
)
def test_not_asked(system, fields, when):
    """Where no resolver's answer was used, or none was to be asked, it is listed as not looked at."""
    system.append("127.0.0.1")
    report, times = asked(Script(), when=when, **fields)
    assert (report.observation.names, times) == (None, 0)
    lacked = {one.check: one.lacked for one in report.verdict.not_looked_at}
    assert lacked["nxdomain-rewritten"] == "what each resolver says of the name"


def test_in_doubt(system):
    """In doubt means where the look did not say `direct`."""
    system.append("127.0.0.1")
    authority = trustme.CA()
    peer = speak_tls(server_context(authority))
    report, times = asked(Script(), when=When.DOUBT, peer=peer)
    assert report.verdict.conclusion is not Conclusion.DIRECT
    assert times == 1
