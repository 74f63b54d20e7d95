"""The same address, asked for names that are not its owner's.

A server that is its owner's has a certificate for none of them: it presents its default, answers with
an alert, or hangs up. Who mints on the path makes one for whatever name he is asked for, and gives
himself away without any list. It is asked for an invented name, which nobody can have a certificate for;
for none, which shows the default; and for a name of another, unrelated owner, since some mint only for
names that resolve, or whose server they reach.
"""

import asyncio

from msgspec.structs import replace

from tlsprobe.asking import look
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.invented_names import invented_name
from tlsprobe.model.minting import public_domain
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.reference import Expectations, Issuance

HANDSHAKE = 1.5
"""Seconds that an answer is waited for at least: some servers give none to a name that is not theirs,
and who mints may look for an owner first."""
_SUFFIXES = ("net", "org")
"""Public ones under which many names are, the second for hosts that are under the first."""
ANOTHER_OWNERS = "another owner's name, asked for at the same address"
"""What is not looked at where there are connections for two names only."""


def _wanted(asked: Asked) -> bool:
    return asked.wants(asked.settings.other_names)


async def _inquire(asked: Asked) -> Learned:
    host, entropy = asked.request.host, asked.world.entropy
    names = [(name_of_nobody(host, entropy), SourceKind.OTHER_NAME), (None, SourceKind.OTHER_NAME)]
    theirs = another_owners_name(host, asked.settings.reference.expectations, entropy)
    room = asked.connections > len(names)
    if theirs is not None and room:
        names.append((theirs, SourceKind.OTHER_OWNER))
    looks = await asyncio.gather(*(_under(name, source, asked) for name, source in names))
    left_out = () if theirs is None or room else (ANOTHER_OWNERS,)
    return Learned(controls=tuple(looks), left_out=left_out)


async def _under(name: str | None, source: SourceKind, asked: Asked) -> Observation:
    """A look at the address under another name, or under none."""
    request = replace(asked.request, sni=name, host=name or asked.request.host)
    settings = asked.settings_within(connect=HANDSHAKE, handshake=HANDSHAKE)
    async with asked.turn:
        return await look(request, asked.address, settings, asked.world, source=source)


def name_of_nobody(host: str, entropy: Entropy) -> str:
    """A host name that nobody has, under another public suffix than `host`."""
    first, second = _SUFFIXES
    suffix = second if host.lower().rstrip(".").endswith(f".{first}") else first
    return f"www.{invented_name(suffix, entropy)}"


def another_owners_name(host: str, known: Expectations, entropy: Entropy) -> str | None:
    """A host name of an owner who has nothing to do with `host`; None where none is known.

    One whose public CAs are known, so that his own certificate is not taken for a minted one; no name of
    a content network, which many owners share; and none that the caller wrote down himself, since it
    may be nobody's business but his. Owners are drawn before names: a box often leaves the names of
    one of them alone.
    """
    own = known.of(host)
    of_owner: dict[str, set[str]] = {}
    for one in known:
        unrelated = own is None or one.house != own.house
        if unrelated and one.issuance is Issuance.PUBLIC and one.ca_keys and not one.given:
            of_owner.setdefault(one.house, set()).update(
                name for name in one.names if _serves(name, host)
            )
    owners = sorted(owner for owner, names in of_owner.items() if names)
    if not owners:
        return None
    drawn = entropy(4)
    names = sorted(of_owner[owners[int.from_bytes(drawn[:2]) % len(owners)]])
    return names[int.from_bytes(drawn[2:]) % len(names)]


def _serves(name: str, host: str) -> bool:
    """Whether it is a host's name, of another domain than `host`, and of no content network."""
    domain = public_domain(name)
    return "*" not in name and "cdn" not in name and domain not in (None, public_domain(host))


OTHER_NAMES = Inquiry(_wanted, _inquire, "the same address asked for other names", least=2, most=3)
