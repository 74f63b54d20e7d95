"""Where the time of one endpoint goes, inside the process, and what each part of it costs.

CPU of this process alone, part after part; what a loop repeats runs from warm caches, so a whole run
takes more than their sum. Every name has a certificate and a key of its own, so that "new" and
"seen" are what they say.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import TypeVar

from benchmarks.measure import RUNS, NotMeasuredError
from benchmarks.nginx import ADDRESS, Site
from benchmarks.page import Section, microseconds
from tlsprobe import checks, judge
from tlsprobe._version import __version__
from tlsprobe.certs.trust import TrustStore
from tlsprobe.cli.probing import GARBAGE_THRESHOLD
from tlsprobe.handshake.reader import read
from tlsprobe.hello import templates
from tlsprobe.hello.template import Template
from tlsprobe.live.exchange import Exchange, exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.finding import CheckResult
from tlsprobe.model.observation import Observation, SourceKind, Target
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.observe import observe
from tlsprobe.report import as_json
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store, machine_store, pem_store

CONCURRENCY = 64
JUDGED = 200
"""Chains that are judged: paths are remembered for 512, and each of these has two. Of more of them
none would be "seen before" when its turn comes again."""

_METHOD = (
    "{count} endpoints, {concurrency} at a time, hello `{profile}`, TLS 1.3 with an ECDSA P-256 leaf"
    " under an RSA-2048 intermediate; in this process, without its start, its garbage looked for as"
    " seldom as `tlsprobe probe` does. {judged} of the chains are judged."
)

T = TypeVar("T")
R = TypeVar("R")


def measure(site: Site, *, count: int) -> Section:
    """Every part of `count` endpoints' way, one part after another."""
    with _as_in_the_program():
        return _measured(site, count=count)


def _measured(site: Site, *, count: int) -> Section:
    reference, template = _reference(site), templates.load()
    names = site.names[:count]
    stamps = {name: _each(_stamp(templates.load(name)), names) for name in templates.names()}
    whole, exchanges = _exchanges(site, template, names)
    reading = _each(lambda one: read(one.transcript, one.keys), exchanges)
    # The first observation pays for indices and modules that all the others use.
    pairs = list(zip(exchanges, names, strict=True))[: JUDGED + 1]
    _judge(site, pairs[:1], reference)
    new, seen = (_judge(site, pairs[1:], reference) for _ in range(2))
    rows = [
        *((f"stamp a hello: {name}", cost) for name, cost in stamps.items()),
        ("read a handshake to the proof of the key", reading),
        ("exchange: stamp, connect, send, read, close", whole),
        ("of that the sockets and the loop", whole - stamps[template.profile] - reading),
        *((f"{part}, new chain", cost) for part, cost in new.items()),
        *((f"{part}, chain seen before", cost) for part, cost in seen.items()),
        ("an endpoint, new chain", whole + sum(new.values())),
        ("an endpoint, chain seen before", whole + sum(seen.values())),
    ]
    return Section(
        title="Inside the process",
        columns=("part", "CPU µs", "a second"),
        rows=tuple((part, microseconds(cost), f"{1 / cost:,.0f}") for part, cost in rows),
        remarks=(
            _METHOD.format(
                count=count,
                concurrency=CONCURRENCY,
                profile=template.profile,
                judged=len(pairs) - 1,
            ),
        ),
    )


@contextmanager
def _as_in_the_program() -> Iterator[None]:
    """Look for garbage when `tlsprobe probe` does: else its searches count, which are not the work's."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _judge(
    site: Site, pairs: Sequence[tuple[Exchange, str]], reference: Reference
) -> dict[str, float]:
    """What each step from a handshake to its JSON costs; every chain is met once."""
    observing, observations = _once(lambda pair: _observation(site, *pair), pairs)
    checking, results = _once(lambda one: checks.run(one, reference), observations)
    judged = list(zip(observations, results, strict=True))
    judging, reports = _once(lambda pair: _report(*pair, reference), judged)
    encoding, lines = _once(as_json.line, reports)
    for line in lines:
        if b'"verdict":"direct"' not in line:
            raise NotMeasuredError(f"a verdict is not direct: {line.decode()}")
    return {
        "observe: chain, timestamps, fingerprints": observing,
        "all checks": checking,
        "judge": judging,
        "JSON": encoding,
    }


def _reference(site: Site) -> Reference:
    added = pem_store(site.root, "--ca-file")
    return default_reference(
        as_of=datetime.now(UTC),
        public=TrustStore.merge(certifi_store(), added),
        added=added,
        machine=machine_store().store,
    )


def _stamp(template: Template) -> Callable[[str], object]:
    return lambda name: template.stamp(server_name=name, entropy=os.urandom)


def _exchanges(
    site: Site, template: Template, names: Sequence[str]
) -> tuple[float, list[Exchange]]:
    """CPU of an exchange, and one with each name."""
    costs: list[float] = []
    done: list[Exchange] = []
    for _ in range(RUNS):
        start = process_time()
        done = asyncio.run(_all(site, template, names))
        costs.append((process_time() - start) / len(names))
    for one in done:
        if one.failure is not None:
            raise NotMeasuredError(f"an exchange failed: {one.failure.detail}")
    return median(costs), done


async def _all(site: Site, template: Template, names: Sequence[str]) -> list[Exchange]:
    dial, limits = TcpDial(), Limits()
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(name: str) -> Exchange:
        async with slots:
            return await exchange(
                dial,
                ADDRESS,
                site.distinct,
                template.stamp(server_name=name, entropy=os.urandom),
                limits=limits,
                now=lambda: datetime.now(UTC),
                entropy=os.urandom,
            )

    return await asyncio.gather(*map(one, names))


def _observation(site: Site, done: Exchange, name: str) -> Observation:
    return observe(
        done.handshake,
        target=Target(host=name, port=site.distinct, sni=name, address=ADDRESS),
        source=SourceKind.PROBE,
        profile="default",
        taken=done.transcript.started,
        timings=done.timings,
    )


def _report(
    observation: Observation, results: tuple[CheckResult, ...], reference: Reference
) -> Report:
    return Report(
        tool_version=__version__,
        observation=observation,
        controls=(),
        results=results,
        verdict=judge.decide(observation, reference, results),
        pins=judge.pins(observation, reference),
    )


def _once(work: Callable[[T], R], items: Sequence[T]) -> tuple[float, list[R]]:
    """CPU of `work` on one of `items`, each met once; and what came of it."""
    start = process_time()
    results = [work(item) for item in items]
    return (process_time() - start) / len(items), results


def _each(work: Callable[[T], object], items: Sequence[T]) -> float:
    """CPU of `work` on one of `items`, the median of several rounds."""
    return median(_once(work, items)[0] for _ in range(RUNS))
