"""`tlsprobe check`: every endpoint that a service needs, what breaks there, and whom to ask for what."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options

EXIT_CODES = (
    "Exits with the highest code of all required endpoints, of which there are those of"
    " `tlsprobe probe`; 3 where nobody was asked. Wrong usage is 2."
)

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
        help="Write the request to the firewall team to this file as well.",
        show_default=False,
    ),
]


def command(
    pack: Annotated[
        str | None,
        typer.Argument(
            metavar="PACK", help="Such as entra-connect; see --list.", show_default=False
        ),
    ] = None,
    *,
    files: Files = None,
    every: Annotated[bool, typer.Option("--list", help="List the packs, and ask nobody.")] = False,
    features: Features = None,
    cloud: Cloud = None,
    values: Values = None,
    request: Request = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline", help="Ask nobody but the endpoints themselves; list what was not asked."
        ),
    ] = False,
    via: options.Via = None,
    machine_config: options.MachineConfig = None,
    pac: options.Pac = None,
    revocation: options.Revocation = None,
    resolvers: options.WhenResolvers = None,
    more_resolvers: options.MoreResolvers = None,
    trace: options.Trace = False,
    floor_ms: options.FloorMs = None,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: options.SecondOpinion = None,
    other_names: options.OtherNames = None,
    other_hellos: options.OtherHellos = None,
    deep: options.Deep = False,
    pins: options.Pins = None,
    baseline: options.Baseline = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 128,
    json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Ask every endpoint that a service needs, say what breaks there, and write the request to send.

    A pack is a file that names the endpoints of a service, by feature, with what its documentation says
    of each. `tlsprobe check --list` shows those that are there.
    """
    gc.disable()  # starting makes a great deal and drops nothing
    try:
        # Here, as nothing of it is needed for help.
        from tlsprobe.cli import checking, pack_listing, probing  # noqa: PLC0415
        from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415

        if every:
            return pack_listing.run(pack=pack, files=tuple(files or ()), json=json)
        return checking.run(
            selection=checking.Selection(
                pack=pack,
                files=tuple(files or ()),
                features=tuple(features or ()),
                cloud=cloud,
                values=tuple(values or ()),
                offline=offline,
                via=via,
                machine_config=machine_config,
                pac=pac,
                request=request,
            ),
            reference=ReferenceOptions(
                files=references or (),
                bare=no_reference,
                ca_files=ca_files or (),
                os_store=os_store,
                pins=pins or (),
                baseline=baseline,
            ),
            asking=probing.Asking(
                hello=hello,
                second_opinion=second_opinion,
                other_names=other_names,
                other_hellos=other_hellos,
                revocation=revocation,
                resolvers=resolvers,
                more_resolvers=tuple(more_resolvers or ()),
                trace=trace,
                floor_ms=floor_ms,
                deep=deep,
                timeout=timeout,
                concurrency=concurrency,
            ),
            output=probing.Output(json=json, quiet=quiet, verbose=verbose),
        )
    finally:
        gc.enable()
