"""The dial that goes through a proxy, around one that goes to the proxy.

A proxy has one dial in a run: what is learned there of its address and its login serves them all.
"""

from collections.abc import Callable
from typing import Protocol

from tlsprobe.live import failures
from tlsprobe.live.dial import Clock, Connection, Dial
from tlsprobe.live.proxy.connect import HttpConnect
from tlsprobe.live.proxy.refusals import failed
from tlsprobe.live.proxy.socks import SocksConnect
from tlsprobe.live.proxy.tls import secured
from tlsprobe.live.proxy.tunnel import PutThrough, Tunnel
from tlsprobe.live.proxy.visit import Open
from tlsprobe.live.resolve import resolve
from tlsprobe.model.observation import Failure, Timings
from tlsprobe.model.route import Proxy, ProxyScheme


class _Protocol(Protocol):
    async def reach(
        self, open_: Open, host: str, port: int, deadline: float
    ) -> PutThrough | Failure: ...


_PROTOCOLS: dict[ProxyScheme, Callable[[Proxy, Clock], _Protocol]] = {
    ProxyScheme.HTTP: HttpConnect,
    ProxyScheme.HTTPS: HttpConnect,
    ProxyScheme.SOCKS4: SocksConnect,
    ProxyScheme.SOCKS5: SocksConnect,
}


class ProxyDial:
    """Connects through one proxy. Names are the proxy's to look up."""

    def __init__(self, inner: Dial, proxy: Proxy) -> None:
        self.clock = inner.clock
        self._inner = inner
        self._proxy = proxy
        self._protocol = _PROTOCOLS[proxy.scheme](proxy, inner.clock)
        self._addresses: tuple[str, ...] = ()

    async def connect(self, host: str, port: int, deadline: float) -> Connection | Failure:
        """A connection to `host`, a name or an IP address, or why there is none."""
        # The protocols have no form for it, and their libraries raise, each in its own way.
        if not (host.isascii() and host.isprintable()) or " " in host or not host:
            return failures.impossible_name(host, "a proxy is asked for names in ASCII")
        start = self.clock()
        outcome = await self._protocol.reach(lambda: self._open(deadline), host, port, deadline)
        if isinstance(outcome, Failure):
            return outcome
        tcp = outcome.connection.timings.tcp or 0.0
        elapsed = (self.clock() - start) * 1000
        timings = Timings(tcp=tcp, proxy=max(0.0, elapsed - tcp))
        return Tunnel(outcome, clock=self.clock, timings=timings)

    async def _open(self, deadline: float) -> Connection | Failure:
        """A connection to the proxy."""
        opened = await self._open_tcp(deadline)
        if isinstance(opened, Failure) or self._proxy.scheme is not ProxyScheme.HTTPS:
            return opened
        return await secured(opened, self._proxy, clock=self.clock, deadline=deadline)

    async def _open_tcp(self, deadline: float) -> Connection | Failure:
        if not self._addresses:
            timeout = max(0.0, deadline - self.clock())
            found = await resolve(self._proxy.host, timeout=timeout, clock=self.clock)
            if found.failure is not None:
                return self._unreached(found.failure)
            self._addresses = found.addresses
        failure: Failure | None = None
        left = len(self._addresses)
        for address in self._addresses:
            # An address that does not answer leaves the others their share of the time.
            now = self.clock()
            opened = await self._inner.connect(
                address, self._proxy.port, now + (deadline - now) / left
            )
            if not isinstance(opened, Failure):
                return opened
            failure = failure or opened
            left -= 1
        if failure is None:
            raise RuntimeError("a name without addresses is a failure")
        return self._unreached(failure)

    def _unreached(self, failure: Failure) -> Failure:
        return failed(self._proxy, failure.kind, f"was not reached: {failure.detail}")
