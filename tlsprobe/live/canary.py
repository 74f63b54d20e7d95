"""Ask a canary what reached it: a request inside a whole handshake, whose hello is kept.

The raw prober never finishes a handshake, so OpenSSL makes the session, and a hello of its own for it,
over the same dial. Only HTTP/1.1 is offered: that is what a canary speaks.
"""

from functools import cache

from OpenSSL import SSL

from tlsprobe._version import __version__
from tlsprobe.certs.certificate import parse
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.transcript import Direction, Segment
from tlsprobe.hello.template import host_name
from tlsprobe.live import openssl
from tlsprobe.live.canary_reply import Reply
from tlsprobe.live.canary_session import session_of
from tlsprobe.live.diagnosis import fault_of_peer, not_sent, unfinished
from tlsprobe.live.dial import Dial
from tlsprobe.live.limits import Limits
from tlsprobe.live.recording import Recording, WallClock
from tlsprobe.live.verification import as_der
from tlsprobe.model.canary import Canary, Headers, Sent
from tlsprobe.model.json_canary import decode_answer
from tlsprobe.model.observation import Failure
from tlsprobe.wire.client_hellos import client_hellos
from tlsprobe.wire.ip_literals import join_host_port

_NONCE = 16
_MAX_CHAIN = 16
_HTTPS = ":443"
# How long the answer is says nothing of what was done to it.
_LENGTH = "content-length"


async def ask_canary(
    dial: Dial,
    address: str,
    port: int,
    *,
    host: str,
    server_name: str | None,
    limits: Limits,
    now: WallClock,
    entropy: Entropy,
) -> Canary:
    """What the canary at `address` says that reached it, beside what was sent.

    `server_name` is as for the second opinion; `host` goes into the request. Raises nothing for what a
    network does; `UsageError` for a name that cannot be sent.
    """
    name = host_name(server_name)
    end = dial.clock() + limits.total
    connection = await dial.connect(address, port, min(dial.clock() + limits.connect, end))
    if isinstance(connection, Failure):
        return Canary(sent=Sent(hellos=()), failure=connection.detail)
    try:
        recording = Recording(connection, clock=dial.clock, now=now, max_bytes=limits.max_bytes)
        asking = _Asking(
            openssl.make_connection(_context(), name),
            recording,
            authority=_authority(host, port),
            nonce=entropy(_NONCE).hex(),
        )
        return await asking.run(end)
    finally:
        connection.close()


@cache
def _context() -> SSL.Context:
    return openssl.make_context(legacy=False, alpn=(b"http/1.1",))


def _authority(host: str, port: int) -> str:
    """Host and port as clients write them: the port of https goes without saying."""
    return join_host_port(host, port).removesuffix(_HTTPS)


class _Asking:
    """One connection to a canary."""

    def __init__(
        self, tls: SSL.Connection, recording: Recording, *, authority: str, nonce: str
    ) -> None:
        self._tls = tls
        self._recording = recording
        self._nonce = nonce
        self._path = f"/{nonce}"
        # What boxes are known to touch stands among them, in values that change nothing.
        self._headers: Headers = (
            ("Host", authority),
            ("User-Agent", f"tlsprobe/{__version__}"),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
            ("Cache-Control", "no-cache"),
            ("Connection", "close"),
        )

    async def run(self, deadline: float) -> Canary:
        """Shake hands, ask, and read the answer."""
        failure = await self._shake(deadline)
        if failure is not None:
            return Canary(sent=Sent(hellos=self._hellos), failure=failure)
        reply = await self._converse(deadline)
        sent = self._sent(reply.headers)
        failure = reply.failure or self._not_whole(reply)
        if failure:
            return Canary(sent=sent, failure=failure)
        said = decode_answer(reply.body, nonce=self._nonce)
        if isinstance(said, str):
            return Canary(sent=sent, failure=said)
        return Canary(sent=sent, received=said)

    async def _shake(self, deadline: float) -> str | None:
        """Finish the handshake; else why that was not possible."""
        recording = self._recording
        while True:
            outcome = openssl.step(self._tls.do_handshake)
            waiting = openssl.pending(self._tls)
            if waiting and not recording.send(waiting) and not recording.received:
                return not_sent(recording).detail
            if outcome is True:
                return None
            if outcome is not False:
                return self._refused(outcome)
            data = await recording.receive(deadline)
            if data is None:
                return self._refused(None)
            self._tls.bio_write(data)

    def _refused(self, error: SSL.Error | None) -> str:
        keys: KeyLog = self._tls.get_app_data()
        handshake = read(self._recording.transcript(""), keys)
        if error is None:
            return unfinished(handshake, self._recording).detail
        fault = fault_of_peer(handshake, self._recording)
        return openssl.in_words(error) if fault is None else fault.detail

    async def _converse(self, deadline: float) -> Reply:
        """Send the request, and take what comes until it is answered or nothing more comes."""
        reply, recording = Reply(), self._recording
        self._tls.send(reply.request(self._path, self._headers))
        recording.send(openssl.pending(self._tls))
        while not reply.over:
            data = await recording.receive(deadline)
            if data is None:
                break
            self._tls.bio_write(data)
            plain, error = openssl.received(self._tls)
            reply.feed(plain)
            recording.send(openssl.pending(self._tls))
            if error is not None:
                reply.end()
                break
        openssl.step(self._tls.shutdown)
        recording.send(openssl.pending(self._tls))
        return reply

    def _not_whole(self, reply: Reply) -> str:
        """Why the answer is not all there; empty where it is."""
        if reply.over:
            return ""
        if reply.begun:
            return "the answer to the request broke off"
        return "the handshake was finished, but the request was not answered"

    @property
    def _hellos(self) -> tuple[bytes, ...]:
        ours = (
            one.data
            for one in self._recording.transcript("").segments
            if isinstance(one, Segment) and one.direction is Direction.CLIENT
        )
        return client_hellos(b"".join(ours))

    def _sent(self, answer_headers: Headers) -> Sent:
        keys: KeyLog = self._tls.get_app_data()
        handshake = read(self._recording.transcript(""), keys)
        chain = self._tls.get_peer_cert_chain() or []
        return Sent(
            hellos=self._hellos,
            request=f"GET {self._path} HTTP/1.1",
            headers=self._headers,
            session=session_of(self._tls, self._nonce),
            version=handshake.version,
            answer_headers=tuple(one for one in answer_headers if one[0].lower() != _LENGTH),
            chain=tuple(parse(as_der(one)) for one in chain[:_MAX_CHAIN]),
        )
