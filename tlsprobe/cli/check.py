"""`tlsprobe check`: every endpoint that a service needs, what breaks there, and whom to ask for what."""

import gc
from datetime import UTC, datetime
from typing import Annotated

import typer

from tlsprobe.cli import check_options as own
from tlsprobe.cli import options

EXIT_CODES = (
    "Exits with the highest code of all required endpoints, of which there are those of"
    " `tlsprobe probe`; 3 where nobody was asked. Wrong usage is 2."
)


def command(
    pack: Annotated[
        str | None,
        typer.Argument(
            metavar="PACK", help="Such as entra-connect; see --list.", show_default=False
        ),
    ] = None,
    *,
    files: own.Files = None,
    every: Annotated[bool, typer.Option("--list", help="List the packs, and ask nobody.")] = False,
    features: own.Features = None,
    cloud: own.Cloud = None,
    values: own.Values = None,
    request: own.Request = None,
    offline: own.Offline = False,
    via: own.Via = None,
    machine_config: options.MachineConfig = None,
    pac: options.Pac = None,
    revocation: own.Revocation = None,
    resolvers: own.WhenResolvers = None,
    more_resolvers: options.MoreResolvers = None,
    trace: options.Trace = False,
    floor_ms: options.FloorMs = None,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: own.SecondOpinion = None,
    other_names: options.OtherNames = None,
    other_hellos: options.OtherHellos = None,
    deep: own.Deep = False,
    pins: options.Pins = None,
    baseline: options.Baseline = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 128,
    connections: options.Connections = None,
    json: own.Json = False,
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
            today = datetime.now(UTC).date()  # noqa: TID251 - the clock comes in here
            return pack_listing.run(pack=pack, files=tuple(files or ()), json=json, today=today)
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
                connections=connections,
            ),
            output=probing.Output(json=json, quiet=quiet, verbose=verbose),
        )
    finally:
        gc.enable()
