"""The check `intermediate-missing`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    KNOWN_LOGS,
    captured,
    chain,
    key_of,
    listing,
    observation,
    reference,
    second_opinion,
    store_of,
    unanswered,
)
from tests.listing import fixture_index
from tests.looked_up import answered, looked_up
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.paths import public_path
from tlsprobe.model.revocation import LookupKind

KNOWN = "public-with-intermediates"
EMPTY = store_of(())


def test_finding(look):
    """A leaf of a known intermediate that was not sent is the server's fault, and nobody else's."""
    result = look(observation("missing-intermediate"), reference(public=KNOWN))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "Example Public TLS CA 01" in finding(result).facts["missing"]


@pytest.mark.parametrize("public", ["public", KNOWN])
def test_one_that_was_fetched(public, look):
    """The chain is whole with it, and its server is at fault all the same, once."""
    fetched = answered(kind=LookupKind.ISSUER, status=None, fetched=chain("honest")[1])
    seen = looked_up("missing-intermediate", fetched)
    held = reference(public=public, controls=[second_opinion("missing-intermediate")])
    result = look(seen, held)
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "it could be fetched" in finding(result).summary
    assert public_path(seen, held).links == chain("honest")


def test_one_that_was_fetched_in_vain(look):
    """A certificate that completes nothing public changes nothing."""
    fetched = answered(kind=LookupKind.ISSUER, status=None, fetched=chain("minted")[1])
    assert silent(look(looked_up("minted-without-its-root", fetched), reference()))


@pytest.mark.parametrize("name", ["honest", "honest-with-root", "disordered", "cross-signed"])
def test_silence(name, look):
    """Nothing is missing where every link but the root was sent, in whatever order."""
    assert silent(look(observation(name), reference(public=KNOWN)))


@pytest.mark.parametrize(
    "name", ["copied-names-leaf-only", "minted-without-its-root", "public-key-of-the-root"]
)
def test_a_private_leaf_lacks_no_public_intermediate(name, look):
    """A leaf that names a known intermediate, but is not signed by its key, lacks nothing."""
    assert silent(look(observation(name), reference(public=KNOWN)))


def test_an_unknown_intermediate_is_not_guessed(look):
    """Where only roots are known, nobody can say which certificate is missing."""
    assert silent(look(observation("missing-intermediate"), reference()))


@pytest.mark.parametrize(
    ("ours", "theirs"), [("honest", "missing-intermediate"), ("missing-intermediate", "honest")]
)
def test_sent_only_sometimes(ours, theirs, look):
    """A server that sends its intermediate to one look only is at fault, whichever it was."""
    result = look(observation(ours), reference(controls=[second_opinion(theirs)]))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "did not send every intermediate" in finding(result).summary


def test_a_chain_that_loss_has_cut(look):
    """What a capture has lost may have been sent: the server is not to blame."""
    cut = captured("missing-intermediate", seen={"certificates_cut": True})
    assert silent(look(cut, reference(public=KNOWN)))
    assert not silent(look(captured("missing-intermediate"), reference(public=KNOWN)))


def test_an_intermediate_that_a_list_knows(look, tmp_path):
    """Known by its hash only, it is named where name and key identifier say that it is meant."""
    listed = fixture_index(tmp_path)
    result = look(observation("missing-intermediate"), reference(listed=listed))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["key"] == [spki_pin(key_of("honest", 1))]
    assert silent(look(observation("honest"), reference(listed=listed)))


@pytest.mark.parametrize("name", ["minted-without-its-root", "copied-names", "self-signed"])
def test_what_does_not_mean_a_listed_intermediate(name, look, tmp_path):
    """Another name, and a key that is shown, claim nothing of the list's CAs."""
    assert silent(look(observation(name), reference(listed=fixture_index(tmp_path))))


def test_a_listed_intermediate_that_loss_has_taken(look, tmp_path):
    """It may have been sent."""
    cut = captured("missing-intermediate", seen={"certificates_cut": True})
    assert silent(look(cut, reference(listed=fixture_index(tmp_path))))


def test_a_listed_root_need_not_be_sent(look, tmp_path):
    """A chain that ends below a listed root lacks nothing."""
    roots = fixture_index(tmp_path, "stores/public")
    assert silent(look(observation("honest"), reference(public=EMPTY, listed=roots)))


def test_not_applicable(look):
    """Without a chain nothing can be missing in it."""
    assert lacked(look(unanswered(), reference(public=KNOWN))) == "a certificate chain"


def test_one_that_a_log_tells_of(look):
    """A public log signed for a leaf under a CA of which only the key is known: it was not sent."""
    leaf, intermediate = chain("with-scts")
    held = reference(public=listing(intermediate), ct_logs=KNOWN_LOGS)
    result = look(observation((leaf,)), held)
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "Example Public TLS CA 01" in finding(result).facts["missing"]
    assert silent(look(observation((leaf, intermediate)), held))
    under_a_new_root = reference(public=store_of(chain("minted")[1:]), ct_logs=KNOWN_LOGS)
    assert silent(look(observation("with-scts"), under_a_new_root))
