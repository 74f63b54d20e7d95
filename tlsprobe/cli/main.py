"""The program: `tlsprobe COMMAND`. A command is a function in a file of its own and a line here."""

from typing import Annotated

import typer

from tlsprobe._version import __version__
from tlsprobe.cli import (
    baseline,
    check,
    checks,
    demo,
    pcap,
    probe,
    reference_show,
    reference_update,
    routes,
    schema,
    serve_canary,
    trace,
)
from tlsprobe.cli.console import EXIT_CODES, SESSION_EXIT_CODES, USAGE, Console, run

app = typer.Typer(
    name="tlsprobe",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("probe", epilog=EXIT_CODES)(probe.command)
app.command("check", epilog=check.EXIT_CODES)(check.command)
app.command("pcap", epilog=SESSION_EXIT_CODES)(pcap.command)
app.command("trace", epilog=trace.EXIT_CODES)(trace.command)
app.add_typer(baseline.app, name="baseline")
app.command("serve-canary")(serve_canary.command)
reference = typer.Typer(
    name="reference", help="What is expected: show it, refresh it.", rich_markup_mode=None
)
reference.command("show", epilog=reference_show.EXIT_CODES)(reference_show.command)
reference.command("update")(reference_update.command)
app.add_typer(reference)
app.command("routes")(routes.command)
app.command("checks")(checks.command)
app.command("schema")(schema.command)
app.command("demo")(demo.command)


@reference.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """What is expected: show it, refresh it."""
    if context.invoked_subcommand is None:
        Console().help(context.get_help())
        raise typer.Exit(USAGE)


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Tells whether somebody on the path reads your TLS: by keys, pins and proofs, not by names."""
    if version:
        Console().text(f"tlsprobe {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        Console().help(context.get_help())
        raise typer.Exit(USAGE)


def main() -> int:
    """Run the program on this process's arguments; its exit code."""
    return run(lambda: app(prog_name="tlsprobe", standalone_mode=False))
