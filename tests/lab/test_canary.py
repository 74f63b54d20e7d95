"""A canary at the end of the path, asked through each real interceptor, without any list."""

import contextlib
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lab.authorities import Disguise, write_pem
from tests.lab.interceptors import DECRYPTING, MITMPROXY, SPLICE, SQUID, SSLSPLIT, Interceptor
from tests.lab.laboratory import COMMAND, Box, Laboratory
from tests.lab.network import MBOX_LINK, ipv4
from tests.lab.servers import CANARY, OWN_CANARY, Origin
from tests.lab.terminators import Haproxy, Nginx, Stunnel

TERMINATING = (
    Haproxy(name="haproxy-before-canary", origin=CANARY),
    Stunnel(name="stunnel-before-canary", origin=CANARY),
    Nginx(name="nginx-before-canary", origin=CANARY),
)
"""Programs that end TLS with a certificate made beforehand, and go on to the canary."""


@contextlib.contextmanager
def serving_canary(lab: Laboratory, place: Origin, *options: str | Path) -> Generator[str]:
    """A canary at its place, on the port that boxes look at; gives its pin."""
    command: list[str | Path] = [COMMAND, "serve-canary", "--listen", f"{place.address}:443"]
    process = subprocess.Popen(
        lab.network.server.command(*command, "--name", place.name, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            said: list[str] = []
            for line in process.stdout:
                said.append(line)
                if line.strip().startswith("tlsprobe probe"):
                    yield line.split()[-1]
                    return
            raise RuntimeError("".join(said))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def pin(lab: Laboratory) -> Iterator[str]:
    """A canary with a certificate of the lab's public CA, which boxes accept."""
    leaf = lab.leaves[CANARY]
    chain = write_pem(
        lab.folder / "canary.pem", leaf.certificate_pem, lab.chain.issuing.certificate_pem
    )
    key = write_pem(lab.folder / "canary.key", leaf.key_pem)
    with serving_canary(lab, CANARY, "--cert", chain, "--key", key) as given:
        yield given


def asked(
    lab: Laboratory,
    schema: dict[str, Any],
    box: Box | None = None,
    *options: str | Path,
    place: Origin = CANARY,
) -> dict[str, Any]:
    """The record on a canary, without any list, behind `box`."""
    arguments = ("--canary", place.name, "--no-reference", "--json", "--other-names", "never")
    roots = ("--ca-file", lab.public_root)
    standing = contextlib.nullcontext() if box is None else lab.standing_in_the_way(box)
    with standing:
        run = lab.run("probe", *arguments, *roots, *options)
    record = run.record(place)
    jsonschema.validate(record, schema)
    return record


def checks_of(record: dict[str, Any], weight: str) -> set[str]:
    """The checks that found something of that weight."""
    return {one["check"] for one in record["findings"] if one["weight"] == weight}


@pytest.mark.parametrize("behind_splice", [False, True])
def test_end_to_end(lab: Laboratory, schema: dict[str, Any], pin: str, *, behind_splice: bool):
    """On an open path, and behind who passes TLS on, the same session stands at both ends."""
    box = lab.box(SPLICE, Disguise.OWN_NAME) if behind_splice else None
    record = asked(lab, schema, box, "--pin", pin)
    assert record["verdict"] == "direct"
    assert record["canary"]["arrival"] == "whole"
    assert record["canary"]["hellos_sent"] == record["canary"]["hellos_received"]
    assert "hello-arrived-unchanged" in checks_of(record, "proof")


@pytest.mark.usefixtures("pin")
@pytest.mark.parametrize("interceptor", [*DECRYPTING, *TERMINATING], ids=lambda one: one.name)
def test_who_ends_tls(lab: Laboratory, schema: dict[str, Any], interceptor: Interceptor):
    """Each program that ends TLS is proved by its own hello, whatever it shows, and told by JA4."""
    record = asked(lab, schema, lab.box(interceptor, Disguise.OWN_NAME))
    assert record["verdict"] == "inspected"
    assert "hello-arrived-changed" in checks_of(record, "proof")
    canary = record["canary"]
    assert canary["arrival"] == "other"
    assert canary["ja4_received"] != canary["ja4_sent"]


@pytest.mark.usefixtures("pin")
@pytest.mark.parametrize(("interceptor", "arrival"), [(SQUID, "other"), (SPLICE, "whole")])
def test_explicit_proxy(
    lab: Laboratory, schema: dict[str, Any], interceptor: Interceptor, arrival: str
):
    """Through a proxy that is asked by CONNECT the canary is asked as well."""
    box = lab.box(interceptor, Disguise.OWN_NAME)
    proxy = f"http://{ipv4(MBOX_LINK, 2)}:{box.proxy_port}"
    record = asked(lab, schema, None, "--via", proxy)
    assert record["target"]["via"] == proxy
    assert record["canary"]["arrival"] == arrival


@pytest.mark.usefixtures("pin")
def test_headers(lab: Laboratory, schema: dict[str, Any]):
    """Of squid the request has headers that nobody sent, and of sslsplit none."""
    record = asked(lab, schema, lab.box(SQUID, Disguise.OWN_NAME))
    assert "headers-nobody-sent" in checks_of(record, "proof")
    added = {one["name"] for one in record["canary"]["request_changes"] if one["change"] == "added"}
    assert {"via", "x-forwarded-for"} <= added
    record = asked(lab, schema, lab.box(SSLSPLIT, Disguise.OWN_NAME))
    assert record["canary"]["request_changes"] == []


@pytest.mark.parametrize("interceptor", [SQUID, MITMPROXY], ids=lambda one: one.name)
def test_a_box_that_refuses_the_canary(
    lab: Laboratory, schema: dict[str, Any], interceptor: Interceptor
):
    """Who does not like the canary's own certificate answers in its place: one line, and no more."""
    with serving_canary(lab, OWN_CANARY) as pin:
        box = lab.box(interceptor, Disguise.OWN_NAME)
        record = asked(lab, schema, box, "--pin", pin, place=OWN_CANARY)
        assert record["canary"]["failure"]
        assert record["canary"]["arrival"] is None
        assert record["pins"]["status"] == "broken"
        open_path = asked(lab, schema, None, "--pin", pin, place=OWN_CANARY)
    assert (open_path["verdict"], open_path["pins"]["status"]) == ("direct", "matched")
