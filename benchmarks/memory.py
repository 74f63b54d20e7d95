"""The peak of ten thousand targets against that of fewer, each with a chain of its own."""

from benchmarks.measure import peak
from benchmarks.nginx import Site
from benchmarks.page import Section
from benchmarks.program import PROGRAM, expect_direct, options, shown

MIB = 2**20

_GROWTH = (
    "What is remembered of chains is bounded: the longest list takes {:+.1f} MiB on the one before."
)


def measure(site: Site, *, quick: bool) -> Section:
    """One row for each length of the list."""
    counts = (100, 500) if quick else (1000, 5000, 10_000)
    peaks = [_peak(site, count) for count in counts]
    return Section(
        title="Memory",
        columns=("targets", "different chains", "peak MiB"),
        rows=tuple(
            (f"{count:,}", f"{min(count, len(site.names)):,}", f"{size / MIB:.1f}")
            for count, size in zip(counts, peaks, strict=True)
        ),
        remarks=(
            f"`ru_maxrss` of `{shown('probe', '-', '--json')}`.",
            _GROWTH.format((peaks[-1] - peaks[-2]) / MIB),
        ),
    )


def _peak(site: Site, count: int) -> int:
    output = site.folder / "records"
    size = peak(
        [str(PROGRAM), "probe", "-", *options(site), "--json"],
        given=site.targets(site.distinct, count),
        output=output,
    )
    expect_direct(output, count)
    return size
