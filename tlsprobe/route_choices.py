"""Which route each client of a machine would take: every source of proxy settings, asked as one.

    machine.config ──┐
    registry ────────┼─> Decision ─┬──────────────────────> RouteChoice
    environment ─────┘             └─ a script decides ─> pac ─┘

A file that somebody named has to be good, or `InputError` says what is wrong with it. What a machine
keeps by itself, and what it has not, is told in the choice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tlsprobe.errors import InputError, UsageError
from tlsprobe.live import pac, patterns
from tlsprobe.live.pac import Said
from tlsprobe.model.dotnet_proxy import DefaultProxy, Tried, left_to_the_system
from tlsprobe.model.route import Route
from tlsprobe.model.route_choice import Client, Decision, Place, RouteChoice
from tlsprobe.model.windows_proxy import WindowsProxy
from tlsprobe.store import internet_settings, pac_file
from tlsprobe.store import machine_config as machine_config_file
from tlsprobe.store.internet_settings import Hive, Reading
from tlsprobe.store.pac_answer import parse_answer
from tlsprobe.store.proxy_environment import routing
from tlsprobe.store.windows_registry import registry

SYNC_ENGINE = "ADSync"
"""The service whose account .NET's settings fall back to: the sync engine of Entra Connect."""
_NO_REGISTRY = Reading(reason="not available here: this system has no registry")


class Sources(Struct, frozen=True, kw_only=True):
    """Where the settings of a machine's clients are."""

    machine_config: Path | None = None
    """A file that somebody named."""
    usual_config: Path | None = None
    """Where .NET keeps its own, if this machine may have one; see `store.machine_config`."""
    pac: Path | None = None
    """A script that somebody named. It is also asked where a client's settings name one elsewhere."""
    hive: Hive | None = None
    """The registry; None where there is none."""
    environment: Mapping[str, str] | None = None
    """The environment variables of this process; None where they do not matter."""

    @classmethod
    def of_this_machine(
        cls,
        environment: Mapping[str, str],
        *,
        machine_config: Path | None = None,
        script: Path | None = None,
    ) -> "Sources":
        """Those of this machine, and files that somebody named."""
        return cls(
            machine_config=machine_config,
            usual_config=machine_config_file.usual_place(environment),
            pac=script,
            hive=registry(),
            environment=environment,
        )


async def route_choices(
    sources: Sources, places: Sequence[Place], *, now: datetime
) -> tuple[tuple[RouteChoice, ...], ...]:
    """For each place what each client would do, the clients in one order.

    `now` is in the machine's time zone: a script may ask for it.

    Raises:
        InputError: a file that was named cannot be used.
    """
    known = _Known.of(sources)
    tried = await _tried(known.dotnet, places)
    decided = [known.decisions(place, tried) for place in places]
    scripts = {one.script for decisions in decided for one in decisions.values() if one.script}
    answers = await _answers(sorted(scripts), sources.pac, places, now=now)
    return tuple(
        tuple(
            decision.by(client)
            if decision.script is None
            else answers[decision.script].of(client, decision, index)
            for client, decision in decisions.items()
        )
        for index, decisions in enumerate(decided)
    )


class _Known(Struct, frozen=True, kw_only=True):
    """What was read of all settings."""

    sources: Sources
    dotnet: DefaultProxy | None
    dotnet_origin: str
    """What .NET reads, or what is the matter with it."""
    dotnet_read: bool
    account: WindowsProxy | None
    """The Internet settings of the account that runs the sync engine."""
    domain: str | None
    winhttp: Reading
    wininet: Reading

    @classmethod
    def of(cls, sources: Sources) -> "_Known":
        """Read them."""
        hive = sources.hive
        dotnet, origin, read = _machine_config(sources)
        reading = internet_settings.account(hive, SYNC_ENGINE) if hive else None
        return cls(
            sources=sources,
            dotnet=dotnet,
            dotnet_origin=origin,
            dotnet_read=read,
            account=reading.settings if reading else None,
            domain=internet_settings.domain(hive) if hive else None,
            winhttp=internet_settings.winhttp(hive) if hive else _NO_REGISTRY,
            wininet=internet_settings.wininet(hive) if hive else _NO_REGISTRY,
        )

    def decisions(self, place: Place, tried: Tried | None) -> Mapping[Client, Decision]:
        """What each client's settings say of a place."""
        found = {
            Client.DOTNET: self._dotnet(place, tried),
            Client.WINHTTP: _read(self.winhttp, place),
            Client.WININET: _read(self.wininet, place),
        }
        if self.sources.environment is not None:
            found[Client.ENVIRONMENT] = _of_environment(self.sources.environment, place)
        if self.sources.pac is not None:
            script = str(self.sources.pac)
            found[Client.PAC] = Decision(why="FindProxyForURL was asked", script=script)
        return found

    def _dotnet(self, place: Place, tried: Tried | None) -> Decision:
        if not self.dotnet_read:
            return Decision(why=self.dotnet_origin)
        if self.dotnet is None:
            return left_to_the_system(self.dotnet_origin, place, self.account)
        return self.dotnet.decide(place, system=self.account, domain=self.domain, tried=tried)


