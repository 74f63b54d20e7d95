"""Other hellos to one endpoint, which servers and boxes mind in different ways."""

import asyncio
import os
import ssl

import pytest
import trustme

from tests.evidence import expectation, reference, store_of
from tests.live.loopback import (
    PATIENCE,
    Minding,
    now,
    run,
    serve,
    server_context,
    speak_tls,
)
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.inquiries.other_hellos import WHAT_DIES
from tlsprobe.live.limits import Limits
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Change, SourceKind
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
MLKEM = bytes.fromhex("11ec04c0")
"""The share of X25519MLKEM768, by its group and its size."""


@pytest.fixture(scope="module")
def authority():
    """The CA that counts as public."""
    return trustme.CA()


class Counting(TcpDial):
    """A dial that counts the connections that stand at a time."""

    def __init__(self):
        super().__init__()
        self.standing = set()
        self.most = 0

    async def connect(self, host, port, deadline):
        """As TCP does."""
        connection = Counted(await super().connect(host, port, deadline), self.standing)
        self.most = max(self.most, len(self.standing))
        return connection


class Counted:
    """A connection that stands until it is closed."""

    def __init__(self, connection, standing):
        self._connection, self._standing = connection, standing
        standing.add(self)

    def __getattr__(self, name):
        """All else is the connection's own."""
        return getattr(self._connection, name)

    def close(self):
        """End it."""
        self._standing.discard(self)
        self._connection.close()


def probed(authority, minds, *, connections=16):
    """The report, the looks by other hellos, and the box."""
    root = parse(trustme_der(authority))
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of((root,))),
        second_opinion=When.NEVER,
        other_names=When.NEVER,
        other_hellos=When.ALWAYS,
        connections=connections,
        limits=PATIENT,
    )
    box, found = Minding(speak_tls(server_context(authority)), minds), []

    async def test():
        async with serve(box) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            world = World(dial=TcpDial(), now=now, entropy=os.urandom)
            found.extend(await probe(request, settings, world))
        assert peer.ended <= connections

    run(test())
    (report,) = found
    return report, [one for one in report.controls if one.source is SourceKind.OTHER_HELLO], box


def trustme_der(authority):
    """The CA's certificate."""
    return ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode())


def told(report):
    """What the check found."""
    return [two for one, two in report.verdict.because if one.check == "some-hellos-die"]


def test_a_server_that_minds_none(authority):
    """Six hellos are answered alike, a few at a time, and nothing is said of them."""
    report, looks, box = probed(authority, lambda data: False)
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert [one.variation.change for one in looks] == [
        Change.CLIENT, Change.CLIENT, Change.KEY_KIND, Change.KEY_KIND, Change.SEGMENTS,
        Change.RECORDS,
    ]  # fmt: skip
    ecdsa = report.observation.chain
    assert [one.chain == ecdsa for one in looks] == [True, True, False, True, True, True]
    assert 1 < box.most <= 4


def test_never_more_than_four_at_a_time(authority):
    """Whatever is asked of an endpoint, and by whom, no more connections stand at once."""
    root = trustme_der(authority)
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of((parse(root),))),
        other_names=When.ALWAYS,
        other_hellos=When.ALWAYS,
        jarm=True,
        connections=64,
        limits=PATIENT,
    )

    async def test():
        dial, library = Counting(), Library(public=lambda: [root])
        async with serve(speak_tls(server_context(authority))) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            world = World(dial=dial, now=now, entropy=os.urandom, library=lambda: library)
            (report,) = await probe(request, settings, world)
        assert peer.ended == 1 + 1 + 2 + 6 + 10
        assert report.observation.jarm
        assert dial.most == 4

    run(test())


class InRounds(Minding):
    """Answers the first hello at once, and the others four at a time, together."""

    def __init__(self, honest, expected):
        super().__init__(honest, lambda data: False)
        self.left, self.rounds = expected, 0
        self._waiting, self._answers = 0, asyncio.Event()

    async def __call__(self, reader, writer):
        """Wait for three others, or for all that come."""
        self.left, self._waiting = self.left - 1, self._waiting + 1
        if self.rounds == 0 or self._waiting == 4 or self.left == 0:
            self.rounds, self._waiting = self.rounds + 1, 0
            self._answers.set()
            self._answers = asyncio.Event()
        else:
            await self._answers.wait()
        await super().__call__(reader, writer)


def test_names_and_hellos_take_three_handshakes(authority):
    """Three names and six hellos are sent side by side, as far as four at a time allow."""
    others = expectation("www.fabrikam.com", owner="Fabrikam", ca_keys=frozenset((b"k" * 32,)))
    settings = Settings(
        template=templates.load("default"),
        reference=reference(others, public=store_of((parse(trustme_der(authority)),))),
        second_opinion=When.NEVER,
        other_names=When.ALWAYS,
        other_hellos=When.ALWAYS,
        limits=PATIENT,
    )

    async def test():
        box = InRounds(speak_tls(server_context(authority)), 1 + 3 + 6)
        async with serve(box) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            world = World(dial=TcpDial(), now=now, entropy=os.urandom)
            (report,) = await probe(request, settings, world)
        assert (box.left, box.rounds) == (0, 1 + 3)
        assert len(report.controls) == 3 + 6

    run(test())


def test_a_box_that_minds_large_hellos(authority):
    """The size from which on hellos die is found within a few bytes."""
    report, looks, _ = probed(authority, lambda data: len(data) > 1000)
    (finding,) = told(report)
    assert 1000 - 5 - 16 <= finding.facts["lives"] < 1000 < finding.facts["dies"] <= 1000 + 16 + 5
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "large-hellos" in report.verdict.breaks
    assert {one.variation.change for one in looks[6:]} == {Change.SIZE}


def test_a_box_that_minds_one_thing(authority):
    """What the young client's hello has and dies by is found by leaving out one thing after another."""
    report, looks, _ = probed(authority, lambda data: MLKEM in data)
    (finding,) = told(report)
    assert finding.facts["without"] == ["X25519MLKEM768"]
    assert "X25519MLKEM768" in report.verdict.summary
    sizes = {one.variation.size for one in looks if one.variation.change is Change.LACKS}
    assert sizes == {looks[0].variation.size}


def test_a_box_that_wants_the_hello_whole(authority):
    """A hello in two records dies where somebody looks at the first only."""
    report, _, _ = probed(authority, lambda data: len(data) > 5 + int.from_bytes(data[3:5]))
    assert [one.facts["died"] for one in told(report)] == ["probe, in two records"]


@pytest.mark.parametrize(("allowed", "asked"), [(1, 0), (6, 0), (7, 6), (9, 8)])
def test_few_connections(allowed, asked, authority):
    """No more connections are made than may be, and with too few for all hellos none is sent."""
    report, looks, _ = probed(authority, lambda data: len(data) > 1000, connections=allowed)
    assert len(looks) == asked
    lacking = [one.lacked for one in report.verdict.not_looked_at]
    assert ("the same endpoint asked by other hellos" in lacking) == (asked == 0)
    told = {0: ("the same endpoint asked by other hellos",), 6: (WHAT_DIES,)}
    assert report.observation.left_out == told.get(asked, ())
