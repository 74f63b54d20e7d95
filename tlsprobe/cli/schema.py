"""`tlsprobe schema`: the JSON Schemas of the records that commands write."""

from typing import Annotated, Literal

import typer

from tlsprobe.cli.console import Console

Name = Literal[
    "report", "trace", "check", "http", "packs", "canary", "differences", "routes", "checks",
    "reference-table", "expectation", "ca", "reference-unknown",
]  # fmt: skip
"""As `tlsprobe.model.json_schemas` has them: it is not imported for help."""


def command(
    name: Annotated[
        Name,
        typer.Argument(
            metavar="RECORD",
            help="report: an endpoint or session, of `probe`, `check`, `pcap`, `baseline` and `demo`;"
            " trace: of `trace`; check: what closes `check`; http: an endpoint of `check` where plain"
            " HTTP is spoken; packs: of `check --list`; canary: what a canary answers; differences: of"
            " `baseline diff`; routes: of `routes`; checks: of `checks`; reference-table, expectation, ca,"
            " reference-unknown: of `reference show`.",
        ),
    ] = "report",
) -> None:
    """Print the JSON Schema of a record that `--json` writes: `tlsprobe.NAME/1` is that of NAME."""
    import json  # noqa: PLC0415 - not needed for help

    from tlsprobe.model.json_schemas import schema  # noqa: PLC0415

    Console().text(json.dumps(schema(f"tlsprobe.{name}/1"), indent=2) + "\n")
