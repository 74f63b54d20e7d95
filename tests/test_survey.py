"""A survey of real servers on loopback, some of them behind a box: what it comes to, and for whom."""

import asyncio
import itertools
import json
from pathlib import Path

import jsonschema
import pytest

from tests.live.loopback import serve
from tests.survey_stage import (
    SYNC,
    Stage,
    asked,
    endpoint,
    pack,
    plain_http,
    planned,
    resolving_here,
)
from tlsprobe.model import survey_json
from tlsprobe.model.consequences import consequences
from tlsprobe.model.exemptions import exemptions
from tlsprobe.model.json_schemas import schema
from tlsprobe.model.lookalikes import Standing, lookalikes
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.pack import Effect, Feature, Inspection, Protocol, Requirement
from tlsprobe.model.planning import plan
from tlsprobe.model.survey import HttpAnswer, Survey
from tlsprobe.model.upshot import as_documented, bypass, sanctioned, sentence
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_check, as_request, page
from tlsprobe.store.host_names import host_name

TRUST = Effect(
    text="no trust", place="the wizard", cause="its CA is not trusted", features=frozenset(["sync"]),
    verdicts=frozenset([Conclusion.INSPECTED]),
)  # fmt: skip
CUT = Effect(
    text="cut off", place="the log", cause="a box cuts it", failures=frozenset([FailureKind.RESET])
)
LISTS = Effect(
    text="no list", place="the log", cause="port 80", protocol=Protocol.HTTP,
    verdicts=frozenset([Conclusion.BLOCKED]),
)  # fmt: skip
INCOMPLETE = Effect(
    text="no chain",
    place="the log",
    cause="the server's",
    checks=frozenset(["intermediate-missing"]),
)
EFFECTS = (TRUST, CUT, LISTS, INCOMPLETE)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Nothing answers yet."""
    return Stage(folder=tmp_path)


def run(stage: Stage, answers: dict[str, str], **entries: dict[str, object]) -> Survey:
    """Ask hosts below example.com that answer so; an entry says more of one, or None asks nobody."""

    def make(ports: dict[str, int]):
        rows = []
        for host, port in ports.items():
            label = host.partition(".")[0]
            said = {"port": port, **entries.get(label, {})}
            name = said.pop("name", host)
            examples = (host,) if name != host else ()
            rows.append(endpoint(name, examples=examples, **said))
        rows += [endpoint(one.pop("name"), **one) for one in entries.get("unasked", {}).values()]
        return plan(pack(*rows, effects=EFFECTS), values={}, host_name=host_name)

    hosts = {f"{label}.example.com": how for label, how in answers.items()}
    return asyncio.run(asked(stage, hosts, make, asked_from="sync01"))


def verdicts(survey: Survey) -> dict[str, str | None]:
    """Verdicts by the first label of the host."""
    return {
        one.question.host.partition(".")[0]: one.conclusion and one.conclusion.value
        for one in survey.answers
    }


def test_a_clean_path(stage: Stage, monkeypatch) -> None:
    """Where nobody is in the way nothing breaks, nothing is requested, and interception is ruled out."""
    resolving_here(monkeypatch)
    survey = run(
        stage, {"a": "origin", "b": "origin", "crl": "http"}, crl={"protocol": Protocol.HTTP}
    )
    assert verdicts(survey) == {"a": "direct", "b": "direct", "crl": None}
    assert survey.worst is Conclusion.DIRECT
    assert not exemptions(survey)
    assert as_request.text(survey) == ""
    assert not any(one.harmed for one in consequences(survey))
    assert "nobody re-signs the TLS of any of the 2 endpoints" in sentence(survey)
    first, *others = lookalikes(survey)
    assert (first.cause, first.standing) == (
        "somebody on the path who re-signs TLS", Standing.RULED_OUT,
    )  # fmt: skip
    assert not [one for one in others if one.standing is Standing.FOUND]


def plain(survey: Survey) -> list[tuple[str, bool]]:
    """What was asked for by plain HTTP, and whether that is well."""
    return [(one.said.path, one.well) for one in survey.answers if isinstance(one.said, HttpAnswer)]


@pytest.mark.parametrize(
    ("answers", "asked_for"),
    [
        ({"crl": "list", "a": "naming"}, ("/ca.crl", True)),
        ({"crl": "portal", "a": "naming"}, ("/ca.crl", False)),
        ({"crl": "http", "a": "naming"}, ("/ca.crl", False)),
        ({"crl": "portal", "a": "origin"}, ("/", True)),
        ({"crl": "http", "a": "forged"}, ("/", True)),
    ],
    ids=["honest", "portal", "lost", "unnamed", "forged"],
)
def test_a_list_that_an_owners_chain_names_is_asked_for(
    stage: Stage, monkeypatch, answers: dict[str, str], asked_for: tuple[str, bool]
) -> None:
    """What comes must be one. Without such a chain nobody knows what lies there, and any answer is well."""
    resolving_here(monkeypatch)
    survey = run(stage, answers, crl={"protocol": Protocol.HTTP})
    assert plain(survey) == [asked_for]
    assert [one.question for one in survey.answers] == list(survey.plan.questions)


def test_a_partial_bypass(stage: Stage, monkeypatch) -> None:
    """A box that exempts some names is told from them, and only its names are in the request."""
    resolving_here(monkeypatch)
    survey = run(
        stage, {"login": "box", "pages": "origin", "relay": "box"},
        login={"inspection": Inspection.UNSUPPORTED, "asks_for_client_certificate": True},
    )  # fmt: skip
    hit = bypass(survey)
    assert [one.question.host for one in hit.inspected] == [
        "login.example.com",
        "relay.example.com",
    ]
    assert [one.question.host for one in hit.untouched] == ["pages.example.com"]
    assert [one.host for one in exemptions(survey).exempt] == [
        "login.example.com",
        "relay.example.com",
    ]
    (sync, _) = consequences(survey)
    assert sync.fails
    assert sync.loses_client_certificate
    assert sync.effects == (TRUST,)
    assert survey.worst is Conclusion.INSPECTED
    text = as_request.text(survey)
    assert "from this machine, sync01: 3 endpoints. This is about 2 of them." in " ".join(
        text.split()
    )
    assert "CN=Corporate Proxy CA,O=Example Corporation" in text
    assert "pages.example.com" not in text
    assert "https://docs.example.com/sync\n" in text


def test_names_in_company(stage: Stage, monkeypatch) -> None:
    """One private CA over names of unrelated owners is seen in a run, and not by any name alone."""
    resolving_here(monkeypatch)
    survey = run(stage, {"a": "box", "b": "box"})
    for one in survey.answers:
        assert one.report is not None
        found = {result.check for result in one.report.results if result.findings}
        assert "one-private-issuer-for-many-owners" in found


def test_inspection_as_documented(stage: Stage, monkeypatch) -> None:
    """Where documentation tolerates or asks for inspection nothing breaks; the verdict is what it is."""
    resolving_here(monkeypatch)
    survey = run(
        stage, {"tolerated": "box", "wanted": "box"},
        tolerated={"inspection": Inspection.TOLERATED},
        wanted={"inspection": Inspection.REQUIRED, "features": ("agent",)},
    )  # fmt: skip
    assert set(verdicts(survey).values()) == {"inspected"}
    assert survey.worst is Conclusion.INSPECTED
    assert len(as_documented(survey)) == 2
    assert not exemptions(survey)
    assert not any(one.harmed for one in consequences(survey))
    assert "it is as documented at all of them" in sentence(survey)


def test_inspection_that_may_be_meant(stage: Stage, monkeypatch) -> None:
    """A feature that is in use at some places only, and is made by inspection, is told as a reason."""
    resolving_here(monkeypatch)
    tenants = Feature(
        name="tenants", title="Tenants", breaks="none is held", condition="only at some"
    )

    def make(ports: dict[str, int]):
        port = ports["login.example.com"]
        rows = [
            endpoint("login.example.com", port=port),
            endpoint("login.example.com", port=port, features=("tenants",), note="at users' devices",
                     inspection=Inspection.REQUIRED),
        ]  # fmt: skip
        return plan(pack(*rows, features=(SYNC, tenants)), values={}, host_name=host_name)

    survey = asyncio.run(asked(stage, {"login.example.com": "box"}, make))
    (one,) = sanctioned(survey)
    assert (one.feature, one.note) == (tenants, "at users' devices")
    assert [line.host for line in exemptions(survey).exempt] == ["login.example.com"]
    text = " ".join(as_request.text(survey).split())
    assert (
        "If inspection of login.example.com is for Tenants, that may stay for whom it is meant"
        in text
    )


def test_a_wildcard_is_asked_for_only_where_nothing_narrower_is_known(
    stage: Stage, monkeypatch
) -> None:
    """Its example stands in the line; one that could not be asked is listed apart, for the same feature."""
    resolving_here(monkeypatch)
    survey = run(
        stage, {"eu1": "box"},
        eu1={"name": "*.example.com", "shared": True},
        unasked={
            "same": {"name": "*.other.example"},
            "another": {"name": "*.agent.example", "features": ("agent",)},
            "recommended": {"name": "*.r.example", "requirement": Requirement.RECOMMENDED},
        },
    )  # fmt: skip
    wanted = exemptions(survey)
    (line,) = wanted.exempt
    assert (line.host, line.examples, line.shared) == ("*.example.com", ("eu1.example.com",), True)
    assert [one.host for one in wanted.untested] == ["*.other.example"]
    text = " ".join(as_request.text(survey).split())
    assert "only this wildcard is documented (tried: eu1.example.com)" in text
    assert "hosts of strangers are below it too" in text


def test_each_feature_has_its_own_pages(stage: Stage, monkeypatch) -> None:
    """A host that one feature's pages name may stand for another's wildcard: both are requested."""
    resolving_here(monkeypatch)

    def make(ports: dict[str, int]):
        port = ports["up.example.com"]
        rows = [
            endpoint("up.example.com", port=port),
            endpoint("*.example.com", examples=("up.example.com",), port=port,
                     features=("sync", "agent")),
        ]  # fmt: skip
        return plan(pack(*rows), values={}, host_name=host_name)

    survey = asyncio.run(asked(stage, {"up.example.com": "box"}, make))
    lines = {one.host: one.features for one in exemptions(survey).exempt}
    assert lines == {"up.example.com": ("Sync",), "*.example.com": ("Agent",)}


def test_each_cause_and_no_other(stage: Stage, monkeypatch) -> None:
    """A reset, a name without address, a server's fault and a silent port 80 are told apart."""
    resolving_here(monkeypatch, "gone.example.com")
    survey = run(
        stage,
        {"reset": "reset", "gone": "origin", "alone": "alone", "crl": "no-http", "ok": "origin"},
        crl={"protocol": Protocol.HTTP, "features": ("agent",)},
        reset={"requirement": Requirement.RECOMMENDED},
    )
    wanted = exemptions(survey)
    assert not wanted.exempt
    assert [one.host for one in wanted.allow] == ["crl.example.com", "reset.example.com"]
    assert [one.host for one in wanted.resolve] == ["gone.example.com"]
    sync, agent = consequences(survey)
    assert {one.text for one in sync.effects} == {"cut off", "no chain"}
    assert [one.text for one in agent.effects] == ["no list"]
    standing = {one.cause: one.standing for one in lookalikes(survey)}
    assert standing["an intermediate certificate that a server does not send"] is Standing.FOUND
    assert standing["a revocation lookup that is blocked on port 80"] is Standing.FOUND
    assert standing["somebody on the path who re-signs TLS"] is Standing.RULED_OUT
    assert survey.worst is Conclusion.FAULTY


