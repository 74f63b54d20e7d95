import pytest
from msgspec.structs import replace

from tests.report import samples
from tests.report.goldens import same_as_golden
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_names
from tlsprobe.report.as_names import Names
from tlsprobe.report.as_sessions import Columns
from tlsprobe.report.page import plain

PIPE = Columns.within(0)


def session(host, conclusion=Conclusion.DIRECT, chain=samples.HONEST, version=0x0304):
    """A session with a host, and what it came to."""
    seen = samples.captured(chain)
    seen = replace(
        seen,
        target=replace(seen.target, host=host),
        handshake=replace(seen.handshake, version=version),
    )
    return samples.report(seen, conclusion, "x")


def names_of(*reports):
    """What they come to by name."""
    names = Names()
    for report in reports:
        names.add(report)
    return names


def lines(names, columns=PIPE):
    """Its rows as lines."""
    return plain(names.rows(columns), 0, wrap=False).splitlines()


SESSIONS = [
    *[session("a.example") for _ in range(3)],
    session("a.example", version=0x0303),
    session("b.example", Conclusion.INSPECTED, samples.MINTED),
    session("b.example"),
    session("c.example", Conclusion.UNDECIDED, (), version=None),
    *[session("d.example", Conclusion.INSPECTED, samples.MINTED) for _ in range(2)],
    session("e.example", Conclusion.BLOCKED, (), version=None),
]


@pytest.mark.parametrize("width", [80, 120])
def test_summary(width):
    """Each name has its line, the worst and the most frequent first."""
    text = plain(names_of(*SESSIONS).rows(Columns.within(width)), width, wrap=False)
    same_as_golden(f"names-{width}", text)


def test_every_verdict_has_its_rank():
    """No verdict is left out of the order."""
    assert set(as_names.WORST_FIRST) == set(Conclusion)


def test_files_together():
    """Counted file by file and put together, it is the same as counted at once."""
    total = Names()
    for begin in range(0, len(SESSIONS), 3):
        total.merge(names_of(*SESSIONS[begin : begin + 3]))
    assert lines(total) == lines(names_of(*SESSIONS))
    assert len(total) == 5


def test_many_names(monkeypatch):
    """A scan of made-up names is counted, but neither listed nor remembered without end."""
    monkeypatch.setattr(as_names, "MAX_NAMES", 100)
    reports = [session(f"{number:04}.example") for number in range(150)]
    names = names_of(*reports)
    shown = lines(names)
    assert len(names) == 100
    assert len(shown) == as_names.SHOWN + 2
    assert shown[-2:] == [
        f"and {100 - as_names.SHOWN} more server names", "and 50 sessions of still other names",
    ]  # fmt: skip
    both = Names()
    both.merge(names)
    both.merge(names_of(*reports))
    assert lines(both)[-1] == "and 100 sessions of still other names"


def test_many_signers():
    """A name for which many sign has a line all the same."""
    reports = [
        session("a.example", chain=(samples.certificate("a", f"CA {number:03}"),))
        for number in range(as_names.MAX_SIGNERS + 3)
    ]
    halves = names_of(*reports[:6])
    halves.merge(names_of(*reports[6:]))
    for names in (names_of(*reports), halves):
        [line] = lines(names)
        assert line.endswith("TLS 1.3  CA 000, CA 001, and many more")
    assert lines(names_of(*reports[:4]))[0].endswith("CA 000, CA 001, and 2 more")
