"""Every source of proxy settings, asked as one."""

import asyncio
import importlib.util
from datetime import UTC, datetime

import pytest

from tests.store.test_internet_settings import ADSYNC, hive, user
from tests.store.test_machine_config import section
from tlsprobe.errors import InputError
from tlsprobe.live import pac
from tlsprobe.model.route_choice import Client, Place
from tlsprobe.route_choices import Sources, route_choices
from tlsprobe.store.internet_settings import CONNECTIONS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOGIN = Place("login.microsoftonline.com", 443)
INTRANET = Place("intranet", 443)
SCRIPT = """function FindProxyForURL(url, host) {
  return isPlainHostName(host) ? "DIRECT" : "PROXY script:1; DIRECT";
}
"""
needs_engine = pytest.mark.skipif(
    importlib.util.find_spec("quickjs") is None, reason="quickjs-ng has no wheel for this system"
)


def chosen(*places, **sources):
    """For each place, by client, the ways it would take and why."""
    found = asyncio.run(route_choices(Sources(**sources), places or (LOGIN,), now=NOW))
    return [
        {one.client: ([route.via for route in one.routes], one.why) for one in choices}
        for choices in found
    ]


@pytest.fixture
def script(tmp_path):
    """A PAC script in a file."""
    path = tmp_path / "proxy.pac"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def config(tmp_path):
    """A machine.config with one proxy."""
    path = tmp_path / "machine.config"
    path.write_text(section("<proxy proxyaddress='http://dotnet:1'/>"))
    return path


def test_without_a_registry():
    """What a system does not have is told of each client, and nothing is guessed."""
    (found,) = chosen()
    assert list(found) == [Client.DOTNET, Client.WINHTTP, Client.WININET]
    assert all(routes == [] and "not available here" in why for routes, why in found.values())


def test_each_client_has_its_own(config):
    """One machine, and three ways: the sync engine, services, the user; and the environment's."""
    keys = {
        **user(ProxyEnable=1, ProxyServer="user:1"),
        f"HKLM\\{CONNECTIONS}": {
            "WinHttpSettings": bytes.fromhex("18" + "00" * 7 + "01" + "00" * 11)
        },
    }
    (found,) = chosen(
        machine_config=config,
        hive=hive(**keys),
        environment={"HTTPS_PROXY": "http://anna:horse@env:1"},
    )
    assert {client: routes for client, (routes, _) in found.items()} == {
        Client.DOTNET: ["http://dotnet:1"],
        Client.WINHTTP: [None],
        Client.WININET: ["http://user:1"],
        Client.ENVIRONMENT: ["http://env:1"],
    }
    assert found[Client.DOTNET][1] == (
        f"{config} line 3: proxyaddress http://dotnet:1, login.microsoftonline.com not in bypasslist"
    )
    assert found[Client.ENVIRONMENT][1] == "HTTPS_PROXY"
    assert "horse" not in repr(found)


def test_the_environment():
    """NO_PROXY is obeyed; a variable that names no proxy is told, and nothing of it."""
    names = {"HTTPS_PROXY": "env:1", "NO_PROXY": "microsoftonline.com"}
    found = chosen(environment=names)[0][Client.ENVIRONMENT]
    assert found == ([None], "NO_PROXY has microsoftonline.com")
    routes, why = chosen(environment={"HTTPS_PROXY": "http://anna:horse"})[0][Client.ENVIRONMENT]
    assert (routes, why.startswith("HTTPS_PROXY: "), "horse" in why) == ([], True, False)


def test_the_sync_engine_falls_back_to_its_account(tmp_path):
    """Without a section it takes the settings of the account that runs it, not the user's."""
    path = tmp_path / "machine.config"
    path.write_text("<configuration/>")
    keys = {
        **user(ProxyEnable=1, ProxyServer="user:1"),
        **user(f"HKU\\{ADSYNC}", ProxyEnable=1, ProxyServer="account:1"),
    }
    assert chosen(usual_config=path, hive=hive(**keys))[0][Client.DOTNET][0] == ["http://account:1"]
    del keys[f"HKU\\{ADSYNC}\\{next(iter(user())).partition(chr(92))[2]}"]
    routes, why = chosen(usual_config=path, hive=hive(**keys))[0][Client.DOTNET]
    assert (routes, "the account that runs it decide, not known here" in why) == ([], True)


def test_a_config_of_the_machine_that_is_broken(tmp_path):
    """It is told with its line where nobody named it, and refused where somebody did."""
    path = tmp_path / "machine.config"
    path.write_text(section("<proxy proxyaddress='proxy:8080'/>"))
    routes, why = chosen(usual_config=path)[0][Client.DOTNET]
    assert routes == []
    assert why.startswith(f"{path}: line 4: proxyaddress: expected http://")
    with pytest.raises(InputError, match="line 4: proxyaddress"):
        chosen(machine_config=path)


