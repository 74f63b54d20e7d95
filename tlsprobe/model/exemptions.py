"""The request that follows from a survey: names and ports, and the documentation that each rests on.

Names are as exact as the documentation is. A wildcard is asked for only where it documents nothing
narrower, and is marked as such; one below which strangers have hosts too is marked as that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.model.asks import Ask, asked_for
from tlsprobe.model.blocked_lookups import BlockedLookup, blocked_lookups
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.causes import Cause, causes
from tlsprobe.model.consequences import harmful, harms, inspection_allowed
from tlsprobe.model.pack import Endpoint, Inspection, Protocol, Requirement, Source, strictest
from tlsprobe.model.portals import questions_of_lookups
from tlsprobe.model.survey import Answer, Question, Survey
from tlsprobe.model.wildcard import fits
from tlsprobe.wire.ip_literals import join_host_port


class Line(Struct, frozen=True, kw_only=True):
    """One name and port of the request."""

    host: str
    """A host name, or ``*.example.com``."""
    port: int
    protocol: Protocol
    required: bool
    inspection: Inspection
    features: tuple[str, ...]
    """Titles of what needs it."""
    shared: bool = False
    examples: tuple[str, ...] = ()
    """Hosts below a wildcard that were asked in its place."""
    certificates: tuple[str, ...] = ()
    """Subjects of certificates that name it as where their revocation is looked up."""
    sources: tuple[Source, ...]

    @property
    def place(self) -> str:
        """``example.com:443``."""
        return join_host_port(self.host, self.port)

    @property
    def wildcard(self) -> bool:
        """Whether nothing narrower is documented."""
        return self.host.startswith("*.")


class Group(Struct, frozen=True, kw_only=True):
    """What is asked in one breath: of one reader, for one reason or a few that come to the same."""

    ask: Ask
    causes: tuple[Cause, ...]
    """Those that it is asked for, each with the endpoints of this group that have it."""
    lines: tuple[Line, ...]
    """In the order of the pack, those that are required first."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The endpoints that it would help, each once."""
        return tuple({one.question: one for cause in self.causes for one in cause.answers}.values())


class Exemptions(Struct, frozen=True, kw_only=True):
    """What has to change, for whoever runs the network."""

    groups: tuple[Group, ...] = ()
    """In the order of `Ask`."""
    untested: tuple[Line, ...] = ()
    """Wildcards that the same features need left alone, of which no host could be asked."""

    def __bool__(self) -> bool:
        """Whether anything has to change."""
        return bool(self.groups)

    @property
    def exempt(self) -> tuple[Line, ...]:
        """Leave the TLS of these alone."""
        return self._lines(_LEFT_ALONE)

    @property
    def allow(self) -> tuple[Line, ...]:
        """Let connections to these through."""
        return self._lines(frozenset(Ask) - _LEFT_ALONE - _RESOLVED)

    @property
    def resolve(self) -> tuple[Line, ...]:
        """Let these names lead where they lead on the internet."""
        return self._lines(_RESOLVED)

    def _lines(self, asks: frozenset[Ask]) -> tuple[Line, ...]:
        return tuple(line for group in self.groups if group.ask in asks for line in group.lines)


_FOR_ALL = frozenset(one for one in Ask if one.before_it_fails or one is Ask.PORTAL)
"""What is asked for all features of an endpoint, whichever of them are seen to be harmed."""
_LEFT_ALONE = frozenset((Ask.EXEMPT, Ask.UNOPENED))
_RESOLVED = frozenset((Ask.RESOLVE, Ask.RESOLVERS, Ask.RESOLVERS_STEADY))


@dataclass(slots=True)
class _Lines:
    """Lines by what is asked for, each name and port once."""

    found: dict[tuple[str, int, Protocol], Line] = field(
        default_factory=dict[tuple[str, int, Protocol], Line]
    )

    def add(self, line: Line) -> None:
        """Take a line; what is known of the same name already is kept beside it."""
        key = (line.host, line.port, line.protocol)
        before = self.found.get(key)
        self.found[key] = line if before is None else _joined(before, line)

    def leave_out(self, others: "_Lines") -> None:
        """Drop what the same reader is asked for among others already."""
        for key in others.found:
            self.found.pop(key, None)

    def all(self) -> tuple[Line, ...]:
        """In the order of the pack, those that are required first."""
        return tuple(sorted(self.found.values(), key=lambda line: not line.required))


def exemptions(survey: Survey) -> Exemptions:
    """What has to change for the features that were asked about to work."""
    lines = {ask: _Lines() for ask in Ask}
    causing: dict[Ask, list[Cause]] = {ask: [] for ask in Ask}
    failing = {one.question for one in harmful(survey)}
    to_portal = questions_of_lookups(survey)
    for cause in causes(survey):
        for ask, answers in _asked(cause, failing, to_portal).items():
            causing[ask].append(replace(cause, answers=tuple(answers)))
    for ask, found in causing.items():
        helped = {answer.question for cause in found for answer in cause.answers}
        for answer in survey.answers:
            # What a chain names is looked up at other places than where the chain is shown.
            there = answer.report is None or not (
                ask is Ask.LOOKUPS or (ask is Ask.PORTAL and answer.question in to_portal)
            )
            if there and answer.question in helped:
                for line in _of(answer, survey, failing=ask not in _FOR_ALL):
                    lines[ask].add(line)
    _add_lookups(lines, survey, to_portal)
    groups = tuple(
        Group(ask=ask, causes=tuple(causing[ask]), lines=asked.all())
        for ask, asked in lines.items()
        if asked.found
    )
    exempting = any(one.ask is Ask.EXEMPT for one in groups)
    untested = _Lines()
    for endpoint in _untested(survey) if exempting else ():
        untested.add(_line(endpoint, survey))
    return Exemptions(groups=groups, untested=untested.all())


