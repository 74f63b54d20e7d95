import copy
import operator
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.model.moments import Span, WatchedMoment

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMPARISONS = (
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
)  # fmt: skip
TELLING = {
    "text": str,
    "representation": repr,
    "ISO": lambda when: when.isoformat(),
    "format": "{:%H:%M}".format,
    "year": lambda when: when.year,
    "microsecond": lambda when: when.microsecond,
    "timestamp": lambda when: when.timestamp(),
    "clock": lambda when: when.time(),
    "sum": lambda when: when + HOUR,
    "reversed sum": lambda when: HOUR + when,
    "difference": lambda when: when - NOON,
    "reversed difference": lambda when: NOON - when,
    "before": lambda when: when - HOUR,
    "hash": hash,
    "key": {NOON: 1}.get,
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "pickle": pickle.dumps,
    "other zone": lambda when: when.astimezone(timezone(5 * HOUR)),
    "changed": lambda when: when.replace(hour=3),
    "week": lambda when: when.isocalendar(),
    "itself": lambda when: when == NOON,
    "no time": lambda when: when == "noon",
    "naive": lambda when: when == NOON.replace(tzinfo=None),
}
"""What nobody can know of a moment who only knows where it lies between others."""


def watched(when=NOON):
    """The moment, watched."""
    return WatchedMoment.of(when)


def test_nothing_asked():
    """Of a moment of which nothing was asked, every other would have done as well."""
    assert WatchedMoment.span(watched()) == Span()
    assert datetime(1, 1, 1, tzinfo=UTC) in Span()


def test_it_is_the_moment():
    """It is equal to the moment that it stands for, whichever is asked."""
    assert watched() == NOON
    assert [NOON].index(watched()) == 0
    assert isinstance(watched(), datetime)
    assert str(watched()) == str(NOON)


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("turned", [False, True])
def test_comparisons_bound_the_span(compare, turned):
    """Every comparison, from either side, bounds the time for which its answer holds."""
    when = watched()
    for other in (NOON - 2 * HOUR, NOON + 2 * HOUR, NOON - HOUR, NOON + HOUR):
        pair = (other, when) if turned else (when, other)
        plain = (other, NOON) if turned else (NOON, other)
        assert compare(*pair) is compare(*plain)
    assert WatchedMoment.span(when) == Span(after=NOON - HOUR, before=NOON + HOUR)


def test_ends_do_not_belong_to_a_span():
    """At the very moments that something was compared with, another answer is possible."""
    span = Span(after=NOON, before=NOON + HOUR)
    assert NOON + datetime.resolution in span
    assert NOON not in span
    assert NOON + HOUR not in span
    assert NOON + HOUR / 2 in Span(after=NOON)


@pytest.mark.parametrize("ask", TELLING.values(), ids=TELLING)
def test_more_than_its_place(ask):
    """Whatever tells more of a moment than between which others it lies holds for it alone."""
    when = watched()
    told, plain = ask(when), ask(NOON)
    assert told == plain or isinstance(told, bytes)
    assert WatchedMoment.span(when) is None


def test_a_day():
    """The day of a moment holds from its beginning to its end."""
    when = watched()
    assert when.date() == NOON.date()
    assert when.astimezone(UTC).date() == NOON.date()
    span = WatchedMoment.span(when)
    midnight = NOON - 12 * HOUR
    assert midnight in span
    assert midnight + 24 * HOUR - datetime.resolution in span
    assert midnight - datetime.resolution not in span
    assert midnight + 24 * HOUR not in span


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_time(day):
    """The first and the last day that there are have no day beside them, and do no harm."""
    when = watched(datetime.combine(day, NOON.timetz()))
    assert when.date() == day
    assert WatchedMoment.span(when) is None


def test_itself():
    """Compared with itself it is itself at any time."""
    when = watched()
    assert when <= when  # noqa: PLR0124
    assert WatchedMoment.span(when) == Span()


MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS, st.lists(st.tuples(st.sampled_from(COMPARISONS), MOMENTS)), MOMENTS)
def test_every_answer_holds_in_the_span(moment, asked, other):
    """At every other moment of the span, every comparison would have had the same answer."""
    when = watched(moment)
    answers = [compare(when, limit) for compare, limit in asked]
    span = WatchedMoment.span(when)
    if span is None:
        assert any(limit == moment for _, limit in asked)
        return
    assert moment in span
    if other in span:
        assert [compare(other, limit) for compare, limit in asked] == answers
