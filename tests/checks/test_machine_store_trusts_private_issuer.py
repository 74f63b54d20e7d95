"""The check `machine-store-trusts-private-issuer`."""

from datetime import date

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
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
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

MACHINE = "machine"


@pytest.mark.parametrize("name", ["minted", "minted-without-its-root", "public-key-of-the-root"])
def test_finding(name, look):
    """A root that was added to this machine signed for a public name: proof, sent along or not."""
    result = look(observation(name), reference(expectation(), machine=MACHINE))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "Firewall Inspection CA" in finding(result).facts["anchor"]


@pytest.mark.parametrize("known", [(), (expectation(issuance=Issuance.PRIVATE),)])
def test_a_name_that_may_be_private(known, look):
    """An organisation's own PKI on its own names looks the same: a hint."""
    result = look(observation("minted"), reference(*known, machine=MACHINE))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


@pytest.mark.parametrize("name", ["honest", "extra-member", "cross-signed"])
def test_silence(name, look):
    """A public chain is trusted for its own sake, also with the interceptor's root sent along."""
    assert silent(look(observation(name), reference(expectation(), machine=MACHINE)))


@pytest.mark.parametrize("name", ["copied-names", "self-signed", "signed-by-a-leaf"])
def test_nobody_trusts_it(name, look):
    """What the machine does not trust either was not made trusted here."""
    assert silent(look(observation(name), reference(expectation(), machine=MACHINE)))


def test_an_old_list_of_public_roots(look):
    """A machine that knows more roots of the owner's than the list of public ones proves nothing."""
    machine = store_of((chain("honest-with-root")[2],))
    seen, nothing_public = observation("honest"), store_of(())
    known = expectation(ca_keys=frozenset((key_of("honest-with-root", 2),)))
    assert silent(look(seen, reference(known, public=nothing_public, machine=machine)))


@pytest.mark.parametrize(("every", "weight"), [(True, Weight.STRONG), (False, Weight.HINT)])
def test_an_owners_own_pki(every, weight, look):
    """Another root than the owner's says much where all of his are known, and else little."""
    own = expectation(issuance=Issuance.PRIVATE, ca_keys=frozenset((bytes(32),)), all_keys=every)
    result = look(observation("minted"), reference(own, machine=MACHINE))
    assert said(result) == (Leaning.INTERCEPTION, weight)


def test_a_list_beyond_its_shelf_life(look):
    """This machine may know a public CA that an old list does not have, if the leaf was logged."""
    issuer = store_of((chain("honest-with-root")[2],))
    held = {"public": store_of(()), "machine": issuer, "public_as_of": date(2025, 1, 1)}
    logged, unlogged = observation("with-scts"), observation("honest")
    assert silent(look(logged, reference(expectation(), **held)))
    assert said(look(unlogged, reference(expectation(), **held)))[1] is Weight.PROOF


def test_not_applicable(look):
    """It takes a chain, and the machine's store."""
    assert lacked(look(unanswered(), reference(machine=MACHINE))) == "a certificate chain"
    assert lacked(look(observation("minted"), reference())) == "the machine's own store"


def test_the_machine_in_a_capture(look):
    """The store of the machine whose sessions a capture shows says as much as this machine's own."""
    held = reference(expectation(), machine=MACHINE)
    assert look(captured("minted"), held) == look(observation("minted"), held)
    assert lacked(look(captured("minted"), reference())) == "the machine's own store"


def test_a_leaf_that_a_public_log_has(look):
    """A public CA that no list of ours knows is one all the same, if the logs took what it signed."""
    unknown = {"public": store_of(chain("minted")[1:]), "machine": "public"}
    seen = observation("with-scts")
    assert silent(look(seen, reference(expectation(), ct_logs=KNOWN_LOGS, **unknown)))
    assert not silent(look(seen, reference(expectation(), **unknown)))
