"""What is asked, with what and of whom, and one look at an endpoint.

Whatever touches the world comes in as an argument: the dial, the clock, the entropy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.hello.template import Template
from tlsprobe.live.dial import Dial
from tlsprobe.live.exchange import exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.opinions import Opinions
from tlsprobe.model.observation import Observation, SourceKind, Target
from tlsprobe.model.reference import Reference
from tlsprobe.observe import observe


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
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


class When(Enum):
    """When a further question is asked of an endpoint."""

    ALWAYS = "always"
    DOUBT = "doubt"
    """Only where the first look did not say `direct`, or leaves something to be asked."""
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the use cases take from outside."""

    dial: Dial
    now: Callable[[], datetime]
    """Time-zone aware."""
    entropy: Entropy
    library: Callable[[], Opinions] | None = None
    """Gives whoever is asked for second opinions, when the first is wanted; None asks nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for every request of a run."""

    template: Template
    reference: Reference
    second_opinion: When = When.ALWAYS
    """When a TLS library is asked as well."""
    other_names: When = When.DOUBT
    """When the same address is asked for names that are not its owner's."""
    limits: Limits = field(default_factory=Limits)


async def look(
    request: ProbeRequest,
    address: str,
    settings: Settings,
    world: World,
    *,
    source: SourceKind = SourceKind.PROBE,
    dns: float | None = None,
) -> Observation:
    """One handshake of our own with `address`; `dns` are the milliseconds that finding it took."""
    crafted = settings.template.stamp(server_name=request.sni, entropy=world.entropy)
    seen = await exchange(
        world.dial, address, request.port, crafted,
        limits=settings.limits, now=world.now, entropy=world.entropy,
    )  # fmt: skip
    return observe(
        seen.handshake,
        target=target(request, address, crafted.server_name),
        source=source,
        profile=crafted.profile,
        taken=seen.transcript.started,
        timings=seen.timings if dns is None else replace(seen.timings, dns=dns),
        failure=seen.failure,
    )


def target(request: ProbeRequest, address: str | None, sni: str | None) -> Target:
    """The endpoint of a request, as it was asked at `address` under the name `sni`."""
    return Target(host=request.host, port=request.port, sni=sni, address=address)
