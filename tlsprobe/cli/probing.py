"""What `tlsprobe probe` does: targets -> requests -> reports -> stdout, and an exit code."""

import asyncio
import gc
import math
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.app import probe_all
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.cli import target_lists
from tlsprobe.cli.console import Console
from tlsprobe.cli.floor import parse_floor
from tlsprobe.cli.options import WhenAsked
from tlsprobe.cli.presenting import Presenter, Records, Sheets, Table
from tlsprobe.cli.progress import Progress
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.cli.targets import (
    Endpoint,
    parse_address,
    parse_endpoint,
    parse_resolver,
    parse_server_name,
)
from tlsprobe.errors import InputError, UsageError
from tlsprobe.hello import templates
from tlsprobe.inquiries.canary import CANARY
from tlsprobe.inquiries.hops import HOPS
from tlsprobe.inquiries.jarm import JARM
from tlsprobe.inquiries.other_hellos import OTHER_HELLOS
from tlsprobe.inquiries.other_names import OTHER_NAMES
from tlsprobe.inquiries.other_routes import OTHER_ROUTES
from tlsprobe.inquiries.second_opinion import SECOND_OPINION
from tlsprobe.live.dial import Dial
from tlsprobe.live.limits import Limits
from tlsprobe.live.lookups import RevocationLookups
from tlsprobe.live.name_servers import NameServers
from tlsprobe.live.opinions import Opinions
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.hops import Wish
from tlsprobe.model.reference import Reference, host_key
from tlsprobe.model.route import Proxy, Route
from tlsprobe.model.wording import in_words
from tlsprobe.report.as_table import ENDPOINT_WIDTH
from tlsprobe.store.pins import EVERY_HOST
from tlsprobe.store.proxy_environment import Routing, routing
from tlsprobe.wire.ip_literals import join_host_port

STDIN = "-"
GARBAGE_THRESHOLD = 50_000
"""Objects that may come to be before garbage is looked for; Python's own figure is 700."""
CONNECTIONS = 16
"""That an endpoint gets at most, unless told otherwise; a trace brings its own."""
MAX_SHEETS = 3
"""Named targets that are answered with full reports; more are answered with a table."""

Source = list[Endpoint] | tuple[BinaryIO, str]
"""Targets of the command line, or a list that is yet to be read and its name."""


class Selection(Struct, frozen=True, kw_only=True):
    """What is asked, and under which name."""

    targets: tuple[str, ...]
    lists: tuple[Path, ...]
    address: str | None
    all_addresses: bool
    sni: str | None
    no_sni: bool
    canaries: tuple[str, ...] = ()
    """Targets where the caller runs a canary."""
    via: str | None = None
    compare_routes: bool = False
    """Whether other routes that are known are asked as well."""
    whole_baseline: bool = False
    """Whether every endpoint of the baseline is asked, before them."""


class Asking(Struct, frozen=True, kw_only=True):
    """How it is asked."""

    hello: str
    second_opinion: WhenAsked | None
    other_names: WhenAsked | None = None
    other_hellos: WhenAsked | None = None
    jarm: bool | None = None
    connections: int | None = None
    """To one endpoint; None for what is fitting."""
    revocation: bool | None = None
    resolvers: WhenAsked | None = None
    more_resolvers: tuple[str, ...] = ()
    """DNS servers beside the machine's own."""
    deep: bool = False
    """Whether all is asked that was not said otherwise."""
    trace: bool = False
    """Whether the way to each address is traced."""
    floor_ms: float | None = None
    """Milliseconds that light needs to the place and back."""
    timeout: float | None
    concurrency: int


class Output(Struct, frozen=True, kw_only=True):
    """How the answers are wanted."""

    json: bool
    quiet: bool
    verbose: bool


