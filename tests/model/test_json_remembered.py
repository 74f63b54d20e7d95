import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.report import samples
from tlsprobe.model import json_remembered
from tlsprobe.model.json_remembered import RememberingEncoder
from tlsprobe.model.jsonable import encode


def of_another_session(report, number=1, file="other.pcap"):
    """The same verdict on another session."""
    seen = report.observation
    changed = replace(seen, taken=seen.taken.replace(second=number % 60))
    if seen.captured is not None:
        changed = replace(changed, captured=replace(seen.captured, file=file, frame=number))
    return replace(report, observation=changed)


@pytest.mark.parametrize("name", samples.ALL)
def test_same_bytes(name):
    """The first, the second and every later session of a verdict are written as they always are."""
    encoder = RememberingEncoder()
    report = samples.ALL[name]()
    for number in range(3):
        one = of_another_session(report, number)
        assert encoder.encode(one) == encode(one)


def test_verdicts_do_not_mix():
    """What is remembered of one verdict or chain is not taken for another's."""
    encoder = RememberingEncoder()
    reports = [make() for make in samples.ALL.values()]
    chains = [report.observation.chain for report in reports]
    mixed = [
        replace(report, observation=replace(report.observation, chain=chain))
        for report in reports
        for chain in chains
    ]
    for report in (*mixed, *mixed):
        assert encoder.encode(report) == encode(report)


def test_verdicts_that_are_gone():
    """A verdict that came to be in the place of one that is gone is not taken for it."""
    encoder = RememberingEncoder()
    for number in range(200):
        made = samples.direct()
        report = replace(
            made, verdict=dataclasses.replace(made.verdict, summary=f"number {number}")
        )
        assert encoder.encode(report) == encode(report)
        del made, report


def test_more_than_is_kept(monkeypatch):
    """Beyond its room it goes on all the same."""
    monkeypatch.setattr(json_remembered, "ROOM", 5000)
    encoder = RememberingEncoder()
    reports = [make() for make in samples.ALL.values()]
    for report in reports * 3:
        assert encoder.encode(report) == encode(report)


@given(st.text(), st.text())
def test_any_text(file, summary):
    """Whatever a file's name or a verdict's text holds, also what has no UTF-8, it makes no difference."""
    encoder = RememberingEncoder()
    made = samples.sealed()
    report = replace(made, verdict=dataclasses.replace(made.verdict, summary=summary))
    for number in range(2):
        one = of_another_session(report, number, file)
        assert encoder.encode(one) == encode(one)
