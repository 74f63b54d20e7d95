"""What `tlsprobe.capture.problems` keeps."""

from tlsprobe.capture.problems import LISTED, Problems


def test_few():
    """A few problems are kept in words."""
    problems = Problems()
    problems.note("one")
    problems.note("two")
    assert problems.lines() == ["one", "two"]
    assert problems.room == LISTED - 2


def test_many():
    """Of many, the first are kept, and the others counted."""
    problems = Problems()
    for number in range(LISTED + 3):
        problems.note(str(number))
    problems.count(4)
    assert problems.lines() == [
        *map(str, range(LISTED)),
        "7 more of the same file are not listed",
    ]
    assert problems.room == 0