def _machine_config(sources: Sources) -> tuple[DefaultProxy | None, str, bool]:
    """What .NET's file says, where that comes from, and whether there was anything to read."""
    path = sources.machine_config or sources.usual_config
    if path is None:
        return None, "not available here: no machine.config is given, and this is no Windows", False
    try:
        found = machine_config_file.load(path)
    except InputError as error:
        if sources.machine_config is not None:
            raise
        return None, str(error), False
    return found, f"{path}, defaultProxy", True


async def _tried(config: DefaultProxy | None, places: Sequence[Place]) -> Tried | None:
    """What comes of the exemptions that could take for ever; None where they do."""
    costly = [one for one in config.bypass if one.costly] if config is not None else []
    if not costly:
        return frozenset()
    urls = [place.url for place in places]
    found = await patterns.fitting([one.pattern for one in costly], urls)
    if found is None:
        return None
    return frozenset((costly[number].text, urls[place]) for number, place in found)


def _of_environment(environment: Mapping[str, str], place: Place) -> Decision:
    try:
        route = routing(None, environment).route(place.host)
    except UsageError as error:
        return Decision(why=str(error))
    return Decision(why=route.why, routes=(route,))


def _read(reading: Reading, place: Place) -> Decision:
    if reading.settings is None:
        return Decision(why=reading.reason)
    return reading.settings.decide(place)


class _Answers(Struct, frozen=True, kw_only=True):
    """What a script said of every place."""

    answers: tuple[tuple[Route, ...] | str, ...] = ()
    """For each place the routes, or what is wrong with what it says; none where it was not asked."""
    note: str
    """From which file it came, or why it was not asked."""

    def of(self, client: Client, decision: Decision, index: int) -> RouteChoice:
        """The choice where this script decides."""
        why = f"{decision.why}, {self.note}"
        answer = self.answers[index] if self.answers else ()
        if isinstance(answer, str):
            return RouteChoice(client=client, routes=(), why=f"{why}; {answer}", fault=answer)
        return Decision(why=why, routes=answer).by(client)


async def _answers(
    scripts: Sequence[str], named: Path | None, places: Sequence[Place], *, now: datetime
) -> dict[str, _Answers]:
    """Ask each: the file that was named, which stands for that of any settings, or a local one, once."""
    files = {script: named or pac_file.local_file(script) for script in scripts}
    asked = {
        path: await _of_file(path, places, now=now, named=path == named)
        for path in dict.fromkeys(files.values())
        if path is not None
    }
    unknown = _Answers(note="give a copy of it by --pac FILE to have it asked")
    return {script: unknown if path is None else asked[path] for script, path in files.items()}


async def _of_file(path: Path, places: Sequence[Place], *, now: datetime, named: bool) -> _Answers:
    try:
        said = await pac.answers(pac_file.load(path), places, source=str(path), now=now)
    except InputError as error:
        if named:
            raise
        return _Answers(note=str(error))
    return _Answers(answers=tuple(map(_routes, said, places)), note=f"as {path} has it")


def _routes(said: Said, place: Place) -> tuple[Route, ...] | str:
    if said.fault:
        return f"FindProxyForURL fails for {place.url}: {said.fault}"
    try:
        return parse_answer(said.answer)
    except ValueError as error:
        return f"what FindProxyForURL says of {place.url}: {error}"
