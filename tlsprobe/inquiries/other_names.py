"""The same address, asked for names that are not its owner's.

A server that is its owner's has a certificate for none of them: it presents its default, answers with
an alert, or hangs up. Who mints on the path makes one for whatever name he is asked for, and gives
himself away without any list. It is asked for an invented name, which nobody can have a certificate for,
and for none, which shows the default.
"""

import asyncio
from dataclasses import replace

from tlsprobe.asking import look
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.invented_names import invented_name
from tlsprobe.model.observation import Observation, SourceKind

HANDSHAKE = 1.5
"""Seconds that an answer is waited for at least: some servers give none to a name that is not theirs,
and who mints may look for an owner first."""
_SUFFIXES = ("net", "org")
"""Public ones under which many names are, the second for hosts that are under the first."""


def _wanted(asked: Asked) -> bool:
    return asked.wants(asked.settings.other_names)


async def _inquire(asked: Asked) -> Learned:
    request = asked.request
    names = (name_of_nobody(request.host, asked.world.entropy), None)
    return Learned(controls=tuple(await asyncio.gather(*(_under(name, asked) for name in names))))


async def _under(name: str | None, asked: Asked) -> Observation:
    """A look at the address under another name, or under none."""
    request = replace(asked.request, sni=name, host=name or asked.request.host)
    settings = asked.settings_within(connect=HANDSHAKE, handshake=HANDSHAKE)
    async with asked.turn:
        return await look(
            request, asked.address, settings, asked.world, source=SourceKind.OTHER_NAME
        )


def name_of_nobody(host: str, entropy: Entropy) -> str:
    """A host name that nobody has, under another public suffix than `host`."""
    first, second = _SUFFIXES
    suffix = second if host.lower().rstrip(".").endswith(f".{first}") else first
    return f"www.{invented_name(suffix, entropy)}"


OTHER_NAMES = Inquiry(_wanted, _inquire, least=2)
