"""The check `issuer-key-public`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    captured,
    chain,
    every_chain,
    key_of,
    observation,
    reference,
    store_of,
    unanswered,
)
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.model.finding import Leaning, Weight

PUBLIC = {
    "honest", "honest-with-root", "disordered", "doubled", "extra-member", "cross-signed",
    "reissued-intermediate", "with-scts", "ip-address", "expired", "not-begun", "wrong-name",
    "common-name-only", "path-too-long",
}  # fmt: skip


def test_finding(look):
    """The finding names the root whose key the signatures lead to, and who vouches for it."""
    result = look(observation("honest"), reference())
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert finding(result).facts == {
        "anchor": "CN=Example Public Root R1,O=Example Trust Services,C=XX",
        "key": spki_pin(key_of("honest-with-root", 2)),
        "vouched_by": "public",
    }


@pytest.mark.parametrize("name", every_chain())
def test_every_chain(name, look):
    """Of all chains at hand those count as public whose signatures lead to a public key."""
    result = look(observation(name), reference())
    assert silent(result) == (name not in PUBLIC)


def test_a_known_intermediate(look):
    """A leaf alone counts where the key of its intermediate is known."""
    seen = observation("missing-intermediate")
    assert silent(look(seen, reference()))
    assert not silent(look(seen, reference(public="public-with-intermediates")))


@pytest.mark.parametrize(
    "name",
    ["copied-names", "copied-names-leaf-only", "copied-names-with-the-real-intermediate",
     "copied-root-name-leaf-only", "public-key-of-the-root", "signed-by-a-leaf"],
)  # fmt: skip
def test_more_names_known_does_not_help_a_copy(name, look):
    """The more CAs are known, the more names can be copied: still only keys count."""
    assert silent(look(observation(name), reference(public="public-with-intermediates")))


def test_the_owners_chain_behind_a_minted_leaf(look):
    """The owner's whole chain, sent along behind a minted leaf, is no evidence for him."""
    assert silent(look(observation((*chain("minted"), *chain("honest-with-root"))), reference()))


def test_what_was_public_once(look):
    """A capture's chain counts by its intermediate's key where the root is no longer known."""
    key = key_of("honest", 1)
    listed = KnownCA(spki_sha256=key, origin="a list", root=False)
    recorded = TrustStore(name="list", origin="a list", cas=(listed,))
    held = reference(public=store_of(()), recorded=recorded)
    assert silent(look(observation("honest"), held))
    result = look(captured("honest"), held)
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert finding(result).facts == {
        "anchor": "CN=Example Public TLS CA 01,O=Example Trust Services,C=XX",
        "key": spki_pin(key),
        "vouched_by": "a list",
    }
    assert silent(look(captured("missing-intermediate"), held))
    assert silent(look(captured("copied-names"), held))


def test_a_root_of_the_callers_own(look):
    """It is told apart from what is public, and whether this machine has it where its store is known."""
    own = store_of((chain("minted")[-1],), name="--ca-file")
    public = TrustStore.merge(store_of(()), own)
    for machine, has in ((store_of(()), False), (own, True), (None, None)):
        found = finding(
            look(observation("minted"), reference(public=public, added=own, machine=machine))
        )
        assert ", which the caller counts as public" in found.summary
        assert found.summary.endswith("and this machine's own store does not have") is (
            has is False
        )
        assert found.facts.get("in_machine_store") is has


def test_not_applicable(look):
    """Without a chain nothing is signed."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
