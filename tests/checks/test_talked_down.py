"""The check `talked-down`."""

import os
from datetime import UTC, date, datetime

import pytest
import trustme
from msgspec.structs import replace
from OpenSSL import SSL

from tests.checks.outcomes import finding, said, silent
from tests.checks.test_run import CHOICES
from tests.evidence import TAKEN, expectation, observation, reference, unanswered
from tests.peers import HOST, answer, identity, server_context
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.transcript import Direction, Ending, Origin, Segment, Transcript
from tlsprobe.hello import templates
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import SourceKind, Target
from tlsprobe.observe import observe

KNOWN = reference(expectation(HOST, choices=CHOICES))


@pytest.fixture(scope="module")
def authority():
    """Signs for the origin."""
    return trustme.CA()


def asked(profile):
    """A hello of that profile."""
    return templates.load(profile).stamp(server_name=HOST, entropy=os.urandom)


def told(authority, *, ours, theirs, newest=SSL.TLS1_3_VERSION):
    """What the client sees whose hello `ours` was replaced by `theirs` on the way to the origin."""
    serving = server_context(identity(authority, HOST), versions=(SSL.TLS1_2_VERSION, newest))
    transcript = Transcript(
        origin=Origin.LIVE, client=None, server=None, started=TAKEN,
        segments=(
            Segment(Direction.CLIENT, ours.record),
            Segment(Direction.SERVER, answer(serving, theirs.record), 0.01),
        ),
        ending=Ending.OPEN,
    )  # fmt: skip
    return observe(
        read(transcript, ours.keys), target=Target(host=HOST, sni=HOST), source=SourceKind.PROBE,
        profile="probe", taken=TAKEN,
    )  # fmt: skip


def test_a_hello_that_was_replaced(authority, look):
    """An origin that speaks TLS 1.3 was asked for 1.2, and says so to a client that offered 1.3."""
    seen = told(authority, ours=asked("probe"), theirs=asked("tls12"))
    assert seen.handshake.downgrade_sentinel == 0x0304
    result = look(seen, reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert "talked down to TLS 1.2" in finding(result).summary


def test_a_client_that_asks_for_it(authority, look):
    """Who offers TLS 1.2 at most is told the same by an honest server, and nothing is wrong."""
    hello = asked("tls12")
    seen = told(authority, ours=hello, theirs=hello)
    assert seen.handshake.downgrade_sentinel == 0x0304
    assert silent(look(seen, reference()))
    assert silent(look(seen, KNOWN))


def test_a_server_that_knows_no_better(authority, look):
    """A server without TLS 1.3 says nothing: unless it is known to speak it, that is the end of it."""
    hello = asked("probe")
    seen = told(authority, ours=hello, theirs=hello, newest=SSL.TLS1_2_VERSION)
    assert seen.handshake.downgrade_sentinel is None
    assert silent(look(seen, reference()))
    assert said(look(seen, KNOWN)) == (Leaning.INTERCEPTION, Weight.HINT)
    old = reference(expectation(HOST, choices=replace(CHOICES, as_of=date(2020, 1, 1))))
    assert silent(look(seen, old))
    long_ago = replace(seen, taken=datetime(2019, 1, 1, tzinfo=UTC))
    assert silent(look(long_ago, KNOWN))


def test_tls13_says_nothing(look):
    """TLS 1.3 is no downgrade, and where nobody answered there is none."""
    assert silent(look(observation("honest"), reference(expectation(choices=CHOICES))))
    assert silent(look(unanswered(), reference()))
