"""Captures that miss one of the segments that carry the chain."""

from collections.abc import Sequence

from benchmarks.accuracy.captured import SPLIT, Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner
from fixtures.captures.connections import Segment, data, without
from fixtures.captures.handshakes import Side


def lost(which: int) -> Written:
    """A capture without that data segment of the server."""

    def seen(segments: Sequence[Segment]) -> Sequence[Segment]:
        return without(segments, data(segments, Side.SERVER)[which])

    session = Session(presents=owner(), mss=SPLIT, seen=seen)
    return Written(sessions=(session,), variant=f"segment {which}")


SCENARIO = Scenario(
    label=Label.HONEST,
    plays=tuple(lost(which) for which in range(4)),
)
