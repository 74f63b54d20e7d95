"""Through a SOCKS proxy: version 5 (RFC 1928, RFC 1929), and 4 with 4A's form for names.

socksio makes what is sent. What comes is taken by the byte, as it cuts nothing out of a stream, and
every number that a proxy may send is an answer here.
"""

from ipaddress import ip_address

from socksio import (
    SOCKS4ARequest,
    SOCKS4Command,
    SOCKS4Request,
    SOCKS5AuthMethod,
    SOCKS5AuthMethodsRequest,
    SOCKS5Command,
    SOCKS5CommandRequest,
    SOCKS5UsernamePasswordRequest,
)

from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.diagnosis import quote
from tlsprobe.live.dial import Clock, Connection, Ended
from tlsprobe.live.failures import seconds
from tlsprobe.live.proxy.refusals import failed
from tlsprobe.live.proxy.tunnel import PutThrough
from tlsprobe.live.proxy.visit import Open
from tlsprobe.model.observation import Failure, FailureKind
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.route import Proxy, ProxyScheme
from tlsprobe.wire.ip_literals import is_ip_literal

SOCKS5_REPLIES: dict[int, tuple[FailureKind | None, str]] = {
    0: (None, "succeeded"),
    1: (FailureKind.PROXY_FAILED, "general SOCKS server failure"),
    2: (FailureKind.PROXY_DENIED, "connection not allowed by ruleset"),
    3: (FailureKind.PROXY_FAILED, "Network unreachable"),
    4: (FailureKind.PROXY_FAILED, "Host unreachable"),
    5: (FailureKind.PROXY_FAILED, "Connection refused"),
    6: (FailureKind.PROXY_FAILED, "TTL expired"),
    7: (FailureKind.PROXY_DENIED, "Command not supported"),
    8: (FailureKind.PROXY_DENIED, "Address type not supported"),
}
"""What a reply means, in the words of RFC 1928 section 6."""
SOCKS4_REPLIES: dict[int, tuple[FailureKind | None, str]] = {
    90: (None, "request granted"),
    91: (FailureKind.PROXY_DENIED, "request rejected or failed"),
    92: (FailureKind.LOGIN_REQUIRED, "rejected: it cannot connect to identd on the client"),
    93: (FailureKind.LOGIN_REFUSED, "rejected: the client and identd report different user-ids"),
}
UNASSIGNED = (FailureKind.PROXY_FAILED, "unassigned")
LONGEST_NAME = 255
_NO_METHOD = 0xFF


class SocksConnect:
    """All connections through one SOCKS proxy."""

    def __init__(self, proxy: Proxy, clock: Clock) -> None:
        self._proxy = proxy
        self._clock = clock

    async def reach(
        self, open_: Open, host: str, port: int, deadline: float
    ) -> PutThrough | Failure:
        """A connection that the proxy has put through to `host`, or why there is none."""
        host = host.partition("%")[0]
        impossible = self._impossible(host)
        if impossible is not None:
            return failed(self._proxy, FailureKind.LOCAL, f"cannot be asked for it: {impossible}")
        connection = await open_()
        if isinstance(connection, Failure):
            return connection
        through = False
        try:
            talk = _Talk(self._proxy, connection, self._clock, deadline)
            speak = talk.version_4 if self._proxy.scheme is ProxyScheme.SOCKS4 else talk.version_5
            outcome = await speak(host, port)
        except _NoMoreError as error:
            return error.failure
        else:
            through = isinstance(outcome, PutThrough)
            return outcome
        finally:
            if not through:
                connection.close()

    def _impossible(self, host: str) -> str | None:
        """Why the protocol has no words for `host`."""
        address = is_ip_literal(host)
        if self._proxy.scheme is ProxyScheme.SOCKS4 and address and ip_address(host).version == 6:
            return "SOCKS 4 has none but IPv4 addresses"
        too_long = not address and len(host.encode()) > LONGEST_NAME
        return f"a name has {LONGEST_NAME} bytes at most" if too_long else None


