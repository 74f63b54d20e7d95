"""Other hellos to one endpoint, which servers and boxes mind in different ways."""

import os
import ssl

import pytest
import trustme

from tests.evidence import reference, store_of
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
from tlsprobe.live.limits import Limits
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
