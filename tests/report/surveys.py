"""A survey made by hand, the same bytes every time."""

from msgspec.structs import replace

from tests.evidence import expectation, over_another_route, reference
from tests.looked_up import answered, blocked, looked_up
from tests.report import samples
from tests.survey_stage import endpoint, pack
from tlsprobe.analysis import judged
from tlsprobe.model.observation import Failure, FailureKind, Stage, Target, Timings
from tlsprobe.model.pack import Effect, Inspection, Protocol, Requirement
from tlsprobe.model.planning import plan
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import LookupKind
from tlsprobe.model.route import DIRECT, Proxy, ProxyScheme, Route
from tlsprobe.model.route_choice import Client
from tlsprobe.model.survey import Answer, HttpAnswer, Lookup, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.way import Way
from tlsprobe.store.host_names import host_name

EFFECTS = (
    Effect(
        text="Could not establish trust relationship for the SSL/TLS secure channel",
        place="the wizard", cause="the box's CA is not trusted by the service's account",
        features=frozenset(["sync"]), verdicts=frozenset([Conclusion.INSPECTED]),
    ),
    Effect(
        text="Event 12019", place="event log of the agent",
        cause="whoever ends the TLS cannot pass the agent's client certificate on",
        features=frozenset(["agent"]), verdicts=frozenset([Conclusion.INSPECTED]),
    ),
)  # fmt: skip
NO_LOOKUP = Effect(
    text="Could not establish trust relationship for the SSL/TLS secure channel",
    place="the wizard", cause="the revocation lookup that the certificate names fails",
    verdicts=frozenset([Conclusion.FAULTY]), checks=frozenset(["revocation-lookup-blocked"]),
)  # fmt: skip
ENDPOINTS = (
    endpoint("login.example.com", features=("sync", "agent"), inspection=Inspection.UNSUPPORTED),
    endpoint(
        "*.relay.example.com", examples=("eu1.relay.example.com",), features=("agent",),
        inspection=Inspection.MAY_FAIL, asks_for_client_certificate=True, shared=True,
    ),
    endpoint("*.storage.example.com"),
    endpoint("pages.example.com", requirement=Requirement.RECOMMENDED),
    endpoint("push.example.com", features=("agent",)),
    endpoint("lists.example.com", port=80, protocol=Protocol.HTTP),
    endpoint("ocsp.example.com", port=80, protocol=Protocol.HTTP),
)  # fmt: skip
REFUSED = Failure(
    stage=Stage.TCP, kind=FailureKind.REFUSED,
    detail="192.0.2.9:80 refused the connection after 20.1 ms: nothing listens there, or a filter"
    " rejects it",
)  # fmt: skip


def mixed() -> Survey:
    """Some names inspected, one of them by its wildcard's example; one cut; port 80 shut in part."""
    reports = {
        "login.example.com": samples.inspected(),
        "eu1.relay.example.com": samples.inspected(),
        "pages.example.com": samples.direct(),
        "push.example.com": samples.blocked(),
    }
    http = {
        "lists.example.com": HttpAnswer(
            target=Target(host="lists.example.com", port=80), taken=samples.TAKEN, status=404,
            reason="Not Found", server="lists/1.0", timings=Timings(dns=1.0, tcp=20.0),
        ),
        "ocsp.example.com": HttpAnswer(
            target=Target(host="ocsp.example.com", port=80), taken=samples.TAKEN, failure=REFUSED
        ),
    }  # fmt: skip
    planned = plan(pack(*ENDPOINTS, effects=EFFECTS), values={}, host_name=host_name)
    answers = [
        Answer(question=one, said=http.get(one.host) or _of(reports[one.host], one.host))
        for one in planned.questions
    ]
    return Survey(
        tool_version="0.1.0", taken=samples.TAKEN, asked_from="sync01", plan=planned,
        answers=tuple(answers), offline=True,
    )  # fmt: skip


def hostile() -> Survey:
    """Everything that a stranger writes is meant for a terminal, or to be very long."""
    planned = plan(pack(endpoint("login.example.com")), values={}, host_name=host_name)
    evil = "\x1b]0;x\x07\u202e" + "x" * 5000
    (question,) = planned.questions
    said = HttpAnswer(
        target=Target(host=evil),
        taken=samples.TAKEN,
        status=200,
        reason=evil,
        server=evil,
        title=evil,
        sent_on=evil,
    )
    return Survey(
        tool_version="0.1.0", taken=samples.TAKEN, asked_from="sync01\x1b[2J", plan=planned,
        answers=(
            Answer(question=question, said=samples.hostile()),
            Answer(question=question, said=said),
        ),
    )  # fmt: skip


def _of(report: Report, host: str) -> Report:
    seen = report.observation
    moved = replace(seen, target=replace(seen.target, host=host, sni=host))
    return replace(report, observation=moved)


PROXY = Route(
    proxy=Proxy(scheme=ProxyScheme.HTTP, host="proxy.example", port=3128),
    why="C:\\machine.config, defaultProxy",
)


def no_lookups() -> Survey:
    """An honest service through a proxy that lets no revocation lookup through; directly it is open."""
    rows = (
        endpoint("login.example.com"),
        endpoint("push.example.com", features=("agent",)),
        endpoint("*.lists.example", port=80, protocol=Protocol.HTTP, features=("agent",)),
    )
    planned = plan(pack(*rows, effects=(NO_LOOKUP,)), values={}, host_name=host_name)
    blocked_at_both = looked_up(
        "honest",
        blocked("ocsp", url="http://ocsp.books.example/x"),
        blocked("crl", kind=LookupKind.CRL, url="http://one.lists.example:8080/y.crl"),
    )
    one_way = looked_up("honest", answered(), blocked("crl", kind=LookupKind.CRL))
    held = reference(expectation())
    blocked_at_both, one_way = (
        replace(one, target=replace(one.target, via=PROXY.via, address=None))
        for one in (blocked_at_both, one_way)
    )
    way = Way(route=PROXY, client=Client.DOTNET, others=(DIRECT,))
    answers = [
        Answer(question=question, said=judged(seen, held, *controls), way=way)
        for question, seen, controls in zip(
            planned.questions, (blocked_at_both, one_way),
            ((over_another_route("minted", via=None),), ()), strict=True,
        )
    ]  # fmt: skip
    return Survey(
        tool_version="0.1.0", taken=samples.TAKEN, asked_from="sync01", plan=planned,
        answers=tuple(answers), lookups=tuple(Lookup),
    )  # fmt: skip
