"""What a start pays for the reference: the shipped facts, and the first look-ups in them.

Each round is a process of its own, with everything imported before the clock starts: CPU of the
loading alone. The public roots are read by certifi's rule, not shipped, and stand in a row beside.
"""

import json
import subprocess
import sys
from statistics import median

from benchmarks.measure import NotMeasuredError, environment
from benchmarks.page import Section, milliseconds
from tlsprobe.store import shipped

LIMIT = 0.010
"""Seconds of CPU that the whole of it may take."""

_SCRIPT = """
import json
from datetime import UTC, datetime
from time import process_time as now
from tlsprobe.certs.trust import TrustStore
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store
nobody = TrustStore(name="", origin="", cas=())
name = bytes.fromhex("301431123010060355040a0c094e6f626f64792032")
marks = [now()]
reference = default_reference(as_of=datetime(2026, 11, 22, tzinfo=UTC), public=nobody)
marks.append(now())
for store in (reference.public, reference.recorded):
    store.by_key(bytes(32)), store.by_name(name)
reference.listed.claimed(name, bytes(20))
marks.append(now())
certifi_store()
marks.append(now())
print(json.dumps([later - earlier for earlier, later in zip(marks, marks[1:])]))
"""


def measure(*, runs: int) -> Section:
    """CPU of loading, step by step, and how much there is to load."""
    loading, looking, roots = map(median, zip(*(_round() for _ in range(runs)), strict=True))
    size = sum(one.stat().st_size for one in shipped.DATA.iterdir())
    index = shipped.public_cas()
    reached = "reached" if loading + looking <= LIMIT else "MISSED"
    remark = (
        f"Both may take {milliseconds(LIMIT)} ms: {reached}. {len(index):,} CA keys; all that ships"
        f" has {size:,} bytes. Medians of {runs} processes, imports not counted."
    )
    return Section(
        title="The reference",
        columns=("part", "CPU ms"),
        rows=(
            ("load what ships", milliseconds(loading)),
            ("the first look-ups: by key, by name, by key identifier", milliseconds(looking)),
            ("both", milliseconds(loading + looking)),
            ("the public roots of certifi", milliseconds(roots)),
        ),
        remarks=(remark,),
    )


def _round() -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, check=False, env=environment()
    )
    if done.returncode != 0:
        raise NotMeasuredError(done.stderr.decode().strip().rpartition("\n")[2])
    milliseconds: list[float] = json.loads(done.stdout)
    return milliseconds
