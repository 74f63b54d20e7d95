"""The corpus of real captures, held against what others read in it (see `corpus.py`).

Where we differ on purpose stands in `corpus_deviations.toml` with its reason. The list is exact: what
is not in it fails, and so does what is in it and no longer happens.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.capture import corpus
from tests.capture.corpus import CORPUS, Session, Stated
from tlsprobe.certs.public_profile import departures
from tlsprobe.checks.leaf_unlike_public_leafs import ENOUGH
from tlsprobe.model.paths import claimed_issuers, public_path
from tlsprobe.model.reference import Reference, expectation_for
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of captures is not here: no {CORPUS}"
)

LIST = Path(__file__).with_name("corpus_deviations.toml")
CAPTURES = corpus.captures() if CORPUS.is_dir() else []
READ_OTHERWISE = "derived/ms_login."
ORIGINAL = f"{READ_OTHERWISE}pcap"
NOT_WHOLE = {
    "client_direction_only.pcap": "holds nothing of the server",
    "server_direction_only.pcap": "holds nothing of the client",
    "lost_cert_segment.pcap": "lacks a segment of the chain",
    "snaplen_96.pcap": "lacks most of the hello, and of all that is longer than 96 bytes",
    "snaplen_600.pcap": "lacks most of the chain",
}
"""What was made from the original and does not show its session as a whole, and why."""

Deviation = tuple[int, str]
"""A connection and what is otherwise in it: a field, or a whole session."""
MISSING, ADDITIONAL = "session", "additional session"


class Walk(NamedTuple):
    """What became of one capture."""

    reports: list[Report]
    error: Exception | None

    def __repr__(self) -> str:
        """Short: a test that fails shows every capture."""
        return f"<{len(self.reports)} sessions, {self.error!r}>"


REFERENCE = default_reference(as_of=datetime(2026, 11, 23, tzinfo=UTC), public=certifi_store())


@pytest.fixture(scope="session")
def reference() -> Reference:
    """What the program knows by itself."""
    return default_reference(as_of=datetime(2026, 11, 23, tzinfo=UTC), public=certifi_store())


@pytest.fixture(scope="session")
def walks(reference: Reference) -> dict[str, Walk]:
    """Every capture, read and judged once, against what the program knows by itself."""

    def walk(name: str) -> Walk:
        try:
            return Walk(corpus.reports(name, REFERENCE), None)
        except Exception as error:  # noqa: BLE001 - that none comes is what is tested
            return Walk([], error)

    return {name: walk(name) for name in CAPTURES}


@cache
def listed(capture: str) -> frozenset[Deviation]:
    """The deviations that are on the list for a capture."""
    return frozenset(
        (stream, field)
        for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["deviation"]
        if entry["capture"] == capture
        for stream in entry["streams"]
        for field in entry["fields"]
    )


def test_every_capture_is_read(walks: dict[str, Walk]):
    """No capture makes the reader raise."""
    assert len(walks) > 100
    assert {name: walk.error for name, walk in walks.items() if walk.error} == {}


@pytest.mark.parametrize("capture", CAPTURES, ids=str)
def test_sessions(walks: dict[str, Walk], capture: str):
    """The sessions of a capture are those that tshark reads, with the same facts."""
    theirs, ours = corpus.truth()[capture], [corpus.seen(one) for one in walks[capture].reports]
    found = frozenset(differences(theirs, ours))
    assert found == {one for one in listed(capture) if not one[1].startswith("ja4")}


def differences(theirs: list[Stated], ours: list[Stated]) -> Iterator[Deviation]:
    """Where two readings of a capture differ; connections by their number, theirs, else ours."""
    waiting: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for one in ours:
        waiting[one.ends].append(one)
    for expected in theirs:
        candidates = waiting[expected.ends]
        if not candidates:
            yield expected.stream, MISSING
            continue
        # On one pair of ports there may be several sessions: the random tells them apart.
        same = [one for one in candidates if one.session.random == expected.session.random]
        got = (same or candidates)[0]
        candidates.remove(got)
        if got.stream != expected.stream:
            yield expected.stream, "stream"
        if expected.frame is not None and got.frame > expected.frame:
            yield expected.stream, "frame"
        for field in Session._fields:
            if getattr(got.session, field) != getattr(expected.session, field):
                yield expected.stream, field
    for rest in waiting.values():
        yield from ((one.stream, ADDITIONAL) for one in rest)


@pytest.mark.parametrize("capture", CAPTURES, ids=str)
def test_ja4(walks: dict[str, Walk], capture: str):
    """The JA4 of each hello is the one that was published."""
    streams: dict[tuple[str, str], int] = {}
    ours: dict[tuple[str, str], list[str]] = defaultdict(list)
    for report in walks[capture].reports:
        stated = corpus.seen(report)
        streams.setdefault(stated.ends, stated.stream)
        ours[stated.ends] += corpus.every_ja4(report)
    found = {
        (streams[row.ends], f"ja4 of {row.peer}")
        for row in corpus.published()[capture]
        if row.ja4 not in ours[row.ends]
    }
    assert found == {one for one in listed(capture) if one[1].startswith("ja4")}


def test_the_list_is_of_captures_that_there_are():
    """Each deviation is one of a capture of the corpus, and says why."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["deviation"]
    assert {entry["capture"] for entry in entries} <= set(CAPTURES)
    assert all(entry["why"] for entry in entries)


