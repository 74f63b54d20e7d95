"""What `tlsprobe check` does: pack -> questions -> survey -> stdout, and an exit code."""

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe import checks
from tlsprobe.asking import When
from tlsprobe.cli.console import Console
from tlsprobe.cli.probing import Asking, Output, settings_for, world_of
from tlsprobe.cli.progress import Progress
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.errors import UsageError
from tlsprobe.model.pack import Pack
from tlsprobe.model.planning import plan
from tlsprobe.model.route_choice import Place
from tlsprobe.model.survey import Plan, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.way import Way
from tlsprobe.route_choices import Sources
from tlsprobe.store import packs, whole_files
from tlsprobe.store.host_names import host_name
from tlsprobe.store.pack_file import load
from tlsprobe.store.proxy_environment import routing
from tlsprobe.survey import survey
from tlsprobe.ways import ways

STDOUT = Path("-")
"""Where the request goes alone, in the place of the report."""

T = TypeVar("T")


class Selection(Struct, frozen=True, kw_only=True):
    """Which endpoints are asked, and what becomes of the answers."""

    pack: str | None
    files: tuple[Path, ...]
    features: tuple[str, ...]
    cloud: str | None
    values: tuple[str, ...]
    offline: bool
    via: str | None
    machine_config: Path | None = None
    pac: Path | None = None
    request: Path | None


def run(
    *, selection: Selection, reference: ReferenceOptions, asking: Asking, output: Output
) -> int:
    """Ask and show; the exit code.

    Raises:
        UsageError: an argument is malformed, before anybody was asked.
        InputError: a file cannot be used, likewise.
    """
    console = Console()
    now = datetime.now(UTC)  # noqa: TID251 - the clock comes in here
    planned = _plan(selection, now.date())
    taken = _ways(selection, planned)
    _check_request(selection.request, output)  # before anybody is asked
    built = build(reference, as_of=now)
    for remark in (*built.warnings, *(built.remarks if output.verbose else ())):
        console.complain(remark)
    asking = _with_lookups(asking, offline=selection.offline)
    settings = settings_for(asking, built.reference, second_opinion=When.DOUBT)
    everything = When.ALWAYS in (settings.second_opinion, settings.other_names)
    settings = replace(settings, content_with_proof=not everything)
    gc.enable()  # all is in place
    try:
        with closing(Progress(console)) as progress:
            surveyed = _result_of(
                survey(
                    planned,
                    settings,
                    world_of(asking, settings),
                    concurrency=asking.concurrency,
                    asked_from=socket.gethostname(),
                    offline=selection.offline,
                    way=lambda one: taken[Place(one.host, one.port)],
                    stepped=progress.step,
                    meanwhile=map(_loading, _modules(asking)),
                )
            )
    except KeyboardInterrupt:
        console.complain("interrupted: what was answered is not shown, as it is judged together")
        raise
    _show(surveyed, console, output, selection.request)
    _note(surveyed, console)
    return console.worst


def _check_request(request: Path | None, output: Output) -> None:
    """Whether the request can be written there.

    Raises:
        UsageError: stdout is to take something else as well.
        InputError: no file can be put there.
    """
    if request != STDOUT:
        if request is not None:
            whole_files.check(request)
        return
    for option, wanted in (
        ("--json", output.json),
        ("--quiet", output.quiet),
        ("--verbose", output.verbose),
    ):
        if wanted:
            raise UsageError(
                f"--request - and {option}: expected one of them, as both write to stdout"
            )


def _show(surveyed: Survey, console: Console, output: Output, request: Path | None) -> None:
    from tlsprobe.cli.survey_presenting import present, request_alone  # noqa: PLC0415 - see `_modules`
    from tlsprobe.report import as_request  # noqa: PLC0415 - likewise

    if request == STDOUT:
        request_alone(surveyed, console)
        return
    present(surveyed, console, output)
    if request is not None:
        text = as_request.text(surveyed) or as_request.NOTHING_TO_ASK
        whole_files.write({request: text.encode("utf-8")})


