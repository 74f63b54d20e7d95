"""A survey as text: what somebody reads who has never seen the tool."""

from itertools import chain

from tests.report import surveys
from tests.report.goldens import same_as_golden
from tlsprobe.model.survey import Survey
from tlsprobe.report import as_check, as_request
from tlsprobe.report.page import plain


def printed(survey: Survey) -> str:
    """The report as a pipe gets it, without the request."""
    return (
        plain((*as_check.head(survey),), 100)
        + plain(as_check.lines(survey), 0, wrap=False)
        + plain(chain(as_check.rest(survey), as_check.closing(survey)), 100)
    )


def test_the_report():
    """A sentence, a line an endpoint, what breaks, what it is not, what was not looked at."""
    same_as_golden("check", printed(surveys.mixed()))


def test_the_request():
    """Names, ports, why and by which page: nothing more is needed to act on it."""
    same_as_golden("request", as_request.text(surveys.mixed()))


def test_lookups_that_are_blocked():
    """Named as that cause and no other, with what to open and for which certificate."""
    survey = surveys.no_lookups()
    same_as_golden("check-lookups", printed(survey))
    same_as_golden("request-lookups", as_request.text(survey))


def test_nothing_of_a_stranger_reaches_a_terminal():
    """Whatever peers write is escaped and cut, in the report and in the request."""
    text = printed(surveys.hostile()) + as_request.text(surveys.hostile())
    assert all(one.isprintable() or one == "\n" for one in text)
    assert max(map(len, text.splitlines())) < 1000
