"""What is wrong with a capture, in words, and never more of it than a person reads."""

LISTED = 20
"""Problems that are kept in words. A file that is broken throughout repeats itself."""


class Problems:
    """Collects the problems of one file: the first of them in words, the others by number."""

    __slots__ = ("_listed", "_others")

    def __init__(self) -> None:
        self._listed: list[str] = []
        self._others = 0

    def note(self, problem: str) -> None:
        """One more: a line that says where, what, and what was done about it."""
        if len(self._listed) < LISTED:
            self._listed.append(problem)
        else:
            self._others += 1

    def count(self, others: int) -> None:
        """As many more that nobody needs in words."""
        self._others += others

    @property
    def room(self) -> int:
        """How many more would be kept in words."""
        return LISTED - len(self._listed)

    def lines(self) -> list[str]:
        """All of it, in the order in which it was found."""
        if not self._others:
            return list(self._listed)
        return [*self._listed, f"{self._others} more of the same file are not listed"]