def test_leafs_that_loss_has_cut(walks: dict[str, Walk]):
    """A leaf that loss has cut shows at least what mercury shows of it."""
    rows = list(corpus.cut_leafs())
    assert rows
    for capture, ends, expected in rows:
        [found] = [
            report
            for report in walks[capture].reports
            if corpus.seen(report).ends == ends and report.observation.handshake.certificates_cut
        ]
        assert corpus.leaf(found) == expected


def test_inspected_is_what_was_intercepted(walks: dict[str, Walk]):
    """The chains that were minted on the path come out inspected, and no other session does."""
    known = corpus.inventory()
    intercepted = {
        name
        for name, entry in known.items()
        if (entry["interception"] or {}).get("verdict", "").startswith("intercepted")
    }
    minted = {
        (name, host)
        for name in intercepted
        for host, _, _ in (one.partition(":") for one in known[name]["non_public_leafs"])
    }
    assert len(minted) == 2
    inspected = {
        (name, report.observation.target.host)
        for name, walk in walks.items()
        for report in walk.reports
        if report.verdict.conclusion is Conclusion.INSPECTED
    }
    assert inspected == minted


def test_a_leaf_alone_names_its_issuer(walks: dict[str, Walk], reference: Reference):
    """Had only the leaf been sent, the list would still name the intermediate's very key.

    It does so for every public chain, and for no other.
    """
    public = private = 0
    for report in (one for walk in walks.values() for one in walk.reports):
        seen = report.observation
        if len(seen.chain) < 2 or seen.handshake.certificates_cut:
            continue
        whole = public_path(seen, reference)
        alone = claimed_issuers(replace(seen, chain=seen.chain[:1]), reference)
        keys = {ca.spki_sha256 for ca in alone if not ca.root}
        if whole.anchor is None:
            private += 1
            assert keys == set()
        elif len(whole.links) > 1:
            public += 1
            assert keys == {whole.links[1].spki_sha256}
    assert public > 300
    assert private > 5


def test_public_leafs_depart_from_nothing(walks: dict[str, Walk], reference: Reference):
    """No leaf of a public CA breaks a rule of its time, and those that were minted break several."""
    public, minted = set[int](), set[int]()
    for report in (one for walk in walks.values() for one in walk.reports):
        seen, conclusion = report.observation, report.verdict.conclusion
        if not seen.chain:
            continue
        broken = len(departures(seen.chain[0], seen.taken))
        if conclusion is Conclusion.DIRECT and public_path(seen, reference).anchor is not None:
            public.add(broken)
        elif conclusion is Conclusion.INSPECTED:
            minted.add(broken)
    assert public == {0}
    assert min(minted) >= ENOUGH


@pytest.mark.parametrize(
    ("capture", "owner"),
    [
        ("ntop+nDPI/tests/cfgs/default/pcap/netflix.pcap", ".nccp.netflix.com"),
        (
            "zeek+zeek/testing/btest/Traces/postgresql/psql-aws-ssl-require.pcap",
            ".rds.amazonaws.com",
        ),
    ],
)
def test_an_owners_own_pki(walks: dict[str, Walk], capture: str, owner: str):
    """An owner's own PKI on a public name is no interception, and direct by its known key."""
    verdicts = [
        report.verdict.conclusion
        for report in walks[capture].reports
        if report.observation.target.host.endswith(owner) and report.observation.chain
    ]
    assert verdicts
    assert set(verdicts) == {Conclusion.DIRECT}


def test_the_owners_cas_signed_for_their_names(walks: dict[str, Walk]):
    """Every genuine chain on a name whose CAs are known verifies under one of their keys.

    Of all years: an owner's CA of then is still the owner's. And nobody is accused for another.
    """
    signed = dict[str, bool]()
    for walk in walks.values():
        for report in walk.reports:
            seen = report.observation
            known = expectation_for(REFERENCE, seen.target.host)
            found = {result.check for result, _ in report.verdict.because + report.verdict.against}
            assert "issuer-not-the-owners" not in found
            if known is not None and known.ca_keys and seen.chain:
                signed[seen.target.host] = "issuer-is-the-owners" in found
    hosts = {"login.microsoftonline.com", "www.google.com", "login.live.com"}
    assert hosts <= signed.keys()
    assert {host for host, by_him in signed.items() if not by_him} == set()


@pytest.mark.parametrize(
    "capture",
    [
        name
        for name in CAPTURES
        if name.startswith(READ_OTHERWISE) and name.removeprefix(READ_OTHERWISE) not in NOT_WHOLE
    ],
)
def test_how_a_session_is_carried(walks: dict[str, Walk], capture: str):
    """One session comes out the same, whatever carries its bytes and in whatever order."""
    [original] = walks[ORIGINAL].reports
    assert original.verdict.conclusion is Conclusion.DIRECT
    expected = corpus.seen(original).session
    found = walks[capture].reports
    assert [corpus.seen(one).session for one in found] == [expected] * len(found)
    assert {one.verdict.conclusion for one in found} == {Conclusion.DIRECT}
