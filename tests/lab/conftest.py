"""The lab, once for all its tests, or the reason why there is none."""

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.interceptors import CERTIFICATE_MAKER, MITMDUMP
from tests.lab.laboratory import COMMAND, Laboratory
from tests.lab.network import Network

_TOOLS = {
    "ip": "iproute2",
    "iptables": "iptables",
    "nginx": "nginx-light",
    "squid": "squid-openssl",
    str(CERTIFICATE_MAKER): "squid-openssl",
    "sslsplit": "sslsplit",
    "dumpcap": "tshark",
    str(MITMDUMP): "mitmproxy",
}


# `su` without `-` leaves root without the folders where Debian puts what root needs.
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _lack() -> str | None:
    """Why the lab cannot be built here; None if it can."""
    if sys.platform != "linux":
        return f"network namespaces are a thing of Linux, this is {sys.platform}"
    if os.geteuid() != 0:
        return "building network namespaces needs root"
    missing = [f"{tool} ({package})" for tool, package in _TOOLS.items() if not shutil.which(tool)]
    if missing:
        return f"not installed: {', '.join(missing)}; `make lab` installs it on Debian"
    if not COMMAND.exists():
        return f"the command under test is not installed: {COMMAND}"
    # Root in a container may still not be allowed to.
    return Network.of_this_process().obstacle()


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    """The lab, built when the first test asks for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", _PATH)
        yield from _lab_or_reason()


def _lab_or_reason() -> Iterator[Laboratory]:
    lack = _lack()
    if lack:
        # Where the lab is a must, its absence may not look like success.
        if os.environ.get("TLSPROBE_REQUIRE_LAB") == "1":
            pytest.fail(f"TLSPROBE_REQUIRE_LAB=1, but {lack}", pytrace=False)
        pytest.skip(lack)
    now = dt.datetime.now(dt.UTC)
    with Laboratory.open(now=now) as laboratory:
        yield laboratory


@pytest.fixture(scope="session")
def schema(lab: Laboratory) -> dict[str, Any]:
    """The JSON Schema that the command publishes of its records."""
    run = lab.run("schema")
    assert run.exit_code == 0, run
    published: dict[str, Any] = json.loads(run.stdout)
    return published
