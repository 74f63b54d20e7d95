"""`tlsprobe probe`: one-off probes, a verdict for each."""

import gc

from tlsprobe.cli import options


def command(
    targets: options.Targets = None,
    *,
    lists: options.Lists = None,
    address: options.Address = None,
    all_addresses: options.AllAddresses = False,
    via: options.Via = None,
    sni: options.ServerName = None,
    no_sni: options.NoServerName = False,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: options.SecondOpinion = None,
    other_names: options.OtherNames = None,
    canaries: options.Canaries = None,
    other_hellos: options.OtherHellos = None,
    jarm: options.Jarm = None,
    connections: options.Connections = None,
    revocation: options.Revocation = None,
    resolvers: options.WhenResolvers = None,
    more_resolvers: options.MoreResolvers = None,
    compare_routes: options.CompareRoutes = False,
    deep: options.Deep = False,
    trace: options.Trace = False,
    floor_ms: options.FloorMs = None,
    pins: options.Pins = None,
    baseline: options.Baseline = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 64,
    json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Probe endpoints, and say of each who ends its TLS and why one may believe it."""
    # Starting makes a great deal and drops nothing: looking for garbage meanwhile takes a tenth more.
    # `probing` begins to look when all is in place.
    gc.disable()
    try:
        # Here, as nothing of it is needed for help.
        from tlsprobe.cli import probing  # noqa: PLC0415
        from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415

        return probing.run(
            selection=probing.Selection(
                targets=tuple(targets or ()),
                lists=tuple(lists or ()),
                address=address,
                all_addresses=all_addresses,
                via=via,
                compare_routes=compare_routes or deep,
                sni=sni,
                no_sni=no_sni,
                canaries=tuple(canaries or ()),
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
                jarm=jarm,
                connections=connections,
                revocation=revocation,
                resolvers=resolvers,
                more_resolvers=tuple(more_resolvers or ()),
                deep=deep,
                trace=trace,
                floor_ms=floor_ms,
                timeout=timeout,
                concurrency=concurrency,
            ),
            output=probing.Output(json=json, quiet=quiet, verbose=verbose),
        )
    finally:
        gc.enable()