def _modules(asking: Asking) -> Iterator[str]:
    """What nobody needs before the first answers are there, in the order in which it is needed.

    To load all of it takes longer than many a round trip, so that is done while these are awaited.
    """
    if asking.resolvers != When.NEVER.value:
        yield from ("dns.name", "dns.message", "dns.resolver", "dns.asyncquery")
        yield "tlsprobe.live.resolvers"
    yield from checks.module_names()
    if asking.revocation:
        yield "tlsprobe.live.revocation"
    yield from ("tlsprobe.cli.survey_presenting", "tlsprobe.model.survey_json")


def _loading(module: str) -> Callable[[], object]:
    return lambda: import_module(module)


def _ways(selection: Selection, planned: Plan) -> dict[Place, Way]:
    """How each endpoint is asked, by all that is known of proxies here."""
    routes = routing(selection.via, os.environ)
    sources = Sources.of_this_machine(
        os.environ, machine_config=selection.machine_config, script=selection.pac
    )
    places = list(dict.fromkeys(Place(one.host, one.port) for one in planned.questions))
    now = datetime.now().astimezone()  # noqa: TID251 - the program's own clock, and its zone
    taken = _result_of(ways(places, sources, routes, selection.via, now=now))
    if not selection.offline:
        return taken
    return {place: replace(way, others=()) for place, way in taken.items()}


def _result_of(work: Awaitable[T]) -> T:
    """What `work` comes to, on an event loop of its own.

    As the result of `asyncio.run` it would be written out: where Python puts the handler of SIGINT back,
    it words an error with the finished task, result and all, and drops it. A survey is long.
    """
    results: list[T] = []

    async def kept() -> None:
        results.append(await work)

    asyncio.run(kept())
    return results[0]


def _with_lookups(asking: Asking, *, offline: bool) -> Asking:
    """Whom to ask beside the endpoints: everybody who helps, unless told otherwise.

    Raises:
        UsageError: somebody is to be asked, and nobody.
    """
    if not offline:
        return replace(
            asking,
            revocation=asking.revocation is not False,
            resolvers=asking.resolvers or "always",
        )
    for option, wanted in (
        ("--revocation", asking.revocation),
        ("--resolver", asking.more_resolvers),
        ("--resolvers", asking.resolvers not in (None, "never")),
        ("--other-names", asking.other_names not in (None, "never")),
    ):
        if wanted:
            raise UsageError(f"--offline and {option}: expected one of them")
    # An address of nobody's is asked where other names are.
    return replace(asking, revocation=False, resolvers="never", other_names="never")


def _plan(selection: Selection, today: date) -> Plan:
    return plan(
        _pack(selection, today),
        features=selection.features,
        cloud=selection.cloud,
        values=_values(selection.values),
        host_name=host_name,
    )


def _pack(selection: Selection, today: date) -> Pack:
    known = checks.all_ids()
    if selection.pack is not None and selection.files:
        raise UsageError("PACK and --pack FILE: expected one of them")
    if len(selection.files) > 1:
        raise UsageError("--pack FILE: expected once, but for --list")
    if selection.files:
        return load(selection.files[0], checks=known, today=today)
    if selection.pack is None:
        raise UsageError(f"expected a pack, {', '.join(packs.names())}, or --pack FILE")
    return packs.shipped(selection.pack, checks=known)


def _values(given: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"--set {text!a}: expected NAME=VALUE, such as tenant=contoso")
        if values.setdefault(name.strip(), value.strip()) != value.strip():
            raise UsageError(f"--set {text!a}: {name.strip()} has another value already")
    return values


def _note(surveyed: Survey, console: Console) -> None:
    """Let the required endpoints count, and a run that asked nobody."""
    for answer in surveyed.answers:
        if answer.question.required and answer.conclusion is not None:
            console.note(answer.conclusion)
        if answer.question.required and answer.below_floor:
            console.note(Conclusion.FAULTY)
    if not surveyed.answers:
        console.note(Conclusion.UNDECIDED)
