"""A whole pack in the lab: an open path, a box that exempts some names, and what a firewall does."""

import contextlib
import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.lab import services
from tests.lab.authorities import Disguise
from tests.lab.interceptors import Squid
from tests.lab.laboratory import Laboratory, Run
from tlsprobe import checks
from tlsprobe.model.pack import Protocol
from tlsprobe.model.planning import plan
from tlsprobe.store import packs
from tlsprobe.store.host_names import host_name

PACK = "entra-connect"
PLAN = plan(
    packs.shipped(PACK, checks=[one.id for one in checks.all_checks()]),
    values={},
    host_name=host_name,
)
EXEMPT = (
    "graph.microsoft.com",
    "autologon.microsoftazuread-sso.com",
    "adminwebservice.microsoftonline.com",
)
SILENT = "becws.microsoftonline.com"
FAULTLESS = {"direct", None}


@pytest.fixture(scope="module", autouse=True)
def service(lab: Laboratory) -> Iterator[None]:
    """Every host of the pack answers."""
    with services.standing(lab, [one.host for one in PLAN.questions]):
        yield


def check(lab: Laboratory, *options: str) -> tuple[Run, dict[str, Any]]:
    """The run, and the record that closes it."""
    run = lab.run("check", PACK, "--json", "--ca-file", lab.public_root, *options)
    assert run.stdout, run
    return run, run.records()[-1]


@contextlib.contextmanager
def firewall(lab: Laboratory, *rule: str) -> Generator[None]:
    """A rule of the firewall in the middle, as long as it is asked for."""
    table = ("iptables", "-w")
    lab.network.mbox.run(*table, "-I", "FORWARD", *rule)
    try:
        yield
    finally:
        lab.network.mbox.run(*table, "-D", "FORWARD", *rule)


def test_an_open_path(lab: Laboratory):
    """Every endpoint of the pack is direct, or answers on port 80, and there is nothing to request."""
    run, whole = check(lab)
    assert (run.exit_code, run.stderr) == (0, ""), run
    assert {one["verdict"] for one in whole["endpoints"]} == FAULTLESS
    assert len(whole["endpoints"]) == len(PLAN.questions)
    assert whole["request"]["text"] == ""
    assert not any(one["harmed"] for one in whole["features"])


def test_a_box_that_exempts_some_names(lab: Laboratory):
    """The names that it re-signs are requested, those that it leaves alone are not, by features."""
    box = lab.box(Squid(decrypts=True, exempt=EXEMPT), Disguise.OWN_NAME)
    with lab.standing_in_the_way(box):
        run, whole = check(lab)
        text = lab.run("check", PACK, "--ca-file", lab.public_root).stdout
    assert run.exit_code == 5, run
    assert {one.partition(":")[0] for one in whole["untouched"]} == set(EXEMPT)
    tls = {one.host for one in PLAN.questions if one.protocol is Protocol.TLS}
    assert {one.partition(":")[0] for one in whole["inspected"]} == tls - set(EXEMPT)
    requested = {one["host"] for one in whole["request"]["exempt"]}
    assert "login.microsoftonline.com" in requested
    assert requested.isdisjoint(EXEMPT)
    fails = {one["feature"]: one["fails"] for one in whole["features"]}
    assert fails["connect-sync"]
    assert not fails["seamless-sso"]
    assert not fails["certificate-revocation"]
    agents = next(one for one in whole["features"] if one["feature"] == "application-proxy")
    assert any("12019" in one["text"] for one in agents["effects"])
    minute = re.compile(r"\d\d:\d\d UTC")  # the other run's may be the next one
    assert minute.sub("", whole["request"]["text"]) in minute.sub("", text)
    assert box.authority.common_name in text


@pytest.mark.parametrize("how", ["DROP", "REJECT"])
def test_port_80_is_shut(lab: Laboratory, how: str):
    """An honest path whose revocation lookups fail is told from inspection, by what it does."""
    with firewall(lab, "-p", "tcp", "--dport", "80", "-j", how):
        run, whole = check(lab, "--timeout", "1.5")
    assert run.exit_code == 3, run
    assert whole["inspected"] == []
    assert {one["port"] for one in whole["request"]["allow"]} == {80}
    assert whole["request"]["exempt"] == []
    found = {one["cause"] for one in whole["lookalikes"] if one["standing"] == "found"}
    assert found == {"a revocation lookup that is blocked on port 80"}
    revocation = next(
        one for one in whole["features"] if one["feature"] == "certificate-revocation"
    )
    assert revocation["fails"]
    assert any("trust relationship" in one["text"] for one in revocation["effects"])
    sync = next(one for one in whole["features"] if one["feature"] == "connect-sync")
    assert not sync["harmed"]


def test_one_name_is_shut(lab: Laboratory):
    """One host that nobody lets through is requested by its name, and no other suffers."""
    with firewall(
        lab, "-p", "tcp", "--dport", "443", "-m", "string", "--string", SILENT, "--algo", "bm",
        "-j", "DROP",
    ):  # fmt: skip
        run, whole = check(lab, "--timeout", "2")
    assert run.exit_code == 3, run
    assert [one["host"] for one in whole["request"]["allow"]] == [SILENT]
    others = [one for one in whole["endpoints"] if one["host"] != SILENT]
    assert {one["verdict"] for one in others} == FAULTLESS
