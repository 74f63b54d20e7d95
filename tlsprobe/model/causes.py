"""What a survey shows to stand between the service and its endpoints: each cause by its name, once.

An endpoint has the cause that explains it, and none that only follows from that: where a name leads to
an address of nobody's, it is no firewall that drops the connection, and of a certificate that somebody
on the path has made nobody asks whether it has expired.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tlsprobe.model.cause_kinds import AT_THE_PROXY, BY_CHECK, BY_TCP, BY_TLS, CauseKind
from tlsprobe.model.client_certificates import clean_way_asks_for_none
from tlsprobe.model.finding import Finding, Leaning, Weight
from tlsprobe.model.names import NameAnswer, Sort
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.paths import is_for_the_host
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import LookupKind, Outcome
from tlsprobe.model.survey import Answer, HttpAnswer, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.codepoints import version_name

MANY = 3
"""Endpoints that are out of their time, all of those that showed a chain, where the clock is the cause."""
_PROTOCOL_VERSION = 70
"""The alert of a server that speaks none of the versions that were offered (RFC 8446 section 6.2)."""
_LOOKUPS = {
    LookupKind.CRL: CauseKind.CRL_BLOCKED,
    LookupKind.OCSP: CauseKind.OCSP_BLOCKED,
    LookupKind.ISSUER: CauseKind.ISSUER_BLOCKED,
}
Named = tuple[CauseKind, str]
"""A kind, and what was seen of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause, and where it was seen."""

    kind: CauseKind
    answers: tuple[Answer, ...]
    detail: str
    """What was seen at the first of them, as a clause."""
    failing: tuple[Answer, ...] = ()
    """Those of them that fail by it."""

    @property
    def harms(self) -> bool:
        """Whether an endpoint fails by it, and not only may at another time or for another client."""
        return bool(self.failing)

    @property
    def sentence(self) -> str:
        """The whole in one sentence; where it was seen stands beside it."""
        return f"{self.kind.words}; seen: {self.detail}" if self.detail else self.kind.words


def causes(survey: Survey) -> tuple[Cause, ...]:
    """Every cause: first those that harm, each group in the order of kinds."""
    found: dict[CauseKind, Cause] = {}
    for answer in survey.answers:
        failing = (answer,) if not answer.well or answer.below_floor else ()
        for kind, detail in _once(_of(answer, survey)):
            _add(found, Cause(kind=kind, answers=(answer,), detail=detail, failing=failing))
        if answer.report is not None and answer.report.observation.chain and not answer.intercepted:
            for kind, detail in _once(_beside(answer.report)):
                _add(found, Cause(kind=kind, answers=(answer,), detail=detail))
    ordered = [found[kind] for kind in CauseKind if kind in found]
    return tuple(sorted(ordered, key=lambda one: not one.harms))


def _once(named: Iterator[Named]) -> list[Named]:
    """Each kind once, with what was seen of it first."""
    return list(dict(reversed(list(named))).items())


def _add(found: dict[CauseKind, Cause], cause: Cause) -> None:
    """Take a cause at one more endpoint; one that harms is told by what was seen where it does."""
    before = found.get(cause.kind)
    if before is None:
        found[cause.kind] = cause
        return
    told = cause if cause.harms and not before.harms else before
    more = tuple(one for one in cause.answers if one is not before.answers[-1])
    found[cause.kind] = replace(
        told, answers=(*before.answers, *more), failing=(*before.failing, *cause.failing)
    )


def _of(answer: Answer, survey: Survey) -> Iterator[Named]:
    """The causes at one endpoint."""
    said = answer.said
    if isinstance(said, HttpAnswer):
        yield from _of_http(said, survey)
        return
    first = _portal(said) or _steered(said)
    by_others = [first] if first is not None else list(_intercepted(answer, said, survey))
    yield from by_others
    if by_others:
        return
    if said.observation.chain:
        yield from _of_chain(answer, said, survey)
    else:
        yield _of_failure(said, survey)


def _of_http(said: HttpAnswer, survey: Survey) -> Iterator[Named]:
    failure = said.failure
    if failure is None:
        return
    silent = [one for one in survey.answers if one.report and _silent_resolvers(one.report)]
    if failure.of_portal:
        yield CauseKind.CAPTIVE_PORTAL, failure.detail
    elif failure.kind is FailureKind.OTHER_CONTENT:
        yield CauseKind.CRL_BLOCKED, failure.detail
    elif failure.stage is Stage.DNS and silent:
        yield CauseKind.DNS_SILENT, failure.detail
    else:
        answered = failure.stage in (Stage.TLS, Stage.HTTP) and failure.kind not in AT_THE_PROXY
        yield CauseKind.NO_HTTP if answered else _failed(failure), failure.detail


def _portal(report: Report) -> Named | None:
    failure = report.observation.failure
    if failure is not None and failure.of_portal:
        return CauseKind.CAPTIVE_PORTAL, failure.detail
    for check in ("captive-portal", "one-certificate-for-everybody"):
        for finding in _findings(report, check, Weight.STRONG):
            return CauseKind.CAPTIVE_PORTAL, finding.summary
    return None


def _steered(report: Report) -> Named | None:
    """A page for all who are led there, and no copy of anybody's: the way to it is what is wrong."""
    if report.observation.chain and not is_for_the_host(report.observation):
        for finding in _findings(report, "one-address-for-many-owners", Weight.HINT):
            return CauseKind.DNS_SHARED_ADDRESS, finding.summary
    return None


