"""At which hop TCP and TLS end on the way to the endpoint: a trace, where one is wanted."""

from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.model.hops import CONNECTIONS, LEAST, Hops


def _wanted(asked: Asked) -> bool:
    return asked.settings.trace is not None


def _costs(asked: Asked) -> bool:
    return asked.report.observation.target.via is None


async def _inquire(asked: Asked) -> Learned:
    wish, via = asked.settings.trace, asked.report.observation.target.via
    if wish is None:
        return Learned()
    if via is not None:
        # What a TTL says there, it says of the way to the proxy.
        why = f"the endpoint is reached through {via}, and no TTL goes through a proxy"
        return Learned(hops=Hops(address=asked.address, port=asked.request.port, unavailable=why))
    from tlsprobe.live.hop_probes import Way  # noqa: PLC0415 - few probes want it
    from tlsprobe.live.hops import trace  # noqa: PLC0415

    def record() -> bytes:
        entropy = asked.world.entropy
        return asked.settings.template.stamp(server_name=asked.request.sni, entropy=entropy).record

    way = Way(address=asked.address, clock=asked.world.dial.clock)
    hops = await trace(
        way, asked.request.port, record, wish,
        connections=max(asked.connections, LEAST), slots=asked.turn,
    )  # fmt: skip
    return Learned(hops=hops)


HOPS = Inquiry(
    _wanted, _inquire, "a trace of the hops to the endpoint", least=LEAST, most=CONNECTIONS,
    costs=_costs,
)  # fmt: skip
