"""Somebody on the way who answers for everybody: a captive portal, or the page of a filter.

No single answer shows it: a server may send on to its owner's pages under another name, or show a
certificate that was left in place. Owners who have nothing to do with each other do not all send on to one
stranger, and do not all show one stranger's certificate.
"""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.certs.names import covers
from tlsprobe.model.finding import Weight
from tlsprobe.model.minting import public_domain
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.pack import Pack
from tlsprobe.model.reference import host_key
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import Outcome, RevocationLookup
from tlsprobe.model.survey import Answer, HttpAnswer, Question, Survey

OWNERS = 3
"""Domains of different owners that have to be answered for by one stranger."""
_PUBLIC = "issuer-key-public"


class Portal(Struct, frozen=True, kw_only=True):
    """What of a survey is seen to be answered by one for all."""

    pages: Mapping[str, int]
    """Hosts that are sent on to, each with how many domains send there."""
    shown: Mapping[str, int]
    """SHA-256 of leafs that cover no host, each with how many domains show it."""

    def sends_on(self, one: RevocationLookup | HttpAnswer) -> str | None:
        """What is to be said of an answer that sends on to such a host; None of any other."""
        there = _host(one.sent_on)
        if there is None or there not in self.pages:
            return None
        return (
            f"the question is sent on to {one.sent_on}, as those to hosts of {self.pages[there]}"
            " domains are, which have nothing to do with it"
        )

    def shows(self, report: Report) -> str | None:
        """The same of a leaf."""
        chain = report.observation.chain
        domains = self.shown.get(chain[0].sha256.hex(), 0) if chain else 0
        if not domains:
            return None
        return (
            f"one and the same certificate, of {chain[0].subject}, is shown for hosts of {domains}"
            " domains, and covers none of them"
        )

    def lookups(self, report: Report) -> Iterator[tuple[RevocationLookup, str]]:
        """Lookups that are sent on so, and what is to be said of each."""
        for one in report.observation.revocation or ():
            said = self.sends_on(one) if one.outcome is Outcome.BLOCKED else None
            if said is not None:
                yield one, said

    def takes_lookups(self, answer: Answer) -> bool:
        """Whether it is lookups that it takes of this endpoint, which itself is reached."""
        report = answer.report
        return report is not None and any(True for _ in self.lookups(report))


def portal(survey: Survey) -> Portal:
    """Who answers for everybody; nobody in most surveys."""
    return _portal(survey.answers, survey.plan.pack)


def with_portal(answers: tuple[Answer, ...], pack: Pack) -> tuple[Answer, ...]:
    """The same answers, where plain HTTP that is sent on to such a host counts as not answered."""
    found = _portal(answers, pack)
    return tuple(_failed(one, found) for one in answers)


def _failed(answer: Answer, found: Portal) -> Answer:
    said = answer.said
    if not isinstance(said, HttpAnswer) or (said.failure and said.failure.of_portal):
        return answer
    why = found.sends_on(said)
    if why is None:
        return answer
    failure = Failure(
        stage=Stage.HTTP, kind=FailureKind.PROXY_DENIED, detail=f"{why}: a captive portal does so"
    )
    return replace(answer, said=replace(said, failure=failure))


def _portal(answers: tuple[Answer, ...], pack: Pack) -> Portal:
    sent = list(_sent(answers))
    known = {_owner(one.host) for one in pack.endpoints} | {_owner(host) for host, _ in sent}
    pages = ((there, host) for host, there in sent if _owner(there) not in known)
    return Portal(pages=_many(pages), shown=_many(_shown(answers)))


def _sent(answers: tuple[Answer, ...]) -> Iterator[tuple[str, str]]:
    """Hosts that were asked by plain HTTP, and hosts that they send on to."""
    for answer in answers:
        said = answer.said
        if isinstance(said, HttpAnswer):
            asked = [(said.target.host, said.sent_on)]
        else:
            looked_up = said.observation.revocation or ()
            asked = [(_host(one.url) or "", one.sent_on) for one in looked_up]
        for host, onward in asked:
            there = _host(onward)
            if there is not None:
                yield host, there


def _shown(answers: tuple[Answer, ...]) -> Iterator[tuple[str, str]]:
    """Leafs that no public CA vouches for, and hosts that they were shown for and do not cover."""
    for answer in answers:
        report = answer.report
        if report is None or not report.observation.chain:
            continue
        leaf, host = report.observation.chain[0], report.observation.target.host
        if not covers(leaf, host) and not _vouched_for(report):
            yield leaf.sha256.hex(), host


def _vouched_for(report: Report) -> bool:
    return any(
        one.check == _PUBLIC and any(each.weight >= Weight.HINT for each in one.findings)
        for one in report.results
    )


def _many(seen: Iterable[tuple[str, str]]) -> dict[str, int]:
    """What is seen at hosts of as many owners as it takes, and of how many."""
    domains: dict[str, set[str]] = {}
    for what, host in seen:
        domain = public_domain(host)
        if domain is not None:
            domains.setdefault(what, set()).add(domain)
    return {what: len(of) for what, of in domains.items() if len(of) >= OWNERS}


def _owner(host: str) -> str:
    return public_domain(host) or host_key(host)


def _host(url: str | None) -> str | None:
    """The host of a URL; None where there is none, or none that can be read."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host_key(name) if name else None


def questions_of_lookups(survey: Survey) -> frozenset[Question]:
    """Endpoints that are reached, and whose lookups of revocation the portal takes."""
    found = portal(survey)
    return frozenset(one.question for one in survey.answers if found.takes_lookups(one))
