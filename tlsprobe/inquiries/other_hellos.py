"""The same endpoint, asked by other hellos: what a client sees depends on what it sends.

A box may decide by the look of a hello, and one that reads hellos may mind a large one, one in two
pieces, or what only young clients send. Where a young client's hello dies and the first one lived, the
difference is halved: by size, then by what the one has and the other lacks.
"""

import asyncio
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.asking import look
from tlsprobe.hello import encode, templates, variants
from tlsprobe.hello.template import CraftedHello, Template
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.split import SplitDial
from tlsprobe.model.observation import Change, Observation, SourceKind, Variation
from tlsprobe.model.other_hellos import died

YOUNG = "chrome"
"""A profile with all that young clients send, longer than a segment."""
OLD = "tls12"
HANDSHAKE = 2.0
"""Seconds that an answer is waited for at least."""
NEAR = 16
"""Bytes between a size that lives and one that dies, at which nobody wants to know more."""
WHAT_DIES = "what it is about the hello that is not answered"


class _Other(Struct, frozen=True, kw_only=True):
    """A hello to send."""

    template: Template
    change: Change
    lacks: str = ""
    reshaped: Callable[[CraftedHello], CraftedHello] | None = None
    split: bool = False


def _wanted(asked: Asked) -> bool:
    return asked.wants(asked.settings.other_hellos)


async def _inquire(asked: Asked) -> Learned:
    looks = await _ask(asked, _others(asked.settings.template))
    young = looks[0]
    left = asked.connections - len(looks)
    left_out: tuple[str, ...] = ()
    if died(young) and left:
        looks += await _bisected(asked, young, left)
    elif died(young):
        left_out = (WHAT_DIES,)
    return Learned(controls=tuple(looks), left_out=left_out)


def _others(first: Template) -> list[_Other]:
    """The young client's hello, and what else there is; the first one again where it was asked by it."""
    named = f"{first.profile}, "
    return [
        _Other(template=templates.load(YOUNG), change=Change.CLIENT),
        _Other(template=templates.load(OLD), change=Change.CLIENT),
        *(
            _Other(
                template=variants.signed_by(first, rsa=rsa, profile=named + kind),
                change=Change.KEY_KIND,
            )
            for rsa, kind in ((True, "RSA only"), (False, "ECDSA only"))
        ),
        _Other(
            template=replace(first, profile=named + "in two segments"),
            change=Change.SEGMENTS,
            split=True,
        ),
        _Other(
            template=replace(first, profile=named + "in two records"),
            change=Change.RECORDS,
            reshaped=variants.in_two_records,
        ),
    ]


async def _bisected(asked: Asked, young: Observation, left: int) -> list[Observation]:
    """What it is about the young client's hello, within so many connections."""
    first, dies = asked.settings.template, _size(young)
    looks = await _ask(asked, [_filled(first, dies)])
    if not died(looks[0]):
        lacking = variants.lacking_one_thing(templates.load(YOUNG), size=dies)
        others = [
            _Other(template=template, change=Change.LACKS, lacks=name) for name, template in lacking
        ]
        return looks + await _ask(asked, others[: left - 1])
    lives = _sent(asked.report.observation)
    while len(looks) < left and dies - lives > NEAR:
        (tried,) = await _ask(asked, [_filled(first, (lives + dies) // 2)])
        looks.append(tried)
        if died(tried):
            dies = _size(tried)
        else:
            lives = _size(tried)
    return looks


def _filled(first: Template, size: int) -> _Other:
    profile = f"{first.profile}, filled to {size} bytes"
    return _Other(template=variants.sized(first, size, profile=profile), change=Change.SIZE)


def _sent(seen: Observation) -> int:
    """Bytes of the message that was sent, under the endpoint's own name; 0 where none was."""
    hello = seen.handshake.client_hello
    return 0 if hello is None else encode.client_hello_size(hello)


def _size(seen: Observation) -> int:
    return 0 if seen.variation is None else seen.variation.size


async def _ask(asked: Asked, others: Sequence[_Other]) -> list[Observation]:
    """The looks, in the order of the hellos; a few at a time, so that no server minds."""

    async def one(other: _Other) -> Observation:
        async with asked.turn:
            return await _look(asked, other)

    return list(await asyncio.gather(*map(one, others)))


async def once_more(asked: Asked, profile: str) -> Observation | None:
    """A look by the hello of that name, the first look's or another; None where it is none of these."""
    first = _Other(template=asked.settings.template, change=Change.CLIENT)
    for other in (first, *_others(first.template)):
        if other.template.profile == profile:
            (seen,) = await _ask(asked, [other])
            return seen
    return None


async def _look(asked: Asked, other: _Other) -> Observation:
    settings = asked.settings_within(connect=HANDSHAKE, handshake=HANDSHAKE)
    dial = asked.world.dial_of(asked.request.route)
    seen = await look(
        asked.request,
        asked.address,
        replace(settings, template=other.template),
        asked.world,
        source=SourceKind.OTHER_HELLO,
        reshaped=other.reshaped,
        dial=SplitDial(dial) if other.split else dial,
    )
    size = _sent(seen) or variants.size_of(other.template)
    return replace(seen, variation=Variation(change=other.change, size=size, lacks=other.lacks))


OTHER_HELLOS = Inquiry(
    _wanted, _inquire, "the same endpoint asked by other hellos", least=6, most=16
)