def test_nobody_waits_for_the_silent(stage: Stage, monkeypatch) -> None:
    """While one endpoint says nothing, all others are answered."""
    resolving_here(monkeypatch)
    order: list[int] = []
    hosts = {"silent.example.com": "silence"} | {f"n{at}.example.com": "origin" for at in range(20)}

    def make(ports: dict[str, int]):
        rows = [endpoint(host, port=port) for host, port in ports.items()]
        return plan(pack(*rows), values={}, host_name=host_name)

    survey = asyncio.run(asked(stage, hosts, make, stepped=lambda: order.append(len(order))))
    assert len(order) == 21
    silent, *others = survey.answers
    assert silent.conclusion is Conclusion.BLOCKED
    assert {one.conclusion for one in others} == {Conclusion.DIRECT}


def test_old_tls_is_told(stage: Stage, monkeypatch) -> None:
    """A version below what the service accepts harms it, whatever the verdict."""
    resolving_here(monkeypatch)
    survey = run(stage, {"a": "origin"}, a={"tls_floor": 0x0305})
    (answer,) = survey.answers
    assert answer.below_floor
    assert consequences(survey)[0].fails
    assert "older TLS" in sentence(survey)
    assert survey.worst is Conclusion.FAULTY
    assert page.plain(as_check.lines(survey), 0, wrap=False).startswith("faulty ")


