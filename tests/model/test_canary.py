"""What became of a TLS session and of headers on their way to a canary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import (
    ANSWER,
    HEADERS,
    OWN_KEY,
    VIA,
    canary,
    hello,
    terminated,
    unanswered,
    whole,
)
from tlsprobe.model.canary import Arrival, HeaderChange, header_differences

NO_PINS: frozenset[bytes] = frozenset()
ANOTHER = (hello("chrome"),)
TLS12 = 0x0303


@pytest.mark.parametrize(
    ("made", "pins", "arrival"),
    [
        (whole(), NO_PINS, Arrival.WHOLE),
        (whole(version=TLS12), NO_PINS, Arrival.WHOLE),
        (terminated(), NO_PINS, Arrival.OTHER),
        # A hello that is repeated to the letter begins another session all the same.
        (terminated(hellos=(hello(),)), NO_PINS, Arrival.OTHER),
        # A front of the canary's owner: its key, another session.
        (terminated(shown="honest"), NO_PINS, Arrival.AT_ITS_KEY),
        (terminated(shown="honest", key=None), NO_PINS, Arrival.OTHER),
        (terminated(shown="honest", key=None), frozenset((OWN_KEY,)), Arrival.AT_ITS_KEY),
        # Nobody can have the same session with another hello.
        (whole(hellos=ANOTHER), NO_PINS, Arrival.UNCLEAR),
        # Where a session tells nothing, the hello of TLS 1.3 does, and an older one does not.
        (whole(session=None), NO_PINS, Arrival.WHOLE),
        (whole(session=None, version=TLS12), NO_PINS, Arrival.UNCLEAR),
        (whole(session=None, shown="minted", hellos=ANOTHER), NO_PINS, Arrival.OTHER),
        (whole(hellos=(), session=None, shown=None), NO_PINS, Arrival.OTHER),
        (unanswered(), NO_PINS, None),
    ],
)
def test_arrival(made, pins, arrival):
    """The session decides, then the hello; who holds the canary's key is told from others."""
    assert made.arrival(pins) is arrival


def test_headers():
    """What was added, changed and lost is told; order and spelling of names are not."""
    received = (("HOST", "sync.cloud.example"), ("accept", "*/*"), VIA, ("X-A", "1"), ("x-a", "2"))
    sent = (*HEADERS, ("Connection", "close"))
    found = header_differences(sent, received)
    assert [(one.change, str(one)) for one in found] == [
        (HeaderChange.CHANGED, "accept: */*"),
        (HeaderChange.REMOVED, "connection: close"),
        (HeaderChange.ADDED, "via: 1.1 box (squid)"),
        (HeaderChange.ADDED, "x-a: 1, 2"),
    ]
    assert header_differences(HEADERS, HEADERS[::-1]) == ()


def test_both_ways():
    """The request is compared as it arrived there, the answer as it came back."""
    made = canary(headers=(*HEADERS, VIA), answered=(VIA, *ANSWER))
    assert [one.name for one in made.request_changes] == ["via"]
    assert [one.name for one in made.answer_changes] == ["via"]
    assert unanswered().request_changes == unanswered().answer_changes == ()
    assert unanswered().hello_differences == ()


headers = st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=4).map(tuple)


@given(headers, headers)
def test_any_headers(sent, received):
    """Nothing raises, and what goes one way as added goes the other as removed."""
    there = header_differences(sent, received)
    back = header_differences(received, sent)
    assert header_differences(sent, sent) == ()
    added = {one.name for one in there if one.change is HeaderChange.ADDED}
    assert added == {one.name for one in back if one.change is HeaderChange.REMOVED}
