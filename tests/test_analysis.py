"""The use case of captures: sessions to reports, and equal evidence judged once."""

import dataclasses
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.checks.test_run import CHOICES, LABEL
from tests.evidence import (
    HOST,
    TAKEN,
    baseline,
    every_chain,
    expectation,
    key_of,
    reference,
    shake_hands,
)
from tests.evidence import chain as chain_of
from tlsprobe import analysis, checks
from tlsprobe.analysis import analyse
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import Conversation, conversations
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.handshake.transcript import Ending, Origin, Transcript
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.memory import Memory
from tlsprobe.model.observation import Captured, SourceKind, Timings
from tlsprobe.model.verdict import Conclusion

CAPTURES = Path(__file__).parents[1] / "fixtures" / "captures"
OTHER = "other.cloud.example"
NOTHING = Transcript(
    origin=Origin.CAPTURE, client=None, server=None, started=TAKEN, segments=(), ending=Ending.OPEN
)


def conversation(presented, *, host=HOST, taken=TAKEN, number=0, timings=Timings(), **packets):
    """A session in which somebody presents a fixture's chain."""
    return Conversation(
        captured=Captured(
            file="test.pcap", stream=number, frame=number + 1, client=f"10.0.0.5:{50000 + number}",
            server="192.0.2.7:443", **packets,
        ),
        transcript=NOTHING, handshake=shake_hands(chain_of(presented), host=host), failure=None,
        timings=timings, taken=taken, host=host, sni=host, port=443, address="192.0.2.7", via=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def known():
    """What is known of the owner; nothing is of the other."""
    keys = frozenset((key_of("honest"), key_of("honest", 1)))
    return reference(
        expectation(ca_keys=keys, pins=keys, choices=CHOICES),
        expectation("*.contoso.example", owner="Contoso"),
        labels=[LABEL],
    )


def captured_in(name):
    """The sessions of a fixture."""
    with open_capture(str(CAPTURES / name)) as container:
        return [one for some in conversations(container, KeyLog()) for one in some]


def varied():
    """Sessions of many chains, names, times, delays and distances, and all fixtures, as they come."""
    drawn = random.Random(11)
    years = [
        datetime(year, month, 5, tzinfo=UTC) for year in (2019, 2026, 2027) for month in (1, 11)
    ]
    sessions = [
        conversation(
            drawn.choice(every_chain()),
            host=drawn.choice((HOST, OTHER, "mail.contoso.example")),
            taken=drawn.choice((*years, TAKEN)) + timedelta(minutes=drawn.randrange(3000)),
            number=number,
            timings=drawn.choice((Timings(tcp=9.0, tls=9.5), Timings(tcp=9.0, tls=99.5))),
            syn_ack_ttl=57,
            answer_ttl=drawn.choice((57, 58)),
        )
        for number in range(300)
    ]
    for file in sorted(CAPTURES.glob("*.pcap*")):
        sessions += captured_in(file.name)
    return [*sessions, *drawn.sample(sessions, len(sessions))]


def test_memory_changes_nothing(known):
    """Reports are the same whatever is remembered, came before, or came together."""
    sessions = varied()
    remembered = list(analyse([sessions], known))
    forgotten = list(analyse([[one] for one in sessions], known, Memory(0)))
    assert len(remembered) == len(sessions)
    for one, other in zip(remembered, forgotten, strict=True):
        assert one == other
    assert (
        len({id(one.verdict) for one in remembered})
        < len(sessions)
        < len({id(one.verdict) for one in forgotten}) + 1
    )
    assert {one.verdict.conclusion for one in remembered} >= {
        Conclusion.DIRECT, Conclusion.INSPECTED, Conclusion.FAULTY, Conclusion.UNDECIDED,
        Conclusion.BLOCKED,
    }  # fmt: skip


def test_a_baseline_is_held_against_its_own_endpoint(known):
    """Sessions with an endpoint of the baseline are held against it; memory tells them from others."""
    held = replace(
        known, expectations=reference().expectations, baseline=Baseline([baseline("minted")])
    )
    sessions = [conversation("minted", host=host) for host in (HOST, OTHER, HOST, OTHER)]
    verdicts = [one.verdict.conclusion for one in analyse([sessions], held)]
    assert verdicts == [Conclusion.DIRECT, Conclusion.UNDECIDED] * 2


def test_equal_evidence_is_judged_once(known, monkeypatch):
    """Connections, clients and seconds that differ cost no second judgement."""
    judged = []
    run = checks.run
    monkeypatch.setattr(checks, "run", lambda *given: judged.append(1) or run(*given))
    sessions = [
        conversation("honest", number=number, taken=TAKEN + timedelta(seconds=number))
        for number in range(20)
    ]
    reports = list(analyse([sessions], known))
    assert len(judged) == 1
    assert len({id(one.verdict) for one in reports}) == 1
    assert [one.observation.captured.stream for one in reports] == list(range(20))
    assert [one.observation.taken for one in reports] == [one.taken for one in sessions]


def test_a_date_that_lies_between(known):
    """The same evidence on both sides of a certificate's end is judged on each."""
    end = chain_of("honest")[0].not_after
    times = [end - timedelta(hours=1), end + timedelta(hours=1), end - timedelta(minutes=1)]
    reports = analyse([[conversation("honest", taken=when) for when in times]], known)
    assert [one.verdict.conclusion for one in reports] == [
        Conclusion.DIRECT, Conclusion.FAULTY, Conclusion.DIRECT,
    ]  # fmt: skip


def test_what_tells_the_time_is_not_remembered(known, monkeypatch):
    """A finding that names the moment itself is made anew for each moment."""
    run = checks.run

    def told(observation, held):
        results = run(observation, held)
        finding = Finding(
            leaning=Leaning.ORIGIN, weight=Weight.HINT, summary=f"seen {observation.taken:%M:%S}"
        )
        return (*results, dataclasses.replace(results[0], ground=Ground.TIME, findings=(finding,)))

    monkeypatch.setattr(checks, "run", told)
    sessions = [conversation("honest", taken=TAKEN + timedelta(seconds=at)) for at in range(3)]
    found = [one.results[-1].findings[0].summary for one in analyse([sessions], known)]
    assert found == ["seen 00:00", "seen 00:01", "seen 00:02"]


def test_who_came_before_counts(known):
    """A session is judged anew where those before it put it in another light, and once in each."""
    box = "minted"
    sessions = [
        conversation(box),
        conversation(box, host="mail.contoso.example"),
        conversation(box),
    ]
    first, other, again = analyse([sessions], known)
    assert first.verdict is not again.verdict
    assert first.observation.handshake == sessions[0].handshake
    alone, _ = analyse([[sessions[0], sessions[0]]], known)
    assert alone.results == first.results
    assert other.verdict.conclusion is Conclusion.INSPECTED


def test_observations_are_of_the_capture(known):
    """Where and how it was captured goes along into the report, and the route with it."""
    [report] = analyse([captured_in("behind-connect.pcap")], known)
    seen = report.observation
    assert (seen.source, seen.profile) == (SourceKind.CAPTURE, analysis.CAPTURED)
    assert seen.captured.prelude == "connect"
    assert seen.target.via == "http://192.0.2.1:3128"
    assert report.controls == ()
