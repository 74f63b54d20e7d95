"""The request that follows from a survey: names and ports, and the documentation that each rests on.

Names are as exact as the documentation is. A wildcard is asked for only where it documents nothing
narrower, and is marked as such; one below which strangers have hosts too is marked as that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tlsprobe.model.blocked_lookups import BlockedLookup, blocked_lookups
from tlsprobe.model.consequences import harmful, harms, inspection_allowed
from tlsprobe.model.observation import Stage
from tlsprobe.model.pack import Endpoint, Inspection, Protocol, Requirement, Source
from tlsprobe.model.survey import Answer, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.wildcard import fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
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
    def wildcard(self) -> bool:
        """Whether nothing narrower is documented."""
        return self.host.startswith("*.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemptions:
    """What has to change, for whoever runs the network."""

    exempt: tuple[Line, ...] = ()
    """Leave the TLS of these alone."""
    untested: tuple[Line, ...] = ()
    """Wildcards that the same features need left alone, of which no host could be asked."""
    allow: tuple[Line, ...] = ()
    """Let connections to these through."""
    resolve: tuple[Line, ...] = ()
    """Let these names have addresses."""

    def __bool__(self) -> bool:
        """Whether anything has to change."""
        return bool(self.exempt or self.allow or self.resolve)


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

    def all(self) -> tuple[Line, ...]:
        """In the order of the pack, those that are required first."""
        return tuple(sorted(self.found.values(), key=lambda line: not line.required))


def exemptions(survey: Survey) -> Exemptions:
    """What has to change for the features that were asked about to work."""
    lines = {what: _Lines() for what in ("exempt", "untested", "allow", "resolve")}
    for answer in harmful(survey):
        what = _wanted(answer)
        if what is not None:
            for line in _of(answer, survey):
                lines[what].add(line)
    for lookup in blocked_lookups(survey):
        for host, port in lookup.places:
            lines["allow"].add(_for_lookup(lookup, host, port, survey))
    if lines["exempt"].found:
        for endpoint in _untested(survey):
            lines["untested"].add(_line(endpoint, survey))
    return Exemptions(**{what: found.all() for what, found in lines.items()})


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


def _wanted(answer: Answer) -> str | None:
    """What would help: a server's own fault, and a broken pin, no firewall can mend."""
    if answer.intercepted:
        return "exempt"
    if answer.conclusion is not Conclusion.BLOCKED:
        return None
    failure = answer.failure
    return "resolve" if failure is not None and failure.stage is Stage.DNS else "allow"


def _of(answer: Answer, survey: Survey) -> Iterable[Line]:
    """The lines for one answer.

    For each feature its own name where that feature's pages have it, else their wildcards: what one
    feature calls by name may stand for all the hosts of another's wildcard.
    """
    entries = answer.question.endpoints
    named = {name for one in entries if not one.wildcard for name in one.features}
    for entry in entries:
        wanting = tuple(
            name
            for name in entry.features
            if harms(answer, name) and not (entry.wildcard and name in named)
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


_STRICTEST = (
    Inspection.UNSUPPORTED, Inspection.MAY_FAIL, Inspection.NOT_STATED, Inspection.REQUIRED,
    Inspection.TOLERATED,
)  # fmt: skip


def _joined(one: Line, other: Line) -> Line:
    return replace(
        one,
        required=one.required or other.required,
        inspection=min((one.inspection, other.inspection), key=_STRICTEST.index),
        features=tuple(dict.fromkeys((*one.features, *other.features))),
        shared=one.shared or other.shared,
        examples=tuple(dict.fromkeys((*one.examples, *other.examples))),
        certificates=tuple(dict.fromkeys((*one.certificates, *other.certificates))),
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
    )
