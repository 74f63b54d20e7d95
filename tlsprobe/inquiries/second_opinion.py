"""What a TLS library sees of the endpoint, in a whole handshake of its own."""

from msgspec.structs import replace

from tlsprobe.asking import When, hidden, target, without_secrets
from tlsprobe.certs.constraints import left_to_others
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.paths import public_path
from tlsprobe.model.verdict import Conclusion
from tlsprobe.observe import observe


def _wanted(asked: Asked) -> bool:
    when = asked.settings.second_opinion
    if asked.world.library is None or when is When.NEVER:
        return False
    report = asked.report
    return (
        when is When.ALWAYS
        or report.verdict.conclusion is not Conclusion.DIRECT
        # Rules that only the library applies.
        or bool(left_to_others(public_path(report.observation, asked.settings.reference)))
    )


async def _inquire(asked: Asked) -> Learned:
    request, world = asked.request, asked.world
    if world.library is None:
        return Learned()
    async with asked.turn:
        second = await world.library().ask(
            world.dial_of(request.route), asked.address, request.port,
            server_name=request.sni, limits=asked.settings.limits, now=world.now,
        )  # fmt: skip
    seen, opinion = second.exchange, second.opinion
    look = observe(
        seen.handshake,
        target=target(request, asked.address, request.sni),
        source=SourceKind.SECOND_OPINION,
        profile=opinion.library,
        taken=seen.transcript.started,
        timings=seen.timings,
        failure=without_secrets(seen.failure, request.route),
        opinion=replace(opinion, detail=hidden(opinion.detail, request.route)),
        proxy=seen.reply,
    )
    return Learned(controls=(look,))


SECOND_OPINION = Inquiry(_wanted, _inquire, "a second opinion by a TLS library", least=2)
