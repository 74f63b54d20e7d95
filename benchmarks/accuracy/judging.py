"""What `tlsprobe` says, with the reference that ships with it and without any.

References are put together as the command line does it, so that whatever it adds counts here too.
What was seen is judged twice, which is as good as asking twice, and faster.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.accuracy.scenario import Record, Seen
from tlsprobe.analysis import analyse, judged
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.capture.keylog import read_keylog
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.hops import Wish
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.report import as_json

ON_LOOPBACK = Limits.within(3.0)
"""How long an answer may take where nothing lies between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The two references of one scenario."""

    full: Reference
    bare: Reference

    @classmethod
    def of(
        cls,
        *,
        now: datetime,
        ca_files: Sequence[Path] = (),
        listed: Sequence[Path] = (),
        os_store: Path | None = None,
        files: Sequence[Path] = (),
        pins: Sequence[str] = (),
    ) -> "Knowledge":
        """What the options of the same names come to; this machine's own store plays no part.

        `listed` are CAs below public roots that the reference knows, as it knows the real ones.
        """
        full = ReferenceOptions(
            files=files, ca_files=[*ca_files, *listed], os_store=os_store, pins=pins
        )
        bare = ReferenceOptions(bare=True, ca_files=ca_files, os_store=os_store, pins=pins)
        return cls(
            full=build(full, as_of=now, machine=False).reference,
            bare=build(bare, as_of=now, machine=False).reference,
        )


async def ask(
    request: ProbeRequest,
    know: Knowledge,
    *,
    hello: str,
    now: Callable[[], datetime],
    limits: Limits = ON_LOOPBACK,
    trace: Wish | None = None,
) -> tuple[Report, Report]:
    """What `tlsprobe probe --deep` says of an endpoint, with the reference and without."""
    machine = know.full.machine
    library = Library(
        public=lambda: know.full.public.encoded,
        machine=lambda: [] if machine is None else machine.encoded,
    )
    dial = TcpDial()
    world = World(
        dial=dial,
        now=now,
        entropy=os.urandom,
        library=lambda: library,
        through=lambda proxy: ProxyDial(dial, proxy),
    )
    settings = Settings(
        template=templates.choose(hello),
        reference=know.full,
        other_names=When.ALWAYS,
        other_hellos=When.ALWAYS,
        trace=trace,
        limits=limits,
    )
    [report] = await probe(request, settings, world)
    return report, judged(report.observation, know.bare, *report.controls)


def read_capture(
    file: Path, key_log: Path | None, know: Knowledge
) -> tuple[list[Report], list[Report]]:
    """What `tlsprobe pcap` says of every session in a capture, with the reference and without."""
    keys = KeyLog() if key_log is None else read_keylog(key_log)[0]

    def read(reference: Reference) -> list[Report]:
        with open_capture(str(file)) as container:
            return list(analyse(conversations(container, keys), reference))

    return read(know.full), read(know.bare)


def record(report: Report) -> Record:
    """A report as `--json` writes it."""
    read: Record = json.loads(as_json.line(report))
    return read


def seen(
    reports: tuple[Report, Report],
    *,
    public: Sequence[bytes] = (),
    machine: Sequence[bytes] | None = None,
    elsewhere: bytes | None = None,
) -> Seen:
    """What came of a scenario, by its two reports."""
    observation = reports[0].observation
    return Seen(
        told=record(reports[0]),
        told_bare=record(reports[1]),
        host=observation.target.host,
        taken=observation.taken,
        chain=tuple(one.der for one in observation.chain),
        public=tuple(public),
        machine=None if machine is None else tuple(machine),
        elsewhere=elsewhere,
    )
