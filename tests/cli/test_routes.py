import importlib.util
import json
import os

import pytest

from tests.cli.running import tlsprobe
from tests.store.test_machine_config import DOCUMENTED, section

needs_engine = pytest.mark.skipif(
    importlib.util.find_spec("quickjs") is None, reason="quickjs-ng has no wheel for this system"
)


@pytest.fixture
def config(tmp_path):
    """The example of Microsoft's page."""
    path = tmp_path / "machine.config"
    path.write_text(DOCUMENTED)
    return path


@pytest.fixture
def script(tmp_path):
    """A script with two proxies."""
    path = tmp_path / "proxy.pac"
    path.write_text("function FindProxyForURL(u, h) { return 'PROXY a:1; SOCKS5 b; DIRECT' }")
    return path


@needs_engine
def test_the_ways_of_each_client(config, script):
    """People see each client's ways in order, and what decides."""
    code, out, err = tlsprobe(
        "routes", "login.microsoftonline.com", "www.contoso.com:443",
        "--machine-config", config, "--pac", script,
    )  # fmt: skip
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert "login.microsoftonline.com:443 .NET, sync engine http://192.168.1.10:3128" in text
    assert "line 3: proxyaddress http://192.168.1.10:3128, login" in text
    assert "www.contoso.com:443 .NET, sync engine direct" in text
    assert "PAC script http://a:1, then socks5://b:1080, then direct" in text


@needs_engine
def test_records(config, script):
    """Programs get a record a host, with the routes in order and null where it cannot be told."""
    code, out, err = tlsprobe(
        "routes", "https://Login.MicrosoftOnline.com/x", "[::1]:8443", "--json",
        "--machine-config", config, "--pac", script,
    )  # fmt: skip
    assert (code, err) == (0, "")
    login, local = (json.loads(line) for line in out.splitlines())
    assert (login["schema"], login["host"], login["port"]) == (
        "tlsprobe.routes/1", "login.microsoftonline.com", 443,
    )  # fmt: skip
    clients = {one["client"]: one for one in login["clients"]}
    assert clients["dotnet"]["routes"] == [{"via": "http://192.168.1.10:3128"}]
    assert clients["pac"]["routes"] == [
        {"via": "http://a:1"}, {"via": "socks5://b:1080"}, {"via": None},
    ]  # fmt: skip
    assert (local["host"], local["port"]) == ("::1", 8443)
    assert local["clients"][0]["routes"] == [{"via": None}]


@pytest.mark.skipif(os.name == "nt", reason="Windows has a registry")
def test_what_is_not_available_here():
    """A system without a registry says so, and that is no failure."""
    code, out, err = tlsprobe("routes", "a.example", "--json")
    assert (code, err) == (0, "")
    clients = {one.pop("client"): one for one in json.loads(out)["clients"]}
    for name in ("dotnet", "winhttp", "wininet"):
        assert clients[name]["routes"] is None
        assert clients[name]["why"].startswith("not available here")


def test_the_environment():
    """What this process would do stands there too, without the login of its proxy."""
    names = {"HTTPS_PROXY": "http://anna:horse@proxy.example:3128", "NO_PROXY": "b.example"}
    code, out, _ = tlsprobe("routes", "a.example", "b.example", environment=names)
    text = " ".join(out.split())
    assert code == 0
    assert "environment http://proxy.example:3128 HTTPS_PROXY" in text
    assert "environment direct NO_PROXY has b.example" in text
    assert "horse" not in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "HOST"),
        (["a b"], "target 'a b': expected a host name"),
        (["a.example", "--machine-config", "none.config"], "none.config: cannot be read"),
        (
            ["a.example", "--machine-config", "bad.config"],
            "bad.config: line 4: proxyaddress: expected",
        ),
        (["a.example", "--machine-config", "."], ".: cannot be read"),
        (["a.example", "--pac", "none.pac"], "none.pac: cannot be read"),
        (["a.example", "--pac", "bad.config"], "bad.config: line 1: SyntaxError"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(tmp_path, arguments, named):
    """What cannot be used is named on one line of stderr, and the code is 2."""
    if "bad.config" in arguments and "--pac" in arguments:
        pytest.importorskip("quickjs", reason="quickjs-ng has no wheel for this system")
    (tmp_path / "bad.config").write_text(section("<proxy proxyaddress='anna:horse@proxy'/>"))
    code, out, err = tlsprobe("routes", *arguments, folder=tmp_path)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert named in err
    assert "horse" not in err
