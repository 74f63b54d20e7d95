"""A second opinion: OpenSSL's own whole handshake over the same dial, recorded and read like ours.

The library finishes what the raw prober breaks off, so a box that treats the two differently shows.
Its transcript is read by our passive reader with the secrets that OpenSSL logs; its chain is the
one that OpenSSL itself saw.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property

from OpenSSL import SSL, crypto

from tlsprobe.crypto.keys import KeyLog
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Ending
from tlsprobe.hello.template import host_name
from tlsprobe.live import openssl
from tlsprobe.live.diagnosis import fault_of_peer, not_sent, unfinished
from tlsprobe.live.dial import Dial
from tlsprobe.live.exchange import Exchange, connected, not_connected
from tlsprobe.live.limits import ANSWER_ROUND_TRIPS, Limits, round_trip
from tlsprobe.live.opinions import SecondOpinion
from tlsprobe.live.recording import Recording, WallClock
from tlsprobe.live.verification import Roots, as_der
from tlsprobe.model.observation import Failure, FailureKind, Opinion, Stage
from tlsprobe.wire.codepoints import TLS_1_3
from tlsprobe.wire.ip_literals import join_host_port

# A server that minds a missing client certificate says so at once, in the flight after ours.
FOLLOW_UP = 1.0

Certificates = Callable[[], Iterable[bytes]]
"""Gives certificates as DER or PEM."""


class Library:
    """OpenSSL with its contexts and roots, which are made on first use and shared from then on."""

    def __init__(self, *, public: Certificates, machine: Certificates | None = None) -> None:
        """`public` and `machine` are called once each, when the first chain is verified."""
        self._public = Roots(public)
        self._machine = None if machine is None else Roots(machine)
        self.name = " ".join(SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode().split()[:2])
        """Such as ``OpenSSL 4.0.3``."""

    @cached_property
    def _modern(self) -> SSL.Context:
        return openssl.make_context(legacy=False)

    @cached_property
    def _legacy(self) -> SSL.Context:
        return openssl.make_context(legacy=True)

    async def ask(
        self,
        dial: Dial,
        address: str,
        port: int,
        *,
        server_name: str | None,
        limits: Limits,
        now: WallClock,
    ) -> SecondOpinion:
        """Shake hands with `address`, and verify the chain that is presented.

        `server_name` goes into server_name (RFC 6066); None, and an IP address, send none. Where
        OpenSSL's usual settings and the server do not go together, a second connection tries all
        that the build can still speak. Raises nothing for what a network does; `UsageError` for a
        name that cannot be sent.
        """
        name = host_name(server_name)
        end = dial.clock() + limits.total
        attempt = _Attempt(openssl.make_connection(self._modern, name), limits, end)
        found = await attempt.run(dial, address, port, now)
        if attempt.wants_legacy(found) and dial.clock() < end:
            older = _Attempt(openssl.make_connection(self._legacy, name), limits, end)
            found_by_older = await older.run(dial, address, port, now)
            usual, legacy = attempt.detail, older.detail
            if older.chain:
                attempt, found = older, found_by_older
                attempt.detail = f"with legacy settings only: {usual}"
            if legacy:
                attempt.detail += f"; with legacy settings: {legacy}"
        return SecondOpinion(exchange=found, opinion=self._opinion(attempt, found))

    def _opinion(self, attempt: "_Attempt", found: Exchange) -> Opinion:
        chain = attempt.chain
        at = found.transcript.started
        return Opinion(
            library=self.name,
            completed=attempt.completed,
            chain_sha256=tuple(
                hashlib.sha256(as_der(certificate)).hexdigest() for certificate in chain
            ),
            public_error=self._public.refusal(chain, at),
            machine_error=None if self._machine is None else self._machine.refusal(chain, at),
            detail=attempt.detail,
        )


class _Attempt:
    """One connection and OpenSSL's handshake on it."""

    def __init__(self, tls: SSL.Connection, limits: Limits, end: float) -> None:
        self._tls = tls
        self._limits = limits
        self._end = end
        self._error: SSL.Error | None = None
        self.completed = False
        """OpenSSL's side of the handshake is finished."""
        self.detail = ""
        """What was in the way, or came after it."""

    @property
    def chain(self) -> list[crypto.X509]:
        """The chain as OpenSSL was presented it."""
        return self._tls.get_peer_cert_chain() or []

    def wants_legacy(self, found: Exchange) -> bool:
        """Whether older settings may bring what these did not."""
        return (
            self._error is not None
            and not self.completed
            and openssl.wants_legacy(self._error, presented=bool(found.handshake.certificates))
        )

    async def run(self, dial: Dial, address: str, port: int, now: WallClock) -> Exchange:
        """Connect, shake hands, hang up."""
        keys: KeyLog = self._tls.get_app_data()
        server = join_host_port(address, port)
        start = dial.clock()
        connection = await dial.connect(address, port, min(start + self._limits.connect, self._end))
        if isinstance(connection, Failure):
            self.detail = connection.detail
            elapsed = (dial.clock() - start) * 1000
            return not_connected(connection, server=server, elapsed=elapsed, now=now, keys=keys)
        try:
            recording = Recording(
                connection, clock=dial.clock, now=now, max_bytes=self._limits.max_bytes
            )
            allowed = self._limits.handshake_over(connection.timings)
            deadline = min(recording.began + allowed, self._end)
            alive = await self._shake(recording, deadline)
            elapsed = recording.elapsed * 1000
            handshake = read(recording.transcript(server), keys)
            failure = self._failure(handshake, recording, alive=alive)
            patience = max(FOLLOW_UP, ANSWER_ROUND_TRIPS * round_trip(connection.timings))
            if self.completed and await self._follow_up(
                handshake, recording, min(dial.clock() + patience, deadline)
            ):
                handshake = read(recording.transcript(server), keys)
            return Exchange(
                transcript=recording.transcript(server),
                keys=keys,
                handshake=handshake,
                timings=connected(connection.timings, elapsed),
                failure=failure,
                reply=connection.reply,
            )
        finally:
            connection.close()

    async def _shake(self, recording: Recording, deadline: float) -> bool:
        """Go on until OpenSSL is done, objects, or gets no more; False where nothing could be sent."""
        while True:
            outcome = openssl.step(self._tls.do_handshake)
            waiting = openssl.pending(self._tls)
            if waiting and not recording.send(waiting) and not recording.received:
                return False
            if outcome is not False:
                self.completed = outcome is True
                self._error = None if outcome is True else outcome
                return True
            data = await recording.receive(deadline)
            if data is None:
                return True
            self._tls.bio_write(data)

    def _failure(
        self, handshake: Handshake, recording: Recording, *, alive: bool
    ) -> Failure | None:
        if self.completed:
            return None
        if self._error is None:
            failure = unfinished(handshake, recording) if alive else not_sent(recording)
            self.detail = failure.detail
            return failure
        fault = fault_of_peer(handshake, recording)
        if fault is not None:
            reasons = ", ".join(openssl.reasons(self._error))
            self.detail = f"{fault.detail} (OpenSSL: {reasons})"
            return fault
        self.detail = openssl.in_words(self._error)
        return Failure(stage=Stage.TLS, kind=FailureKind.LOCAL, detail=self.detail)

    async def _follow_up(self, handshake: Handshake, recording: Recording, deadline: float) -> bool:
        """End in order. Where a certificate was asked for, see first what the server says to none.

        A TLS 1.3 client is done before the server has read its answer (RFC 8446 section 4.4.4).
        True where more came.
        """
        data = None
        if handshake.certificate_request is not None and handshake.version == TLS_1_3:
            data = await recording.receive(deadline)
            if data is not None:
                self._tls.bio_write(data)
                outcome = openssl.step(lambda: self._tls.recv(1))
                if isinstance(outcome, SSL.Error):
                    self.detail = f"after the handshake, {openssl.in_words(outcome)}"
            elif recording.ended is not None and recording.ended.ending is not Ending.TIMED_OUT:
                self.detail = "the server hung up after the handshake, without a client certificate"
        openssl.step(self._tls.shutdown)
        recording.send(openssl.pending(self._tls))
        return data is not None
