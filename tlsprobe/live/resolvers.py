"""Every resolver by itself: those that this machine is configured with, and those that were given.

The system's own lookup shows one answer and hides whose it is. Which of them makes a name up, keeps it
in the house, or does not answer at all shows only when each is asked side by side with the others.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.live.dial import Dial
from tlsprobe.live.dns_question import Reply, Server, ask
from tlsprobe.live.invented_names import invented_name
from tlsprobe.live.resolve import ip_literal
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.names import NO_ERROR, NameAnswer, NameAnswers

MOST_SERVERS = 8
"""Of the machine's configuration; the C library reads three."""
_GIVEN_UP = "no answer to an earlier question of this run, so it was not asked again"
_SUFFIX = "com"
"""The public suffix under which resolvers that rewrite would most like to sell a name."""


def machine_servers() -> tuple[Server, ...]:
    """The resolvers of this machine: of ``/etc/resolv.conf``, or of Windows' registry.

    None of them where nothing is configured, or it cannot be read. A stub on the machine itself (systemd's at
    127.0.0.53) is one server, whomever it asks.
    """
    import dns.exception  # noqa: PLC0415
    import dns.nameserver  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415

    try:
        configured = dns.resolver.Resolver().nameservers
    except (dns.exception.DNSException, OSError, ValueError):
        return ()
    servers: dict[Server, None] = {}
    for one in configured:
        if isinstance(one, dns.nameserver.AddressAndPortNameserver):
            servers[Server(one.address, one.port)] = None
        elif isinstance(one, str) and ip_literal(one) is not None:
            servers[Server(one)] = None
    return tuple(servers)[:MOST_SERVERS]


@dataclass(slots=True)
class _Known:
    """What is known of one server, once it was asked for the invented name."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    invented: tuple[str, ...] | None = None
    answers: bool = False
    """Whether it has ever answered anything."""
    given_up: bool = False
    """Whether it was waited for in vain, and never answered before: one wait is enough for a run."""


class Resolvers:
    """The resolvers of one run. Each is asked once for a name that nobody has."""

    def __init__(
        self, servers: Sequence[Server], *, entropy: Entropy, dial: Dial | None = None
    ) -> None:
        """`dial` is a plain one, for answers that no datagram holds."""
        self.servers = tuple(dict.fromkeys(servers))
        self.invented_name = invented_name(_SUFFIX, entropy)
        self._entropy = entropy
        self._dial = TcpDial() if dial is None else dial
        self._known = {one: _Known() for one in self.servers}

    async def answers(self, host: str, *, timeout: float) -> NameAnswers:  # noqa: ASYNC109
        """What each says of `host`, which must be a name, in `timeout` seconds."""
        asked = (self._answer(one, host, timeout) for one in self.servers)
        return NameAnswers(
            resolvers=tuple(await asyncio.gather(*asked)), invented_name=self.invented_name
        )

    async def _answer(self, server: Server, host: str, timeout: float) -> NameAnswer:  # noqa: ASYNC109
        start = self._dial.clock()
        answer, invented = await asyncio.gather(
            self._ask(server, host, timeout), self._invented(server, timeout)
        )
        replies = [one for one in answer if isinstance(one, Reply)]
        return NameAnswer(
            resolver=str(server),
            addresses=_once(address for one in replies for address in one.addresses),
            aliases=_once(alias for one in replies for alias in one.aliases),
            rcode=_rcode(replies),
            ttl=min((one.ttl for one in replies if one.ttl is not None), default=None),
            elapsed=(self._dial.clock() - start) * 1000,
            failure="; ".join(_once(one for one in answer if isinstance(one, str))),
            invented=invented,
        )

    async def _ask(self, server: Server, name: str, timeout: float) -> list[Reply | str]:  # noqa: ASYNC109
        known = self._known[server]
        if known.given_up and not known.answers:
            return [_GIVEN_UP]
        replies = await self._both(server, name, timeout)
        answered = any(isinstance(one, Reply) for one in replies)
        known.answers = known.answers or answered
        known.given_up = known.given_up or not answered
        return replies

    async def _both(self, server: Server, name: str, timeout: float) -> list[Reply | str]:  # noqa: ASYNC109
        kinds = (
            ask(server, name, kind, dial=self._dial, timeout=timeout, entropy=self._entropy)
            for kind in ("A", "AAAA")
        )
        return list(await asyncio.gather(*kinds))

    async def _invented(self, server: Server, timeout: float) -> tuple[str, ...]:  # noqa: ASYNC109
        """What it answers for the invented name; who comes second waits for who came first."""
        known = self._known[server]
        async with known.lock:
            if known.invented is None:
                replies = await self._ask(server, self.invented_name, timeout)
                known.invented = _once(
                    address
                    for one in replies
                    if isinstance(one, Reply)
                    for address in one.addresses
                )
            return known.invented


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _rcode(replies: Sequence[Reply]) -> str | None:
    """Of both: a name exists where either answer says so."""
    codes = [one.rcode for one in replies]
    return NO_ERROR if NO_ERROR in codes else next(iter(codes), None)