def test_the_records(stage: Stage, monkeypatch) -> None:
    """Each endpoint and the whole have records that validate against the published schemas."""
    resolving_here(monkeypatch)
    survey = run(
        stage, {"login": "box", "ok": "origin", "crl": "http"}, crl={"protocol": Protocol.HTTP}
    )
    schemas = {
        "tlsprobe.report/1": schema(),
        "tlsprobe.http/1": schema("tlsprobe.http/1"),
        "tlsprobe.check/1": schema("tlsprobe.check/1"),
    }
    lines = [survey_json.encode_answer(one, survey) for one in survey.answers]
    lines.append(survey_json.encode_survey(survey, request=as_request.text(survey)))
    found = [json.loads(line) for line in lines]
    for one in found:
        jsonschema.Draft202012Validator(schemas[one["schema"]]).validate(one)
    assert [one["feature"] for one in found[:3]] == [["sync"]] * 3
    assert {one["pack"] for one in found} == {"example-sync"}
    whole = found[-1]
    assert whole["verdict"] == "inspected"
    assert [one["host"] for one in whole["request"]["exempt"]] == ["login.example.com"]
    assert [one.partition(":")[0] for one in whole["inspected"]] == ["login.example.com"]
    assert [one.partition(":")[0] for one in whole["untouched"]] == ["ok.example.com"]
    assert {one["lookup"] for one in whole["lookups_not_made"]} >= {"revocation", "resolvers"}


