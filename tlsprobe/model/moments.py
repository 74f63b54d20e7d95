"""When else would the same have been found: a moment that notes what it is compared with.

What is judged once can be judged again at another time only if no date lies between that matters.
Which dates matter is the checks' affair, and new checks bring new ones, so nobody lists them: the
checks are given a `WatchedMoment`, and afterwards it says from when until when every answer that it
gave would have been the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from msgspec import Struct


class Span(Struct, frozen=True, kw_only=True):
    """The time between two moments, neither of which belongs to it. None is without an end."""

    after: datetime | None = None
    before: datetime | None = None

    def __contains__(self, when: datetime) -> bool:
        """Whether `when` (aware) lies within."""
        return (self.after is None or self.after < when) and (
            self.before is None or when < self.before
        )


@dataclass(slots=True)
class _Notes:
    """What was asked of a moment."""

    moment: datetime
    after: datetime | None = None
    """The latest that it was found to be after."""
    before: datetime | None = None
    """The earliest that it was found to be before."""
    told: bool = False
    """Whether more was asked than where it lies."""

    def compared(self, limit: datetime) -> None:
        """It was held against another moment."""
        if self.moment < limit:
            self.before = limit if self.before is None else min(self.before, limit)
        elif self.moment > limit:
            self.after = limit if self.after is None else max(self.after, limit)
        else:
            self.told = True

    def tell(self) -> datetime:
        """The moment as it is."""
        self.told = True
        return self.moment

    def day(self) -> Callable[[], date]:
        """Its `date`, which is the same from the first moment of the day to the last."""
        try:
            first = self.moment.replace(hour=0, minute=0, second=0, microsecond=0)
            self.compared(first - datetime.resolution)
            self.compared(first + timedelta(days=1))
        except OverflowError:  # the first or the last day that there is
            self.told = True
        return self.moment.date


class WatchedMoment(datetime):
    """A moment like any other, which notes the moments that it is compared with.

    Its day holds for the moments of that day. Whatever else is asked of it (its text, its parts, its
    distance to another) depends on the moment itself, and then what was found holds for no other:
    `span` is None.
    """

    _notes: _Notes

    @classmethod
    def of(cls, when: datetime) -> "WatchedMoment":
        """The moment `when` (aware), of which nothing was asked yet."""
        made = cls.combine(when.date(), when.timetz())
        object.__setattr__(made, "_notes", _Notes(when))
        return made

    @staticmethod
    def span(moment: "WatchedMoment") -> Span | None:
        """For which moments every answer so far would have been the same; None: for no other."""
        notes = _notes_of(moment)
        return None if notes.told else Span(after=notes.after, before=notes.before)

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever datetime has
        """Any part or method tells the moment itself, except for its day and its time zone."""
        notes = _notes_of(self)
        if name == "date":
            return notes.day()
        if name == "tzinfo":
            return notes.moment.tzinfo
        if name == "astimezone":
            return partial(_in_zone, self)
        return getattr(notes.tell(), name)

    def __hash__(self) -> int:
        """A look-up finds this very moment only."""
        return hash(_notes_of(self).tell())


def _notes_of(moment: WatchedMoment) -> _Notes:
    notes: _Notes = object.__getattribute__(moment, "_notes")
    return notes


def _in_zone(moment: WatchedMoment, zone: tzinfo | None = None) -> datetime:
    """Itself in its own time zone; elsewhere its day may be another."""
    notes = _notes_of(moment)
    return moment if zone is notes.moment.tzinfo else notes.tell().astimezone(zone)


def _compared(name: str) -> Callable[[WatchedMoment, object], Any]:
    """A comparison that notes on which side of the other moment this one lies."""
    plainly: Callable[[datetime, object], Any] = getattr(datetime, name)

    def compare(self: WatchedMoment, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
        notes = _notes_of(self)
        if other is self:
            return plainly(notes.moment, notes.moment)
        limit = _notes_of(other).tell() if isinstance(other, WatchedMoment) else other
        if not isinstance(limit, datetime) or limit.tzinfo is None:
            return plainly(notes.tell(), limit)
        notes.compared(limit)
        return plainly(notes.moment, limit)

    return compare


def _telling(name: str) -> Callable[..., Any]:
    """An operation whose result depends on the moment itself."""
    plainly: Callable[..., Any] = getattr(datetime, name)

    def tell(self: WatchedMoment, *arguments: object) -> Any:  # noqa: ANN401 - as datetime does
        return plainly(_notes_of(self).tell(), *arguments)

    return tell


for _name in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"):
    setattr(WatchedMoment, _name, _compared(_name))
for _name in (
    "__add__", "__radd__", "__sub__", "__rsub__", "__format__", "__str__", "__repr__",
    "__reduce__", "__reduce_ex__",
):  # fmt: skip
    setattr(WatchedMoment, _name, _telling(_name))
