"""A look where nobody is: at a path whose box takes every connection, and at an honest one."""

import os
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence import reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.hello import templates
from tlsprobe.inquiries.nowhere import BLOCK_6, BLOCKS, address_of_nobody
from tlsprobe.live import failures
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PUBLIC = "20.190.160.1"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


@dataclass
class Path:
    """A dial over which one peer answers at its own address, or at every address."""

    peer: object
    takes_all: bool
    dial: TcpDial = field(default_factory=TcpDial)
    asked: list = field(default_factory=list)

    @property
    def clock(self):
        """The clock of the dial that is used."""
        return self.dial.clock

    async def connect(self, host, port, deadline):
        """A connection to the peer, where somebody answers at all."""
        self.asked.append(host)
        if host != PUBLIC and not self.takes_all:
            return failures.no_connection(host, 0.5)
        return await self.dial.connect(self.peer.host, self.peer.port, deadline)


def probed(*, takes_all, address=PUBLIC, when=When.ALWAYS, context=None):
    """The report on a server with one certificate, and the addresses that were asked."""
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of(())),
        second_opinion=When.NEVER,
        other_names=when,
        limits=PATIENT,
    )
    found = []

    async def test():
        async with serve(speak_tls(context or server_context(trustme.CA()))) as peer:
            path = Path(peer, takes_all or address != PUBLIC)
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=address)
            world = World(dial=path, now=now, entropy=os.urandom)
            found.extend(await probe(request, settings, world))
            found.append(path.asked)

    run(test())
    return found


def there(report):
    """The looks where nobody is."""
    return [one for one in report.controls if one.source is SourceKind.NOWHERE]


def test_who_takes_every_connection():
    """A box with one certificate for all shows it there, and is found without any list."""
    report, _ = probed(takes_all=True)
    (look,) = there(report)
    assert any(ip_address(look.target.address) in block for block in BLOCKS)
    assert look.target.sni.endswith(".net")
    assert look.chain == report.observation.chain
    assert (report.verdict.conclusion, report.verdict.rule) == (Conclusion.INSPECTED, "proof")


def test_a_portal_with_one_certificate_of_its_own():
    """Who answers for every name with his own, which is for none, stands in the way and mints nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("wifi.hotel.example").configure_cert(context)
    report, _ = probed(takes_all=True, context=context)
    (look,) = there(report)
    assert look.chain == report.observation.chain
    assert (report.verdict.conclusion, report.verdict.rule) == (
        Conclusion.BLOCKED,
        "captive-portal",
    )
    assert report.verdict.interceptor is None


def test_an_honest_path():
    """Nobody answers, and that is no sign of anything."""
    report, _ = probed(takes_all=False)
    (look,) = there(report)
    assert look.chain == ()
    assert report.verdict.conclusion is Conclusion.UNDECIDED


@pytest.mark.parametrize(
    ("address", "when"),
    [("127.0.0.1", When.ALWAYS), ("fe80::1%1", When.ALWAYS), (PUBLIC, When.NEVER)],
)
def test_when_nobody_is_looked_for(address, when):
    """Where nobody can stand between, or it is not wanted."""
    report, asked = probed(takes_all=True, address=address, when=when)
    assert there(report) == []
    assert set(asked) == {address}


@given(
    st.binary(min_size=4, max_size=4),
    st.sampled_from(
        [PUBLIC, "192.0.2.7", "203.0.113.9", "2606:4700::1", "2001:db8::1", "proxied.example"]
    ),
)
def test_addresses_of_nobody(entropy, beside):
    """An address of the same family, in a block for documentation that the endpoint is not in."""
    found = ip_address(address_of_nobody(beside, lambda size: entropy[:size]))
    if ":" in beside:
        assert found in BLOCK_6
        return
    (block,) = [one for one in BLOCKS if found in one]
    assert found not in (block[0], block[-1])
    if beside != "proxied.example":
        assert ip_address(beside) not in block
