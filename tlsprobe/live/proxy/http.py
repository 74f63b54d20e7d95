"""One connection to an HTTP proxy: what it is asked to do, and its answers, by h11."""

import h11
from msgspec import Struct

from tlsprobe._version import __version__
from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.diagnosis import quote
from tlsprobe.live.dial import Clock, Connection, Ended
from tlsprobe.live.failures import milliseconds, seconds
from tlsprobe.live.http_exchange import Events, events
from tlsprobe.live.proxy.evidence import Answer, shown
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.model.observation import Failure, FailureKind, Stage

MAX_HEAD = 2**16
"""Bytes of an answer's head, and of all 1xx answers before it: what squid and nginx take at most."""
MAX_PAGE = 2**13
"""Bytes that are kept of a body."""
MAX_BODY = 2**18
"""Bytes of a body that are read past, for the sake of the next request on the connection."""
PAGE_SECONDS = 2.0
"""For a body, once the head has told what counts."""
_SAMPLE = 200
LOGIN_WANTED = 407
_BRIEF = 120


class Errand(Struct, frozen=True, kw_only=True):
    """What a proxy is asked to do, whatever login goes with it."""

    method: str = "CONNECT"
    """CONNECT for a tunnel, else that of the question which the proxy passes on."""
    target: str
    """``host:port`` of a tunnel, else the whole URL (RFC 9112 section 3.2)."""
    host: str
    """For the field Host."""
    fields: tuple[tuple[str, str], ...] = ()
    """More of them, that are the server's to read."""
    body: bytes | None = None

    @property
    def text(self) -> str:
        """``CONNECT login.example:443``."""
        target = self.target
        return f"{self.method} {target if len(target) <= _BRIEF else f'{target[:_BRIEF]}...'}"

    def done_by(self, status: int) -> bool:
        """Whether an answer of that status is for whoever asked, and what follows it is his to read.

        Only a tunnel can be refused; of what is passed on every answer counts, but for a 407
        (RFC 9110 sections 9.3.6 and 15.5.8).
        """
        return 200 <= status < 300 if self.method == "CONNECT" else status != LOGIN_WANTED


