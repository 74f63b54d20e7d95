"""The check `machine-store-lacks-root`."""

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import chain, observation, reference, store, store_of, unanswered
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.finding import Leaning, Weight

MINTER = store_of((chain("minted")[1],), name="--ca-file")
STALE = store_of(chain("minted")[1:], name="stale")


def test_finding(look):
    """A public root that this machine does not have is a fault of this machine's."""
    result = look(observation("honest"), reference(machine=STALE))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["store"] == "stale"


def test_a_store_that_is_filled_on_demand(look):
    """Where roots are fetched when they are first needed, that one is absent is a hint."""
    machine = store_of(chain("minted")[1:], complete=False)
    result = look(observation("honest"), reference(machine=machine))
    assert said(result) == (Leaning.FAULT, Weight.HINT)


def test_silence(look):
    """Nothing is said of a root that is there, nor of chains that are not public."""
    assert silent(look(observation("honest"), reference(machine="machine")))
    assert silent(look(observation("minted"), reference(machine=store_of(()))))


def test_another_certificate_of_the_same_key(look):
    """The machine may know the root's key by a cross-sign: then it does not lack it."""
    cross_sign = chain("cross-signed")[2]
    machine = store_of((cross_sign,))
    assert silent(look(observation("cross-signed"), reference(machine=machine)))


def test_a_root_of_the_callers_own(look):
    """Of a CA that only the caller counts as public, no machine can be expected to know."""
    public = TrustStore.merge(store("public"), MINTER)
    held = reference(public=public, added=MINTER, machine=store_of(()))
    assert silent(look(observation("minted"), held))
    assert not silent(look(observation("honest"), held))


def test_a_public_root_that_the_caller_names_too(look):
    """A root of the public programmes stays one when the caller names it as well."""
    named = store_of((chain("honest-with-root")[2],), name="--ca-file")
    public = TrustStore.merge(store("public"), named)
    held = reference(public=public, added=named, machine=STALE)
    assert not silent(look(observation("honest"), held))


def test_an_intermediate_that_was_not_sent_is_no_root(look):
    """No store need have an intermediate: that it was not sent is the server's fault alone."""
    seen = observation("missing-intermediate")
    assert silent(look(seen, reference(public="public-with-intermediates", machine="public")))


def test_not_applicable(look):
    """It takes a chain, and the machine's store."""
    assert lacked(look(unanswered(), reference(machine="machine"))) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())) == "the machine's own store"
