"""Options of `tlsprobe check`: its own, and those that it words for itself, as it has another usual."""

from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options
from tlsprobe.cli.options import WhenAsked

Features = Annotated[
    list[str] | None,
    typer.Option(
        "--feature",
        metavar="NAME",
        help="Only what this feature of the service needs. Repeatable.",
        show_default="all that are in use everywhere",
    ),
]
Cloud = Annotated[
    str | None,
    typer.Option(
        "--cloud",
        metavar="NAME",
        help="Which instance of the service, such as us-government.",
        show_default="the usual one",
    ),
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A part of host names that is another for everybody, such as tenant=contoso. Repeatable.",
        show_default=False,
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--pack",
        metavar="FILE",
        help="A pack of your own (TOML), in the place of a shipped one. Repeatable with --list.",
        show_default=False,
    ),
]
Request = Annotated[
    Path | None,
    typer.Option(
        "--request",
        metavar="FILE",
        help="Write the request that is to be sent to this file as well; - writes it to stdout, and the"
        " report nowhere.",
        show_default=False,
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline", help="Ask nobody but the endpoints themselves; list what was not asked."
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json", help="JSON Lines on stdout: a record an endpoint, and one that closes the run."
    ),
]
Via = Annotated[
    str | None,
    typer.Option(
        "--via",
        metavar="URL",
        help="Go through this proxy, unless .NET's settings have another for the service:"
        " http://USER:PASSWORD@HOST:PORT, https, socks5 or socks4; `none` goes directly, whatever they"
        " say.",
        show_default="a --pac script's answer, or HTTPS_PROXY, ALL_PROXY and NO_PROXY",
    ),
]
SecondOpinion = Annotated[
    WhenAsked | None,
    typer.Option(
        "--second-opinion",
        metavar="always|doubt|never",
        help=options.SECOND_OPINION,
        show_default="doubt",
    ),
]
Revocation = Annotated[
    bool | None,
    typer.Option(
        "--revocation/--no-revocation",
        help=options.REVOCATION,
        show_default="asked, but for --offline",
    ),
]
WhenResolvers = Annotated[
    WhenAsked | None,
    typer.Option(
        "--resolvers",
        metavar="always|doubt|never",
        help=options.RESOLVERS,
        show_default="always, but for --offline",
    ),
]
Deep = Annotated[
    bool,
    typer.Option(
        "--deep",
        help="Ask in every way that there is, whatever the first look said, but for what --connections"
        " leaves no room for.",
    ),
]