@pytest.mark.parametrize("pieces", [1, 3])
def test_work_for_the_meantime(stage: Stage, monkeypatch, pieces: int) -> None:
    """What the caller has to do is done while answers are awaited: these come when it is done."""
    resolving_here(monkeypatch)

    async def answered_late() -> Survey:
        done = asyncio.Event()
        left = [*range(pieces)]

        def piece() -> None:
            left.pop()
            if not left:
                done.set()

        async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await done.wait()
            await plain_http(reader, writer)

        async with serve(late) as peer:
            rows = [
                endpoint(f"{label}.example.com", port=peer.port, protocol=Protocol.HTTP)
                for label in ("a", "b")
            ]
            return await asked(stage, {}, lambda _: planned(*rows), meanwhile=[piece] * pieces)

    survey = asyncio.run(answered_late())
    assert [one.failure for one in survey.answers] == [None, None]


def test_work_that_is_left_undone(stage: Stage, monkeypatch) -> None:
    """Nobody waits for it, where all answers are there before."""
    resolving_here(monkeypatch, "gone.example.com")
    survey = asyncio.run(
        asked(
            stage, {}, lambda _: planned(endpoint("gone.example.com")),
            meanwhile=itertools.repeat(lambda: None),
        )
    )  # fmt: skip
    assert verdicts(survey) == {"gone": "blocked"}
