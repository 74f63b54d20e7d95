"""What a survey shows to stand between the service and its endpoints: each cause by its name, once.

An endpoint has the cause that explains it, and none that only follows from that: where a name leads to
an address of nobody's, it is no firewall that drops the connection, and of a certificate that somebody
on the path has made nobody asks whether it has expired.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.model.cause_kinds import AT_THE_PROXY, BY_CHECK, BY_TCP, BY_TLS, CauseKind
from tlsprobe.model.client_certificates import clean_way_asks_for_none
from tlsprobe.model.finding import Finding, Leaning, Weight
from tlsprobe.model.heard_resolvers import Heard, asked_for_it, heard, none_answered
from tlsprobe.model.http_reply import may_be_the_servers
from tlsprobe.model.lookup_causes import LookupCauses, lookup_causes
from tlsprobe.model.names import Sort
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.paths import is_for_the_host
from tlsprobe.model.portals import Portal, portal
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import Outcome
from tlsprobe.model.survey import Answer, HttpAnswer, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.codepoints import version_name

MANY = 3
"""Endpoints that are out of their time, all of those that showed a chain, where the clock is the cause."""
_PROTOCOL_VERSION = 70
"""The alert of a server that speaks none of the versions that were offered (RFC 8446 section 6.2)."""
Named = tuple[CauseKind, str]
"""A kind, and what was seen of it."""


class Cause(Struct, frozen=True, kw_only=True):
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
    resolvers = heard(survey)
    seen = _Seen(
        survey=survey, resolvers=resolvers, portal=portal(survey), lookups=lookup_causes(survey)
    )
    for answer in survey.answers:
        failing = (answer,) if not answer.well or answer.below_floor else ()
        for kind, detail in _once(_of(answer, seen)):
            _add(found, Cause(kind=kind, answers=(answer,), detail=detail, failing=failing))
        if answer.report is not None and answer.report.observation.chain and not answer.intercepted:
            for kind, detail in _once(_beside(answer.report)):
                _add(found, Cause(kind=kind, answers=(answer,), detail=detail))
        detail = _silent_beside(answer, resolvers)
        if detail:
            _add(found, Cause(kind=CauseKind.DNS_ONE_SILENT, answers=(answer,), detail=detail))
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


class _Seen(Struct, frozen=True, kw_only=True):
    """The survey, and what only the whole of it shows."""

    survey: Survey
    resolvers: Heard
    portal: Portal
    lookups: LookupCauses


def _of(answer: Answer, seen: _Seen) -> Iterator[Named]:
    """The causes at one endpoint."""
    said, survey = answer.said, seen.survey
    if isinstance(said, HttpAnswer):
        yield from _of_http(answer, said, seen)
        return
    first = _portal(said) or _steered(said) or _one_for_all(said, seen.portal)
    by_others = [first] if first is not None else list(_intercepted(answer, said, survey))
    yield from by_others
    if by_others:
        return
    if said.observation.chain:
        yield from _of_chain(answer, said, seen)
    else:
        yield _of_failure(said, seen)


def _of_http(answer: Answer, said: HttpAnswer, seen: _Seen) -> Iterator[Named]:
    failure = said.failure
    if failure is None:
        return
    with_lookups = seen.lookups.at(answer)
    if failure.of_portal:
        yield CauseKind.CAPTIVE_PORTAL, failure.detail
    elif _servers_own(said):
        yield CauseKind.REVOCATION_UNFIT, failure.detail
    elif with_lookups is not None:
        yield with_lookups, failure.detail
    elif failure.kind is FailureKind.OTHER_CONTENT:
        yield CauseKind.CRL_BLOCKED, failure.detail
    elif failure.stage is Stage.DNS:
        silent = bool(seen.resolvers.asked) and not seen.resolvers.something
        yield _unresolved_by(failure, seen.resolvers, silent=silent), failure.detail
    else:
        answered = failure.stage in (Stage.TLS, Stage.HTTP) and failure.kind not in AT_THE_PROXY
        yield CauseKind.NO_HTTP if answered else _failed(failure), failure.detail


def _servers_own(said: HttpAnswer) -> bool:
    """Whether it is the server itself that has no list, or is out of order."""
    failing = said.failure is not None and said.failure.kind is FailureKind.OTHER_CONTENT
    return failing and may_be_the_servers(said.status or 0, (), sent_on=said.sent_away)


def _one_for_all(report: Report, found: Portal) -> Named | None:
    """A stranger's certificate for everybody's hosts: his doing, and no fault of any of theirs."""
    why = found.shows(report)
    return None if why is None else (CauseKind.CAPTIVE_PORTAL, why)


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


def _of_chain(answer: Answer, report: Report, seen: _Seen) -> Iterator[Named]:
    survey = seen.survey
    found = [*_faults(report, survey), *_lookups(report, seen)]
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


def _too_large(report: Report) -> bool:
    found = _findings(report, "some-hellos-die", Weight.STRONG)
    return any("dies" in finding.facts for finding in found)


def _lookups(report: Report, seen: _Seen) -> Iterator[Named]:
    """Each way that is blocked, also where another one is open: a client waits for it first."""
    of_portal = dict(seen.portal.lookups(report))
    for one in report.observation.revocation or ():
        if one.outcome is Outcome.BLOCKED:
            about = f"{one.url}, about {one.certificate.subject}"
            why = of_portal.get(one)
            if why is not None:
                yield CauseKind.CAPTIVE_PORTAL, f"{about}: {why}"
            else:
                yield seen.lookups.of(one), f"{about}: {one.detail}"


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


def _silent_beside(answer: Answer, resolvers: Heard) -> str:
    """The resolvers that had no answer for any name of the run, while another had; empty without any."""
    silent = () if answer.report is None else resolvers.silent_beside(answer.report)
    said = [f"{one.resolver}: {one.failure or one.rcode}" for one in silent]
    said += [f"{one} answers" for one in sorted(resolvers.answering) if silent]
    return "; ".join(said)


_OTHER_ROUTE = "other-route-sees-other-chain"


def _inspecting(finding: Finding) -> CauseKind:
    """On which of two routes somebody signs anew."""
    direct = finding.facts.get("private_via") == "direct"
    return CauseKind.DIRECT_INSPECTED if direct else CauseKind.PROXY_INSPECTS


def _of_failure(report: Report, seen: _Seen) -> Named:
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
    by_name = _by_name(report, seen.survey)
    if by_name is not None:
        return by_name
    alerts = report.observation.handshake.alerts
    if any(seen.alert.description == _PROTOCOL_VERSION for seen in alerts):
        return CauseKind.TLS_TOO_OLD, failure.detail
    unresolved = failure.stage is Stage.DNS
    return (
        _unresolved(report, failure, seen.resolvers)
        if unresolved
        else (_failed(failure), failure.detail)
    )


def _unresolved(report: Report, failure: Failure, resolvers: Heard) -> Named:
    """Whether it is the name, or the resolvers."""
    answers, silent = asked_for_it(report), none_answered(report)
    kind = _unresolved_by(failure, resolvers, silent=silent)
    unknown = [one.resolver for one in answers if one.sort is Sort.NOTHING]
    if kind is not CauseKind.DNS_NXDOMAIN and answers:
        return kind, "; ".join(f"{one.resolver}: {one.failure or one.rcode}" for one in answers)
    if kind is CauseKind.DNS_NXDOMAIN and unknown:
        return kind, f"{failure.detail}; so says {' and '.join(unknown)}"
    return kind, failure.detail


def _unresolved_by(failure: Failure, resolvers: Heard, *, silent: bool) -> CauseKind:
    """Why a name has no address; `silent` is whether resolvers that were asked for it did not answer."""
    if failure.kind is FailureKind.UNKNOWN_HOST and not silent:
        return CauseKind.DNS_NXDOMAIN
    return CauseKind.DNS_UNSTEADY if resolvers.something else CauseKind.DNS_SILENT


def _failed(failure: Failure) -> CauseKind:
    if failure.kind in AT_THE_PROXY:
        return AT_THE_PROXY[failure.kind]
    if failure.stage is Stage.PROXY:
        return CauseKind.PROXY_UNREACHABLE
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