class Session:
    """A connection to a proxy that speaks HTTP. It belongs to the caller, who closes it."""

    def __init__(
        self, connection: Connection, *, name: str, clock: Clock, secrets: Secrets
    ) -> None:
        """`name` is what failures call the proxy."""
        self.connection = connection
        self._asked = ""
        self._name = name
        self._clock = clock
        self._secrets = secrets
        self._http: h11.Connection | None = None
        self.received = 0
        """Bytes of the last answer, as far as it was read."""
        self._sample = b""
        self._began = 0.0

    @property
    def http(self) -> h11.Connection:
        """What has read as far as the head of the last answer."""
        if self._http is None:
            raise RuntimeError("nothing was asked yet")
        return self._http

    async def ask(self, errand: Errand, login: str | None, deadline: float) -> Answer | Failure:
        """Ask for it, with that Proxy-Authorization.

        A second time only where the answer before was `reusable`.

        Raises:
            h11.LocalProtocolError: the errand is none that HTTP has a form for.
        """
        self.received, self._sample, self._began = 0, b"", self._clock()
        self._asked = errand.method
        if self._http is None:
            self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        else:
            self._http.start_next_cycle()
        sent = b"".join(self._http.send(event) or b"" for event in _request(errand, login))
        if not self.connection.send(sent):
            return self._failure(FailureKind.RESET, "reset the connection before it was asked")
        try:
            return await self._answer(self._http, errand, deadline)
        except h11.RemoteProtocolError as error:
            await self._hear_out(min(deadline, self._clock() + PAGE_SECONDS))
            return self._no_http(error)

    async def _answer(
        self, http: h11.Connection, errand: Errand, deadline: float
    ) -> Answer | Failure:
        while True:
            event = http.next_event()
            if isinstance(event, h11.Response):
                break
            if isinstance(event, h11.InformationalResponse):
                continue
            if self.received > MAX_HEAD:
                return self._endless()
            ended = await self._more(http, deadline)
            if ended is not None:
                return self._ended(ended)
        head = Answer(
            version=event.http_version,
            status=event.status_code,
            reason=event.reason,
            headers=tuple(event.headers),
        )
        if errand.done_by(head.status):
            return _with(head, rest=http.trailing_data[0])
        return await self._with_page(head, http, min(deadline, self._clock() + PAGE_SECONDS))

    async def _with_page(self, head: Answer, http: h11.Connection, deadline: float) -> Answer:
        """The answer with what came of its body; a body that is broken or late only ends there."""
        page, size = bytearray(), 0
        ended = None
        try:
            while size <= MAX_BODY:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    if ended is not None:
                        break
                    ended = await self._more(http, deadline)
                    if ended is not None and ended.ending is Ending.CLOSED:
                        http.receive_data(b"")
                elif isinstance(event, h11.Data):
                    size += len(event.data)
                    page += event.data[: MAX_PAGE - len(page)]
                else:
                    reusable = http.our_state is http.their_state is h11.DONE and not _hangs_up(
                        head
                    )
                    return _with(head, page=bytes(page), cut=size > len(page), reusable=reusable)
        except h11.RemoteProtocolError:
            pass
        return _with(head, page=bytes(page), cut=True)

    async def _more(self, http: h11.Connection, deadline: float) -> Ended | None:
        """Feed it the next bytes; why there are none."""
        arrived = await self.connection.receive(deadline)
        if isinstance(arrived, Ended):
            return arrived
        self.received += len(arrived.data)
        self._sample = (self._sample + arrived.data)[:_SAMPLE]
        http.receive_data(arrived.data)
        return None

    async def _hear_out(self, deadline: float) -> None:
        """Wait for enough of what is no answer to say what it is: the first byte may tell h11."""
        while len(self._sample) < _SAMPLE:
            arrived = await self.connection.receive(deadline)
            if isinstance(arrived, Ended):
                return
            self._sample = (self._sample + arrived.data)[:_SAMPLE]

    def _ended(self, ended: Ended) -> Failure:
        after = milliseconds(self._clock() - self._began)
        if ended.ending is Ending.TIMED_OUT:
            within = seconds(self._clock() - self._began)
            if not self.received:
                return self._failure(
                    FailureKind.SILENCE, f"did not answer {self._asked} within {within}"
                )
            return self._failure(
                FailureKind.DRIP,
                f"had sent only {self.received:,} bytes of an answer to {self._asked} after {within}",
            )
        came = f"after {self.received:,} bytes of an answer" if self.received else "unanswered"
        if ended.ending is Ending.CLOSED:
            return self._failure(
                FailureKind.CLOSED, f"closed the connection {after} after {self._asked}, {came}"
            )
        kind = FailureKind.RESET if ended.error is None else failures.kind_of(ended.error)
        return self._failure(kind, f"reset the connection {after} after {self._asked}, {came}")

    def _endless(self) -> Failure:
        return self._failure(
            FailureKind.ENDLESS,
            f"sent {self.received:,} bytes without an end of the head of its answer",
        )

    def _no_http(self, error: h11.RemoteProtocolError) -> Failure:
        if self.received > MAX_HEAD:
            return self._endless()
        head = self._sample
        if head[:1] in (b"\x15", b"\x16") and head[1:2] == b"\x03":
            return self._failure(
                FailureKind.GARBAGE, f"answered {self._asked} in TLS: it may be meant by https://"
            )
        if head[:5].upper() == b"HTTP/":
            why = shown(str(error).encode(), self._secrets, _SAMPLE)
            return self._failure(
                FailureKind.MALFORMED,
                f"answered {self._asked} with HTTP that breaks its rules: {why}",
            )
        said = self._secrets.hide(quote(head))
        return self._failure(
            FailureKind.GARBAGE, f"answered {self._asked} with bytes that are no HTTP: {said}"
        )

    def _failure(self, kind: FailureKind, what: str) -> Failure:
        return Failure(stage=Stage.PROXY, kind=kind, detail=f"the proxy {self._name} {what}")


def _hangs_up(head: Answer) -> bool:
    """Whether it says so in the header field of older proxies, which h11 does not know."""
    return any(value.lower() == "close" for value in head.values(b"proxy-connection"))


def _request(errand: Errand, login: str | None) -> Events:
    fields = [
        ("Host", errand.host),
        ("User-Agent", f"tlsprobe/{__version__}"),
        # Older proxies ask for this word before they keep a connection, and NTLM needs it kept.
        ("Proxy-Connection", "Keep-Alive"),
        *errand.fields,
    ]
    if login is not None:
        fields.append(("Proxy-Authorization", login))
    return events(errand.method, errand.target, fields, errand.body)


def _with(
    head: Answer, *, page: bytes = b"", cut: bool = False, reusable: bool = False, rest: bytes = b""
) -> Answer:
    return Answer(
        version=head.version, status=head.status, reason=head.reason, headers=head.headers,
        page=page, cut=cut, reusable=reusable, rest=rest,
    )  # fmt: skip
