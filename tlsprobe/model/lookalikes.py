"""What a failing service is often taken for, or takes for something else: found, or ruled out.

Each rests on checks that ran on the very chains that were presented, and what stands on port 80 on answers
that a CA has signed: anybody can answer HTTP. What no check could look at is neither.
"""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.model.blocked_lookups import REMEDY, blocked_lookups
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.causes import causes
from tlsprobe.model.finding import Ran
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.pack import Protocol
from tlsprobe.model.revocation import LookupKind, Outcome
from tlsprobe.model.survey import Answer, Lookup, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.wording import counted


class Standing(Enum):
    """What became of one look-alike."""

    FOUND = "found"
    RULED_OUT = "ruled-out"
    NOT_LOOKED_AT = "not-looked-at"


class LookAlike(Struct, frozen=True, kw_only=True):
    """One other explanation."""

    cause: str
    standing: Standing
    reason: str
    """Why it stands as it does, as a clause."""
    hosts: tuple[str, ...] = ()
    """Where it was found."""


_BY_CHECKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "a stale root store of this machine",
        ("machine-store-lacks-root",),
        "no chain was presented whose public root this machine's store lacks",
    ),
    (
        "an intermediate certificate that a server does not send",
        ("intermediate-missing",),
        "no chain that was presented lacks one",
    ),
    (
        "a certificate out of its time, or a wrong clock of this machine",
        ("outside-validity", "clock-is-slow", "timestamps-ahead-of-the-clock"),
        "every chain that was presented is in its time by this machine's clock",
    ),
)
_NO_CHAIN = "no chain was presented"
_REVOKED = ("certificate-revoked", "revocation-says-revoked")


def lookalikes(survey: Survey) -> tuple[LookAlike, ...]:
    """Every look-alike and how it stands."""
    chains = [
        one for one in survey.answers if one.report is not None and one.report.observation.chain
    ]
    found = (
        *_interception(chains),
        *(_by_checks(chains, *one) for one in _BY_CHECKS),
        _captive_portal(survey),
        *_rotation(chains),
        _revoked(survey, chains),
        _revocation(survey),
    )
    return tuple(_elsewhere(one, survey) for one in found) if not chains else found


def _elsewhere(one: LookAlike, survey: Survey) -> LookAlike:
    """The same, told of chains that came on another way only: they say nothing of this one."""
    seen = sum(
        any(control.chain for control in answer.report.controls)
        for answer in survey.answers
        if answer.report is not None
    )
    if not seen or one.reason != _NO_CHAIN:
        return one
    reason = f"no chain came on the way that the service takes; on another, {seen} did"
    return replace(one, reason=reason)


def _by_checks(
    answers: list[Answer], cause: str, checks: tuple[str, ...], reason: str
) -> LookAlike:
    found = tuple(one.question.host for one in answers if _has_findings(one, checks))
    if found:
        return LookAlike(
            cause=cause, standing=Standing.FOUND, reason=_first_finding(answers, checks),
            hosts=found,
        )  # fmt: skip
    ran = [one for one in answers if _ran(one, checks)]
    if not ran:
        return LookAlike(
            cause=cause, standing=Standing.NOT_LOOKED_AT, reason=_lacked(answers, checks)
        )
    return LookAlike(
        cause=cause,
        standing=Standing.RULED_OUT,
        reason=f"{reason} ({counted(len(ran), 'endpoint')})",
    )


def _interception(answers: list[Answer]) -> Iterator[LookAlike]:
    """Only ever ruled out here: where it is found it is no look-alike."""
    undecided = [one for one in answers if one.conclusion is Conclusion.UNDECIDED]
    if answers and not undecided and not any(one.intercepted for one in answers):
        yield LookAlike(
            cause="somebody on the path who re-signs TLS",
            standing=Standing.RULED_OUT,
            reason=f"no chain that was presented is his ({counted(len(answers), 'endpoint')})",
        )