def _intercepted(answer: Answer, report: Report, survey: Survey) -> Iterator[Named]:
    """Who ends the TLS of it; nothing else that is seen there is the service's own.

    On which of two routes he sits is told also where that costs a login by certificate.
    """
    conclusion, because = report.verdict.conclusion, report.verdict.because
    why = because[0][1].summary if because else ""
    if conclusion is Conclusion.PIN_BROKEN:
        yield CauseKind.PIN_ROTATED, why
    if not answer.intercepted:
        return
    lost = _request_lost(answer, report)
    if lost:
        yield CauseKind.CLIENT_CERTIFICATE_LOST, why
    by_route = [
        (_inspecting(finding), finding.summary)
        for finding in _findings(report, _OTHER_ROUTE, Weight.STRONG)
        if conclusion is Conclusion.INSPECTED
    ]
    yield from by_route[:1]
    if lost or by_route:
        return
    if conclusion is Conclusion.TERMINATED:
        yield CauseKind.TERMINATED, why
        return
    others = any(one.conclusion is Conclusion.DIRECT for one in survey.answers)
    yield (CauseKind.PARTLY_INSPECTED if others else CauseKind.INSPECTED), why


def _request_lost(answer: Answer, report: Report) -> bool:
    request = report.observation.handshake.certificate_request
    wanted = answer.question.asks_for_client_certificate and request is None
    return wanted and not clean_way_asks_for_none(report)


def _of_chain(answer: Answer, report: Report, survey: Survey) -> Iterator[Named]:
    found = list(_faults(report, survey))
    if answer.below_floor:
        found.append((CauseKind.TLS_TOO_OLD, _old(answer)))
    yield from found
    if found or answer.conclusion is Conclusion.DIRECT:
        return
    by_name = _by_name(report, survey)
    if by_name is not None:
        yield by_name
    elif answer.conclusion is Conclusion.FAULTY:
        yield CauseKind.SERVER_FAULT, _why(report)
    else:
        yield CauseKind.UNDECIDED, report.verdict.summary


