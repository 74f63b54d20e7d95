"""A capture -> the TLS sessions in it: the whole path from the file to what each session says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, AF_INET6, inet_ntop

from msgspec import Struct

from tlsprobe.capture.containers import Container
from tlsprobe.capture.endings import failure_of
from tlsprobe.capture.flows import Flows, Heard
from tlsprobe.capture.headers import Headers
from tlsprobe.capture.keylog import parse_keylog
from tlsprobe.capture.preludes import Prelude, recognise
from tlsprobe.capture.talk import Talk, moment
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import DecodeError
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Transcript
from tlsprobe.model.observation import Captured, Failure, Timings
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.ip_literals import join_host_port


class Conversation(Struct, frozen=True, kw_only=True):
    """One TLS session of a capture."""

    captured: Captured
    transcript: Transcript
    handshake: Handshake
    failure: Failure | None
    timings: Timings
    taken: datetime
    """When the packet that begins the hello was seen."""
    host: str
    """The server name that was sent, else the host that a proxy was asked for, else the address."""
    sni: str | None
    port: int
    address: str | None
    """Of the endpoint; None where only the proxy's was seen."""
    via: str | None
    """The proxy that the session went through, as a URL without credentials."""


TOGETHER = 64
"""Sessions that are given at a time, at most: what is done to many of them, one step after another, is
done faster, as each step's code and data are at hand then."""


def conversations(
    container: Container, keys: KeyLog, *, now: datetime | None = None
) -> Iterator[list[Conversation]]:
    """The TLS sessions of a capture, in the order in which they are over, some at a time.

    Secrets that stand in the capture itself are added to `keys`. What could not be read of the file
    stands in `container.problems` afterwards. `now` is taken for the time of packets that have none.
    """
    headers, flows = Headers(), Flows(keys)
    file = _File(container.name, headers, now)
    for batch in container:
        for text in batch.secrets:
            parse_keylog(text, container.name, keys)
        file.last = max(file.last, int(batch.times.max()) if batch.times.size else 0)
        segments = headers.segments(batch) if batch.starts.size else None
        if segments is not None:
            yield from file.conversations(flows.take(segments, batch.comments))
    yield from file.conversations(flows.finish())
    for remark in _remarks(flows, headers, file):
        container.note(remark)


def _remarks(flows: Flows, headers: Headers, file: "_File") -> Iterator[str]:
    if file.untimed:
        yield (
            f"packets without a time, in {file.untimed} of the sessions: these are judged as of"
            f" {file.now_or_epoch.isoformat(timespec='seconds')}"
        )
    if flows.given_up:
        yield (
            f"{flows.given_up} connections were let go before their handshake was over:"
            " too many were open at a time"
        )
    if flows.forgotten:
        yield (
            f"more connections than can be remembered: {flows.forgotten} were forgotten, and count"
            " as new ones where they go on"
        )
    for link, count in sorted(headers.dissector.unknown_links.items()):
        yield f"{count} packets of link type {link} cannot be read"


@dataclass(slots=True)
class _File:
    """What the sessions of one file have in common."""

    name: str
    headers: Headers
    now: datetime | None
    untimed: int = 0
    """Sessions whose packets have no time."""
    last: int = 0
    """Time of the latest packet so far, in nanoseconds since 1970."""

    def conversations(self, heard: Sequence[Heard]) -> Iterator[list[Conversation]]:
        """What was heard, as values that know where they stand."""
        for at in range(0, len(heard), TOGETHER):
            yield [self._conversation(one) for one in heard[at : at + TOGETHER]]

    def _conversation(self, heard: Heard) -> Conversation:
        talk = heard.talk
        ends = (heard.high, heard.low)
        client, server = ends[talk.client_side], ends[1 - talk.client_side]
        address, port = self._address(server), server & 0xFFFF
        spoken_to = join_host_port(address, port)
        prelude = recognise(*talk.prelude) if any(talk.prelude) else None
        sni = _server_name(talk.handshake)
        host, via = sni, None
        endpoint: str | None = address
        if prelude is not None and prelude.kind in _PROXIES:
            via = f"{_PROXIES[prelude.kind]}://{spoken_to}"
            host, port, endpoint = sni or prelude.host, prelude.port or port, None
            if prelude.host is not None and _is_address(prelude.host):
                endpoint = prelude.host
        return Conversation(
            captured=self._captured(
                heard, join_host_port(self._address(client), client & 0xFFFF), spoken_to, prelude
            ),
            transcript=talk.transcript,
            handshake=talk.handshake,
            failure=self._failure(talk),
            timings=Timings(tcp=talk.connect_ms, tls=talk.answer_ms) if talk.started else Timings(),
            taken=self._taken(talk),
            host=host or address,
            sni=sni,
            port=port,
            address=endpoint,
            via=via,
        )

    @property
    def now_or_epoch(self) -> datetime:
        """What is taken for the time of packets that have none."""
        return self.now or moment(0)

    def _taken(self, talk: Talk) -> datetime:
        # Simple Packet Blocks of pcapng have no time.
        self.untimed += not talk.started
        return talk.transcript.started if talk.started else self.now_or_epoch

    def _captured(
        self, heard: Heard, client: str, server: str, prelude: Prelude | None
    ) -> Captured:
        talk = heard.talk
        return Captured(
            file=self.name,
            stream=heard.stream.number,
            frame=talk.frame,
            client=client,
            server=server,
            prelude=None if prelude is None else prelude.kind,
            complete=talk.complete,
            comments=talk.comments,
            syn_ack_ttl=talk.syn_ack_ttl,
            answer_ttl=talk.answer_ttl,
            overlaps=talk.differing,
            disputed=talk.disputed,
        )

    def _failure(self, talk: Talk) -> Failure | None:
        return failure_of(
            handshake=talk.handshake,
            server_seen=talk.server_seen,
            server_closed=talk.closed_by[1],
            server_reset=talk.reset_by[1],
            client_closed=talk.closed_by[0],
            client_reset=talk.reset_by[0],
            followed_by=(self.last - talk.started) / 1e9,
            hellos_sent=talk.hellos_sent,
            hello_acknowledged=talk.hello_acknowledged,
            client_after=talk.left_after[0],
            server_after=talk.left_after[1],
            received=talk.received,
        )

    def _address(self, endpoint: int) -> str:
        return _written(self.headers.address(endpoint >> 16))


_PROXIES = {"connect": "http", "socks4": "socks4", "socks5": "socks5"}


@lru_cache(maxsize=4096)
def _written(address: bytes) -> str:
    return inet_ntop(AF_INET if len(address) == 4 else AF_INET6, address)


def _is_address(host: str) -> bool:
    try:
        IPv6Address(host) if ":" in host else IPv4Address(host)
    except ValueError:
        return False
    return True


def _server_name(handshake: Handshake) -> str | None:
    """The name in the hello's server_name (RFC 6066 section 3), as text."""
    hello = handshake.client_hello
    body = None if hello is None else hello.extension(ext.SERVER_NAME)
    if body is None:
        return None
    try:
        name = ext.server_name(body)
    except DecodeError:
        return None
    return name.lower() if name else None
