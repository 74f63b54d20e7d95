"""What was not looked at, in a line or two."""

from tlsprobe.report.lacking import ROOM, in_short


def test_few_things():
    """What there is room for is named, and nothing is said to be left."""
    assert in_short(["pins for this host"]) == "pins for this host"
    assert in_short(["pins", "a trace"]) == "pins; a trace"


def test_many_things():
    """The first are named, the rest are counted, and where they are told is said."""
    things = [f"thing number {number}" for number in range(30)]
    told = in_short(things)
    named, _, left = told.rpartition("; ")
    assert things[:2] == named.split("; ")[:2]
    assert len(named) <= ROOM
    assert left == f"and {30 - len(named.split('; '))} more (--verbose)"


def test_one_long_thing():
    """The first is named however long it is."""
    assert in_short(["x" * 500, "y"]) == f"{'x' * 500}; and 1 more (--verbose)"
