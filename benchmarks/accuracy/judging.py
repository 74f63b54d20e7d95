"""What `tlsprobe` says, with the reference that ships with it and without any.

References are put together as the command line does it, so that whatever it adds counts here too.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.accuracy.scenario import Record
from tlsprobe.app import judged
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.report import as_json


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
        os_store: Path | None = None,
        files: Sequence[Path] = (),
        pins: Sequence[str] = (),
    ) -> "Knowledge":
        """What the options of the same names come to; this machine's own store plays no part."""
        full = ReferenceOptions(files=files, ca_files=ca_files, os_store=os_store, pins=pins)
        bare = ReferenceOptions(bare=True, ca_files=ca_files, os_store=os_store, pins=pins)
        return cls(
            full=build(full, as_of=now, machine=False).reference,
            bare=build(bare, as_of=now, machine=False).reference,
        )

    def told_bare(self, report: Report) -> Record:
        """The record of what was seen, judged again without any list."""
        return record(judged(report.observation, self.bare, *report.controls))


def record(report: Report) -> Record:
    """A report as `--json` writes it."""
    read: Record = json.loads(as_json.line(report))
    return read
