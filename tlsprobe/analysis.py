"""From observations to reports: what all checks say of one, and of every session in a capture.

Nothing live is imported here, so that reading captures starts without it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe import checks, judge
from tlsprobe._version import __version__
from tlsprobe.model.company import Company, Shared, traits_of
from tlsprobe.model.evidence import Evidence, evidence, size
from tlsprobe.model.finding import CheckResult
from tlsprobe.model.memory import Memory
from tlsprobe.model.moments import Span, WatchedMoment
from tlsprobe.model.observation import Observation, SourceKind, Target
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Pins, Report
from tlsprobe.model.verdict import Verdict
from tlsprobe.observe import observe

if TYPE_CHECKING:  # a probe does without what reads captures
    from tlsprobe.capture.conversations import Conversation

CAPTURED = "captured"
"""The profile of a hello that somebody else sent."""
MEMORY = 16 * 2**20
"""Bytes of evidence whose verdict is remembered."""
MAX_SPANS = 4
"""Times for which verdicts on the same evidence are remembered."""


class Judgement(Struct, frozen=True, kw_only=True):
    """What becomes of an observation, without the observation."""

    results: tuple[CheckResult, ...]
    verdict: Verdict
    pins: Pins


_Ground = tuple[Evidence, Shared]
Remembered = Memory[_Ground, tuple[tuple[Span, Judgement], ...]]
"""Judgements by what they rest on, each with the time that it holds for."""


def analyse(
    conversations: "Iterable[Sequence[Conversation]]",
    reference: Reference,
    memory: Remembered | None = None,
) -> Iterator[Report]:
    """A report for each session of a capture, each judged as of its own time.

    Sessions that came before are company for those that follow. Equal evidence in equal company is
    judged once as long as `memory` has it; a memory is good for one reference only. Those that are given
    together go through each step together, which is faster, and changes nothing else.
    """
    remembered: Remembered = Memory(MEMORY) if memory is None else memory
    company = Company()
    held = replace(reference, company=company)
    for some in conversations:
        observed = [_captured(one) for one in some]
        traits = [traits_of(one, held) for one in observed]
        proofs = [evidence(one) for one in observed]
        reports: list[Report] = []
        for seen, its, proof in zip(observed, traits, proofs, strict=True):
            ground = (proof, company.in_common(its))
            judgement = _recalled(seen, ground, _with_controls(held, seen), remembered)
            company.join(its)
            reports.append(_report(seen, judgement))
        yield from reports


def judged(observation: Observation, reference: Reference, *controls: Observation) -> Report:
    """What all checks say of an observation, and what it comes to."""
    held = _with_controls(reference, observation, *controls)
    return _report(observation, _judge(observation, held), held.controls)


def in_company(report: Report, company: Company, reference: Reference) -> Report:
    """The report in the light of what the company had in common with it before; then it joins them."""
    seen = report.observation
    held = replace(reference, company=company)
    its = traits_of(seen, held)
    shared = company.in_common(its)
    company.join(its)
    if shared == Shared():
        return report
    others = [one for one in report.controls if one.source is not SourceKind.BASELINE]
    return judged(seen, held, *others)


def _with_controls(
    reference: Reference, observation: Observation, *controls: Observation
) -> Reference:
    """The reference with other looks at the endpoint, those of the baseline among them."""
    baseline = reference.baseline
    known = () if baseline is None else baseline.of(observation.target)
    if not controls and not known:
        return reference
    return replace(reference, controls=(*reference.controls, *controls, *known))


def _report(
    observation: Observation, judgement: Judgement, controls: tuple[Observation, ...] = ()
) -> Report:
    return Report(
        tool_version=__version__,
        observation=observation,
        controls=controls,
        results=judgement.results,
        verdict=judgement.verdict,
        pins=judgement.pins,
    )


def _judge(observation: Observation, reference: Reference) -> Judgement:
    results = checks.run(observation, reference)
    return Judgement(
        results=results,
        verdict=judge.decide(observation, reference, results),
        pins=judge.pins(observation, reference),
    )


def _recalled(
    observation: Observation, ground: _Ground, reference: Reference, memory: Remembered
) -> Judgement:
    """The judgement on the same evidence at a time when nothing was different, or a new one."""
    when = observation.taken
    known = memory.recall(ground) or ()
    for known_span, judgement in known:
        if when in known_span:
            return judgement
    watched = WatchedMoment.of(when)
    made = _judge(replace(observation, taken=watched), replace(reference, as_of=watched))
    span = WatchedMoment.span(watched)
    if span is not None:
        memory.keep(ground, ((span, made), *known[: MAX_SPANS - 1]), size(ground[0]))
    return made


def _captured(one: "Conversation") -> Observation:
    return observe(
        one.handshake,
        target=Target(host=one.host, port=one.port, sni=one.sni, address=one.address, via=one.via),
        source=SourceKind.CAPTURE,
        profile=CAPTURED,
        taken=one.taken,
        timings=one.timings,
        failure=one.failure,
        captured=one.captured,
    )
