"""Captures of one direction only."""

from benchmarks.accuracy.captured import Session, Written, of_side
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner
from fixtures.captures.handshakes import Side

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(
        Written(sessions=(Session(presents=owner(), seen=of_side(Side.SERVER)),), variant="server"),
        Written(sessions=(Session(presents=owner(), seen=of_side(Side.CLIENT)),), variant="client"),
    ),
)