def run(
    *,
    selection: Selection,
    reference: ReferenceOptions,
    asking: Asking,
    output: Output,
    presenting: Callable[[Console, Presenter], Presenter] | None = None,
) -> int:
    """Probe; the exit code. `presenting` may put another presenter in the place of the usual one.

    Raises:
        UsageError: an argument is malformed, before anything was probed.
        InputError: a file cannot be used, likewise.
    """
    console = Console()
    naming = _naming(selection, console.complain if output.verbose else None)
    sources = _sources(selection)
    if asking.more_resolvers and selection.address is not None:
        raise UsageError("--address and --resolver: expected one of them")
    built = build(reference, as_of=datetime.now(UTC))  # noqa: TID251 - the clock comes in here
    for remark in (*built.warnings, *(built.remarks if output.verbose else ())):
        console.complain(remark)
    settings = settings_for(
        asking,
        built.reference,
        second_opinion=_second_opinion(sources, selection),
        taken=(OTHER_ROUTES.least if selection.compare_routes else 0)
        + (CANARY.least if selection.canaries else 0),
    )
    presenter = _presenter(console, output, selection, sources)
    if presenting is not None:
        presenter = presenting(console, presenter)
    known = _known(built.reference, naming) if selection.whole_baseline else ()
    named = sum(len(one) for one in sources if isinstance(one, list))
    unanswered = _Unanswered(len(known) + named)
    run_of_all = _run(
        _requests(known, sources, naming, unanswered),
        unanswered=unanswered,
        console=console,
        presenter=presenter,
        settings=settings,
        world=world_of(asking, settings),
        concurrency=asking.concurrency,
    )
    # What stands now stays to the end, and no search for garbage need go through it. A probe makes no
    # cycles, so looking often finds nothing, and took a sixth of the CPU of a long list.
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)
    gc.enable()
    try:
        asyncio.run(run_of_all)
    except InputError as error:
        # A list that breaks off in the middle: what came before it counts.
        console.note_unusable(error)
    except KeyboardInterrupt:
        if unanswered.count:
            targets = (
                "1 target was" if unanswered.count == 1 else f"{unanswered.count} targets were"
            )
            console.complain(f"interrupted: {targets} not answered")
        raise
    finally:
        presenter.finish()
    for host in _unused_pins(built.reference, sources):
        console.complain(f"--pin {host}=...: was not used, as no target is that host")
    return console.worst


@dataclass(slots=True)
class _Unanswered:
    """Targets that were named, or read from a list, and have no answer yet."""

    count: int


class _Naming(Struct, frozen=True, kw_only=True):
    """What holds for every request."""

    address: str | None
    all_addresses: bool
    sni: str | None
    send_sni: bool
    canaries: frozenset[Endpoint]
    routing: Routing
    compare_routes: bool
    tell: Callable[[str], None] | None
    """Is told which route is taken, and why."""

    def request(self, endpoint: Endpoint) -> ProbeRequest:
        own = endpoint.host if endpoint.named else None
        return ProbeRequest(
            host=endpoint.host,
            port=endpoint.port,
            sni=(self.sni or own) if self.send_sni else None,
            address=self.address,
            all_addresses=self.all_addresses,
            canary=endpoint in self.canaries,
            route=self.route(endpoint.host, endpoint.port),
            other_routes=self.routing.others(endpoint.host) if self.compare_routes else (),
        )

    def route(self, host: str, port: int) -> Route:
        """The route to an endpoint."""
        route = self.routing.route(host)
        if self.tell is not None:
            place = join_host_port(host, port)
            self.tell(f"{place}: goes {in_words(route.via)} ({route.why})")
        return route


def _naming(selection: Selection, tell: Callable[[str], None] | None) -> _Naming:
    if selection.sni is not None and selection.no_sni:
        raise UsageError("--sni and --no-sni: expected one of them")
    if selection.address is not None and selection.all_addresses:
        raise UsageError("--address and --all-addresses: expected one of them")
    return _Naming(
        address=None if selection.address is None else parse_address(selection.address),
        all_addresses=selection.all_addresses,
        sni=None if selection.sni is None else parse_server_name(selection.sni),
        send_sni=not selection.no_sni,
        canaries=frozenset(_canaries(selection)),
        routing=routing(selection.via, os.environ),
        compare_routes=selection.compare_routes,
        tell=tell,
    )


def _sources(selection: Selection) -> list[Source]:
    """Where targets come from, in the order given; lists are opened, so that none fails later."""
    canaries = _canaries(selection)
    if not (selection.targets or selection.lists or canaries or selection.whole_baseline):
        raise UsageError("expected a target, such as login.example.com, or - for a list on stdin")
    sources: list[Source] = []
    for text in selection.targets:
        if text == STDIN:
            sources.append((target_lists.open_stdin(), target_lists.STDIN))
        else:
            sources.append([parse_endpoint(text)])
    sources += [(target_lists.open_list(path), str(path)) for path in selection.lists]
    named = [endpoint for source in sources if isinstance(source, list) for endpoint in source]
    sources += [[canary] for canary in canaries if canary not in named]
    return sources


