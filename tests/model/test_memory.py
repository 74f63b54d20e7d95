from tlsprobe.model.memory import SHARE, Memory


def test_recalls_what_was_kept():
    """What was kept under a key is recalled under it, and nothing under another."""
    memory = Memory(10_000)
    memory.keep("a", 1, size=1)
    assert (memory.recall("a"), memory.recall("b")) == (1, None)


def test_the_latest_counts():
    """A value takes the place of the one before, and its room."""
    memory = Memory(10 * SHARE)
    for value in range(1000):
        memory.keep("a", value, size=10)
    memory.keep("b", "other", size=10)
    assert (memory.recall("a"), memory.recall("b")) == (999, "other")


def test_forgets_the_longest_unused():
    """Beyond its room the longest unused is forgotten; what is asked for stays."""
    memory = Memory(3 * SHARE)
    for key in range(SHARE):
        memory.keep(key, key, size=3)
    assert memory.recall(0) == 0
    memory.keep("new", "new", size=3)
    assert memory.recall(0) == 0
    assert memory.recall(1) is None
    assert memory.recall("new") == "new"


def test_keeps_no_monsters():
    """What alone would take more than its share is not kept, nor what stood there before."""
    memory = Memory(10 * SHARE)
    memory.keep("a", "small", size=10)
    memory.keep("a", "monster", size=11)
    assert memory.recall("a") is None
    assert len(memory) == 0


def test_stays_within_its_room():
    """However many values come, their sizes together stay within the room."""
    memory = Memory(1000)
    for number in range(10_000):
        memory.keep(number, number, size=number % 15 + 1)
    kept = [number for number in range(10_000) if memory.recall(number) is not None]
    assert kept
    assert sum(number % 15 + 1 for number in kept) <= 1000
