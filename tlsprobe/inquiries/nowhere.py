"""An address that nobody has, asked for a name that nobody has.

Packets to the blocks that are kept for documentation go nowhere. A box that takes whatever goes to the
port answers there all the same, and if it ends TLS by a certificate made beforehand, it presents that:
so it is found without minting anything. An honest path is silent, or says that there is no route.
"""

from ipaddress import ip_address, ip_network

from msgspec.structs import replace

from tlsprobe.asking import look
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.inquiries.other_names import name_of_nobody
from tlsprobe.model.observation import SourceKind
from tlsprobe.wire.ip_literals import is_ip_literal

BLOCKS = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""TEST-NET-1, -2 and -3 (RFC 5737)."""
BLOCK_6 = ip_network("2001:db8::/32")
"""RFC 3849."""
PATIENCE = 0.5
"""Seconds that a connection is waited for at least: on an honest path none comes, and who sits before
the endpoint answers sooner than that does."""
HANDSHAKE = 1.5
"""And an answer to the hello, where somebody took the connection."""


def _wanted(asked: Asked) -> bool:
    return asked.wants(asked.settings.other_names) and _leaves_this_link(asked.address)


def _leaves_this_link(address: str) -> bool:
    """Whether anybody can sit between: packets to this machine and its link pass nobody."""
    bare = address.partition("%")[0]
    if not is_ip_literal(bare):
        return True
    return not (ip_address(bare).is_loopback or ip_address(bare).is_link_local)


async def _inquire(asked: Asked) -> Learned:
    entropy = asked.world.entropy
    seen = await look(
        replace(asked.request, sni=name_of_nobody(asked.request.host, entropy)),
        address_of_nobody(asked.address, entropy),
        asked.settings_within(connect=PATIENCE, handshake=HANDSHAKE),
        asked.world,
        source=SourceKind.NOWHERE,
    )
    return Learned(controls=(seen,))


def address_of_nobody(beside: str, entropy: Entropy) -> str:
    """An address of the family of `beside` that no host has."""
    drawn = entropy(4)
    if ":" in beside:
        # The subnet is drawn as well, as there are so many.
        low = int.from_bytes(drawn[:2])
        return str(BLOCK_6[(int.from_bytes(drawn[2:]) << 64) + low + 1])
    other = [one for one in BLOCKS if not is_ip_literal(beside) or ip_address(beside) not in one]
    return str(other[drawn[0] % len(other)][1 + drawn[1] % 254])


NOWHERE = Inquiry(_wanted, _inquire)
