"""What a report says of a canary."""

import pytest
from msgspec.structs import replace

from tests.canaries import (
    ANSWER,
    HEADERS,
    OWN_KEY,
    VIA,
    hello,
    seen,
    terminated,
    unanswered,
    whole,
)
from tests.evidence import reference
from tlsprobe.analysis import judged
from tlsprobe.model.canary import Canary
from tlsprobe.model.hello_differences import ja4_of
from tlsprobe.report import as_text
from tlsprobe.report.page import plain


def text(made: Canary | None, *, verbose=False, shown="honest", pins=()):
    """The report as one line of words."""
    report = judged(seen(made, shown), reference(pins=pins))
    return " ".join(plain(as_text.rows(report, verbose=verbose), 100).split())


def test_end_to_end():
    """One session is said to be one, with who was seen."""
    told = text(whole())
    assert "canary the same TLS session at both ends" in told
    assert "203.0.113.9:50122 over TLS 1.3" in told
    assert f"JA4 {ja4_of(hello())}, unchanged" in told


def test_terminated():
    """Another hello is shown beside ours, and what differs is named; every value on request."""
    made = terminated(headers=(*HEADERS, VIA), answered=(*ANSWER, VIA))
    told = text(made, shown="minted")
    assert told.startswith("inspected: ")
    assert "canary another TLS session arrived: it ends in between" in told
    for one in (hello(), hello("chrome")):
        assert f"JA4 {ja4_of(one)}" in told
    assert "they differ in JA4, JA3, " in told
    assert "request: added via: 1.1 box (squid)" in told
    assert "answer: added via: 1.1 box (squid)" in told
    assert "GREASE: sent no received yes" not in told
    assert "GREASE: sent no received yes" in text(made, shown="minted", verbose=True)


@pytest.mark.parametrize("pins", [(), (OWN_KEY,)])
def test_a_front(pins):
    """An owner's front is said to be one, and is no interception."""
    told = text(terminated(shown="honest"), pins=pins)
    assert "somebody who holds its key" in told
    assert not told.startswith(("inspected", "terminated", "direct"))


def test_no_answer():
    """What is no canary takes one line."""
    assert "canary no answer of one: no canary answered, but HTTP 503" in text(unanswered())
    assert " canary " not in text(None)


def test_many_headers():
    """Of many headers a few are shown."""
    many = tuple((f"X-{number}", "1") for number in range(20))
    told = text(terminated(headers=(*HEADERS, *many)), shown="minted")
    assert "request: 16 more headers changed" in told


def test_hostile():
    """What a canary says reaches no terminal as it is, and is cut."""
    evil = "\x1b[2J\u202e" + "x" * 9000
    made = terminated(headers=((evil, evil),), cipher=evil, version=evil)
    received = replace(made.received, seen_from=evil)
    told = text(replace(made, received=received), shown="minted", verbose=True)
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert len(told) < 30_000
