"""`tlsprobe schema`: the JSON Schema of a record: of reports, as `probe` has them, or of traces."""

from typing import Annotated, Literal

import typer

from tlsprobe.cli.console import Console


def command(
    record: Annotated[
        Literal["report", "trace"],
        typer.Argument(
            metavar="[report|trace]",
            help="report: of `probe`, `pcap` and `demo`; trace: of `trace`.",
            show_default=False,
        ),
    ] = "report",
) -> None:
    """Print the JSON Schema of the records that `probe`, `pcap`, `demo` or `trace` write.

    The records of `checks --json` are others.
    """
    import json  # noqa: PLC0415 - not needed for help

    from tlsprobe.model.json_trace import trace_schema  # noqa: PLC0415
    from tlsprobe.model.jsonable import schema  # noqa: PLC0415

    of_record = {"report": schema, "trace": trace_schema}[record]
    Console().text(json.dumps(of_record(), indent=2) + "\n")
