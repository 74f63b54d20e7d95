"""The JSON Schema of every record that a command writes with `--json`, made of the records themselves."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tlsprobe.model import json_reference as of_reference
from tlsprobe.model import json_survey as of_survey
from tlsprobe.model.json_canary import CANARY_SCHEMA, CanaryAnswerRecord
from tlsprobe.model.json_records import (
    CATALOGUE_SCHEMA,
    DIFFERENCES_SCHEMA,
    REPORT_SCHEMA,
    CaptureSourceRecord,
    CatalogueRecord,
    DifferencesRecord,
    ProbeSourceRecord,
    ReportRecord,
)
from tlsprobe.model.json_routes import ROUTES_SCHEMA, RoutesRecord
from tlsprobe.model.json_trace import TRACE_SCHEMA, TraceRecord

RECORDS: Mapping[str, type[msgspec.Struct]] = {
    REPORT_SCHEMA: ReportRecord,
    TRACE_SCHEMA: TraceRecord,
    of_survey.CHECK_SCHEMA: of_survey.CheckRecord,
    of_survey.HTTP_SCHEMA: of_survey.HttpRecord,
    of_survey.PACK_SCHEMA: of_survey.PackRecord,
    CANARY_SCHEMA: CanaryAnswerRecord,
    DIFFERENCES_SCHEMA: DifferencesRecord,
    ROUTES_SCHEMA: RoutesRecord,
    CATALOGUE_SCHEMA: CatalogueRecord,
    of_reference.TABLE_SCHEMA: of_reference.TableRecord,
    of_reference.EXPECTATION_SCHEMA: of_reference.ExpectationRecord,
    of_reference.CA_SCHEMA: of_reference.CARecord,
    of_reference.UNKNOWN_SCHEMA: of_reference.UnknownRecord,
}
"""By the name and number that each bears."""
_TAGGED = (ProbeSourceRecord, CaptureSourceRecord)


def schema(record: str = REPORT_SCHEMA) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record, by its name in `RECORDS`."""
    kind = RECORDS[record]
    body = msgspec.json.schema(kind)
    definitions = body.pop("$defs")
    top = definitions.pop(kind.__name__)
    for tagged in _TAGGED:
        if tagged.__name__ in definitions:
            tag = definitions[tagged.__name__]["properties"]["kind"]
            tag["description"] = "Tells the kinds of sources apart."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{record.replace('.', ':schema:').replace('/', ':')}",
        **top,
        "title": record,
        "$defs": definitions,
    }