def _rotation(answers: list[Answer]) -> Iterator[LookAlike]:
    """A new key of the owner's is a public CA's: a chain that ends at none is no rotation."""
    cause = "keys that the service has rotated"
    broken = tuple(one.question.host for one in answers if one.conclusion is Conclusion.PIN_BROKEN)
    private = [one for one in answers if one.intercepted and _has_findings(one, _NOT_PUBLIC)]
    intercepted = [one for one in answers if one.intercepted]
    if broken:
        yield LookAlike(
            cause=cause, standing=Standing.FOUND, hosts=broken,
            reason="a public chain without any pinned key",
        )  # fmt: skip
    elif intercepted and len(private) == len(intercepted):
        yield LookAlike(
            cause=cause, standing=Standing.RULED_OUT,
            reason="a new key of the service's would be under a public CA, and no public CA's key is"
            f" behind the chains of the names that are re-signed ({counted(len(private), 'endpoint')})",
        )  # fmt: skip


_NOT_PUBLIC = ("issuer-key-not-public", "issuer-name-copied")


def _revoked(survey: Survey, answers: list[Answer]) -> LookAlike:
    """A staple tells of a leaf, and a lookup of all that is below a root."""
    if Lookup.REVOCATION in survey.lookups:
        cause, reason = (
            "a certificate that was revoked",
            "neither a staple says so nor a lookup, where one could be made",
        )
    else:
        cause = "a certificate that was revoked, by what servers staple"
        reason = "no staple says so"
    return _by_checks(answers, cause, _REVOKED, reason)


def _revocation(survey: Survey) -> LookAlike:
    """What the chains name is what counts; without that, whether hosts for it answer at all."""
    cause = "a revocation lookup that is blocked on port 80"
    blocked = list(blocked_lookups(survey))
    if blocked:
        places = dict.fromkeys(f"{host}:{port}" for one in blocked for host, port in one.places)
        return LookAlike(
            cause=cause, standing=Standing.FOUND,
            reason=f"no answer comes from {', '.join(places)}, which certificates name; {REMEDY}",
            hosts=tuple(dict.fromkeys(one.answer.question.host for one in blocked)),
        )  # fmt: skip
    asked, signed = _made(survey)
    if not asked or any(one.failure for one in _plain(survey)):
        return _port_80(survey, cause)
    if asked == signed:
        return LookAlike(
            cause=cause, standing=Standing.RULED_OUT,
            reason=f"all {len(asked)} addresses that the chains name were asked, and answered as their"
            " CAs have signed it",
        )  # fmt: skip
    return LookAlike(
        cause=cause, standing=Standing.NOT_LOOKED_AT,
        reason=f"of {len(asked)} addresses that the chains name, {len(asked - signed)} gave no answer that"
        " a CA has signed",
    )  # fmt: skip


def _captive_portal(survey: Survey) -> LookAlike:
    """Only what a CA has signed is none of a portal's, which can answer all else."""
    cause = "a captive portal that waits for a login, or the page of a filter"
    for one in causes(survey):
        if one.kind is CauseKind.CAPTIVE_PORTAL:
            hosts = tuple(each.question.host for each in one.answers)
            return LookAlike(cause=cause, standing=Standing.FOUND, reason=one.detail, hosts=hosts)
    asked, signed = _made(survey)
    if asked and asked == signed and not any(one.failure for one in _plain(survey)):
        return LookAlike(
            cause=cause, standing=Standing.RULED_OUT,
            reason=f"all {counted(len(asked), 'answer')} about revocation came as CAs have signed them,"
            " and no key that was presented is one of a known portal",
        )  # fmt: skip
    return LookAlike(
        cause=cause, standing=Standing.NOT_LOOKED_AT,
        reason="no answer that a CA has signed came from every address that was asked on port 80"
        if asked
        else "nothing was fetched on port 80 that a CA has signed",
    )  # fmt: skip


def _made(survey: Survey) -> tuple[set[str], set[str]]:
    """Addresses that were asked about the chains of owners, and those whose answers their CAs signed."""
    asked, signed = set[str](), set[str]()
    for answer in survey.answers:
        if answer.report is None or answer.intercepted:
            continue
        for one in answer.report.observation.revocation or ():
            if one.outcome is not Outcome.NOT_ASKED and one.kind is not LookupKind.ISSUER:
                asked.add(one.url)
                if one.signed:
                    signed.add(one.url)
    return asked, signed


