"""The check `issuer-key-not-public`."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import leaf
from fixtures.chains.cast import MINTED_KEY, MINTER
from fixtures.chains.timestamps import certificate_extension
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    HOST,
    KNOWN_LOGS,
    captured,
    chain,
    expectation,
    key_of,
    observation,
    reference,
    store_of,
    unanswered,
)
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

PUBLIC_NAME = expectation()


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("minted", Weight.PROOF),
        ("copied-names", Weight.PROOF),
        ("self-signed", Weight.PROOF),
        ("minted-without-its-root", Weight.STRONG),
        ("copied-names-with-the-real-intermediate", Weight.STRONG),
        ("public-key-of-the-root", Weight.STRONG),
        ("missing-intermediate", Weight.STRONG),
        ("ring", Weight.STRONG),
        ("cut-off", Weight.HINT),
        ("no-certificate", Weight.HINT),
    ],
)
def test_finding(name, weight, look):
    """For a name that public CAs sign for, a whole private chain is proof, any other is strong."""
    result = look(observation(name), reference(PUBLIC_NAME))
    assert said(result) == (Leaning.INTERCEPTION, weight)


@pytest.mark.parametrize("name", ["minted", "copied-names", "self-signed", "no-certificate"])
def test_a_name_of_which_nothing_is_known(name, look):
    """Where nothing is known of the name, its owner may run a PKI of his own: a hint."""
    result = look(observation(name), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "nothing is known" in finding(result).summary


@pytest.mark.parametrize(
    "name",
    ["honest", "honest-with-root", "disordered", "doubled", "extra-member", "cross-signed",
     "reissued-intermediate", "expired", "path-too-long"],
)  # fmt: skip
def test_silence(name, look):
    """A chain that verifies under a public key is no private one, however badly it is served."""
    assert silent(look(observation(name), reference(PUBLIC_NAME)))


def test_public_company_does_not_help(look):
    """A public CA's certificates behind a minted leaf leave it minted."""
    presented = (*chain("minted"), *chain("honest-with-root"))
    result = look(observation(presented), reference(PUBLIC_NAME))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "Firewall Inspection CA" in finding(result).facts["issuer"]


@pytest.mark.parametrize(
    ("expectations", "weight"), [((), Weight.STRONG), ((PUBLIC_NAME,), Weight.PROOF)]
)
def test_a_servers_certificate_that_signs(expectations, weight, look):
    """A public server's key that signs for others is never taken for its owner's PKI."""
    result = look(observation("signed-by-a-leaf"), reference(*expectations))
    assert said(result) == (Leaning.INTERCEPTION, weight)
    assert "may not sign others" in finding(result).summary


def test_32_links(look):
    """A chain as long as is ever kept is looked at, and ends somewhere."""
    presented = (chain("minted")[0], *chain("ring") * 10, chain("minted")[1])
    result = look(observation(presented), reference(PUBLIC_NAME))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_wildcard_expectation(look):
    """What is known of all names below a domain is known of this one, at any depth."""
    wildcard = expectation("*.example")
    assert said(look(observation("minted"), reference(wildcard)))[1] is Weight.PROOF
    assert said(look(observation("minted", host="example"), reference(wildcard)))[1] is Weight.HINT


def test_the_longest_wildcard_counts(look):
    """The owner's private names below a public domain are held against his own words of them."""
    private = expectation("*.cloud.example", issuance=Issuance.PRIVATE)
    assert HOST.endswith(".cloud.example")
    assert silent(look(observation("minted"), reference(expectation("*.example"), private)))


def test_an_address_as_host(look):
    """Of an address nothing is known, whatever is known of names."""
    seen = observation("minted", host="192.0.2.7")
    assert said(look(seen, reference(expectation("*.2.7"))))[1] is Weight.PROOF
    assert said(look(seen, reference(expectation())))[1] is Weight.HINT


def test_an_old_list_of_public_roots(look):
    """A CA key that the owner is known to use is not somebody else's, public here or not."""
    nothing_public = store_of(())
    known = expectation(ca_keys=frozenset((key_of("honest", 1),)))
    assert silent(look(observation("honest-with-root"), reference(known, public=nothing_public)))


@pytest.mark.parametrize(
    ("name", "weight"),
    [("minted-without-its-root", Weight.HINT), ("missing-intermediate", Weight.HINT),
     ("minted", Weight.PROOF), ("self-signed", Weight.PROOF)],
)  # fmt: skip
def test_a_chain_that_loss_has_cut(name, weight, look):
    """Where a capture lost the chain's end it may have been public; a whole chain stays what it is."""
    cut = captured(name, seen={"certificates_cut": True})
    assert said(look(cut, reference(PUBLIC_NAME))) == (Leaning.INTERCEPTION, weight)


@pytest.mark.parametrize(
    ("taken", "name", "weight"),
    [
        (2015, "minted", Weight.PROOF),
        (2015, "minted-without-its-root", Weight.STRONG),
        (2013, "minted", Weight.HINT),
        (2013, "minted-without-its-root", Weight.HINT),
        (2013, "self-signed", Weight.PROOF),
    ],
)
def test_old_captures(taken, name, weight, look):
    """Public CAs signed in 2015 as well; only who was a CA before 2014 is not in every list."""
    old = captured(name, taken=datetime(taken, 5, 29, tzinfo=UTC))
    assert said(look(old, reference(PUBLIC_NAME))) == (Leaning.INTERCEPTION, weight)


LOGGED = parse(
    leaf(
        HOST, MINTED_KEY, MINTER, extensions=[(certificate_extension(b"of another leaf"), False)]
    ).public_bytes(Encoding.DER)
)
"""A leaf of a CA that no list has, with timestamps in it: whose they are is not asked here."""
OLD_LIST = date(2025, 11, 1)


@pytest.mark.parametrize("presented", [(LOGGED, chain("minted")[1]), (LOGGED,)])
def test_a_list_beyond_its_shelf_life(presented, look):
    """A logged leaf of a CA that an old list does not have says that the list is old."""
    result = look(observation(presented), reference(PUBLIC_NAME, public_as_of=OLD_LIST))
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert "update the reference" in finding(result).summary
    assert "2025-11-01" in finding(result).summary


@pytest.mark.parametrize("listed", [date(2026, 8, 21), None])
def test_a_list_within_its_shelf_life(listed, look):
    """A list of this year has every CA that may sign today; timestamps can be copied."""
    seen = observation((LOGGED, chain("minted")[1]))
    assert said(look(seen, reference(PUBLIC_NAME, public_as_of=listed)))[1] is Weight.PROOF


@pytest.mark.parametrize("name", ["minted", "copied-names", "self-signed", "minted-with-one-key"])
def test_an_old_list_excuses_no_leaf_that_was_never_logged(name, look):
    """Who mints has no timestamps, whatever the list: he is found by an old one, too."""
    old = reference(PUBLIC_NAME, public_as_of=OLD_LIST)
    assert said(look(observation(name), old)) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_not_applicable(look):
    """Without a chain there is no issuer."""
    assert lacked(look(unanswered(), reference(PUBLIC_NAME))) == "a certificate chain"


def test_a_leaf_that_a_public_log_has(look):
    """A public CA that no list of ours knows is one all the same, if the logs took what it signed."""
    unknown = {"public": store_of(chain("minted")[1:]), "machine": "public"}
    seen = observation("with-scts")
    assert silent(look(seen, reference(expectation(), ct_logs=KNOWN_LOGS, **unknown)))
    assert not silent(look(seen, reference(expectation(), **unknown)))
