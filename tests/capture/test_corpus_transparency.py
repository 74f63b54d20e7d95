"""The timestamps and staples of the corpus's real leaves, held against the shipped logs.

Each of them was made for its leaf: one that does not verify is our bug.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from msgspec.structs import replace

from tests.capture import corpus
from tests.capture.corpus import CORPUS
from tlsprobe import checks
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.sct_verification import SctStatus
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import is_cut, public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.staple import staple
from tlsprobe.model.transparency import public_timestamp, timestamps
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of captures is not here: no {CORPUS}"
)

REFERENCE = default_reference(as_of=datetime(2026, 11, 23, tzinfo=UTC), public=certifi_store())


NOBODY = TrustStore(name="nobody", origin="test", cas=())


@pytest.fixture(scope="module")
def observations() -> list[Observation]:
    """Every session of the corpus in which a whole certificate is seen."""
    found = (
        report.observation
        for capture in corpus.captures()
        for report in corpus.reports(capture, Reference(as_of=REFERENCE.as_of, public=NOBODY))
    )
    return [one for one in found if one.chain]


@pytest.fixture(scope="module")
def logged(observations: list[Observation]) -> list[Observation]:
    """One session for each leaf that has timestamps inside, with as long a chain as was sent."""
    best: dict[Certificate, Observation] = {}
    for one in sorted(observations, key=lambda one: len(one.chain)):
        if any(sct.source.value == "certificate" for sct in one.scts):
            best[one.chain[0]] = one
    return list(best.values())


def embedded(observation: Observation, reference: Reference) -> Iterator[SctStatus]:
    """What becomes of the timestamps inside the leaf."""
    return (one.status for one in timestamps(observation, reference) if one.embedded)


def test_every_embedded_timestamp_verifies(logged: list[Observation]):
    """All timestamps inside real leaves verify, whatever of their chains was sent."""
    found = [status for one in logged for status in embedded(one, REFERENCE)]
    assert (len(logged), len(found)) == (60, 160)
    assert set(found) == {SctStatus.VERIFIED}
    assert all(public_timestamp(one, REFERENCE) is not None for one in logged)


def test_every_one_verifies_by_the_leaf_alone(logged: list[Observation]):
    """The shipped index of public CAs makes up for chains that are not sent at all."""
    alone = [replace(one, chain=one.chain[:1]) for one in logged]
    found = [status for one in alone for status in embedded(one, REFERENCE)]
    assert len(found) == 160
    assert set(found) == {SctStatus.VERIFIED}


def test_timestamps_beside_the_leaf_verify(observations: list[Observation]):
    """So do those that come in the TLS extension, over the whole certificate."""
    found = [
        one.status
        for seen in observations
        for one in timestamps(seen, REFERENCE)
        if not one.embedded
    ]
    assert len(found) > 50
    assert set(found) == {SctStatus.VERIFIED}


def test_each_log_takes_such_a_leaf(logged: list[Observation]):
    """No log of the list is known to take other leafs than it took."""
    for seen in logged:
        for one in timestamps(seen, REFERENCE):
            assert one.log is not None
            assert one.log.takes(seen.chain[0].not_after)
            assert one.log.accepted_at(seen.taken)


def test_staples_are_the_cas_own(observations: list[Observation]):
    """Each staple beside a public chain is about its leaf, good, and signed by who may."""
    found = [
        one
        for seen in observations
        if public_path(seen, REFERENCE).anchor is not None
        and not is_cut(seen)
        and (one := staple(seen, REFERENCE)) is not None
    ]
    assert len(found) > 70
    assert {one.about for one in found} == {True}
    assert {one.authority for one in found} == {Authority.ISSUER, Authority.DELEGATE}
    assert {one.answer.status for one in found if one.answer} == {Revocation.GOOD}


TRANSPARENT = [
    one
    for one in checks.all_checks()
    if one.id.startswith(("timestamps-", "staple-", "certificate-revoked"))
]


def test_nobody_is_accused(observations: list[Observation]):
    """No timestamp and no staple of the corpus speaks against anybody, whole chain or leaf alone."""
    assert len(TRANSPARENT) == 8
    for seen in observations:
        for one in (seen, replace(seen, chain=seen.chain[:1])):
            for result in checks.run(one, REFERENCE, TRANSPARENT):
                for finding in result.findings:
                    assert finding.leaning is not Leaning.INTERCEPTION, finding
                    assert (finding.leaning, finding.weight) != (Leaning.FAULT, Weight.STRONG)


@pytest.mark.parametrize("others", [False, True])
def test_timestamps_of_another_leaf_are_found_out(logged: list[Observation], *, others: bool):
    """Exchanged between two leafs none of them verifies, with the chain or by the leaf alone."""
    for seen, other in pairwise(logged):
        presented = seen.chain if others else seen.chain[:1]
        mixed = replace(seen, chain=presented, scts=other.scts)
        assert SctStatus.VERIFIED not in set(embedded(mixed, REFERENCE))
