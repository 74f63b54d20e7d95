"""One question to one DNS server: by UDP, again where a datagram is lost, by TCP where it is cut.

dnspython writes and reads the messages. The sockets are ours: a connected one hears of a port where
nobody listens at once, takes datagrams of the server's only, and leaves a flood in the kernel.
"""

import asyncio
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from msgspec import Struct

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.live import failures
from tlsprobe.live.dial import Dial, Ended
from tlsprobe.live.failures import seconds
from tlsprobe.live.tcp import socket_address
from tlsprobe.model.observation import Failure, FailureKind
from tlsprobe.wire.ip_literals import join_host_port

if TYPE_CHECKING:  # it takes as long to load as a nearby resolver takes to answer
    from dns.message import Message, QueryMessage
    from dns.rdata import Rdata

Kind = Literal["A", "AAAA"]

ATTEMPTS = 3
"""How often a question is sent by UDP; the time that is left is shared among them."""
MOST_STRAY = 64
"""Datagrams of the server's that answer something else, or nothing, until it is given up."""
MOST_ADDRESSES = 64
"""Addresses of one answer that are kept: a page has no room for more, and no client tries them."""
LARGEST = 2**16
DATAGRAM = 4096
"""Bytes of a datagram that are read. No EDNS is sent, so that 512 are lawful (RFC 1035 section 4.2.1)."""


class Server(NamedTuple):
    """Where a resolver listens."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        """``192.0.2.53:53``."""
        return join_host_port(*self)


class Reply(Struct, frozen=True, kw_only=True):
    """What a server said."""

    rcode: str
    """IANA's name for it, such as ``NOERROR``; a number where it has none."""
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ttl: int | None = None


async def ask(
    server: Server,
    name: str,
    kind: Kind,
    *,
    dial: Dial,
    timeout: float,  # noqa: ASYNC109
    entropy: Entropy,
) -> Reply | str:
    """The answer of `server` in `timeout` seconds, or why there is none, in words.

    Raises nothing for what a network does. `dial` is a plain one, for TCP; its clock counts.
    """
    import dns.exception  # noqa: PLC0415
    import dns.message  # noqa: PLC0415

    deadline = dial.clock() + timeout
    try:
        query = dns.message.make_query(name, kind, id=int.from_bytes(entropy(2)))
    except dns.exception.DNSException as error:
        return f"{name!r} cannot be asked for: {error}"
    try:
        outcome = await _by_datagram(server, query, dial, deadline)
        if outcome is None:
            outcome = await _by_stream(server, query, dial, deadline)
    except _SilenceError:
        return f"no answer within {seconds(timeout)}"
    except OSError as error:
        return _in_words(error)
    return outcome if isinstance(outcome, str) else _read(outcome)


class _SilenceError(Exception):
    """Nothing came."""


async def _by_datagram(
    server: Server, query: "QueryMessage", dial: Dial, deadline: float
) -> "Message | str | None":
    """The answer; None where it is cut, and is to be had by TCP."""
    import dns.flags  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    family, address = socket_address(*server)
    if isinstance(address, OSError):
        raise address
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        await loop.sock_connect(sock, address)
        strays = 0
        for left in range(ATTEMPTS, 0, -1):
            await loop.sock_sendall(sock, query.to_wire())
            until = dial.clock() + (deadline - dial.clock()) / left
            while (remaining := until - dial.clock()) > 0 and strays < MOST_STRAY:
                try:
                    async with asyncio.timeout(remaining):
                        data = await loop.sock_recv(sock, DATAGRAM)
                except TimeoutError:
                    break
                answer = _parsed(data, query)
                if answer is not None:
                    return None if answer.flags & dns.flags.TC else answer
                strays += 1
    if strays:
        return f"it sent {strays} datagrams that answer nothing which was asked"
    raise _SilenceError


async def _by_stream(
    server: Server, query: "QueryMessage", dial: Dial, deadline: float
) -> "Message | str":
    """The answer by TCP, where two bytes of length stand before it (RFC 1035 section 4.2.2)."""
    connection = await dial.connect(*server, deadline)
    if isinstance(connection, Failure):
        return f"its answer is cut, and by TCP {connection.detail}"
    try:
        connection.send(query.to_wire(prepend_length=True))
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2]):
            arrived = await connection.receive(deadline)
            if isinstance(arrived, Ended) or len(data) > LARGEST:
                return "its answer is cut, and by TCP it gave none that is whole"
            data += arrived.data
        answer = _parsed(data[2 : 2 + int.from_bytes(data[:2])], query)
        return answer or "its answer is cut, and by TCP it gave one to nothing which was asked"
    finally:
        connection.close()


def _parsed(data: bytes, query: "QueryMessage") -> "Message | None":
    """The answer to that very question; None where the bytes are none."""
    import dns.exception  # noqa: PLC0415
    import dns.flags  # noqa: PLC0415
    import dns.message  # noqa: PLC0415

    try:
        message = dns.message.from_wire(data, ignore_trailing=True, continue_on_error=True)
        # Of an answer that is cut, the last record may be half a one.
        whole = not message.errors or message.flags & dns.flags.TC
        return message if whole and query.is_response(message) else None
    except (dns.exception.DNSException, ValueError):
        return None


def _read(answer: "Message") -> Reply | str:
    """What an answer says, CNAMEs followed; their circles are told."""
    import dns.exception  # noqa: PLC0415
    import dns.message  # noqa: PLC0415
    import dns.rcode  # noqa: PLC0415

    rcode = dns.rcode.to_text(answer.rcode())
    # Who fails or refuses need not repeat the question.
    if not isinstance(answer, dns.message.QueryMessage) or not answer.question:
        return Reply(rcode=rcode)
    try:
        chaining = answer.resolve_chaining()
    except dns.message.AnswerForNXDOMAIN:
        return "it says that the name is unknown, and answers nevertheless"
    except dns.message.ChainTooLong:
        return "its CNAMEs lead on and on, or in a circle"
    except (dns.exception.DNSException, ValueError):
        return "its answer cannot be read"
    found = [one.to_text() for one in cast("Iterable[Rdata]", chaining.answer or ())]
    aliases = [
        next(iter(one)).to_text().lower().removesuffix(".")
        for one in cast("list[Iterable[Rdata]]", chaining.cnames)
    ]
    return Reply(
        rcode=rcode,
        addresses=tuple(found[:MOST_ADDRESSES]),
        aliases=tuple(aliases),
        ttl=chaining.minimum_ttl if found or aliases else None,
    )


def _in_words(error: OSError) -> str:
    # Windows words it as a reset.
    if failures.kind_of(error) in (FailureKind.REFUSED, FailureKind.RESET):
        return "nobody listens there"
    return failures.reason(error)
