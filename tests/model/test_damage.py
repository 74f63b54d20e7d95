"""What a damaged capture shows is not held against an honest server, whatever broke."""

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from fixtures.captures.connections import connection, data
from fixtures.captures.handshakes import Server, Side, tls12
from fixtures.captures.scenes import FIREWALL
from fixtures.chains.cases import chains
from fixtures.chains.cast import HOST, MINTED_KEY, SERVER_KEY
from tests import evidence
from tests.capture.taking import heard_in, packets_of
from tests.listing import fixture_index
from tlsprobe import analysis
from tlsprobe.model.damage import MAY_BE_DAMAGED, may_be_damaged
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store import reference_file

CAPTURES = Path(__file__).parents[2] / "fixtures" / "captures"
(OWNER,) = reference_file.load(CAPTURES / "reference.toml").expectations
PINNED = replace(OWNER, pins=frozenset([evidence.chain("honest")[1].spki_sha256]))
CHAINS = dict(chains())
STEP = 23
"""Of so many bytes one is damaged."""


def verdicts(folder, segments, reference):
    """What is said of each session of a capture of these segments."""
    found, _ = heard_in(folder, packets_of(segments))
    return [report.verdict for report in analysis.analyse([found], reference)]


def taken(name, key=SERVER_KEY):
    """A session of TLS 1.2 in which a chain of the fixtures is presented."""
    return connection(tls12(Server(chain=CHAINS[name], key=key), HOST, label=name))


@pytest.mark.parametrize("name", ["honest", "with-scts", "honest-with-root"])
@pytest.mark.parametrize("public", ["public", "public-with-intermediates"])
def test_a_flipped_bit_convicts_nobody(name, public, tmp_path):
    """Whichever bit of the server's flight was lost, and whatever is known, it is not interception."""
    reference = evidence.reference(PINNED, public=public, ct_logs=evidence.KNOWN_LOGS)
    segments = taken(name)
    assert verdicts(tmp_path, segments, reference)[0].conclusion is Conclusion.DIRECT
    random, said = Random(name), set()
    for index in data(segments, Side.SERVER):
        whole = segments[index]
        for at in range(random.randrange(STEP), len(whole.payload), STEP):
            payload = bytearray(whole.payload)
            payload[at] ^= 1 << random.randrange(8)
            segments[index] = replace(whole, payload=bytes(payload))
            said |= {
                (one.conclusion, MAY_BE_DAMAGED in one.summary)
                for one in verdicts(tmp_path, segments, reference)
            }
        segments[index] = whole
    assert not {conclusion for conclusion, _ in said} & {
        Conclusion.INSPECTED, Conclusion.TERMINATED
    }  # fmt: skip
    assert (Conclusion.UNDECIDED, True) in said


@pytest.mark.parametrize("public", ["public", "public-with-intermediates"])
def test_a_box_under_a_copied_name(public, tmp_path):
    """Signatures that hold were not damaged: a CA of the box's own, shown, convicts it in captures."""
    [verdict] = verdicts(
        tmp_path, taken("copied-names", MINTED_KEY), evidence.reference(OWNER, public=public)
    )
    assert verdict.conclusion is Conclusion.INSPECTED


def test_a_box_that_hides_its_root(tmp_path):
    """Whose key signed in a listed CA's name, and is none of its keys, is no victim of damage."""
    leaf, copy, *_ = CHAINS["copied-names"]
    segments = connection(tls12(Server(chain=(leaf, copy), key=MINTED_KEY), HOST, label="hidden"))
    listed = fixture_index(tmp_path)
    reference = evidence.reference(OWNER, listed=listed)
    assert verdicts(tmp_path, segments, reference)[0].conclusion is Conclusion.INSPECTED


def test_a_minted_chain(tmp_path):
    """A CA that is nobody's in public is what it is."""
    segments = connection(tls12(FIREWALL, HOST, label="minted"))
    [verdict] = verdicts(tmp_path, segments, evidence.reference(OWNER))
    assert verdict.conclusion is Conclusion.INSPECTED


def copied(**packets):
    """A leaf that the public intermediate beside it did not sign, as a capture of TLS 1.2 shows it."""
    seen = {"version": 0x0303}
    return evidence.captured("copied-names-with-the-real-intermediate", seen=seen, packets=packets)


def test_what_cannot_be_damaged():
    """A live probe sees what was sent, and so does whoever opens TLS 1.3."""
    reference = evidence.reference()
    assert may_be_damaged(copied(), reference)
    assert not may_be_damaged(
        evidence.observation("copied-names-with-the-real-intermediate"), reference
    )
    opened = evidence.captured("copied-names-with-the-real-intermediate")
    assert not may_be_damaged(opened, reference)


def test_disputed_bytes():
    """Where bytes came twice and differently, a chain that ends nowhere may be damaged anywhere."""
    lone, seen = evidence.chain("minted")[:1], {"version": 0x0303}
    reference = evidence.reference()
    assert not may_be_damaged(evidence.captured(lone, seen=seen), reference)
    assert may_be_damaged(evidence.captured(lone, seen=seen, packets={"disputed": 9}), reference)
    whole = evidence.captured("minted", seen=seen, packets={"disputed": 9})
    assert not may_be_damaged(whole, reference)