@needs_engine
def test_a_script_that_was_named(script):
    """It is a client of its own, asked for every place."""
    login, intranet = chosen(LOGIN, INTRANET, pac=script)
    assert login[Client.PAC] == (
        ["http://script:1", None], f"FindProxyForURL was asked, as {script} has it",
    )  # fmt: skip
    assert intranet[Client.PAC][0] == [None]


@needs_engine
def test_a_script_that_settings_name(script, tmp_path):
    """It is asked where it lies on this machine, or in a copy that was named; none is fetched."""
    keys = user(AutoConfigURL="http://wpad/wpad.dat")
    routes, why = chosen(hive=hive(**keys))[0][Client.WININET]
    assert (routes, "give a copy of it by --pac FILE" in why) == ([], True)
    routes, why = chosen(hive=hive(**keys), pac=script)[0][Client.WININET]
    assert routes == ["http://script:1", None]
    assert "the script http://wpad/wpad.dat decides" in why
    assert f"as {script} has it" in why
    keys = user(AutoConfigURL=script.as_uri())
    assert chosen(INTRANET, hive=hive(**keys))[0][Client.WININET][0] == [None]


@needs_engine
def test_a_script_that_is_broken(script):
    """Refused where somebody named it, told where a machine's settings do."""
    script.write_text("x(")
    with pytest.raises(InputError, match="line 1: SyntaxError"):
        chosen(pac=script)
    keys = user(AutoConfigURL=script.as_uri())
    routes, why = chosen(hive=hive(**keys))[0][Client.WININET]
    assert routes == []
    assert "line 1: SyntaxError" in why


@needs_engine
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "return 'horse:1'",
            "what FindProxyForURL says of https://intranet: way 1: expected DIRECT",
        ),
        ("return 5", "FindProxyForURL fails for https://intranet: expected a text"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_bad_answer_for_one_place(script, statement, said, named):
    """It is told there, of a script that somebody named as well, and the other places have theirs."""
    script.write_text(
        f"function FindProxyForURL(u, host) {{ if (host == 'intranet') {{ {statement} }} return '' }}"
    )
    keys = user(AutoConfigURL=script.as_uri())
    client = Client.PAC if named else Client.WININET
    sources = {"pac": script} if named else {"hive": hive(**keys)}
    login, intranet = chosen(LOGIN, INTRANET, **sources)
    assert login[client][0] == [None]
    routes, why = intranet[client]
    assert routes == []
    assert said in why
    assert "horse" not in why


@needs_engine
def test_one_process_for_one_script(script, monkeypatch):
    """Whatever names it: the caller, and the settings of users and services."""
    started = []
    real = pac.answers

    async def counted(*arguments, **options):
        started.append(options["source"])
        return await real(*arguments, **options)

    monkeypatch.setattr(pac, "answers", counted)
    keys = {
        **user(AutoConfigURL="http://wpad/wpad.dat"),
        **user(f"HKU\\{ADSYNC}", AutoConfigURL=script.as_uri()),
    }
    (found,) = chosen(hive=hive(**keys), pac=script)
    asked = [one for one in found if "http://script:1" in found[one][0]]
    assert {Client.WININET, Client.PAC} <= set(asked)
    assert started == [str(script)]


@pytest.mark.parametrize("name", ["machine_config", "pac"])
def test_files_that_are_not_there(tmp_path, name):
    """A file that somebody named has to be there."""
    with pytest.raises(InputError, match="cannot be read"):
        chosen(**{name: tmp_path / "none"})


def test_no_places():
    """Nobody asks, nobody answers."""
    assert asyncio.run(route_choices(Sources(), (), now=NOW)) == ()


def test_exemptions_that_only_might_take_long(tmp_path):
    """What administrators write is tried to an end; what takes for ever is told."""
    path = tmp_path / "machine.config"
    entries = r"<add address='([a-z0-9-]+\.)+contoso\.com$'/><add address='10\.\d+\.\d+\.\d+'/>"
    text = f"<proxy proxyaddress='http://dotnet:1'/><bypasslist>{entries}</bypasslist>"
    path.write_text(section(text))
    places = (LOGIN, Place("www.contoso.com", 443), Place("10.1.2.3", 443))
    ways = [found[Client.DOTNET][0] for found in chosen(*places, machine_config=path)]
    assert ways == [["http://dotnet:1"], [None], [None]]
    path.write_text(section(text.replace("10", "(([a-z./:]+)+)+!")))
    routes, why = chosen(Place("a" * 60, 443), machine_config=path)[0][Client.DOTNET]
    assert (routes, "of the bypasslist takes too long to try on https://aaa" in why) == ([], True)
