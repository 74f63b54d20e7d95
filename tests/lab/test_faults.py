"""One fault at a time: the command names it as the cause where it is, and no other anywhere."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import (
    faults_of_boxes,
    faults_of_names,
    faults_of_paths,
    faults_of_proxies,
    faults_of_servers,
    twins,
)
from tests.lab.faults import Fault, Stage
from tests.lab.laboratory import Laboratory, Run
from tests.lab.name_servers import resolver
from tests.lab.proxies import ADDRESS, Proxy
from tests.lab.twins import NAMES, RESOLVER, Cast

KINDS = (
    faults_of_names,
    faults_of_paths,
    faults_of_boxes,
    faults_of_proxies,
    faults_of_servers,
)
FAULTS = [one for kind in KINDS for one in kind.fault.all]
FIRST_PORT = 13000
PACK = """
schema = "tlsprobe.pack/1"
name = "lab-service"
title = "A service of the lab"
as_of = 2026-11-25

[[source]]
name = "lab"
title = "The lab"
url = "https://lab.example/"

[[feature]]
name = "sync"
title = "Synchronisation"
breaks = "nothing is synchronised"
"""
ENDPOINT = """
[[endpoint]]
hosts = ["{host}"]
features = ["sync"]
inspection = "unsupported"
asks_for_client_certificate = {asks}
tls_floor = "{floor}"
sources = ["lab"]
"""


@pytest.fixture(scope="module")
def cast(lab: Laboratory) -> Iterator[Cast]:
    """Who answers."""
    with twins.standing(lab) as standing:
        yield standing


@pytest.fixture(scope="module")
def proxy_url(lab: Laboratory, cast: Cast) -> Iterator[Callable[[Proxy, str], str]]:
    """Where a proxy listens; it is started when it is first asked for."""
    ports: dict[Proxy, int] = {}
    with contextlib.ExitStack() as programs:

        def started(proxy: Proxy, login: str) -> str:
            if proxy not in ports:
                ports[proxy] = FIRST_PORT + len(ports)
                folder = lab.folder / f"{proxy.name}-{ports[proxy]}"
                folder.mkdir()
                programs.enter_context(proxy.start(lab.network.mbox, folder, ports[proxy]))
            return f"{proxy.scheme}://{f'{login}@' if login else ''}{ADDRESS}:{ports[proxy]}"

        yield started


@pytest.fixture
def stage(lab: Laboratory, cast: Cast, proxy_url, request: pytest.FixtureRequest) -> Stage:
    """The lab before anything is wrong."""
    folder = lab.folder / f"fault-{request.node.callspec.id}"
    folder.mkdir()
    folder.chmod(0o755)
    return Stage(
        lab=lab,
        cast=cast,
        folder=folder,
        proxy_url=proxy_url,
        store=lab.machine_store(with_ca_of=None),
    )


def pack(stage: Stage) -> Path:
    """The service as its owner documents it."""
    endpoints = [
        ENDPOINT.format(host=name, asks=str(name in stage.asking).lower(), floor=stage.floor)
        for name in NAMES
    ]
    path = stage.folder / "pack.toml"
    path.write_text(PACK + "".join(endpoints))
    return path


def checked(stage: Stage, fault: Fault) -> Run:
    """What the command says in this fault's company."""
    lab = stage.lab
    with (
        fault.staged(stage) as options,
        resolver(
            lab.network.server, RESOLVER, stage.records, folder=stage.folder, others=stage.others
        ),
        lab.network.client.knowing(stage.hosts, name_servers=[*stage.asked_first, RESOLVER]),
    ):
        trust: tuple[str | Path, ...] = ("--ca-file", lab.public_root) if not stage.listed else ()
        return lab.run(
            "check", "--pack", pack(stage), "--json", "--timeout", "3", *trust,
            "--os-store", stage.store, *options,
            environment=stage.environment,
        )  # fmt: skip


def named(closing: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The hosts by each cause that the closing record names."""
    assert closing["schema"] == "tlsprobe.check/1"
    return {
        one["cause"]: frozenset(place.removesuffix(":443") for place in one["endpoints"])
        for one in closing["causes"]
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_single_fault(stage: Stage, fault: Fault):
    """It is named where it is, and nothing else is named."""
    run = checked(stage, fault)
    assert run.stdout, run
    closing = run.records()[-1]
    assert named(closing) == fault.causes, (closing["causes"], run.stderr)
