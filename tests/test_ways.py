"""Which way each endpoint is asked, and which others it is compared with."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.store.test_machine_config import section
from tests.test_route_choices import needs_engine
from tlsprobe.errors import InputError
from tlsprobe.model.route_choice import Client, Place
from tlsprobe.route_choices import Sources
from tlsprobe.store.proxy_environment import routing
from tlsprobe.ways import ways

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOGIN, LOCAL = Place("login.example.com", 443), Place("www.corp.example", 443)
SCRIPT = 'function FindProxyForURL(url, host) { return "PROXY script:1; DIRECT"; }'


def taken(*places, via=None, environment=None, **sources):
    """For each place: where its way leads, whose say that is, and what it is compared with."""
    environment = environment or {}
    found = asyncio.run(
        ways(
            places or (LOGIN,), Sources(environment=environment, **sources),
            routing(via, environment), via, now=NOW,
        )
    )  # fmt: skip
    return [
        (way.route.via, way.client, [one.via for one in way.others])
        for way in (found[place] for place in places or (LOGIN,))
    ]


@pytest.fixture
def config(tmp_path):
    """A machine.config with one proxy, and one name that is reached without."""
    path = tmp_path / "machine.config"
    bypass = "<bypasslist><add address='corp\\.example'/></bypasslist>"
    path.write_text(section(f"<proxy proxyaddress='http://dotnet:1'/>{bypass}"))
    return path


def test_nobody_knows_of_a_proxy():
    """Then there is one way, and nothing to compare."""
    assert taken() == [(None, Client.ENVIRONMENT, [])]


def test_the_service_itself_counts(config):
    """Its own settings decide where they can be read; all other ways are held beside that."""
    environment = {"https_proxy": "http://env:2"}
    assert taken(LOGIN, LOCAL, environment=environment, machine_config=config) == [
        ("http://dotnet:1", Client.DOTNET, ["http://env:2", None]),
        (None, Client.DOTNET, ["http://env:2"]),
    ]
    assert taken(via="http://mine:3", machine_config=config) == [
        ("http://dotnet:1", Client.DOTNET, ["http://mine:3", None])
    ]


def test_the_caller_and_the_environment():
    """Without the service's settings the caller's word counts, then the environment's."""
    environment = {"https_proxy": "http://env:2", "no_proxy": "corp.example"}
    assert taken(LOGIN, LOCAL, environment=environment) == [
        ("http://env:2", Client.ENVIRONMENT, [None]),
        (None, Client.ENVIRONMENT, []),
    ]
    assert taken(via="http://mine:3", environment=environment) == [
        ("http://mine:3", None, ["http://env:2", None])
    ]


def test_directly_and_no_other_way(config):
    """`--via none` is an order."""
    assert taken(via="none", machine_config=config) == [(None, None, [])]


@needs_engine
def test_a_script(tmp_path):
    """A script that is named counts before the environment."""
    path = tmp_path / "proxy.pac"
    path.write_text(SCRIPT)
    assert taken(pac=path) == [("http://script:1", Client.PAC, [None])]


@needs_engine
def test_a_bad_answer_of_a_script(tmp_path):
    """Who names a script wants its way: where it has none, no other is taken in its place."""
    path = tmp_path / "proxy.pac"
    path.write_text(SCRIPT.replace("PROXY script:1", "nonsense"))
    with pytest.raises(InputError, match=r"says of https://login\.example\.com: way 1: expected"):
        taken(pac=path)
