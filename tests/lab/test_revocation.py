"""Revocation over port 80, in the way of which firewalls and proxies stand."""

import contextlib
import shutil
from collections.abc import Generator, Iterator
from typing import Any

import jsonschema
import pytest

from tests.lab.books import (
    ALONE,
    GOOD,
    LISTS,
    RESPONDER,
    REVOKED,
    STALE,
    address,
    keeping_books,
)
from tests.lab.laboratory import Laboratory
from tests.lab.programs import running

SQUID_PORT, PAGE_PORT = 19080, 19081
OWN_MEMORY = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
"""Squid leaves its shared memory behind; `ip netns exec` makes a mount namespace, which ends with it."""
PATIENCE = ("--timeout", "6")


@pytest.fixture(scope="module", autouse=True)
def books(lab: Laboratory) -> Iterator[None]:
    """The CA's books are open."""
    with keeping_books(lab):
        yield


def probe(lab: Laboratory, name: str, *options: str) -> tuple[dict[str, Any], int]:
    """The record of a probe that asks about revocation, and the exit code."""
    run = lab.run(
        "probe", name, "--ca-file", lab.public_root, "--revocation", "--json", *PATIENCE, *options
    )
    [record] = run.records()
    return record, run.exit_code


def checks(record: dict[str, Any]) -> dict[str, str]:
    """The weight of what each check found."""
    return {one["check"]: one["weight"] for one in record["findings"]}


def outcomes(record: dict[str, Any]) -> set[tuple[str, str]]:
    """Kind and outcome of every lookup."""
    return {(one["kind"], one["outcome"]) for one in record["revocation"]}


@contextlib.contextmanager
def port_80(lab: Laboratory, *target: str, table: str = "filter") -> Generator[None]:
    """Do something with all that goes to port 80 through `mbox`."""
    chain = "FORWARD" if table == "filter" else "PREROUTING"
    rule = (chain, "-p", "tcp", "--dport", "80", "-j", *target)
    command = ("iptables", "-w", "-t", table)
    lab.network.mbox.run(*command, "-A", *rule)
    try:
        yield
    finally:
        lab.network.mbox.run(*command, "-D", *rule)


def test_open(lab: Laboratory, schema: dict[str, Any]):
    """`openssl ocsp` knows the certificate, and nobody is on the list."""
    record, code = probe(lab, GOOD)
    jsonschema.validate(record, schema)
    assert (record["verdict"], code) == ("direct", 0)
    assert outcomes(record) == {("ocsp", "answered"), ("crl", "answered")}
    assert {one["signed_by"] for one in record["revocation"]} == {"issuer"}
    assert {one["status"] for one in record["revocation"]} == {"good"}
    assert "revocation-good" in record["because"]


def test_revoked(lab: Laboratory):
    """Responder and list say so, with day and reason."""
    record, code = probe(lab, REVOKED)
    assert (record["verdict"], code) == ("faulty", 4)
    assert checks(record)["revocation-says-revoked"] == "strong"
    told = [one for one in record["revocation"] if one["status"] == "revoked"]
    assert {one["kind"] for one in told} == {"ocsp", "crl"}
    assert "keyCompromise" in [one["reason"] for one in told]


def test_stale(lab: Laboratory):
    """A list that has ended is of no use, and the chain fails where clients insist."""
    record, code = probe(lab, STALE)
    assert (record["verdict"], code) == ("faulty", 4)
    assert checks(record)["revocation-answer-unfit"] == "strong"
    assert "revocation-checking-clients" in record["breaks"]
    assert "revocation-lookup-blocked" not in checks(record)


