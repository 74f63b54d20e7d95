"""The dial that goes through a proxy, around one that goes to the proxy.

A proxy has one dial in a run: what is learned there of its address and its login serves them all.
"""

from tlsprobe.live import failures
from tlsprobe.live.dial import Connection, Dial
from tlsprobe.live.http_fetch import Way
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.connect import Forwarded, HttpProxy
from tlsprobe.live.proxy.http import Errand
from tlsprobe.live.proxy.refusals import failed
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.live.proxy.socks import SocksConnect
from tlsprobe.live.proxy.tls import secured
from tlsprobe.live.proxy.tunnel import Tunnel
from tlsprobe.live.racing import first_to_stand
from tlsprobe.live.resolve import resolve
from tlsprobe.model.observation import Failure, Timings
from tlsprobe.model.route import Proxy, ProxyScheme

_SOCKS = (ProxyScheme.SOCKS4, ProxyScheme.SOCKS5)


def way_by(dial: Dial) -> Way:
    """How plain HTTP goes where connections go by `dial`.

    Proxies that speak HTTP are asked for the whole URL, as clients do it, and the others for a
    connection, as for everything else.
    """
    if not isinstance(dial, ProxyDial):
        return Way(dial=dial)
    return Way(
        dial=dial, takes_names=True, forwarder=dial if dial.forwards else None, hide=dial.hide
    )


class ProxyDial:
    """Connects through one proxy. Names are the proxy's to look up."""

    def __init__(self, inner: Dial, proxy: Proxy, *, lookup: float = Limits().lookup) -> None:
        """`lookup` are the seconds for the addresses of the proxy's name, beside those for connecting."""
        self.clock = inner.clock
        self._lookup = lookup
        self._inner = inner
        self._proxy = proxy
        self._protocol: HttpProxy | SocksConnect = (
            SocksConnect(proxy, inner.clock)
            if proxy.scheme in _SOCKS
            else HttpProxy(proxy, inner.clock)
        )
        self._addresses: tuple[str, ...] = ()

    @property
    def forwards(self) -> bool:
        """Whether the proxy can be asked for the URL of something."""
        return isinstance(self._protocol, HttpProxy)

    def hide(self, text: str) -> str:
        """The text without the login, which a proxy may send back wherever it likes."""
        if isinstance(self._protocol, HttpProxy):
            return self._protocol.secrets.hide(text)
        login = self._proxy.credentials
        return text if login is None else Secrets.of(login).hide(text)

    async def connect(self, host: str, port: int, deadline: float) -> Connection | Failure:
        """A connection to `host`, a name or an IP address, or why there is none."""
        # The protocols have no form for it, and their libraries raise, each in its own way.
        if not (host.isascii() and host.isprintable()) or " " in host or not host:
            return failures.impossible_name(host, "a proxy is asked for names in ASCII")
        start = self.clock()
        unknown = await self._look_up()
        if unknown is not None:
            return unknown
        deadline += self.clock() - start
        outcome = await self._protocol.reach(lambda: self._open(deadline), host, port, deadline)
        if isinstance(outcome, Failure):
            return outcome
        tcp = outcome.connection.timings.tcp or 0.0
        elapsed = (self.clock() - start) * 1000
        timings = Timings(tcp=tcp, proxy=max(0.0, elapsed - tcp))
        return Tunnel(outcome, clock=self.clock, timings=timings)

    async def forward(
        self, errand: Errand, *, connected_by: float, deadline: float
    ) -> Forwarded | Failure:
        """What the proxy passes on to a question, or why there is nothing.

        Raises:
            h11.LocalProtocolError: the question is none that HTTP has a form for.
        """
        if not isinstance(self._protocol, HttpProxy):
            raise TypeError("SOCKS knows connections only")
        start = self.clock()
        unknown = await self._look_up()
        if unknown is not None:
            return unknown
        connected_by = min(connected_by + self.clock() - start, deadline)
        return await self._protocol.forward(lambda: self._open(connected_by), errand, deadline)

    async def _open(self, deadline: float) -> Connection | Failure:
        """A connection to the proxy."""
        opened = await self._open_tcp(deadline)
        if isinstance(opened, Failure) or self._proxy.scheme is not ProxyScheme.HTTPS:
            return opened
        return await secured(opened, self._proxy, clock=self.clock, deadline=deadline)

    async def _look_up(self) -> Failure | None:
        """Find where the proxy is, once for all connections; why it is not found."""
        if self._addresses:
            return None
        found = await resolve(self._proxy.host, timeout=self._lookup, clock=self.clock)
        self._addresses = found.addresses
        return None if found.failure is None else self._unreached(found.failure)

    async def _open_tcp(self, deadline: float) -> Connection | Failure:
        race = await first_to_stand(self._inner, self._addresses, self._proxy.port, deadline)
        opened = race.dialled.outcome
        return self._unreached(opened) if isinstance(opened, Failure) else opened

    def _unreached(self, failure: Failure) -> Failure:
        return failed(self._proxy, failure.kind, f"was not reached: {failure.detail}")
