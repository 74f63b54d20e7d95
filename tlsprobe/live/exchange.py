"""A hello out, bytes in, until the reader has what it needs.

The client sends nothing after its hello (the second one, where the server asks for it): in TLS 1.3
the certificate and its proof come in the first flight. The reader is there to know when to stop and
when to answer a HelloRetryRequest; what counts is the transcript, which reads again to the same.
"""

from msgspec import Struct

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.crypto.keys import KeySource
from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Direction, Ending, Origin, Transcript
from tlsprobe.hello import retry
from tlsprobe.hello.template import CraftedHello
from tlsprobe.live.diagnosis import cut_off_http, diagnose, not_sent, retry_refused
from tlsprobe.live.dial import Dial, Dialled, dialled
from tlsprobe.live.limits import Limits
from tlsprobe.live.recording import Recording, WallClock
from tlsprobe.model.observation import Failure, FailureKind, Stage, Timings
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.wire.ip_literals import join_host_port
from tlsprobe.wire.messages import ServerHello


class Exchange(Struct, frozen=True, kw_only=True):
    """One connection, from the attempt to its end.

    `handshake.read(transcript, keys)` gives `handshake` again. A failure does not undo what was
    seen: a server that stops after its certificate leaves both.
    """

    transcript: Transcript
    keys: KeySource
    """What opens it; after a HelloRetryRequest with the new share beside the old ones."""
    handshake: Handshake
    timings: Timings
    """`tls` is there as soon as the hello was sent, also where it ends in a failure: how soon a
    reset comes says where it comes from."""
    failure: Failure | None
    reply: ProxyReply | None = None
    """What the proxy answered, whether it let the connection through or not."""
    segment_size: int | None = None
    """Bytes that one TCP segment carried at most on this way; None where the system does not tell."""

    @property
    def connected(self) -> bool:
        """Whether a hello was sent at all."""
        return self.timings.tls is not None


async def exchange(
    dial: Dial,
    address: str,
    port: int,
    crafted: CraftedHello,
    *,
    limits: Limits,
    now: WallClock,
    entropy: Entropy,
    reached: Dialled | None = None,
) -> Exchange:
    """Send `crafted` to `address` and read as far as the proof of the server's key.

    `address` is what `dial` takes: with a proxy's it may be a name. Where it was `reached` already, that
    connection is used, and closed in the end. Raises nothing for what a network does; cancelling closes
    the connection.
    """
    if reached is None:
        deadline = dial.clock() + min(limits.connect, limits.total)
        reached = await dialled(dial, address, port, deadline)
    connection, end = reached.outcome, reached.began + limits.total
    server = join_host_port(address, port)
    if isinstance(connection, Failure):
        elapsed = reached.elapsed * 1000
        return not_connected(connection, server=server, elapsed=elapsed, now=now, keys=crafted.keys)
    try:
        recording = Recording(connection, clock=dial.clock, now=now, max_bytes=limits.max_bytes)
        conversation = _Conversation(recording, crafted, entropy)
        allowed = limits.handshake_over(connection.timings)
        failure = await conversation.run(min(recording.began + allowed, end))
        elapsed = recording.elapsed * 1000
        handshake = conversation.reader.handshake
        return Exchange(
            transcript=recording.transcript(server),
            keys=conversation.keys,
            handshake=handshake,
            timings=connected(connection.timings, elapsed),
            failure=failure or diagnose(handshake, recording),
            reply=connection.reply,
            segment_size=connection.segment_size,
        )
    finally:
        connection.close()


def connected(timings: Timings, tls: float) -> Timings:
    """The timings of a connection, with the milliseconds of its TLS."""
    return Timings(tcp=timings.tcp, proxy=timings.proxy, tls=tls)


def not_connected(
    failure: Failure, *, server: str, elapsed: float, now: WallClock, keys: KeySource
) -> Exchange:
    """The exchange of a connection that did not come about in `elapsed` milliseconds."""
    ending = {FailureKind.REFUSED: Ending.RESET, FailureKind.SILENCE: Ending.TIMED_OUT}
    return Exchange(
        transcript=Transcript(
            origin=Origin.LIVE,
            client=None,
            server=server,
            started=now(),
            segments=(),
            ending=ending.get(failure.kind, Ending.OPEN),
        ),
        keys=keys,
        handshake=Handshake(),
        timings=Timings(proxy=elapsed) if failure.stage is Stage.PROXY else Timings(tcp=elapsed),
        failure=failure,
        reply=failure.reply,
    )


class _LatestKeys:
    """The keys of the latest hello: the reader asks only once the server has answered it."""

    __slots__ = ("keys",)

    def __init__(self, keys: KeySource) -> None:
        self.keys = keys

    def shared_secret(self, group: int, peer_share: bytes) -> bytes | None:
        return self.keys.shared_secret(group, peer_share)

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:
        return self.keys.logged_secret(client_random, label)


class _Conversation:
    """What is said on one connection."""

    __slots__ = ("_crafted", "_entropy", "_latest", "_recording", "reader")

    def __init__(self, recording: Recording, crafted: CraftedHello, entropy: Entropy) -> None:
        self._recording = recording
        self._crafted = crafted
        self._entropy = entropy
        self._latest = _LatestKeys(crafted.keys)
        self.reader = Reader(self._latest, known={crafted.message: crafted.hello})

    @property
    def keys(self) -> KeySource:
        """The keys of the latest hello."""
        return self._latest.keys

    async def run(self, deadline: float) -> Failure | None:
        """Go on to where nothing more is wanted or comes; a failure only of our own side's."""
        reader, recording = self.reader, self._recording
        if not self._say(self._crafted.record):
            return not_sent(recording)
        while not reader.settled:
            data = await recording.receive(deadline)
            if data is None:
                return None
            reader.feed(Direction.SERVER, data, recording.last)
            request = reader.retry_wanted
            if request is not None and not self._answer(request):
                return retry_refused(reader.handshake)
        # The status line of an HTTP answer is worth waiting for.
        while cut_off_http(recording.head):
            data = await recording.receive(deadline)
            if data is None:
                return None
            reader.feed(Direction.SERVER, data, recording.last)
        return None

    def _answer(self, request: ServerHello) -> bool:
        """Answer a HelloRetryRequest; False where there is no answer, as to a second one."""
        if self._latest.keys is not self._crafted.keys:
            return False
        second = retry.answer(self._crafted, request, self._entropy)
        if second is None:
            return False
        self._latest.keys = second.keys
        # Who has a session id sends this first, so that boxes on the way see what they are used to.
        courtesy = retry.CHANGE_CIPHER_SPEC if request.session_id else b""
        self._say(courtesy + second.record)
        return True

    def _say(self, record: bytes) -> bool:
        alive = self._recording.send(record)
        self.reader.feed(Direction.CLIENT, record, self._recording.last)
        return alive
