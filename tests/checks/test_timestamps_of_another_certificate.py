"""The check `timestamps-of-another-certificate`."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import Issuer, ec_key, leaf, name
from fixtures.chains.cases import with_copied_scts
from fixtures.chains.cast import HOST, INTERMEDIATE, MINTED_KEY, SERVER_KEY
from fixtures.chains.timestamps import certificate_extension, logged_leaf
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    KNOWN_LOGS,
    LISTED_ON,
    captured,
    chain,
    expectation,
    key_of,
    listing,
    logs,
    observation,
    reference,
    unanswered,
)
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.ct_log import Standing
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.wire.codepoints import TLS_1_2

LEAF, INTERMEDIATE_CA = chain("with-scts")
HELD = reference(ct_logs=KNOWN_LOGS)
LISTED = reference(public=listing(INTERMEDIATE_CA), public_as_of=LISTED_ON, ct_logs=KNOWN_LOGS)
COPY = "copied-timestamps-leaf-only"
TO_THE_LETTER = "copied-to-the-letter-leaf-only"


def shown(made):
    """A certificate as it is presented."""
    return parse(made.public_bytes(Encoding.DER))


@pytest.mark.parametrize(("presented", "machine"), [("copied-timestamps", None), (COPY, "machine")])
def test_finding(presented, machine, look):
    """Where it is known who signed the leaf, timestamps that are not for it prove the copy.

    The firewall's CA was sent, or is installed on this machine.
    """
    result = look(observation(presented), reference(ct_logs=KNOWN_LOGS, machine=machine))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "Firewall Inspection CA" in finding(result).summary
    assert finding(result).facts["timestamps"] == [
        f"Operator {at} Log {at}, 2026-10-01 00:00:00: does not verify for this certificate"
        for at in (1, 2)
    ]


def test_one_key_signs_and_serves(look):
    """A leaf that is signed with its own key shows who signed it, though his certificate is not sent."""
    issuer = Issuer(subject=name("Some CA", "Some"), key=MINTED_KEY)
    minted = shown(with_copied_scts(issuer))
    assert said(look(observation((minted,)), HELD)) == (Leaning.INTERCEPTION, Weight.PROOF)


@pytest.mark.parametrize("presented", [COPY, TO_THE_LETTER])
def test_a_ca_that_is_not_sent(presented, look):
    """A list of the public CAs is enough: none of them signed what the logs were shown."""
    assert said(look(observation(presented), LISTED)) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert silent(look(observation(presented), HELD))


def test_a_ca_that_may_be_too_new_for_the_list(look):
    """A leaf that was logged after the day of the list may have a CA of after that day."""
    new = Issuer(subject=name("Brand New CA", "New"), key=ec_key("brand new"))
    later = datetime(2026, 11, 20, tzinfo=UTC)
    for when, found in ((later, False), (datetime(2026, 10, 1, tzinfo=UTC), True)):
        leaf = shown(logged_leaf(HOST, SERVER_KEY, new, when=when))
        assert silent(look(observation((leaf,)), LISTED)) == (not found)


@pytest.mark.parametrize(
    "presented",
    ["with-scts", (LEAF,), "honest", "minted", "missing-intermediate", "no-certificate"],
)
def test_silence(presented, look):
    """Timestamps that verify, or none, copy nothing, whatever is sent of the chain."""
    assert silent(look(observation(presented), LISTED))


def test_chain_in_disorder(look):
    """The signature says who the issuer is, not the order."""
    disordered = (LEAF, *chain("minted")[1:], INTERMEDIATE_CA)
    assert silent(look(observation(disordered), HELD))


def test_a_log_that_takes_no_such_leaf(look):
    """Logs are parted by when certificates end: one that ends elsewhere is not in it."""
    year = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    held = reference(ct_logs=logs(interval=year))
    assert said(look(observation(COPY), held)) == (Leaning.INTERCEPTION, Weight.STRONG)
    fits = (year[0], datetime(2027, 2, 1, tzinfo=UTC))
    assert silent(look(observation(COPY), reference(ct_logs=logs(interval=fits))))


def test_an_unknown_log(look):
    """Of timestamps by logs that nobody lists, or no browser, nothing is said."""
    others = logs(ec_key("another log"))
    assert silent(look(observation("copied-timestamps"), reference(ct_logs=others)))
    unrecognised = logs(standings=(Standing("crtsh", None, None),))
    assert silent(look(observation("copied-timestamps"), reference(ct_logs=unrecognised)))


def test_a_bit_that_a_capture_lost(look):
    """A bit may have been lost where the leaf's signature verifies under no key that is known."""
    clear = {"version": TLS_1_2}
    assert said(look(captured(TO_THE_LETTER, seen=clear), LISTED))[1] is Weight.HINT
    assert said(look(captured(COPY, seen=clear), LISTED))[1] is Weight.HINT
    assert said(look(captured("copied-timestamps", seen=clear), LISTED))[1] is Weight.PROOF
    # What TLS 1.3 seals comes as it was sent.
    assert said(look(captured(TO_THE_LETTER), LISTED))[1] is Weight.STRONG


@pytest.mark.parametrize("bit", range(2400, 7000, 460))
def test_an_honest_leaf_that_lost_a_bit(bit, look):
    """The owner's leaf with a bit changed in a capture accuses nobody with weight."""
    body = bytearray(LEAF.der)
    body[bit // 8] ^= 1 << bit % 8
    for presented in ((parse(bytes(body)), INTERMEDIATE_CA), (parse(bytes(body)),)):
        seen = captured(presented, seen={"version": TLS_1_2})
        for held in (HELD, LISTED):
            assert all(one.weight is Weight.HINT for one in look(seen, held).findings)


def test_a_mistake_of_a_public_ca(look):
    """Where a public CA signed over timestamps that are wrong, nobody intercepts."""
    scts = certificate_extension(b"\0\1 something else")
    wrong = shown(leaf(HOST, SERVER_KEY, INTERMEDIATE, extensions=[(scts, False)]))
    result = look(observation((wrong, INTERMEDIATE_CA)), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)


def test_the_owners_own_ca(look):
    """Whatever the owner's own CA writes into its certificates, it is the owner's."""
    own = expectation(ca_keys=frozenset((key_of("minted", 1),)))
    assert silent(look(observation("copied-timestamps"), reference(own, ct_logs=KNOWN_LOGS)))


def test_not_applicable(look):
    """Without a list of logs, or without a chain, nothing can be said."""
    assert lacked(look(observation("with-scts"), reference())).startswith("a list of the logs")
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