def _canaries(selection: Selection) -> list[Endpoint]:
    """Each once, in the order given."""
    return list(dict.fromkeys(parse_endpoint(one, "--canary") for one in selection.canaries))


def _known(reference: Reference, naming: _Naming) -> tuple[ProbeRequest, ...]:
    """A request for each endpoint of the baseline, under the name that was sent then."""
    baseline = () if reference.baseline is None else reference.baseline
    asked = dict.fromkeys((one.target.host, one.target.port, one.target.sni) for one in baseline)
    return tuple(
        ProbeRequest(
            host=host, port=port, sni=sni, address=naming.address, route=naming.route(host, port)
        )
        for host, port, sni in asked
    )


async def _requests(
    known: Iterable[ProbeRequest],
    sources: Iterable[Source],
    naming: _Naming,
    unanswered: _Unanswered,
) -> AsyncIterator[ProbeRequest | UsageError]:
    for request in known:
        yield request
    for source in sources:
        if isinstance(source, list):
            for endpoint in source:
                yield naming.request(endpoint)
            continue
        stream, name = source
        found = False
        with stream:
            async for each in target_lists.endpoints(stream, name):
                found = True
                unanswered.count += 1
                yield each if isinstance(each, UsageError) else naming.request(each)
        if not found:
            unanswered.count += 1
            yield UsageError(f"{name}: expected at least one target")


async def _run(
    requests: AsyncIterator[ProbeRequest | UsageError],
    *,
    unanswered: _Unanswered,
    console: Console,
    presenter: Presenter,
    settings: Settings,
    world: World,
    concurrency: int,
) -> None:
    answers = probe_all(requests, settings, world, concurrency=concurrency)
    with closing(Progress(console)) as progress:
        async for answer in answers:
            unanswered.count -= 1
            if isinstance(answer, UsageError):
                console.note_unusable(answer)
            else:
                for report in answer:
                    presenter.show(report)
                    console.note(report.verdict.conclusion)
            progress.step()


def _unused_pins(reference: Reference, sources: Iterable[Source]) -> list[str]:
    """The hosts that have pins and were not asked about; none where a list was asked as well."""
    asked = {EVERY_HOST}
    for source in sources:
        if not isinstance(source, list):
            return []
        asked.update(host_key(endpoint.host) for endpoint in source)
    return [host for host in reference.pins if host not in asked]


def settings_for(
    asking: Asking, reference: Reference, *, second_opinion: When, taken: int = 0
) -> Settings:
    """What holds for every request; `second_opinion` where the caller says nothing of it.

    `taken` are the connections to an endpoint that questions of single requests have at the least.

    Raises:
        UsageError: an argument is malformed.
        InputError: a file cannot be used.
    """
    second_opinion = _when(asking.second_opinion, asking) or second_opinion
    other_names = _when(asking.other_names, asking) or When.DOUBT
    other_hellos = _when(asking.other_hellos, asking) or When.NEVER
    asked = (
        (second_opinion, SECOND_OPINION), (other_names, OTHER_NAMES), (other_hellos, OTHER_HELLOS)
    )  # fmt: skip
    taken += sum(one.least for when, one in asked if when is not When.NEVER)
    wish = _trace(asking)
    return Settings(
        template=templates.choose(asking.hello),
        reference=reference,
        second_opinion=second_opinion,
        other_names=other_names,
        other_hellos=other_hellos,
        jarm=asking.deep if asking.jarm is None else asking.jarm,
        jarm_by_all_means=asking.jarm is True,
        connections=_connections(asking, taken, tracing=wish is not None),
        resolvers=_when(asking.resolvers, asking)
        or (When.ALWAYS if asking.more_resolvers else When.NEVER),
        trace=wish,
        limits=_limits(asking.timeout),
    )


def _second_opinion(sources: Iterable[Source], selection: Selection) -> When:
    """Always for what somebody named, and for lists where there is doubt."""
    listed = selection.whole_baseline
    named = not listed and all(isinstance(source, list) for source in sources)
    return When.ALWAYS if named else When.DOUBT


def _when(said: WhenAsked | None, asking: Asking) -> When | None:
    """When a question is asked, where the caller decides that."""
    if said is not None:
        return When(said)
    return When.ALWAYS if asking.deep else None


