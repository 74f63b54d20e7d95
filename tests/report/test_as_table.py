import dataclasses

from msgspec.structs import replace

from tests.report import samples
from tests.report.goldens import same_as_golden
from tlsprobe.model.verdict import Conclusion, Interceptor
from tlsprobe.report import as_table
from tlsprobe.report.as_table import MAX_ISSUERS, Tally
from tlsprobe.report.page import plain


def test_table():
    """Every report is one line, and the sum of them stands below."""
    tally = Tally()
    lines = []
    for one in samples.ALL.values():
        report = one()
        tally.add(report)
        lines.append(as_table.row(report, width=24, address=True))
    text = plain(lines, 0, wrap=False) + plain(tally.rows(), 100)
    same_as_golden("table", text)


def test_sum_of_one():
    """One endpoint is not called endpoints."""
    tally = Tally()
    tally.add(samples.direct())
    assert plain(tally.rows(), 100) == "1 endpoint: 1 direct\n"


def test_sum_is_bounded():
    """A box that has a new name for every host is counted, but not listed without end."""
    tally = Tally()
    report = samples.inspected()
    for number in range(MAX_ISSUERS + 50):
        verdict = dataclasses.replace(
            report.verdict, interceptor=Interceptor(issuer=f"CN={number}")
        )
        tally.add(replace(report, verdict=verdict))
    lines = plain(tally.rows(), 100).splitlines()
    assert lines[0] == f"{MAX_ISSUERS + 50} endpoints: {MAX_ISSUERS + 50} inspected"
    assert lines[-1].split() == ["50", "under", "still", "other", "names"]
    assert len(lines) == MAX_ISSUERS + 2


def test_sums_together():
    """Sums of files, put together, are the sum of all; also where too many names are in it."""
    report = samples.inspected()
    reports = [samples.direct(), samples.sealed()] + [
        replace(
            report,
            verdict=dataclasses.replace(
                report.verdict, interceptor=Interceptor(issuer=f"CN={one}")
            ),
        )
        for one in range(MAX_ISSUERS)
    ]
    total, parts = Tally("session"), Tally("session")
    for begin in range(0, len(reports), 40):
        part = Tally("session")
        for one in reports[begin : begin + 40]:
            part.add(one)
            total.add(one)
        parts.merge(part)
    assert plain(parts.rows(), 100) == plain(total.rows(), 100)
    assert plain(parts.rows(), 100).startswith("102 sessions: 1 direct, 100 inspected, 1 undecided")
    parts.merge(total)
    more = Tally()
    for one in range(5):
        issuer = Interceptor(issuer=f"CN=more {one}")
        more.add(replace(report, verdict=dataclasses.replace(report.verdict, interceptor=issuer)))
    parts.merge(more)
    assert plain(parts.rows(), 100).splitlines()[-1].split() == [
        "5", "under", "still", "other", "names",
    ]  # fmt: skip


def test_reason_of_what_did_not_come_about():
    """A line without findings tells the failure, and without one the judge's sentence."""
    blocked = samples.blocked()
    assert "reset the connection" in plain([as_table.row(blocked)], 0, wrap=False)
    nothing = samples.report(
        samples.observation(), Conclusion.UNDECIDED, "no certificate chain could be read"
    )
    assert "no certificate chain could be read" in plain([as_table.row(nothing)], 0, wrap=False)
