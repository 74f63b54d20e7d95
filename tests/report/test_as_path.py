"""The picture of a path."""

import pytest

from tests.traces import END, trace
from tlsprobe.model.hops import Hops
from tlsprobe.report import as_path
from tlsprobe.report.page import plain


def drawn(hops, signs=as_path.ASCII, width=100):
    """The picture as lines."""
    return plain(as_path.rows(hops, signs), width).splitlines()


def test_a_box():
    """The box is marked, and what lies behind it is told apart."""
    lines = drawn(trace(tcp=2))
    assert lines[0].startswith("ends-nearer: TCP to port 443 ends at hop 2 (10.1.1.1) at your edge")
    [box] = [line for line in lines if line.startswith("  2 ")]
    assert box.split()[:3] == ["2", "#", "10.1.1.1"]
    assert "answers TCP 443, TLS" in box
    [end] = [line for line in lines if line.startswith(f"  {END} ")]
    assert "the endpoint; answers TCP 80 (refused), UDP, echo" in end
    assert lines.index(box) < lines.index("    :") < lines.index(end)


def test_an_honest_path():
    """Each hop has one line, and nothing is marked."""
    lines = drawn(trace())
    numbered = [line.split()[0] for line in lines if line[:3].strip().isdigit()]
    assert numbered == [str(hop) for hop in range(1, END + 1)]
    assert not any("#" in line or line == "    :" for line in lines)


def test_names():
    """What the reverse DNS calls a router stands beside its address, and does no harm."""
    hops = trace()
    named = Hops(
        address=hops.address, port=443, sweeps=hops.sweeps,
        names=(("10.1.1.1", "core\x1b[31m.example"),),
    )  # fmt: skip
    [line] = [line for line in drawn(named) if line.startswith("  2 ")]
    assert "10.1.1.1 core\\x1b[31m.example" in line


@pytest.mark.parametrize(
    ("encoding", "signs"),
    [
        ("utf-8", as_path.DRAWN),
        ("ascii", as_path.ASCII),
        ("cp1252", as_path.ASCII),
        ("no", as_path.ASCII),
    ],
)
def test_character_sets(encoding, signs):
    """Where the character set lacks the signs, ASCII draws the picture."""
    assert as_path.signs_for(encoding) is signs


def test_not_traced():
    """What could not be traced is one line."""
    none = Hops(address="192.0.2.1", port=443, unavailable="not here")
    assert drawn(none) == ["not traced:     not here"]
    assert plain(as_path.line(none), 100) == "path            not traced: not here\n"
    assert list(as_path.line(None)) == []


def test_too_soon():
    """An answer that comes too soon is told under the picture."""
    lines = drawn(trace(ms={"tls": 1.0}))
    assert any("sooner than the endpoint" in line for line in lines)


def test_a_line_of_a_report():
    """A report tells in a line what the trace came to."""
    assert "ends at hop 2" in plain(as_path.line(trace(tcp=2)), 100)
