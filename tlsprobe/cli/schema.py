"""`tlsprobe schema`: the JSON Schemas of the records that commands write."""

from typing import Annotated, Literal

import typer

from tlsprobe.cli.console import Console

Name = Literal["report", "check", "http", "trace"]


def command(
    name: Annotated[
        Name,
        typer.Argument(
            metavar="[report|check|http|trace]",
            help="report: an endpoint or session, of `probe`, `check`, `pcap` and `demo`; check: what"
            " closes `check`; http: an endpoint of `check` where plain HTTP is spoken; trace: of `trace`.",
            show_default=False,
        ),
    ] = "report",
) -> None:
    """Print the JSON Schema of the records that `--json` writes.

    The records of `checks --json` and of lists are others.
    """
    import json  # noqa: PLC0415 - not needed for help

    from tlsprobe.model.json_hops import trace_schema  # noqa: PLC0415
    from tlsprobe.model.jsonable import schema  # noqa: PLC0415
    from tlsprobe.model.survey_json import check_schema, http_schema  # noqa: PLC0415

    of_name = {"report": schema, "check": check_schema, "http": http_schema, "trace": trace_schema}
    Console().text(json.dumps(of_name[name](), indent=2) + "\n")
