"""A name's addresses, from the system's resolver."""

import asyncio
import socket
import time

from msgspec import Struct

from tlsprobe.live import failures
from tlsprobe.live.background import in_background
from tlsprobe.live.dial import Clock
from tlsprobe.model.observation import Failure


class Resolution(Struct, frozen=True, kw_only=True):
    """What a name came to."""

    addresses: tuple[str, ...]
    """Each once, in the system's order of preference (RFC 6724); the zone as ``%4``."""
    failure: Failure | None = None
    """Why there is none."""
    dns: float | None = None
    """Milliseconds of the lookup; None where none was needed."""


async def resolve(host: str, *, timeout: float, clock: Clock = time.perf_counter) -> Resolution:  # noqa: ASYNC109
    """All addresses of `host`, in `timeout` seconds; an IP address is its own, without a lookup."""
    address = ip_literal(host)
    if address is not None:
        return Resolution(addresses=(address,))
    start = clock()
    found: tuple[str, ...] = ()
    failure: Failure | None = None
    try:
        async with asyncio.timeout(timeout):
            found = await in_background(lambda: _addresses(host), name="resolver")
    except TimeoutError:
        failure = failures.no_answer_of_resolver(host, timeout)
    except OSError as error:
        failure = failures.from_resolver(error, host)
    except ValueError as error:  # UnicodeError too: labels that are empty, too long, or no IDNA
        failure = failures.impossible_name(host, str(error))
    return Resolution(addresses=found, failure=failure, dns=(clock() - start) * 1000)


def ip_literal(text: str) -> str | None:
    """`text` as an address to connect to, where it is one; brackets go, a zone stays."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    address, percent, zone = bare.partition("%")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if percent and (not zone or family == socket.AF_INET):
        return None
    try:
        socket.inet_pton(family, address)
    except (OSError, ValueError):
        return None
    return bare


def _addresses(host: str) -> tuple[str, ...]:
    # Python hands on what stands before a NUL as if it were the name.
    if not host or not host.isprintable() or " " in host:
        raise ValueError("it is empty, or has blanks or control characters")
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found: dict[str, None] = {}
    for family, _, _, _, address in answers:
        if family == socket.AF_INET:
            found[str(address[0])] = None
        elif family == socket.AF_INET6:
            bare = str(address[0]).partition("%")[0]
            scope = address[3] if len(address) == 4 else 0
            found[f"{bare}%{scope}" if scope else bare] = None
    return tuple(found)
