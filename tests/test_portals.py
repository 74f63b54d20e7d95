"""Somebody on the way who answers for everybody, on loopback: what a survey of strangers' hosts comes to."""

import asyncio
from pathlib import Path

import pytest

from tests.survey_stage import Stage, asked, endpoint, pack, resolving_here
from tlsprobe.model.asks import Ask
from tlsprobe.model.causes import causes
from tlsprobe.model.exemptions import exemptions
from tlsprobe.model.lookalikes import Standing, lookalikes
from tlsprobe.model.pack import Protocol
from tlsprobe.model.planning import plan
from tlsprobe.model.survey import Survey
from tlsprobe.model.upshot import sentence
from tlsprobe.report import as_check, as_request
from tlsprobe.report.page import plain
from tlsprobe.store.host_names import host_name

OWNERS = ("alpha", "beta", "gamma")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Nothing answers yet."""
    return Stage(folder=tmp_path)


def run(
    stage: Stage,
    *,
    lists: str,
    sites: str,
    owners: tuple[str, ...] = OWNERS,
    revocation: bool = True,
    owner: str | None = None,
) -> Survey:
    """Ask a site of each owner, and where it keeps its list: each kind answers in one way.

    Of sites that name lists only the first does, as it names those of all.
    """

    def make(ports: dict[str, int]):
        rows = [
            endpoint(host, port=port, protocol=Protocol.HTTP if host[0] == "c" else Protocol.TLS)
            for host, port in ports.items()
        ]
        return plan(pack(*rows), values={}, host_name=host_name)

    hosts = {f"crl.{owner}.example": lists for owner in owners}
    others = "origin" if sites == "naming" else sites
    hosts |= {f"www.{owner}.example": sites if owner == owners[0] else others for owner in owners}
    return asyncio.run(asked(stage, hosts, make, revocation=revocation, owner=owner))


def named(survey: Survey) -> dict[str, int]:
    """At how many endpoints each cause is seen."""
    return {one.kind.value: len(one.answers) for one in causes(survey)}


def standing(survey: Survey, words: str) -> Standing:
    """How a look-alike stands."""
    (found,) = (one.standing for one in lookalikes(survey) if words in one.cause)
    return found


def asks(survey: Survey) -> dict[Ask, set[str]]:
    """What is asked, and for which hosts."""
    return {one.ask: {line.host for line in one.lines} for one in exemptions(survey).groups}


@pytest.mark.parametrize("owner", [None, "Example"])
def test_a_portal_over_all(stage: Stage, monkeypatch, owner: str | None) -> None:
    """One certificate for everybody, and everybody's port 80 sent on: nobody's fault but the portal's."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="portal", sites="portal-tls", owner=owner)
    assert named(survey) == {"captive-portal": 6}
    assert asks(survey) == {Ask.PORTAL: {one.question.host for one in survey.answers}}
    assert "To whoever runs the network: please let" in as_request.text(survey)
    assert standing(survey, "captive portal") is Standing.FOUND
    assert "not the network's" not in sentence(survey)
    assert "no request" not in plain(as_check.rest(survey), 100)


@pytest.mark.parametrize("lists", ["portal", "portal-page"])
def test_a_portal_on_port_80_alone(stage: Stage, monkeypatch, lists: str) -> None:
    """Lookups and lists are sent on to one stranger, who shows a page: nothing is the services' fault."""
    resolving_here(monkeypatch)
    survey = run(stage, lists=lists, sites="naming")
    assert named(survey) == {"captive-portal": 4}
    assert asks(survey) == {Ask.PORTAL: {f"crl.{owner}.example" for owner in OWNERS}}
    assert standing(survey, "captive portal") is Standing.FOUND
    assert standing(survey, "revocation lookup") is Standing.FOUND
    assert "not the network's" not in sentence(survey)


def test_a_portal_on_port_80_where_443_is_cut(stage: Stage, monkeypatch) -> None:
    """It is found though no certificate names a list, and what cuts 443 is told beside it."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="portal", sites="reset", revocation=False)
    assert named(survey) == {"captive-portal": 3, "hello-reset": 3}
    assert standing(survey, "captive portal") is Standing.FOUND
    assert standing(survey, "revocation lookup") is Standing.FOUND


def test_the_page_of_a_filter(stage: Stage, monkeypatch) -> None:
    """Status 200 with a page is a lookup that is blocked, and the firewall's to open, each host once."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="filter-page", sites="naming")
    assert set(named(survey)) == {"crl-blocked"}
    assert asks(survey) == {Ask.LOOKUPS: {f"crl.{owner}.example" for owner in OWNERS}}
    assert standing(survey, "revocation lookup") is Standing.FOUND
    assert standing(survey, "captive portal") is Standing.NOT_LOOKED_AT


def test_one_block_is_one_cause(stage: Stage, monkeypatch) -> None:
    """Where lists are cut off, neither the port is told beside that nor is any host asked for twice."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="no-http", sites="naming")
    assert named(survey) == {"crl-blocked": 4}
    assert asks(survey) == {Ask.LOOKUPS: {f"crl.{owner}.example" for owner in OWNERS}}


def test_a_server_of_lists_that_fails_itself(stage: Stage, monkeypatch) -> None:
    """Its 404 is nobody's to open: nothing is asked, and nothing is ruled out by it either."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="http", sites="naming")
    assert set(named(survey)) == {"revocation-unfit"}
    assert not exemptions(survey)
    assert standing(survey, "revocation lookup") is Standing.NOT_LOOKED_AT
    assert standing(survey, "captive portal") is Standing.NOT_LOOKED_AT


@pytest.mark.parametrize(
    ("lists", "sites", "cause"), [("portal", "origin", None), ("http", "portal-tls", "wrong-name")]
)
def test_two_owners_are_too_few(
    stage: Stage, monkeypatch, lists: str, sites: str, cause: str | None
) -> None:
    """They may have one stranger's page, or certificate, honestly in common."""
    resolving_here(monkeypatch)
    survey = run(stage, lists=lists, sites=sites, owners=OWNERS[:2], owner="Example")
    assert set(named(survey)) == ({cause} if cause else set())


def test_answering_http_rules_nothing_out(stage: Stage, monkeypatch) -> None:
    """Anybody can answer: only what a CA has signed tells."""
    resolving_here(monkeypatch)
    survey = run(stage, lists="http", sites="origin", revocation=False)
    assert named(survey) == {}
    assert standing(survey, "revocation lookup") is Standing.NOT_LOOKED_AT
    assert standing(survey, "captive portal") is Standing.NOT_LOOKED_AT
