"""A survey as its JSON has it: the one place that fills the records of `json_survey`."""

from collections.abc import Iterable

from msgspec.structs import replace

from tlsprobe.model import json_survey as records
from tlsprobe.model.causes import Cause, causes
from tlsprobe.model.consequences import Consequence, consequences
from tlsprobe.model.exemptions import Exemptions, Line, exemptions
from tlsprobe.model.json_parts import FailureRecord, moment
from tlsprobe.model.json_records import (
    InterceptorRecord,
    TargetRecord,
    TimingsRecord,
)
from tlsprobe.model.jsonable import encoded, record
from tlsprobe.model.lookalikes import lookalikes
from tlsprobe.model.pack import Pack, Requirement
from tlsprobe.model.report import Report
from tlsprobe.model.survey import Answer, HttpAnswer, Lookup, Survey
from tlsprobe.model.taken_ways import differences, ways_taken
from tlsprobe.model.upshot import as_documented, bypass, interceptors, sentence


def encode_answer(answer: Answer, survey: Survey) -> bytes:
    """One line of JSON without its line end: the record of one endpoint."""
    pack, feature = survey.plan.pack.name, list(answer.question.features)
    said = answer.said
    if isinstance(said, Report):
        return encoded(replace(record(said), pack=pack, feature=feature))
    return encoded(_http(said, survey, feature))


def encode_survey(survey: Survey, *, request: str) -> bytes:
    """The same of the record that closes the run; `request` is the request as text."""
    plan, hit, found = survey.plan, bypass(survey), causes(survey)
    documented = as_documented(survey)
    return encoded(
        records.CheckRecord(
            schema=records.CHECK_SCHEMA,
            tool=f"tlsprobe {survey.tool_version}",
            taken=moment(survey.taken),
            asked_from=survey.asked_from,
            pack=plan.pack.name,
            title=plan.pack.title,
            as_of=plan.pack.as_of.isoformat(),
            place=plan.pack.place,
            cloud=plan.cloud,
            values=dict(plan.values),
            verdict=survey.worst,
            summary=sentence(survey),
            causes=[
                records.CauseRecord(one.kind, _endpoints(one.answers), one.harms, one.sentence)
                for one in found
            ],
            interceptors=[
                InterceptorRecord(one.vendor, one.product, one.issuer, one.hop, one.confidence)
                for one, _ in interceptors(survey)
            ],
            inspected=_endpoints(hit.inspected),
            untouched=_endpoints(hit.untouched),
            endpoints=[_checked(one, documented, found) for one in survey.answers],
            features=[_feature(one) for one in consequences(survey)],
            request=_request(exemptions(survey), request),
            lookalikes=[
                records.LookAlikeRecord(one.cause, one.standing, one.reason, list(one.hosts))
                for one in lookalikes(survey)
            ],
            routes=[
                records.RouteRecord(
                    one.way.route.via,
                    one.way.route.why,
                    None if one.way.client is None else one.way.client.value,
                    _endpoints(one.answers),
                    [each.via for each in one.way.others],
                )
                for one in ways_taken(survey)
            ],
            routes_differ=[
                records.RoutesDifferRecord(one.answer.question.place, one.check, one.summary)
                for one in differences(survey)
            ],
            offline=survey.offline,
            not_asked=[
                records.NotAskedRecord(
                    one.endpoint.host, one.endpoint.port, list(one.endpoint.features),
                    one.endpoint.requirement, one.reason,
                )
                for one in plan.not_asked
            ],
            lookups=[one.value for one in survey.lookups],
            lookups_not_made=[
                records.NotMadeRecord(one.value, one.words)
                for one in Lookup
                if one not in survey.lookups
            ],
        )
    )  # fmt: skip