def _faults(report: Report, survey: Survey) -> Iterator[Named]:
    """What is wrong with a chain that nobody on the path has made."""
    found = [
        (BY_CHECK[result.check], finding.summary)
        for result in report.results
        if result.check in BY_CHECK
        for finding in result.findings
        if finding.leaning is Leaning.FAULT and finding.weight >= Weight.STRONG
    ]
    yield from found
    if not any(kind is CauseKind.CLOCK for kind, _ in found):
        for finding in _findings(report, "outside-validity", Weight.STRONG):
            yield _out_of_time(finding, survey), finding.summary
    for finding in _findings(report, "some-hellos-die", Weight.STRONG):
        large = "dies" in finding.facts
        kind = CauseKind.HELLO_TOO_LARGE if large else CauseKind.HELLO_REFUSED
        if large or not _too_large(report):
            yield kind, finding.summary
    yield from _lookups(report)


def _too_large(report: Report) -> bool:
    found = _findings(report, "some-hellos-die", Weight.STRONG)
    return any("dies" in finding.facts for finding in found)


def _lookups(report: Report) -> Iterator[Named]:
    """Each way that is blocked, also where another one is open: a client waits for it first."""
    for one in report.observation.revocation or ():
        if one.outcome is Outcome.BLOCKED:
            yield _LOOKUPS[one.kind], f"{one.url}, about {one.certificate.subject}: {one.detail}"


def _out_of_time(finding: Finding, survey: Survey) -> CauseKind:
    shown = [
        one.report
        for one in survey.answers
        if one.report is not None and one.report.observation.chain and not one.intercepted
    ]
    if len(shown) >= MANY and all(_late(one) for one in shown):
        return CauseKind.CLOCK
    begins, seen = finding.facts.get("not_before"), finding.facts.get("taken")
    if isinstance(begins, str) and isinstance(seen, str):
        early = datetime.fromisoformat(begins).date() > datetime.fromisoformat(seen).date()
        return CauseKind.NOT_YET_VALID if early else CauseKind.EXPIRED
    return CauseKind.EXPIRED


def _late(report: Report) -> bool:
    return any(True for _ in _findings(report, "outside-validity", Weight.STRONG))


def _beside(report: Report) -> Iterator[Named]:
    """What an endpoint that answers shows of the network all the same."""
    for finding in _findings(report, _OTHER_ROUTE, Weight.HINT):
        yield _inspecting(finding), finding.summary
    for check, kind in (
        ("address-family-broken", CauseKind.ADDRESS_FAMILY),
        ("tls-ends-before-the-endpoint", CauseKind.ENDS_NEARER),
        ("answer-too-soon", CauseKind.ENDS_NEARER),
        ("nxdomain-rewritten", CauseKind.DNS_REWRITTEN),
        ("hosts-file-overrides", CauseKind.HOSTS_FILE),
        ("resolvers-disagree", CauseKind.DNS_DISAGREE),
    ):
        for finding in _findings(report, check, Weight.HINT):
            yield kind, finding.summary
    for finding in _findings(report, "issuer-key-public", Weight.HINT):
        if finding.facts.get("in_machine_store") is False:
            yield CauseKind.GIVEN_ROOT, finding.summary


_OTHER_ROUTE = "other-route-sees-other-chain"


def _inspecting(finding: Finding) -> CauseKind:
    """On which of two routes somebody signs anew."""
    direct = finding.facts.get("private_via") == "direct"
    return CauseKind.DIRECT_INSPECTED if direct else CauseKind.PROXY_INSPECTS


def _of_failure(report: Report, survey: Survey) -> Named:
    """Why no chain was seen. What a name leads to comes before what happened there."""
    failure = report.observation.failure
    if failure is None:
        return CauseKind.UNDECIDED, report.verdict.summary
    if failure.stage is Stage.PROXY or failure.kind in AT_THE_PROXY:
        others = _findings(report, "another-route-works", Weight.HINT)
        return _failed(failure), next((one.summary for one in others), failure.detail)
    if report.observation.target.via is None:
        for finding in _findings(report, "another-route-works", Weight.HINT):
            return CauseKind.PROXY_NOT_USED, finding.summary
    by_name = _by_name(report, survey)
    if by_name is not None:
        return by_name
    alerts = report.observation.handshake.alerts
    if any(seen.alert.description == _PROTOCOL_VERSION for seen in alerts):
        return CauseKind.TLS_TOO_OLD, failure.detail
    unresolved = failure.stage is Stage.DNS
    return _unresolved(report, failure) if unresolved else (_failed(failure), failure.detail)


