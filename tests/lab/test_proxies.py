"""The command through real proxies: with and without logins, and where they refuse."""

import contextlib
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import SQUID
from tests.lab.laboratory import Laboratory, Run
from tests.lab.proxies import (
    ADDRESS,
    BASIC_SQUID,
    BLOCKED,
    BLOCKED_ADDRESS,
    LOGIN_DANTE,
    OPEN_DANTE,
    OPEN_SQUID,
    PASSWORD,
    PROXIES,
    USER,
    VERIFYING,
    WITH_LOGIN,
    Proxy,
)
from tests.lab.servers import EITHER

FIRST_PORT = 12000
Place = Callable[[Proxy], int]


@pytest.fixture(scope="module")
def port_of(lab: Laboratory) -> Iterator[Place]:
    """Where a proxy listens; it is started when it is first asked for."""
    ports: dict[Proxy, int] = {}
    with contextlib.ExitStack() as programs:

        def started(proxy: Proxy) -> int:
            if proxy not in ports:
                folder = lab.folder / proxy.name
                folder.mkdir()
                ports[proxy] = FIRST_PORT + len(ports)
                programs.enter_context(proxy.start(lab.network.mbox, folder, ports[proxy]))
            return ports[proxy]

        yield started


def url(proxy: Proxy, port: int, *, login: str | None = None) -> str:
    """The proxy as `--via` takes it."""
    return f"{proxy.scheme}://{f'{login}@' if login else ''}{ADDRESS}:{port}"


def good_login(proxy: Proxy) -> str | None:
    """What the proxy takes."""
    domain = "LAB\\" if proxy.name == "squid-ntlm" else ""
    return quote(f"{domain}{USER}") + ":" + quote(PASSWORD) if proxy in WITH_LOGIN else None


def probed(lab: Laboratory, via: str, host: str = EITHER.name, *options: str) -> Run:
    """The command's run through a proxy; no part of a login shows in it."""
    run = lab.run("probe", host, "--ca-file", lab.public_root, "--via", via, *options)
    for secret in (USER, PASSWORD, quote(PASSWORD), "Y29ycmVjd", "YW5uYTp"):
        assert secret not in run.stdout + run.stderr
    return run


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda proxy: proxy.name)
def test_a_proxy_puts_through(lab: Laboratory, port_of: Place, proxy: Proxy):
    """Each leads to the origin, for the probe and for the second opinion, and the record says so."""
    via = url(proxy, port_of(proxy), login=good_login(proxy))
    record = probed(lab, via, EITHER.name, "--json", "--verbose").record(EITHER)
    assert (record["verdict"], record["failure"]) == ("direct", None)
    assert record["target"]["via"] == url(proxy, port_of(proxy))
    assert record["target"]["address"] is None
    assert record["timings_ms"]["proxy"] > 0
    assert record["timings_ms"]["dns"] is None
    (opinion,) = record["controls"]
    assert opinion["completed"]
    logins = {"squid-basic": "Basic", "squid-ntlm": "NTLM", "dante-login": "password"}
    assert record["proxy"]["login"] == logins.get(proxy.name)
    assert record["proxy"]["status"] == (0 if proxy.scheme == "socks5" else 200)


@pytest.mark.parametrize("proxy", WITH_LOGIN, ids=lambda proxy: proxy.name)
def test_no_login(lab: Laboratory, port_of: Place, proxy: Proxy):
    """Where none is given, that is what the report says."""
    run = probed(lab, url(proxy, port_of(proxy)), EITHER.name, "--json")
    failure = run.record(EITHER)["failure"]
    assert run.exit_code == 3
    assert (failure["stage"], failure["kind"]) == ("proxy", "login-required")


@pytest.mark.parametrize("proxy", VERIFYING, ids=lambda proxy: proxy.name)
def test_a_wrong_login(lab: Laboratory, port_of: Place, proxy: Proxy):
    """A wrong password is refused, and named as that."""
    via = url(proxy, port_of(proxy), login=f"{USER}:wrong-horse")
    run = probed(lab, via, EITHER.name, "--json")
    assert "wrong-horse" not in run.stdout + run.stderr
    failure = run.record(EITHER)["failure"]
    assert (failure["stage"], failure["kind"]) == ("proxy", "login-refused")


def test_squid_denies(lab: Laboratory, port_of: Place):
    """The refusal is kept with the fields that name the proxy and the title of its page."""
    via = url(BASIC_SQUID, port_of(BASIC_SQUID), login=good_login(BASIC_SQUID))
    (record,) = probed(lab, via, BLOCKED, "--json").records()
    assert record["verdict"] == "blocked"
    assert record["failure"]["kind"] == "proxy-denied"
    proxy = record["proxy"]
    assert (proxy["status"], proxy["reason"]) == (403, "Forbidden")
    assert "mbox" in proxy["headers"]["Via"][0]
    assert "ERR_ACCESS_DENIED" in proxy["headers"]["X-Squid-Error"][0]
    assert proxy["title"].startswith("ERROR")
    assert "Access Denied" in proxy["body"]


def test_dante_denies(lab: Laboratory, port_of: Place):
    """A rule of a SOCKS server is told by the words of RFC 1928."""
    via = url(LOGIN_DANTE, port_of(LOGIN_DANTE), login=good_login(LOGIN_DANTE))
    (record,) = probed(lab, via, BLOCKED_ADDRESS, "--json").records()
    assert record["failure"]["kind"] == "proxy-denied"
    assert "2 (connection not allowed by ruleset)" in record["failure"]["detail"]


@pytest.mark.parametrize("proxy", [OPEN_SQUID, OPEN_DANTE], ids=lambda proxy: proxy.name)
def test_a_proxy_that_finds_nobody(lab: Laboratory, port_of: Place, proxy: Proxy):
    """A name that the proxy cannot look up is no refusal, and not this machine's resolver's fault."""
    (record,) = probed(lab, url(proxy, port_of(proxy)), "nobody.example", "--json").records()
    assert (record["failure"]["stage"], record["failure"]["kind"]) == ("proxy", "proxy-failed")


def test_a_proxy_that_is_not_there(lab: Laboratory):
    """A closed port of the proxy is a failure of the route, not of the endpoint."""
    run = probed(lab, f"http://{ADDRESS}:9")
    assert run.exit_code == 3
    assert f"proxy: refused: the proxy http://{ADDRESS}:9 was not reached" in run.stdout


def test_a_proxy_that_decrypts(lab: Laboratory):
    """A proxy that is asked by CONNECT and re-signs is found out like one in the way."""
    box = lab.box(SQUID, Disguise.OWN_NAME)
    record = probed(lab, f"http://{ADDRESS}:{box.proxy_port}", EITHER.name, "--json").record(EITHER)
    assert record["verdict"] == "inspected"
    assert record["target"]["via"] == f"http://{ADDRESS}:{box.proxy_port}"


def test_the_report_shows_the_route(lab: Laboratory, port_of: Place):
    """The text names the proxy, what it answered, and how long it took."""
    via = url(OPEN_SQUID, port_of(OPEN_SQUID))
    text = " ".join(probed(lab, via).stdout.split())
    assert f"through {via}" in text
    assert "answered 200 Connection established" in text
    assert "proxy " in text.rpartition("timings")[2]
