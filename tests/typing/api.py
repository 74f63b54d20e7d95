"""The public names as a caller uses them: read by type checkers, never run.

Whatever stops to type-check here would break somebody's code.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from tlsprobe import (
    Observation,
    ProbeRequest,
    Reader,
    Reference,
    Report,
    Settings,
    Transcript,
    World,
    __version__,
    judged,
    probe,
    probe_all,
    read,
)
from tlsprobe.certs.trust import TrustStore
from tlsprobe.errors import UsageError
from tlsprobe.handshake.events import Event, KeyProof
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Direction, Ending, Origin, Segment
from tlsprobe.hello import templates
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.verdict import Conclusion

version: str = __version__


def now() -> datetime:
    """A clock that stands."""
    return datetime(2026, 11, 23, tzinfo=UTC)


store = TrustStore(name="public roots", origin="a file", cas=())
reference: Reference = Reference(as_of=now(), public=store, pins={"": frozenset((bytes(32),))})
settings: Settings = Settings(template=templates.load("probe"), reference=reference)
world: World = World(dial=TcpDial(), now=now, entropy=os.urandom)
request: ProbeRequest = ProbeRequest(host="login.example.com", sni="login.example.com")


async def one() -> Conclusion:
    """One endpoint."""
    reports: tuple[Report, ...] = await probe(request, settings, world)
    report: Report = reports[0]
    observation: Observation = report.observation
    again: Report = judged(observation, reference, *report.controls)
    leaf: bytes = observation.chain[0].spki_sha256
    known: bool = leaf in report.pins.presented
    summary: str = again.verdict.summary
    return again.verdict.conclusion if known and summary else report.verdict.conclusion


async def many() -> list[str]:
    """Many endpoints, some of them misspelt."""

    async def requests() -> AsyncIterator[ProbeRequest | UsageError]:
        yield request
        yield UsageError("target 'a b': expected HOST[:PORT]")

    lines: list[str] = []
    async for answer in probe_all(requests(), settings, world, concurrency=10):
        if isinstance(answer, UsageError):
            lines.append(str(answer))
        else:
            lines += [report.verdict.rule for report in answer]
    return lines


def recorded(data: bytes) -> KeyProof:
    """A handshake that was seen elsewhere, read at once and as it comes."""
    transcript: Transcript = Transcript(
        origin=Origin.CAPTURE,
        client=None,
        server="192.0.2.1:443",
        started=now(),
        segments=(Segment(Direction.SERVER, data),),
        ending=Ending.OPEN,
    )
    handshake: Handshake = read(transcript)
    reader: Reader = Reader()
    events: list[Event] = reader.feed(Direction.SERVER, data)
    return reader.handshake.key_proof if events and reader.settled else handshake.key_proof
