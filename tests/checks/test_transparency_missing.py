"""The check `transparency-missing`."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import ec_key, leaf
from fixtures.chains.cast import HOST, MINTED_KEY, MINTER, SERVER
from fixtures.chains.timestamps import logged_certificate, logged_leaf, sct_list
from tests.checks.outcomes import lacked, said, silent
from tests.evidence import (
    CHAINS,
    KNOWN_LOGS,
    as_captured,
    captured,
    chain,
    expectation,
    logs,
    observation,
    reference,
    unanswered,
)
from tests.server13 import block, extension
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.ct_log import Standing
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.wire.codepoints import TLS_1_2

HELD = reference(expectation())
LOGGED_LEAF = chain("with-scts")[:1]
SCTS = sct_list(logged_certificate(SERVER))
STAPLE = (CHAINS / "staples" / "good-with-scts.der").read_bytes()


@pytest.mark.parametrize("name", ["minted", "copied-names", "self-signed"])
def test_finding(name, look):
    """A private chain on a public name that no log has seen is strong."""
    assert said(look(observation(name), HELD)) == (Leaning.INTERCEPTION, Weight.STRONG)


def test_another_servers_own_leaf(look):
    """Where the leaf is for another name, another server may answer for itself: a hint."""
    assert said(look(observation("odd-contents"), HELD)) == (Leaning.INTERCEPTION, Weight.HINT)


def test_silence_for_what_was_logged(look):
    """A leaf with timestamps, whose intermediate the server forgot, is likely a public CA's."""
    assert silent(look(observation(LOGGED_LEAF), HELD))


@pytest.mark.parametrize(
    "place", [extension(18, SCTS), extension(5, b"\1" + block(STAPLE, 3))], ids=["TLS", "staple"]
)
def test_timestamps_from_elsewhere(place, look):
    """Timestamps in a TLS extension or in the stapled response count as much."""
    alone = observation("missing-intermediate", leaf_extensions=place)
    assert alone.scts
    assert silent(look(alone, HELD))


@pytest.mark.parametrize("name", ["cut-off", "no-certificate"])
def test_what_cannot_be_read_may_have_some(name, look):
    """A leaf that was cut off is not blamed for the timestamps that it may have lost."""
    assert silent(look(observation(name), HELD))


@pytest.mark.parametrize("body", [b"", b"\0\0", b"\0\4\0\2\1\2", b"\0\xff", bytes(64)])
def test_an_empty_or_broken_list(body, look):
    """A list without a timestamp in it is none."""
    seen = observation("minted", leaf_extensions=extension(18, body))
    assert not silent(look(seen, HELD))


def test_a_public_chain_is_not_asked(look):
    """Where a public CA's key signed, this check has nothing to add."""
    assert silent(look(observation("honest"), HELD))
    assert silent(look(observation("expired"), HELD))


def issued(begin, *, end="2030-01-01"):
    """A private leaf that was issued then, under a CA that is not shown."""
    made = leaf(HOST, MINTED_KEY, MINTER, begin=begin, end=end)
    return (parse(made.public_bytes(Encoding.DER)),)


@pytest.mark.parametrize(
    ("begin", "taken", "found"),
    [
        ("2014-08-28", "2015-10-07", False),
        ("2018-04-20", "2018-11-17", False),
        ("2018-05-02", "2018-11-17", True),
        ("2021-06-01", "2021-07-01", True),
        ("2014-08-28", "2026-11-23", True),  # a date of before the rule, which no leaf has any more
    ],
)
def test_only_since_browsers_ask(begin, taken, found, look):
    """Leafs from before 1 May 2018 need no timestamp, as long as such leafs were about."""
    seen = captured(issued(begin), taken=datetime.fromisoformat(taken).replace(tzinfo=UTC))
    assert silent(look(seen, HELD)) == (not found)


@pytest.mark.parametrize("missing", [5, 18])
def test_a_client_that_did_not_ask(missing, look):
    """A leaf of 2019 may have had its timestamps outside, where only who asks is given them."""
    when = datetime(2019, 8, 6, tzinfo=UTC)
    asking = captured(issued("2019-07-29"), taken=when)
    assert not silent(look(asking, HELD))
    hello = asking.handshake.client_hellos[0]
    fewer = tuple(one for one in hello.extensions if one.code != missing)
    hellos = (replace(hello, extensions=fewer),)
    quiet = captured(issued("2019-07-29"), taken=when, seen={"client_hellos": hellos})
    assert silent(look(quiet, HELD))
    assert silent(
        look(captured(issued("2019-07-29"), taken=when, seen={"client_hellos": ()}), HELD)
    )
    later = captured(issued("2022-01-01"), seen={"client_hellos": hellos})
    assert not silent(look(later, HELD))


def test_a_chain_that_loss_has_cut(look):
    """What loss took may have had timestamps in it."""
    assert silent(look(captured("minted", seen={"certificates_cut": True}), HELD))
    assert not silent(look(captured("minted"), HELD))


def test_not_applicable(look):
    """It takes a chain, and a name that public CAs are known to sign for."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
    name = "a name of which the reference says that public CAs sign for it"
    assert lacked(look(observation("minted"), reference())) == name
    private = reference(expectation(issuance=Issuance.PRIVATE))
    assert lacked(look(observation("minted"), private)) == name
    assert lacked(look(observation("minted", host="192.0.2.7"), HELD)) == name


KNOWN = reference(expectation(), ct_logs=KNOWN_LOGS)
TODAY = datetime(2026, 11, 20, tzinfo=UTC)
LONG_AGO = datetime(2026, 7, 20, tzinfo=UTC)


def beside(scts):
    """A minted leaf, and timestamps in a TLS extension."""
    return observation("minted", leaf_extensions=extension(18, scts))


@pytest.mark.parametrize(
    ("scts", "found"),
    [
        (SCTS, True),  # another's, passed on
        (sct_list(b"", logs=[ec_key("nobody's log")], when=LONG_AGO), True),
        (sct_list(b"", logs=[ec_key("nobody's log")], when=TODAY), False),  # a log may be new
    ],
)
def test_timestamps_of_no_log(scts, found, look):
    """Where the logs are known, what none of them made for this leaf is no timestamp."""
    assert silent(look(beside(scts), KNOWN)) == (not found)
    assert silent(look(beside(scts), HELD))


def test_timestamps_of_no_log_in_a_capture(look):
    """In the clear a bit of them may have been lost."""
    seen = as_captured(beside(SCTS))
    in_the_clear = replace(seen, handshake=replace(seen.handshake, version=TLS_1_2))
    assert silent(look(in_the_clear, KNOWN))
    assert not silent(look(seen, KNOWN))


def test_copied_timestamps_are_another_matter(look):
    """They are looked at by a check of their own."""
    assert silent(look(observation("copied-timestamps"), KNOWN))


def test_timestamps_of_a_test_log(look):
    """A log that no browser's list has may take anybody's certificates."""
    minted = parse(logged_leaf(HOST, MINTED_KEY, MINTER).public_bytes(Encoding.DER))
    seen = observation((minted, chain("minted")[1]))
    assert silent(look(seen, KNOWN))
    tests = reference(expectation(), ct_logs=logs(standings=(Standing("crtsh", None, None),)))
    assert said(look(seen, tests)) == (Leaning.INTERCEPTION, Weight.STRONG)
