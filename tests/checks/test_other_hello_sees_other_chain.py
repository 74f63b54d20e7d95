"""The check `other-hello-sees-other-chain`."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import leaf
from fixtures.chains.cast import HOST, INTERMEDIATE, MINTED_KEY, ROOT, SERVER
from fixtures.chains.timestamps import logged_certificate, sct_list
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    KNOWN_LOGS,
    chain,
    expectation,
    listing,
    observation,
    reference,
    second_opinion,
    store_of,
    unanswered,
)
from tests.server13 import extension
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight

NOTHING = store_of(())


def between(ours, theirs, **arguments):
    """A probe that is shown one chain, and a reference in which OpenSSL is shown another."""
    return observation(ours), reference(controls=[second_opinion(theirs)], **arguments)


@pytest.mark.parametrize(("ours", "theirs"), [("honest", "minted"), ("minted", "honest")])
def test_finding(ours, theirs, look):
    """A public chain to one hello and a whole private one to the other is proof, either way."""
    result = look(*between(ours, theirs))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).minted == chain("minted")[0]
    assert "CN=Firewall Inspection CA" in finding(result).summary


def test_a_promise_that_nobody_checked(look):
    """A timestamp that a minted leaf carries along does not let the other look pass for the whole."""
    timestamps = extension(18, sct_list(logged_certificate(SERVER)))
    other = second_opinion("minted-without-its-root", leaf_extensions=timestamps)
    assert other.scts
    result = look(observation("honest"), reference(expectation(), controls=[other]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


def test_a_private_chain_that_is_not_whole(look):
    """Without its upper end a private chain may be a public one, badly served: unless it must not."""
    seen = observation("honest")
    other = [second_opinion("minted-without-its-root")]
    assert said(look(seen, reference(controls=other))) == (Leaning.INTERCEPTION, Weight.STRONG)
    held = reference(expectation(), controls=other)
    assert said(look(seen, held)) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_a_fleet_with_one_bad_server(look):
    """One server of a fleet that forgot its intermediate is none: what the other sent completes it."""
    other = leaf(HOST, MINTED_KEY, INTERMEDIATE, note="other")
    forgetful = observation((parse(other.public_bytes(Encoding.DER)),))
    held = reference(expectation(), controls=[second_opinion("honest")])
    result = look(forgetful, held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("minted", "missing-intermediate"), ("self-signed", "expired")]
)
def test_another_leaf(ours, theirs, look):
    """A fleet may serve several leaves: another one alone is a hint, public or private."""
    result = look(*between(ours, theirs, public=NOTHING))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


@pytest.mark.parametrize("theirs", ["honest", "expired", "missing-intermediate", "with-scts"])
def test_silence(theirs, look):
    """One key is one server, whatever certificate of it was shown."""
    assert silent(look(*between("honest", theirs)))


def test_no_chain_to_compare(look):
    """A second opinion that was shown nothing contradicts nothing."""
    nothing = replace(unanswered(), source=second_opinion("honest").source)
    assert silent(look(observation("honest"), reference(controls=[nothing])))


def test_not_applicable(look):
    """It takes a chain, and another look."""
    held = reference(controls=[second_opinion("honest")])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())) == "another look at the same endpoint"


def test_a_fleet_with_a_server_that_forgets_its_ca(look):
    """Where a public log has the leaf whose CA is not sent, it is another public leaf and no more."""
    logged, intermediate = chain("with-scts")
    by_the_root = parse(leaf(HOST, MINTED_KEY, ROOT).public_bytes(Encoding.DER))
    control = second_opinion((logged,))
    unknown = reference(public=listing(intermediate), controls=[control])
    assert said(look(observation((by_the_root,)), unknown))[1] is Weight.STRONG
    known = replace(unknown, ct_logs=KNOWN_LOGS)
    assert said(look(observation((by_the_root,)), known)) == (Leaning.INTERCEPTION, Weight.HINT)
