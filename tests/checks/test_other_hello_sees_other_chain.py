"""The check `other-hello-sees-other-chain`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import leaf, rsa_key
from fixtures.chains.cast import HOST, INTERMEDIATE, MINTED_KEY, ROOT, SERVER
from fixtures.chains.timestamps import logged_certificate, sct_list
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    KNOWN_LOGS,
    by_another_hello,
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
from tlsprobe.hello import templates, variants
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


def asking(look_, *, rsa):
    """The same look, as if its hello had accepted servers with keys of one kind only."""
    hello = variants.signed_by(templates.load("probe"), rsa=rsa, profile="one kind").hello
    return replace(look_, handshake=replace(look_.handshake, client_hellos=(hello,)))


def with_rsa(issuer, *above):
    """A chain whose leaf is for an RSA key."""
    made = leaf(HOST, rsa_key("root"), issuer)
    return (parse(made.public_bytes(Encoding.DER)), *above)


@pytest.mark.parametrize("rsa", [True, False])
def test_a_certificate_for_each_kind_of_key(rsa, look):
    """A server chooses by the kinds that a hello accepts, and one of its certificates may be private."""
    public, private = with_rsa(INTERMEDIATE, chain("honest")[1]), chain("minted")
    only = asking(by_another_hello(public if rsa else private), rsa=rsa)
    result = look(observation(private if rsa else public), reference(controls=[only]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).minted is None
    assert "a server may have one of each" in finding(result).summary


def test_the_kind_of_key_explains_only_what_it_can(look):
    """Of hellos that accept the same both, or of leafs of one kind, the kind explains nothing."""
    public = by_another_hello(with_rsa(INTERMEDIATE, chain("honest")[1]))
    assert said(look(observation("minted"), reference(controls=[public])))[1] is Weight.PROOF
    only = asking(by_another_hello("honest"), rsa=False)
    assert said(look(observation("minted"), reference(controls=[only])))[1] is Weight.PROOF


def test_a_hello_that_was_not_seen(look):
    """Whose hello nobody saw may have accepted one kind only."""
    public = by_another_hello(with_rsa(INTERMEDIATE, chain("honest")[1]))
    unseen = replace(public, handshake=replace(public.handshake, client_hellos=()))
    assert said(look(observation("minted"), reference(controls=[unseen])))[1] is Weight.HINT


@pytest.mark.parametrize(("ours", "theirs"), [("honest", "self-signed"), ("self-signed", "honest")])
def test_a_certificate_that_nobody_signs(ours, theirs, look):
    """A leaf that is signed by itself alone is a node's own, left behind: who mints has a CA."""
    seen, other = observation(ours), by_another_hello(theirs)
    result = look(seen, reference(controls=[other]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "a node that was left behind" in finding(result).summary
    elsewhere = replace(other, target=replace(other.target, address="192.0.2.8"))
    assert said(look(seen, reference(controls=[elsewhere])))[1] is Weight.PROOF


def test_one_hello_that_is_shown_both(look):
    """Where the same hello is shown the one and the other, it is the node and not the hello."""
    seen, other = observation("minted"), by_another_hello("honest")
    again = replace(by_another_hello("honest"), profile=seen.profile)
    for result in look(seen, reference(controls=[other, again])).findings:
        assert result.weight is Weight.HINT
        assert "a matter of several nodes" in result.summary


@pytest.mark.parametrize("again", ["minted", "self-signed"])
def test_one_hello_that_is_shown_the_same_again(again, look):
    """Who decides by the hello does so again, though he may make a key for each connection."""
    seen, other = observation("minted"), by_another_hello("honest")
    same = replace(by_another_hello(again), profile=seen.profile)
    found = look(seen, reference(controls=[other, same])).findings
    assert Weight.PROOF in {one.weight for one in found}