def _connections(asking: Asking, before: int, *, tracing: bool) -> int:
    """How many connections an endpoint gets at most.

    Who says himself that JARM is to be taken, or the way to be traced, must leave it its connections;
    `before` are those that the other questions and the first look take at the least.
    """
    allowed = asking.connections
    if allowed is None:
        allowed = CONNECTIONS + (HOPS.most if tracing else 0)
    said = [(asking.trace, "--trace", HOPS), (asking.jarm is True, "--jarm", JARM)]
    needed = 1 + before + sum(one.least for wanted, _, one in said if wanted)
    options = " and ".join(option for wanted, option, _ in said if wanted)
    if options and allowed < needed:
        raise UsageError(
            f"--connections {allowed}: expected {needed} or more, for {options} beside what"
            " else is asked"
        )
    return allowed


def _trace(asking: Asking) -> Wish | None:
    floor_ms, wanted = parse_floor(asking.floor_ms), asking.trace or asking.deep
    if floor_ms is not None and not wanted:
        raise UsageError("--floor-ms: expected --trace beside it")
    return Wish(floor_ms=floor_ms) if wanted else None


def _limits(timeout: float | None) -> Limits:
    if timeout is None:
        return Limits()
    if not (math.isfinite(timeout) and timeout > 0):
        raise UsageError(f"--timeout {timeout}: expected a number of seconds above 0")
    return Limits.within(timeout)


def world_of(asking: Asking, settings: Settings) -> World:
    """This machine: its network, clock and randomness.

    Raises:
        UsageError: a resolver is malformed.
    """
    more = tuple(map(parse_resolver, asking.more_resolvers))
    library = None
    if settings.second_opinion is not When.NEVER:
        library = cache(lambda: _library(settings.reference))
    dial = TcpDial()
    world = World(
        dial=dial,
        now=lambda: datetime.now(UTC),  # noqa: TID251 - the clock comes in here
        entropy=os.urandom,  # noqa: TID251 - and the entropy
        library=library,
        through=cache(partial(_through, dial, settings.limits)),
        resolvers=None if settings.resolvers is When.NEVER else cache(lambda: _resolvers(more)),
    )
    if not (asking.deep if asking.revocation is None else asking.revocation):
        return world
    return replace(world, revocation=cache(partial(_lookups, world, settings.limits)))


def _through(dial: Dial, limits: Limits, proxy: Proxy) -> Dial:
    from tlsprobe.live.proxy.dial import ProxyDial  # noqa: PLC0415 - few runs need its libraries

    return ProxyDial(dial, proxy, lookup=limits.lookup)


def _lookups(world: World, limits: Limits, route: Route) -> RevocationLookups:
    from tlsprobe.live.proxy.dial import way_by  # noqa: PLC0415 - only those who ask pay for it
    from tlsprobe.live.revocation import HttpLookups  # noqa: PLC0415

    return HttpLookups(way_by(world.dial_of(route)), limits=limits, now=world.now)


def _resolvers(more: Sequence[Endpoint]) -> NameServers:
    # It takes a while to load, and few runs ask.
    from tlsprobe.live.dns_question import Server  # noqa: PLC0415
    from tlsprobe.live.resolvers import Resolvers, machine_servers  # noqa: PLC0415

    servers = (*machine_servers(), *(Server(host, port) for host, port in more))
    return Resolvers(servers, entropy=os.urandom)  # noqa: TID251 - and here


def _library(reference: Reference) -> Opinions:
    from tlsprobe.live.second_opinion import Library  # noqa: PLC0415 - takes longer than a probe

    public, machine = reference.public, reference.machine
    return Library(
        public=lambda: public.encoded,
        machine=None if machine is None else lambda: machine.encoded,
    )


def _presenter(
    console: Console, output: Output, selection: Selection, sources: list[Source]
) -> Presenter:
    if output.json:
        return Records(console)
    named = [endpoint for source in sources if isinstance(source, list) for endpoint in source]
    few = len(named) == len(sources) <= MAX_SHEETS and not selection.all_addresses
    if output.verbose or (few and not output.quiet):
        return Sheets(console, verbose=output.verbose)
    width = max(len(host) + len(f":{port}") for host, port in named) if named else ENDPOINT_WIDTH
    if len(named) < len(sources):
        width = max(width, ENDPOINT_WIDTH)
    return Table(console, quiet=output.quiet, width=width, addresses=selection.all_addresses)
