"""At which hop TCP and TLS end on the way to the endpoint: a trace, where one is wanted."""

from tlsprobe.asking import ProbeRequest, Settings, World
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.model.hops import Hops, Wish


def _wanted(asked: Asked) -> bool:
    return asked.settings.trace is not None


async def _inquire(asked: Asked) -> Learned:
    wish, via = asked.settings.trace, asked.report.observation.target.via
    if wish is None:
        return Learned()
    if via is not None:
        # What a TTL says there, it says of the way to the proxy.
        why = f"the endpoint is reached through {via}, and no TTL goes through a proxy"
        return Learned(hops=Hops(address=asked.address, port=asked.request.port, unavailable=why))
    return Learned(
        hops=await trace_to(asked.request, asked.address, wish, asked.settings, asked.world)
    )


async def trace_to(
    request: ProbeRequest, address: str, wish: Wish, settings: Settings, world: World
) -> Hops:
    """Trace the way to the endpoint of `request` at `address`, with its hello."""
    from tlsprobe.live.hop_probes import Way  # noqa: PLC0415 - few probes want it
    from tlsprobe.live.hops import trace  # noqa: PLC0415

    def record() -> bytes:
        return settings.template.stamp(server_name=request.sni, entropy=world.entropy).record

    return await trace(Way(address=address, clock=world.dial.clock), request.port, record, wish)


HOPS = Inquiry(_wanted, _inquire)
