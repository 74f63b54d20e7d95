"""The check `issuer-name-copied`."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    KNOWN_LOGS,
    captured,
    chain,
    every_chain,
    expectation,
    key_of,
    observation,
    reference,
    store,
    store_of,
    unanswered,
)
from tests.listing import fixture_index
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.model.finding import Leaning, Weight

KNOWN = "public-with-intermediates"
COPIES = {
    "copied-names", "copied-names-leaf-only", "copied-names-with-the-real-intermediate",
    "copied-root-name-leaf-only", "copied-to-the-letter-leaf-only",
}  # fmt: skip

NOBODY = store_of(())
KNOWN_CHAIN = f"stores/{KNOWN}"


@pytest.mark.parametrize(
    ("name", "weight"),
    [("copied-names", Weight.PROOF), ("copied-root-name-leaf-only", Weight.STRONG)],
)
def test_finding(name, weight, look):
    """A public root's name over another key is proof where the key is shown; its own is named."""
    result = look(observation(name), reference())
    assert said(result) == (Leaning.INTERCEPTION, weight)
    assert finding(result).facts["true_keys"] == [spki_pin(key_of("honest-with-root", 2))]


@pytest.mark.parametrize("name", every_chain())
def test_every_chain(name, look):
    """Of all chains at hand those are copies that name a known CA over another key."""
    assert silent(look(observation(name), reference(public=KNOWN))) == (name not in COPIES)


def test_the_true_intermediate_sent_along(look):
    """The true CA's certificate beside a copy gives the copy away, also where only roots are known.

    It is not proof: a server may send the certificate of its CA's former key.
    """
    seen = observation("copied-names-with-the-real-intermediate")
    result = look(seen, reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts["true_keys"] == [spki_pin(key_of("honest", 1))]
    assert said(look(seen, reference(public=KNOWN))) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_a_copy_that_names_the_key_of_the_intermediate_sent(look):
    """By its identifier it says that the key beside it signed, and that key did not: proof."""
    copy = (*chain("copied-to-the-letter-leaf-only"), *chain("honest")[1:])
    assert said(look(observation(copy), reference())) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_an_unknown_name_is_no_copy(look):
    """Without the intermediate at hand, its name is one like any other."""
    assert silent(look(observation("copied-names-leaf-only"), reference()))


@pytest.mark.parametrize("name", ["missing-intermediate", "copied-names-leaf-only"])
def test_a_key_that_is_not_at_hand(name, look):
    """Who is known by name and hash only may have signed: that is not called a copy."""
    (known,) = [one for one in store(KNOWN).cas if not one.root]
    by_hash = KnownCA(
        spki_sha256=known.spki_sha256, origin="list", root=False, subject_der=known.subject_der
    )
    public = TrustStore(name="list", origin="list", cas=(*store("public").cas, by_hash))
    assert silent(look(observation(name), reference(public=public)))


def test_a_chain_that_loss_has_cut(look):
    """A key that was not shown may only have been lost: a hint; one that was shown is proof."""
    unseen = captured("copied-root-name-leaf-only", seen={"certificates_cut": True})
    assert said(look(unseen, reference())) == (Leaning.INTERCEPTION, Weight.HINT)
    shown = captured("copied-names", seen={"certificates_cut": True})
    assert said(look(shown, reference())) == (Leaning.INTERCEPTION, Weight.PROOF)


@pytest.mark.parametrize("name", every_chain())
def test_the_name_of_a_listed_intermediate(name, look, tmp_path):
    """Its name on a key that signs and is in no list is strong; the true one's own chain is silent.

    Where the key is not shown nothing is said: the list may lack it.
    """
    listed = fixture_index(tmp_path)
    result = look(observation(name), reference(public=NOBODY, listed=listed))
    if name != "copied-names":
        assert silent(result)
        return
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts["true_keys"] == [spki_pin(key_of("honest", 1))]


def test_a_listed_name_that_another_listed_key_bears(look, tmp_path):
    """A key that is in the list is nobody's copy, though no chain leads from it to a public root."""
    fake = chain("copied-names")[1]
    listed = fixture_index(tmp_path, KNOWN_CHAIN, "copied-names")
    assert listed.lists(fake.spki_sha256)
    assert silent(look(observation("copied-names"), reference(public=NOBODY, listed=listed)))


@pytest.mark.parametrize("year", [2013, 2040])
def test_a_listed_name_at_another_time(year, look, tmp_path):
    """A CA that did not exist then, or was gone, is not whom anybody would be taken for."""
    seen = observation("copied-names", taken=datetime(year, 6, 1, tzinfo=UTC))
    listed = fixture_index(tmp_path)
    assert silent(look(seen, reference(public=NOBODY, listed=listed)))


def test_not_applicable(look):
    """Without a chain there is no name."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"


def test_a_leaf_that_a_public_log_has(look):
    """A public CA that no list of ours knows is one all the same, if the logs took what it signed."""
    unknown = {"public": store_of(chain("minted")[1:]), "machine": "public"}
    seen = observation("with-scts")
    assert silent(look(seen, reference(expectation(), ct_logs=KNOWN_LOGS, **unknown)))
    # Its name may be one that a listed CA has as well, on another key.
    namesake = (*chain("minted")[1:], *chain("copied-names")[2:])
    other = reference(public=store_of(namesake))
    assert not silent(look(seen, other))
    assert silent(look(seen, replace(other, ct_logs=KNOWN_LOGS)))
