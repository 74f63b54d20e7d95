import pytest
from msgspec.structs import replace

from tests.report import samples
from tests.report.goldens import same_as_golden
from tlsprobe.model.observation import Target
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_sessions
from tlsprobe.report.as_sessions import Columns
from tlsprobe.report.page import plain


def in_capture(report, **target):
    """The sample as if a capture had shown it."""
    seen = replace(report.observation, captured=samples.captured().captured)
    return replace(report, observation=replace(seen, target=replace(seen.target, **target)))


EVERY = [in_capture(make()) for make in samples.ALL.values()]


@pytest.mark.parametrize("width", [80, 100, 120, 0])
def test_lines(width):
    """Each session is one line, which ends where the terminal does; a pipe has all of it."""
    columns = Columns.within(width)
    rows = [as_sessions.titles(columns), *(as_sessions.row(one, columns) for one in EVERY)]
    text = plain(rows, width, wrap=False)
    assert text.count("\n") == len(rows)
    same_as_golden(f"sessions-{width}", text)


def test_lines_hold_no_secrets_of_terminals():
    """Whatever a stranger wrote, a line is one line of letters."""
    columns = Columns.within(0)
    line = plain([as_sessions.row(in_capture(samples.hostile()), columns)], 0, wrap=False)
    assert line[:-1].isprintable()


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (Target(host="login.example.com"), "login.example.com"),
        (Target(host="login.example.com", port=8443), "login.example.com:8443"),
        (Target(host="2001:db8::7"), "2001:db8::7"),
        (Target(host="2001:db8::7", port=8443), "[2001:db8::7]:8443"),
    ],
)
def test_server(target, shown):
    """The port is named where it is not the usual one."""
    assert as_sessions.server(target) == shown


def test_long_names():
    """Of a name that is too long its end is shown, which says whose it is."""
    host = "a-very-long-label-of-somebody." * 7 + "cloud.example"
    report = in_capture(samples.direct(), host=host)
    line = plain([as_sessions.row(report, Columns.within(100))], 100, wrap=False)
    assert "...l-of-somebody.cloud.example " in line
    assert len(plain([as_sessions.row(report, Columns.within(0))], 0, wrap=False)) < 600


def test_signer():
    """Who signs is told by his common name; of a cut leaf too; and of nothing there is nobody."""
    assert as_sessions.signer(samples.inspected().observation) == "Example Inspection CA"
    assert as_sessions.signer(samples.cut().observation) == "Example Inspection CA"
    assert as_sessions.signer(samples.sealed().observation) is None


def test_why():
    """A line says why no certificate is there, without the name that stands in the line already."""
    assert as_sessions.why(samples.resumed()) == ("a resumed session: no certificate is sent in it")
    assert as_sessions.why(samples.inspected()).startswith("Example Inspection CA: no public")
    bare = samples.report(samples.captured(), Conclusion.UNDECIDED, "nothing is known")
    assert as_sessions.why(bare) == "nothing is known"