def test_an_intermediate_is_fetched(lab: Laboratory):
    """The server that leaves it out is at fault, and the chain is judged all the same."""
    record, code = probe(lab, ALONE)
    assert (record["verdict"], code) == ("faulty", 4)
    assert "intermediate-missing" in record["because"]
    assert "issuer-key-public" in record["against"]
    [issuer] = [one for one in record["revocation"] if one["kind"] == "issuer"]
    assert issuer["fetched"]["subject"].startswith("CN=Lab Books Issuing CA 01")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (("DROP",), "silence"),
        (("REJECT", "--reject-with", "tcp-reset"), "refused"),
        (("REJECT", "--reject-with", "icmp-admin-prohibited"), "unreachable"),
    ],
)
def test_a_firewall(lab: Laboratory, target: tuple[str, ...], kind: str):
    """Port 443 is open, 80 is not: handshakes are fine, and clients that insist fail."""
    with port_80(lab, *target):
        record, code = probe(lab, GOOD)
    assert (record["verdict"], code) == ("faulty", 4)
    assert set(record["because"]) == {"revocation-lookup-blocked"}
    assert {one["failure"]["kind"] for one in record["revocation"]} == {kind}
    assert record["breaks"] == ["revocation-checking-clients"]
    opened = [one["facts"]["to_open"] for one in record["findings"] if "to_open" in one["facts"]]
    assert sorted({each for one in opened for each in one}) == [f"{LISTS}:80", f"{RESPONDER}:80"]
    assert "issuer-key-public" in record["against"]


def test_only_the_responder_is_blocked(lab: Laboratory):
    """The list is enough, so it is a delay and no failure."""
    rule = ("-p", "tcp", "-d", address(RESPONDER), "--dport", "80", "-j", "REJECT")
    lab.network.mbox.run("iptables", "-w", "-A", "FORWARD", *rule)
    try:
        record, code = probe(lab, GOOD)
    finally:
        lab.network.mbox.run("iptables", "-w", "-D", "FORWARD", *rule)
    assert (record["verdict"], code) == ("direct", 0)
    assert checks(record)["revocation-lookup-blocked"] == "hint"


def test_a_proxy_in_the_way_that_denies(lab: Laboratory):
    """Squid's answer is kept: its status, its page, and who it says it is."""
    folder = lab.folder / "denying"
    folder.mkdir()
    # It looks up whom it is asked for, and would wait for a name server that is not there.
    (folder / "hosts").write_text("".join(f"{address(one)} {one}\n" for one in (LISTS, RESPONDER)))
    configuration = folder / "squid.conf"
    configuration.write_text(
        f"http_port {SQUID_PORT} intercept\nhttp_port {SQUID_PORT + 10}\nhttp_access deny all\n"
        f"visible_hostname gate.example\npid_filename none\ncache_log {folder}/cache.log\n"
        f"access_log none\ncache deny all\npinger_enable off\nhosts_file {folder}/hosts\n"
    )
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "proxy", "proxy")
    with (
        running(
            ["sh", "-c", OWN_MEMORY, "sh", "squid", "-N", "-f", configuration],
            place=lab.network.mbox, port=SQUID_PORT, log=lab.folder / "denying.log",
        ),
        port_80(lab, "REDIRECT", "--to-ports", str(SQUID_PORT), table="nat"),
    ):  # fmt: skip
        record, code = probe(lab, GOOD)
    assert (record["verdict"], code) == ("faulty", 4)
    assert set(record["because"]) == {"revocation-lookup-blocked"}
    for one in record["revocation"]:
        assert one["failure"] is None
        assert one["http"]["status"] == 403
        assert one["http"]["title"].startswith("ERROR")
        headers = dict(one["http"]["headers"])
        assert headers["server"].startswith("squid")
        assert headers["x-squid-error"].startswith("ERR_ACCESS_DENIED")


def test_a_page_in_the_way(lab: Laboratory):
    """A portal answers everything with a page and status 200: nobody's answer who was asked."""
    folder = lab.folder / "portal"
    folder.mkdir()
    configuration = folder / "nginx.conf"
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    configuration.write_text(
        f"daemon off; user root; pid {folder}/pid; events {{}} http {{ access_log off; {scratch}"
        f" server {{ listen {PAGE_PORT}; default_type text/html;"
        ' location / { return 200 "<html><title>Please log in</title>"; } } }'
    )
    with (
        running(
            ["nginx", "-e", "stderr", "-p", folder, "-c", configuration],
            place=lab.network.mbox, port=PAGE_PORT, log=folder / "nginx.log",
        ),
        port_80(lab, "REDIRECT", "--to-ports", str(PAGE_PORT), table="nat"),
    ):  # fmt: skip
        record, code = probe(lab, GOOD)
    assert (record["verdict"], code) == ("faulty", 4)
    assert set(record["because"]) == {"revocation-lookup-blocked"}
    assert {one["outcome"] for one in record["revocation"]} == {"blocked"}
    assert {one["http"]["title"] for one in record["revocation"]} == {"Please log in"}
