"""The check `issuer-not-the-owners`."""

from datetime import UTC, date, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    captured,
    expectation,
    key_of,
    observation,
    reference,
    second_opinion,
    store,
    unanswered,
)
from tlsprobe.analysis import judged
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

INTERMEDIATE = key_of("honest", 1)
ROOT = key_of("honest-with-root", 2)
OTHER = frozenset((key_of("minted", 1),))


def test_finding(look):
    """A public chain without any CA key of the owner's is strong, with the date of what is known."""
    result = look(observation("honest"), reference(expectation(ca_keys=OTHER)))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts["as_of"] == "2026-11-01"


@pytest.mark.parametrize("key", [INTERMEDIATE, ROOT], ids=["intermediate", "root"])
def test_silence(key, look):
    """One key of the owner's on the way up is enough."""
    known = expectation(ca_keys=frozenset((key,)))
    assert silent(look(observation("honest"), reference(known)))


def test_sent_along_does_not_count(look):
    """The owner's CA among the presented certificates helps nothing: it has not signed."""
    seen = observation("cross-signed")
    not_on_path = expectation(ca_keys=frozenset((key_of("honest", 0),)))
    extra = observation("extra-member")
    assert key_of("minted", 1) in [one.spki_sha256 for one in extra.chain]
    assert not silent(look(extra, reference(expectation(ca_keys=OTHER))))
    assert not silent(look(seen, reference(not_on_path)))


@pytest.mark.parametrize("name", ["minted", "copied-names", "missing-intermediate"])
def test_private_chains_are_left_to_others(name, look):
    """Where public CAs are expected, that a chain is private says more than this."""
    known = expectation(ca_keys=frozenset((INTERMEDIATE,)))
    assert silent(look(observation(name), reference(known)))


def test_the_owners_own_pki(look):
    """Where the owner's own PKI is expected, a whole chain of another one is not his."""
    own = expectation(ca_keys=frozenset((INTERMEDIATE,)), issuance=Issuance.PRIVATE)
    result = look(observation("minted"), reference(own))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert silent(look(observation("minted-without-its-root"), reference(own)))
    his = expectation(ca_keys=OTHER, issuance=Issuance.PRIVATE)
    assert silent(look(observation("minted"), reference(his)))


def test_a_capture_from_long_before(look):
    """Which CA an owner uses in 2026 says nothing of 2020, and little of a year before."""
    known = reference(expectation(ca_keys=OTHER))
    old = captured("honest", taken=datetime(2020, 4, 16, tzinfo=UTC))
    assert silent(look(old, known))
    assert not silent(look(captured("honest"), known))


@pytest.mark.parametrize(
    ("known", "said_of_it"),
    [
        ("2025-11-23", (Leaning.INTERCEPTION, Weight.STRONG)),
        ("2025-11-21", (Leaning.FAULT, Weight.HINT)),
    ],
)
def test_shelf_life(known, said_of_it, look):
    """A year after the list of the owner's CAs was made, it says that it is old and accuses nobody."""
    listed = expectation(
        ca_keys=OTHER, keys_as_of=date.fromisoformat(known), keys_origin="his list"
    )
    result = look(observation("honest"), reference(listed))
    assert said(result) == said_of_it
    assert finding(result).facts == finding(result).facts | {"as_of": known, "origin": "his list"}
    old = said_of_it[0] is Leaning.FAULT
    assert ("update the reference" in finding(result).summary) == old


def test_past_its_shelf_life_nobody_is_accused():
    """A public CA that an old list does not have is direct, and the report says: update it."""
    old = expectation(ca_keys=OTHER, as_of=date(2024, 1, 1))
    report = judged(observation("with-scts"), reference(old), second_opinion("with-scts"))
    assert report.verdict.conclusion is Conclusion.DIRECT
    against = [finding.summary for _, finding in report.verdict.against]
    assert any("update the reference" in one for one in against)


def test_a_ca_that_the_caller_added(look):
    """What he counts as public is in no list that ships, but may well be missed in his own."""
    added = store("public")
    held = {"public": added, "added": added}
    assert silent(look(observation("honest"), reference(expectation(ca_keys=OTHER), **held)))
    given = expectation(ca_keys=OTHER, given=True)
    assert not silent(look(observation("honest"), reference(given, **held)))


def test_not_applicable(look):
    """It takes a chain, and keys in what is known of the name."""
    known = reference(expectation(ca_keys=OTHER))
    assert lacked(look(unanswered(), known)) == "a certificate chain"
    keys = "every CA key that signs for this name, in the reference"
    assert lacked(look(observation("honest"), reference(expectation()))) == keys
    some = expectation(ca_keys=OTHER, all_keys=False)
    assert lacked(look(observation("honest"), reference(some))) == keys
