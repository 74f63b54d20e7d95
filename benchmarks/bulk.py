"""CPU of an endpoint in a list of a thousand, every check and JSON included, beside the peers.

One wildcard certificate for all names, RSA-2048 and ECDSA P-256, as the peers get it too; and the
harder case that each name has a chain that was never seen before.
"""

from benchmarks.measure import Cost, Missing, Subject, medians
from benchmarks.nginx import Site
from benchmarks.page import Section, milliseconds
from benchmarks.peers import BASELINE, peers
from benchmarks.program import of_a_list

_METHOD = (
    "Medians of {runs} rounds in each of which every program runs once. CPU is user and system time"
    " of the processes, their start included. Slow programs are asked fewer endpoints; one that"
    " takes a single target is started again for each. The last column says how many times as much"
    f" `{BASELINE}` takes."
)


def measure(site: Site, *, quick: bool, runs: int) -> Section:
    """One row for each program and way to ask it."""
    found = [*_ours(site, 100 if quick else 1000), *peers(site, quick=quick)]
    subjects = [one for one in found if isinstance(one, Subject)]
    costs = dict(zip((one.name for one in subjects), medians(subjects, runs=runs), strict=True))
    baseline = next((_each(one, costs) for one in subjects if one.name == BASELINE), None)
    return Section(
        title="A list of targets",
        columns=(
            "program", "version", "endpoints", "CPU ms each", "each second", "CPU of s_client",
        ),
        rows=tuple(_row(one, costs, baseline) for one in found),
        remarks=(
            _METHOD.format(runs=runs),
            "\n".join(f"- {one.name}: `{one.command}` {one.note}" for one in subjects),
        ),
    )  # fmt: skip


def _ours(site: Site, count: int) -> list[Subject]:
    return [
        of_a_list(site, "tlsprobe, RSA leaf", site.rsa, count),
        of_a_list(site, "tlsprobe, ECDSA leaf", site.ecdsa, count),
        of_a_list(site, "tlsprobe, RSA leaf, owner and pin known", site.rsa, count,
                  "--reference", site.reference),
        of_a_list(site, "tlsprobe, a new chain each", site.distinct, count),
        of_a_list(site, "tlsprobe, second opinion always", site.rsa, count,
                  "--second-opinion", "always"),
    ]  # fmt: skip


def _each(one: Subject, costs: dict[str, Cost | Missing]) -> float | None:
    """CPU seconds of one endpoint."""
    cost = costs[one.name]
    return None if isinstance(cost, Missing) else cost.cpu / one.endpoints


def _row(
    one: Subject | Missing, costs: dict[str, Cost | Missing], baseline: float | None
) -> tuple[str, ...]:
    cost = one if isinstance(one, Missing) else costs[one.name]
    if isinstance(one, Missing) or isinstance(cost, Missing):
        assert isinstance(cost, Missing)
        return (one.name, f"missing: {cost.reason}", "", "", "", "")
    each, rate = cost.cpu / one.endpoints, one.endpoints / cost.wall
    return (
        one.name,
        one.version,
        f"{one.endpoints:,}",
        milliseconds(each),
        f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}",
        "" if baseline is None else f"{baseline / each:.1f} x",
    )