def encode_pack(pack: Pack) -> bytes:
    """One line of JSON without its line end, for a list of packs."""
    return encoded(
        records.PackRecord(
            schema=records.PACK_SCHEMA,
            pack=pack.name,
            title=pack.title,
            as_of=pack.as_of.isoformat(),
            place=pack.place,
            clouds=list(pack.clouds),
            variables={one.name: one.meaning for one in pack.variables},
            features=[
                records.PackFeatureRecord(
                    feature=one.name,
                    title=one.title,
                    condition=one.condition,
                    endpoints=sum(one.name in each.features for each in pack.endpoints),
                )
                for one in pack.features
            ],
            endpoints=len(pack.endpoints),
        )
    )


def _http(said: HttpAnswer, survey: Survey, feature: list[str]) -> records.HttpRecord:
    target, failure, timings = said.target, said.failure, said.timings
    return records.HttpRecord(
        schema=records.HTTP_SCHEMA,
        tool=f"tlsprobe {survey.tool_version}",
        taken=moment(said.taken),
        target=TargetRecord(target.host, target.port, target.sni, target.address, target.via),
        pack=survey.plan.pack.name,
        feature=feature,
        status=said.status,
        reason=said.reason,
        server=said.server,
        timings_ms=TimingsRecord(
            timings.dns and round(timings.dns, 3), timings.tcp and round(timings.tcp, 3),
            timings.proxy and round(timings.proxy, 3), None,
        ),
        failure=None
        if failure is None
        else FailureRecord(failure.stage, failure.kind, failure.detail),
        path=said.path,
        title=said.title,
        sent_on=said.sent_on,
    )  # fmt: skip


def _checked(
    answer: Answer, documented: tuple[Answer, ...], found: tuple[Cause, ...]
) -> records.CheckedRecord:
    question = answer.question
    return records.CheckedRecord(
        host=question.host,
        port=question.port,
        protocol=question.protocol,
        feature=list(question.features),
        need=_need(required=question.required),
        inspection=question.inspection,
        wildcards=list(question.wildcards),
        verdict=answer.conclusion,
        summary=_summary(answer),
        via=answer.way.route.via,
        causes=[one.kind for one in found if any(each is answer for each in one.answers)],
        as_documented=answer in documented,
        below_tls_floor=answer.below_floor,
    )


def _summary(answer: Answer) -> str:
    said = answer.said
    if isinstance(said, Report):
        return said.verdict.summary
    if said.failure is not None:
        return said.failure.detail
    return f"answered {said.status}" + (f", sends on to {said.sent_on}" if said.sent_away else "")


def _feature(one: Consequence) -> records.FeatureRecord:
    return records.FeatureRecord(
        feature=one.feature.name,
        title=one.feature.title,
        asked=one.asked,
        fails=one.fails,
        harmed=_endpoints(one.harmed),
        breaks=list(one.breaks),
        effects=[records.EffectRecord(each.text, each.place, each.cause) for each in one.effects],
    )


def _request(wanted: Exemptions, text: str) -> records.RequestRecord:
    return records.RequestRecord(
        asks=[
            records.AskRecord(
                one.ask, one.ask.reader, [each.kind for each in one.causes],
                [line.place for line in one.lines],
            )
            for one in wanted.groups
        ],
        exempt=_lines(wanted.exempt),
        untested=_lines(wanted.untested),
        allow=_lines(wanted.allow),
        resolve=_lines(wanted.resolve),
        text=text,
    )  # fmt: skip


def _lines(lines: Iterable[Line]) -> list[records.LineRecord]:
    return [
        records.LineRecord(
            host=one.host,
            port=one.port,
            protocol=one.protocol,
            need=_need(required=one.required),
            inspection=one.inspection,
            features=list(one.features),
            wildcard_only=one.wildcard,
            shared=one.shared,
            examples=list(one.examples),
            certificates=list(one.certificates),
            sources=[
                records.SourceRecord(each.title, each.url, each.as_of.isoformat())
                for each in one.sources
            ],
        )
        for one in lines
    ]


def _need(*, required: bool) -> Requirement:
    return Requirement.REQUIRED if required else Requirement.RECOMMENDED


def _endpoints(answers: Iterable[Answer]) -> list[str]:
    return [one.question.place for one in answers]