class _NoMoreError(Exception):
    """The proxy said less than was needed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class _Talk:
    """What is said on one connection."""

    def __init__(self, proxy: Proxy, connection: Connection, clock: Clock, deadline: float) -> None:
        self._proxy = proxy
        self._connection = connection
        self._clock = clock
        self._deadline = deadline
        self._began = clock()
        self._waiting = b""
        self._heard = b""

    async def version_5(self, host: str, port: int) -> PutThrough | Failure:
        """RFC 1928."""
        methods = [SOCKS5AuthMethod.NO_AUTH_REQUIRED]
        if self._proxy.credentials is not None:
            methods.append(SOCKS5AuthMethod.USERNAME_PASSWORD)
        self._say(SOCKS5AuthMethodsRequest(methods).dumps())
        version, method = await self._take(2)
        if version != 5:
            return self._no_socks()
        refused = await self._log_in(method)
        if refused is not None:
            return refused
        request = SOCKS5CommandRequest.from_address(SOCKS5Command.CONNECT, (host, port))
        self._say(request.dumps())
        version, code, _, kind = await self._take(4)
        if version != 5:
            return self._no_socks()
        if code == 0:
            # The address that it connects from, which is of no use, but stands in the way.
            size = {1: 4, 4: 16}.get(kind)
            if size is None and kind != 3:
                return self._no_socks()
            await self._take((size if size is not None else (await self._take(1))[0]) + 2)
        login = "password" if method == SOCKS5AuthMethod.USERNAME_PASSWORD.value[0] else None
        meaning, words = SOCKS5_REPLIES.get(code, UNASSIGNED)
        reply = ProxyReply(protocol="SOCKS 5", status=code, reason=words, login=login)
        return self._concluded(reply, meaning, host, port)

    async def _log_in(self, method: int) -> Failure | None:
        """Do as the proxy wants it; why that cannot be."""
        credentials = self._proxy.credentials
        if method == SOCKS5AuthMethod.NO_AUTH_REQUIRED.value[0]:
            return None
        if method == _NO_METHOD:
            if credentials is None:
                what = "asks for a login, and none was given (no acceptable methods)"
                return failed(self._proxy, FailureKind.LOGIN_REQUIRED, what)
            what = "takes no login by name and password (no acceptable methods)"
            return failed(self._proxy, FailureKind.LOGIN_UNSUPPORTED, what)
        if method != SOCKS5AuthMethod.USERNAME_PASSWORD.value[0] or credentials is None:
            what = f"chose method {method} of login, which was not offered"
            return failed(self._proxy, FailureKind.MALFORMED, what)
        user, password = credentials.user.encode(), credentials.password.encode()
        self._say(SOCKS5UsernamePasswordRequest(user, password).dumps())
        _, status = await self._take(2)
        if status == 0:
            return None
        what = f"refuses the login that was given (status {status})"
        return failed(self._proxy, FailureKind.LOGIN_REFUSED, what)

    async def version_4(self, host: str, port: int) -> PutThrough | Failure:
        """SOCKS 4, which knows IPv4 addresses; names by its extension 4A."""
        user = b"" if self._proxy.credentials is None else self._proxy.credentials.user.encode()
        kind = SOCKS4Request if is_ip_literal(host) else SOCKS4ARequest
        self._say(kind.from_address(SOCKS4Command.CONNECT, (host, port), user).dumps())
        version, code, *_ = await self._take(8)
        if version != 0:
            return self._no_socks()
        meaning, words = SOCKS4_REPLIES.get(code, UNASSIGNED)
        reply = ProxyReply(protocol="SOCKS 4", status=code, reason=words)
        return self._concluded(reply, meaning, host, port)

    def _concluded(
        self, reply: ProxyReply, kind: FailureKind | None, host: str, port: int
    ) -> PutThrough | Failure:
        if kind is None:
            return PutThrough(connection=self._connection, head=self._waiting, reply=reply)
        what = f"answered {reply.status} ({reply.reason}) to a request for {host}, port {port}"
        return failed(self._proxy, kind, what, reply)

    def _say(self, data: bytes) -> None:
        if not self._connection.send(data):
            what = "reset the connection before it was asked"
            raise _NoMoreError(failed(self._proxy, FailureKind.RESET, what))

    async def _take(self, size: int) -> bytes:
        """The next bytes, so many of them."""
        while len(self._waiting) < size:
            arrived = await self._connection.receive(self._deadline)
            if isinstance(arrived, Ended):
                raise _NoMoreError(self._ended(arrived))
            self._waiting += arrived.data
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        self._heard += taken
        return taken

    def _ended(self, ended: Ended) -> Failure:
        heard = self._heard + self._waiting
        came = f"{len(heard):,} bytes came" if heard else "nothing came"
        if ended.ending is Ending.TIMED_OUT:
            kind = FailureKind.DRIP if heard else FailureKind.SILENCE
            within = seconds(self._clock() - self._began)
            return failed(self._proxy, kind, f"did not answer within {within}: {came}")
        if heard and heard[0] not in (0, 5):
            return self._no_socks()
        if ended.ending is Ending.CLOSED:
            return failed(self._proxy, FailureKind.CLOSED, f"closed the connection: {came}")
        kind = FailureKind.RESET if ended.error is None else failures.kind_of(ended.error)
        return failed(self._proxy, kind, f"reset the connection: {came}")

    def _no_socks(self) -> Failure:
        said = quote(self._heard + self._waiting)
        return failed(
            self._proxy, FailureKind.GARBAGE, f"answered with bytes that are no SOCKS: {said}"
        )
