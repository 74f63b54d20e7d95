"""What is asked, with what and of whom, and one look at an endpoint.

Whatever touches the world comes in as an argument: the dial, the clock, the entropy.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum

from msgspec import Struct, field
from msgspec.structs import replace

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.errors import UsageError
from tlsprobe.hello.template import CraftedHello, Template
from tlsprobe.live.dial import Dial, Dialled
from tlsprobe.live.exchange import exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.lookups import RevocationLookups
from tlsprobe.live.name_servers import NameServers
from tlsprobe.live.opinions import Opinions
from tlsprobe.live.racing import Race, racing
from tlsprobe.live.resolve import Resolution
from tlsprobe.model.hops import Wish
from tlsprobe.model.observation import Failure, HelloSize, Observation, SourceKind, Target
from tlsprobe.model.reference import Reference
from tlsprobe.model.route import DIRECT, Proxy, Route
from tlsprobe.observe import observe
from tlsprobe.store.hosts_file import HostsFile, hosts_file
from tlsprobe.wire.ip_literals import is_ip_literal


class ProbeRequest(Struct, frozen=True, kw_only=True):
    """One endpoint to ask."""

    host: str
    port: int = 443
    sni: str | None = None
    """The name to send in server_name; None sends none."""
    address: str | None = None
    """The address to connect to; None asks the resolver."""
    all_addresses: bool = False
    """Ask at every address of the name, not only at the first that can be reached."""
    canary: bool = False
    """Whether the caller runs a canary there, which is to be asked what reached it."""
    route: Route = DIRECT
    """The way there. A proxy looks the name up itself, unless an address or all of them are wanted."""
    other_routes: tuple[Route, ...] = ()
    """Ways that are compared with it."""


class When(Enum):
    """When a further question is asked of an endpoint."""

    ALWAYS = "always"
    DOUBT = "doubt"
    """Only where the first look did not say `direct`, or leaves something to be asked."""
    NEVER = "never"


class World(Struct, frozen=True, kw_only=True):
    """What the use cases take from outside."""

    dial: Dial
    """The one that goes directly."""
    now: Callable[[], datetime]
    """Time-zone aware."""
    entropy: Entropy
    library: Callable[[], Opinions] | None = None
    """Gives whoever is asked for second opinions, when the first is wanted; None asks nobody."""
    through: Callable[[Proxy], Dial] | None = None
    """Gives the dial through a proxy, always the same one: it knows which login works there."""

    revocation: Callable[[Route], RevocationLookups] | None = None
    """Gives whoever asks about revocation over a route, one and the same for a whole run; None asks
    nobody."""
    resolvers: Callable[[], NameServers] | None = None
    """Gives the resolvers of the run, when the first name is asked for; None asks none."""
    hosts: HostsFile = field(default_factory=lambda: HostsFile(hosts_file()))
    """What this machine has written down of names; it is read when the resolvers are asked."""

    def dial_of(self, route: Route) -> Dial:
        """The dial that takes a route.

        Raises:
            UsageError: it leads through a proxy, and no such dial was given.
        """
        if route.proxy is None:
            return self.dial
        if self.through is None:
            raise UsageError(f"the route through {route.via}: this world has no proxies")
        return self.through(route.proxy)


class Settings(Struct, frozen=True, kw_only=True):
    """What holds for every request of a run."""

    template: Template
    reference: Reference
    second_opinion: When = When.ALWAYS
    """When a TLS library is asked as well."""
    other_names: When = When.DOUBT
    """When the same address is asked for names that are not its owner's."""
    content_with_proof: bool = False
    """Ask nothing further of an endpoint where the first look proves an interception: of many names
    behind one box, each would bring the same again."""
    other_hellos: When = When.NEVER
    """When the endpoint is asked by other hellos as well."""
    jarm: bool = False
    """Whether an endpoint's JARM is taken, where `connections` leave enough for it."""
    jarm_by_all_means: bool = False
    """Whether other questions get no more than the least that they take before it has its own."""
    connections: int = 16
    """That are made to one endpoint at most, those of a trace among them."""
    resolvers: When = When.NEVER
    """When each resolver is asked by itself for the name."""
    trace: Wish | None = None
    """How the way to each address is traced; None traces none."""
    limits: Limits = field(default_factory=Limits)


