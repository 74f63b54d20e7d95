"""TLS to the proxy itself, for ``https://`` proxies, by Python's own library over memory.

It verifies the proxy by this machine's roots, since a login may go through it: unlike an endpoint's,
whose chain is what is asked about.
"""

import ssl
from functools import cache

from tlsprobe.handshake.transcript import Ending
from tlsprobe.live.dial import Arrived, Clock, Connection, Ended
from tlsprobe.live.failures import seconds
from tlsprobe.live.proxy.refusals import failed
from tlsprobe.model.observation import Failure, FailureKind, Timings
from tlsprobe.model.route import Proxy

_CHUNK = 2**16


async def secured(
    connection: Connection, proxy: Proxy, *, clock: Clock, deadline: float
) -> Connection | Failure:
    """The connection with TLS around what goes over it, or why there is none; then it is closed."""
    began = clock()
    through = False
    try:
        inside = _Inside(connection, proxy.host, clock)
        problem = await inside.shake(deadline)
        if problem is None:
            through = True
            return inside
        if isinstance(problem, ssl.SSLError):
            return failed(proxy, FailureKind.UNTRUSTED_PROXY, f"makes no TLS: {_words(problem)}")
        kind = {Ending.TIMED_OUT: FailureKind.SILENCE, Ending.RESET: FailureKind.RESET}
        what = f"ended TLS before it stood, after {seconds(clock() - began)}"
        return failed(proxy, kind.get(problem.ending, FailureKind.CLOSED), what)
    finally:
        if not through:
            connection.close()


class _Inside:
    """What goes through the TLS of a connection."""

    reply = None
    """What the proxy answers comes later."""

    def __init__(self, under: Connection, name: str, clock: Clock) -> None:
        self._under = under
        self._clock = clock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    @property
    def local(self) -> str | None:
        """This side of the connection."""
        return self._under.local

    @property
    def timings(self) -> Timings:
        """Those of the connection; TLS to the proxy counts as the proxy's time."""
        return self._under.timings

    @property
    def segment_size(self) -> int | None:
        """That of the connection to the proxy."""
        return self._under.segment_size

    async def shake(self, deadline: float) -> ssl.SSLError | Ended | None:
        """The handshake; what is in its way."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                self._flush()
                return error
            else:
                self._flush()
                return None
            self._flush()
            arrived = await self._under.receive(deadline)
            if isinstance(arrived, Ended):
                return arrived
            self._incoming.write(arrived.data)

    def send(self, data: bytes) -> bool:
        """Send, without waiting."""
        try:
            self._tls.write(data)
        except ssl.SSLError:
            return False
        return self._flush()

    async def receive(self, deadline: float) -> Arrived | Ended:
        """The next bytes from inside, or how it ended."""
        while True:
            try:
                data = self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLError:
                return Ended(Ending.RESET)
            else:
                return Arrived(data, self._clock()) if data else Ended(Ending.CLOSED)
            arrived = await self._under.receive(deadline)
            if isinstance(arrived, Ended):
                return arrived
            self._incoming.write(arrived.data)

    def close(self) -> None:
        """End it; nobody is told inside of TLS."""
        self._under.close()

    def _flush(self) -> bool:
        waiting = self._outgoing.read()
        return self._under.send(waiting) if waiting else True


@cache
def _context() -> ssl.SSLContext:
    """This machine's roots, and the name checked."""
    return ssl.create_default_context()


def _words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted on this machine: {error.verify_message}"
    return (error.reason or "no reason given").lower().replace("_", " ")