def _add_lookups(
    lines: Mapping[Ask, _Lines], survey: Survey, to_portal: frozenset[Question]
) -> None:
    """Places where revocation is looked up in vain; the firewall's are told once."""
    for lookup in blocked_lookups(survey):
        ask = Ask.PORTAL if lookup.answer.question in to_portal else Ask.LOOKUPS
        for host, port in lookup.places:
            lines[ask].add(_for_lookup(lookup, host, port, survey))
    for ask in (Ask.CONNECT, Ask.LET_THROUGH):
        lines[ask].leave_out(lines[Ask.LOOKUPS])


def _asked(
    cause: Cause, failing: set[Question], to_portal: frozenset[Question]
) -> dict[Ask, list[Answer]]:
    """What is asked because of one cause, and for which of its endpoints.

    As a rule only for what fails by it; lookups have to be open also where one of several is. At a portal
    everything fails, also where a verdict has too little to go by.
    """
    at_portal = cause.kind is CauseKind.CAPTIVE_PORTAL
    fails = {one.question for one in cause.failing if at_portal or one.question in failing}
    found: dict[Ask, list[Answer]] = {}
    for answer in cause.answers:
        ask = asked_for(cause.kind, answer)
        if ask is None:
            continue
        looked_up = ask is Ask.LOOKUPS or (ask is Ask.PORTAL and answer.question in to_portal)
        if looked_up or ask.before_it_fails or answer.question in fails:
            found.setdefault(ask, []).append(answer)
    return found


def _for_lookup(lookup: BlockedLookup, host: str, port: int, survey: Survey) -> Line:
    """A place that a certificate names; where the service's pages have it as well, they are told."""
    pack, question = survey.plan.pack, lookup.answer.question
    documented = [
        one
        for one in pack.endpoints
        if one.port == port and one.protocol is Protocol.HTTP and fits(one.host, host)
    ]
    return Line(
        host=host,
        port=port,
        protocol=Protocol.HTTP,
        required=question.required and lookup.alone,
        inspection=Inspection.NOT_STATED,
        features=tuple(pack.feature(name).title for name in question.features),
        certificates=(lookup.certificate,),
        sources=tuple(dict.fromkeys(each for one in documented for each in one.sources)),
    )


def _of(answer: Answer, survey: Survey, *, failing: bool) -> Iterable[Line]:
    """The lines for one answer; where it is `failing`, for features alone that it harms.

    For each feature its own name where that feature's pages have it, else their wildcards: what one
    feature calls by name may stand for all the hosts of another's wildcard.
    """
    entries = answer.question.endpoints
    named = {name for one in entries if not one.wildcard for name in one.features}
    for entry in entries:
        wanting = tuple(
            name
            for name in entry.features
            if (harms(answer, name) or not failing) and not (entry.wildcard and name in named)
        )
        if not wanting:
            continue
        line = _line(replace(entry, features=wanting), survey)
        if entry.wildcard:
            yield replace(line, examples=(answer.question.host,))
        else:
            yield replace(line, host=answer.question.host)


def _untested(survey: Survey) -> Iterable[Endpoint]:
    """Entries that nobody was asked for, of features that have an intercepted name."""
    hit = {
        name
        for answer in survey.answers
        if answer.intercepted
        for name in answer.question.features
        if not inspection_allowed(answer, name)
    }
    return (
        one.endpoint
        for one in survey.plan.not_asked
        if one.endpoint.wildcard
        and one.endpoint.protocol is Protocol.TLS
        and one.endpoint.requirement is Requirement.REQUIRED
        and hit.intersection(one.endpoint.features)
    )


def _line(endpoint: Endpoint, survey: Survey) -> Line:
    return Line(
        host=endpoint.host,
        port=endpoint.port,
        protocol=endpoint.protocol,
        required=endpoint.requirement is Requirement.REQUIRED,
        inspection=endpoint.inspection,
        features=tuple(survey.plan.pack.feature(name).title for name in endpoint.features),
        shared=endpoint.shared,
        sources=endpoint.sources,
    )


def _joined(one: Line, other: Line) -> Line:
    return replace(
        one,
        required=one.required or other.required,
        inspection=strictest((one.inspection, other.inspection)),
        features=tuple(dict.fromkeys((*one.features, *other.features))),
        shared=one.shared or other.shared,
        examples=tuple(dict.fromkeys((*one.examples, *other.examples))),
        certificates=tuple(dict.fromkeys((*one.certificates, *other.certificates))),
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
    )