async def look(
    request: ProbeRequest,
    address: str,
    settings: Settings,
    world: World,
    *,
    source: SourceKind = SourceKind.PROBE,
    dns: float | None = None,
    reshaped: Callable[[CraftedHello], CraftedHello] | None = None,
    dial: Dial | None = None,
    reached: Dialled | None = None,
) -> Observation:
    """One handshake of our own with `address`; `dns` are the milliseconds that finding it took.

    Through a proxy `address` may be a name. `reshaped` may cut the hello in another way before it is sent,
    and `dial` takes the place of the route's own. Where the address was `reached` already, that connection
    is used.
    """
    crafted = settings.template.stamp(server_name=request.sni, entropy=world.entropy)
    if reshaped is not None:
        crafted = reshaped(crafted)
    seen = await exchange(
        dial or world.dial_of(request.route), address, request.port, crafted,
        limits=settings.limits, now=world.now, entropy=world.entropy, reached=reached,
    )  # fmt: skip
    return observe(
        seen.handshake,
        target=target(request, address, crafted.server_name),
        source=source,
        profile=crafted.profile,
        taken=seen.transcript.started,
        timings=seen.timings if dns is None else replace(seen.timings, dns=dns),
        failure=without_secrets(seen.failure, request.route),
        proxy=seen.reply,
        hello_size=HelloSize(len(crafted.record), seen.segment_size) if seen.connected else None,
    )


@asynccontextmanager
async def looking_at_first(
    request: ProbeRequest,
    found: Resolution,
    settings: Settings,
    world: World,
    *,
    source: SourceKind = SourceKind.PROBE,
) -> AsyncGenerator[tuple[Observation, Race]]:
    """A look at the address that stands first, of those that were found: there is one at least.

    The other addresses that were tried may go on until this is left.
    """
    deadline = world.dial.clock() + settings.limits.connect
    dial = world.dial_of(request.route)
    async with racing(dial, found.addresses, request.port, deadline) as race:
        try:
            seen = await look(
                request, race.address, settings, world,
                source=source, dns=found.dns, reached=race.dialled,
            )  # fmt: skip
        finally:
            if not isinstance(race.dialled.outcome, Failure):
                race.dialled.outcome.close()  # where no hello could be made for it
        yield replace(seen, unreached=race.unreached), race


async def look_at_first(
    request: ProbeRequest,
    found: Resolution,
    settings: Settings,
    world: World,
    *,
    source: SourceKind = SourceKind.PROBE,
) -> Observation:
    """The same, for those who do not care what becomes of the other addresses."""
    async with looking_at_first(request, found, settings, world, source=source) as (seen, _):
        return seen


def without_secrets(failure: Failure | None, route: Route) -> Failure | None:
    """A failure that quotes nothing of the login of the route's proxy.

    What comes through a tunnel is the origin's, but a proxy can say there what it likes.
    """
    return failure and replace(failure, detail=hidden(failure.detail, route))


def hidden(text: str, route: Route) -> str:
    """The text without the login of the route's proxy."""
    login = None if route.proxy is None else route.proxy.credentials
    if login is None:
        return text
    from tlsprobe.live.proxy.secrets import Secrets  # noqa: PLC0415 - few runs have a login

    return Secrets.of(login).hide(text)


def target(request: ProbeRequest, address: str | None, sni: str | None) -> Target:
    """The endpoint of a request, as it was asked at `address` under the name `sni`.

    Which address a proxy found for a name, nobody else knows.
    """
    via = request.route.via
    known = address if via is None or address is None or is_ip_literal(address) else None
    return Target(host=request.host, port=request.port, sni=sni, address=known, via=via)
