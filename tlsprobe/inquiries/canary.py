"""What reached the caller's own server at the far end of the path, beside what was sent from here."""

from msgspec.structs import replace

from tlsprobe.asking import hidden
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned


def _wanted(asked: Asked) -> bool:
    return asked.request.canary


async def _inquire(asked: Asked) -> Learned:
    # It brings a TLS library along, which takes longer to load than many a probe.
    from tlsprobe.live.canary import ask_canary  # noqa: PLC0415

    request, world = asked.request, asked.world
    async with asked.turn:
        canary = await ask_canary(
            world.dial_of(request.route), asked.address, request.port,
            host=request.host, server_name=request.sni, limits=asked.settings.limits,
            now=world.now, entropy=world.entropy,
        )  # fmt: skip
    return Learned(canary=replace(canary, failure=hidden(canary.failure, request.route)))


CANARY = Inquiry(_wanted, _inquire, "what reached the canary", least=1)