def _plain(survey: Survey) -> list[Answer]:
    return [one for one in survey.answers if one.question.protocol is Protocol.HTTP]


def _port_80(survey: Survey, cause: str) -> LookAlike:
    # Before a name has an address nobody comes as far as a port.
    asked = [one for one in _plain(survey) if not _unresolved(one)]
    unresolved = len(_plain(survey)) - len(asked)
    failed = [one for one in asked if one.failure is not None]
    if not failed and (unresolved or not asked):
        return LookAlike(
            cause=cause, standing=Standing.NOT_LOOKED_AT,
            reason=f"no address was found of {counted(unresolved, 'host')} for it"
            if unresolved
            else "no such host was asked",
        )  # fmt: skip
    if failed:
        return LookAlike(
            cause=cause, standing=Standing.FOUND, reason=f"{_failures(failed)}; {REMEDY}",
            hosts=tuple(one.question.host for one in failed),
        )  # fmt: skip
    return LookAlike(
        cause=cause, standing=Standing.NOT_LOOKED_AT,
        reason=f"{counted(len(asked), 'host')} for it answer HTTP, as anybody can: no answer was fetched"
        " that a CA has signed",
    )  # fmt: skip


def _unresolved(answer: Answer) -> bool:
    failure = answer.failure
    return failure is not None and failure.kind is FailureKind.RESOLVER_FAILED


def _failures(failed: list[Answer]) -> str:
    kinds = dict.fromkeys(one.failure.kind for one in failed if one.failure is not None)
    return ", ".join(_KINDS[kind] for kind in kinds)


_KINDS = {
    FailureKind.UNKNOWN_HOST: "the name has no address here",
    FailureKind.REFUSED: "the connection is refused",
    FailureKind.UNREACHABLE: "it cannot be reached",
    FailureKind.RESET: "the connection is reset",
    FailureKind.CLOSED: "the connection is closed without an answer",
    FailureKind.SILENCE: "nothing answers",
    FailureKind.GARBAGE: "the answer is no HTTP",
    FailureKind.DRIP: "the answer comes too slowly",
    FailureKind.ENDLESS: "the answer has no end",
    FailureKind.MALFORMED: "the answer is no HTTP",
    FailureKind.OTHER_CONTENT: "something else comes than a list of revoked certificates",
    FailureKind.LOCAL: "this machine would not connect",
    FailureKind.PROXY_DENIED: "somebody on the way, such as a proxy, does not let it through",
    FailureKind.PROXY_FAILED: "the proxy comes to no connection with it",
    FailureKind.LOGIN_REQUIRED: "a proxy wants a login",
    FailureKind.LOGIN_REFUSED: "the proxy does not take the login",
    FailureKind.LOGIN_UNSUPPORTED: "the proxy wants a login of a kind that is not spoken here",
    FailureKind.UNTRUSTED_PROXY: "TLS to the proxy itself fails",
    FailureKind.ALERT: "the connection is refused by an alert",
    FailureKind.PLAINTEXT_HTTP: "plain HTTP is answered in the place of TLS",
}


def _has_findings(answer: Answer, checks: tuple[str, ...]) -> bool:
    report = answer.report
    return report is not None and any(
        one.findings and one.check in checks for one in report.results
    )


def _ran(answer: Answer, checks: tuple[str, ...]) -> bool:
    report = answer.report
    return report is not None and any(
        one.ran is Ran.YES and one.check in checks for one in report.results
    )


def _first_finding(answers: list[Answer], checks: tuple[str, ...]) -> str:
    return next(
        finding.summary
        for answer in answers
        if answer.report is not None
        for result in answer.report.results
        if result.check in checks
        for finding in result.findings
    )


def _lacked(answers: list[Answer], checks: tuple[str, ...]) -> str:
    """What was missing, in words."""
    lacked = {
        result.lacked
        for answer in answers
        if answer.report is not None
        for result in answer.report.results
        if result.check in checks and result.lacked
    }
    if lacked:
        return f"for want of {'; '.join(sorted(lacked))}"
    return "nothing was looked at that would tell" if answers else _NO_CHAIN
