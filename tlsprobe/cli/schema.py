"""`tlsprobe schema`: the JSON Schemas of the records that commands write."""

from typing import Annotated, Literal

import typer

from tlsprobe.cli.console import Console

Name = Literal["report", "trace", "check", "http"]


def command(
    name: Annotated[
        Name,
        typer.Argument(
            metavar="report|trace|check|http",
            help="report: an endpoint or session, of `probe`, `check`, `pcap` and `demo`; trace: of"
            " `trace`; check: what closes `check`; http: an endpoint of `check` where plain HTTP is"
            " spoken.",
        ),
    ] = "report",
) -> None:
    """Print the JSON Schema of the records that `--json` writes.

    The records of `checks --json` and of lists are others.
    """
    import json  # noqa: PLC0415 - not needed for help

    from tlsprobe.model.json_trace import trace_schema  # noqa: PLC0415
    from tlsprobe.model.jsonable import schema  # noqa: PLC0415
    from tlsprobe.model.survey_json import check_schema, http_schema  # noqa: PLC0415

    of_record = {
        "report": schema,
        "trace": trace_schema,
        "check": check_schema,
        "http": http_schema,
    }
    Console().text(json.dumps(of_record[name](), indent=2) + "\n")