def _asked_for_it(report: Report) -> tuple[NameAnswer, ...]:
    """What each resolver said by itself."""
    names = report.observation.names
    return () if names is None else names.resolvers


def _silent_resolvers(report: Report) -> tuple[NameAnswer, ...]:
    """All that were asked, where none of them had an answer.

    A system whose resolvers are all silent may say that the name does not exist, as Windows does. A
    resolver that itself has no answer says nothing of the name either.
    """
    answers = _asked_for_it(report)
    return answers if all(one.sort is Sort.NO_ANSWER for one in answers) else ()


def _unresolved(report: Report, failure: Failure) -> Named:
    """Whether it is the name, or the resolvers."""
    silent = _silent_resolvers(report)
    if silent:
        said = (f"{one.resolver}: {one.failure or one.rcode}" for one in silent)
        return CauseKind.DNS_SILENT, "; ".join(said)
    unknown = [one.resolver for one in _asked_for_it(report) if one.sort is Sort.NOTHING]
    if unknown and failure.kind is FailureKind.UNKNOWN_HOST:
        return CauseKind.DNS_NXDOMAIN, f"{failure.detail}; so says {' and '.join(unknown)}"
    return _failed(failure), failure.detail


def _failed(failure: Failure) -> CauseKind:
    if failure.kind in AT_THE_PROXY:
        return AT_THE_PROXY[failure.kind]
    if failure.stage is Stage.PROXY:
        return CauseKind.PROXY_UNREACHABLE
    if failure.stage is Stage.DNS:
        unknown = failure.kind is FailureKind.UNKNOWN_HOST
        return CauseKind.DNS_NXDOMAIN if unknown else CauseKind.DNS_SILENT
    if failure.stage is Stage.TCP:
        return BY_TCP.get(failure.kind, CauseKind.UNREACHABLE)
    return BY_TLS.get(failure.kind, CauseKind.NO_TLS)


def _by_name(report: Report, survey: Survey) -> Named | None:
    """How the name leads astray, where it does; a proxy looks it up for itself.

    An address where the service answers under another of its names is not astray, whatever it looks like.
    """
    target = report.observation.target
    if target.via is not None or _good_address(target.address, survey):
        return None
    for finding in _findings(report, "nxdomain-rewritten", Weight.HINT):
        if finding.facts.get("same_as_this_name"):
            return CauseKind.DNS_REWRITTEN, finding.summary
    for check, kind in (
        ("hosts-file-overrides", CauseKind.HOSTS_FILE),
        ("resolvers-disagree", CauseKind.DNS_DISAGREE),
        ("name-answered-privately", CauseKind.DNS_PRIVATE),
        ("one-address-for-many-owners", CauseKind.DNS_SHARED_ADDRESS),
    ):
        for finding in _findings(report, check, Weight.HINT):
            if finding.leaning is not Leaning.ORIGIN:
                return kind, finding.summary
    return None


def _good_address(address: str | None, survey: Survey) -> bool:
    """Whether an owner of one of the names is known to answer there."""
    return address is not None and any(
        one.conclusion is Conclusion.DIRECT
        and one.report is not None
        and one.report.observation.target.address == address
        for one in survey.answers
    )


def _findings(report: Report, check: str, least: Weight) -> Iterator[Finding]:
    for result in report.results:
        if result.check == check:
            yield from (one for one in result.findings if one.weight >= least)


def _why(report: Report) -> str:
    because = report.verdict.because
    return because[0][1].summary if because else report.verdict.summary


def _old(answer: Answer) -> str:
    spoken, floor = answer.version or 0, answer.question.tls_floor or 0
    return f"{version_name(spoken)}, where {version_name(floor)} is the least"
