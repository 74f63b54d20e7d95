"""`tlsprobe demo`: a small network inside this process, and the verdicts on it."""

from tlsprobe.cli import options
from tlsprobe.cli.console import Console

DISAGREES = 4
"""Exit code where a verdict is not the expected one: this machine's fault, or ours."""


def command(json: options.Json = False, verbose: options.Verbose = False) -> int:  # noqa: FBT002 - typer calls it by name
    """Play a small network on loopback: an origin, interceptors, broken servers, their verdicts.

    Everything is asked through the same code as real endpoints are; neither root nor a network is
    needed. Exits with 0 if every verdict is the expected one.
    """
    from tlsprobe.cli import playing  # noqa: PLC0415 - nothing of it is needed for help

    return 0 if playing.run(Console(), json=json, verbose=verbose) else DISAGREES
