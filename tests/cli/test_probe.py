import json
import os
import shutil
from importlib.metadata import distribution

import jsonschema
import pytest

from tests.cli.running import ENVIRONMENT, tlsprobe
from tlsprobe.model.json_schemas import schema

PIN = "sha256/" + "A" * 43 + "="


@pytest.fixture
def folder(tmp_path):
    """A folder with files that are not what they should be."""
    (tmp_path / "bad.toml").write_text("schema = [")
    (tmp_path / "bad.pem").write_text("no certificate")
    (tmp_path / "empty.txt").write_text("# nothing\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["probe"], "expected a target"),
        (["probe", "a b"], "target 'a b'"),
        (["probe", "localhost", "host:99999"], "port '99999'"),
        (["probe", "localhost", "--pin", "sha256/short"], "--pin 'sha256/short'"),
        (["probe", "localhost", "--ca-file", "missing.pem"], "missing.pem"),
        (["probe", "localhost", "--ca-file", "bad.pem"], "bad.pem"),
        (["probe", "localhost", "--os-store", "missing.pem"], "missing.pem"),
        (["probe", "localhost", "--reference", "bad.toml"], "bad.toml"),
        (["probe", "localhost", "--reference", "missing.toml"], "missing.toml"),
        (["probe", "localhost", "--hello", "no-such"], "hello 'no-such'"),
        (["probe", "localhost", "--hello", "missing.pcap#1"], "missing.pcap"),
        (["probe", "localhost", "--hello", "missing.pcap#x"], "FILE#FRAME"),
        (["probe", "localhost", "--targets", "missing.txt"], "missing.txt"),
        (["probe", "--targets", "empty.txt"], "empty.txt: expected at least one target"),
        (["probe", "localhost", "--address", "localhost"], "--address 'localhost'"),
        (["probe", "localhost", "--sni", "127.0.0.1"], "--sni '127.0.0.1'"),
        (["probe", "localhost", "--sni", "a", "--no-sni"], "--sni and --no-sni"),
        (["probe", "localhost", "--address", "::1", "--all-addresses"], "--all-addresses"),
        (["probe", "localhost", "--reference", "x", "--no-reference"], "--no-reference"),
        (["probe", "localhost", "--resolver", "dns.example"], "--resolver 'dns.example'"),
        (["probe", "localhost", "--resolver", "192.0.2.53:0"], "--resolver '192.0.2.53:0'"),
        (["probe", "localhost", "--resolver", "https://192.0.2.53"], "expected IP, IP:PORT"),
        (["probe", "localhost", "--resolver", "::1", "--address", "::1"], "--resolver: expected"),
        (["probe", "localhost", "--resolvers", "maybe"], "'--resolvers'"),
        (["probe", "localhost", "--timeout", "0"], "--timeout 0.0"),
        (["probe", "localhost", "--timeout", "nan"], "--timeout nan"),
        (["probe", "localhost", "--timeout", "soon"], "'--timeout'"),
        (["probe", "localhost", "--concurrency", "0"], "'--concurrency'"),
        (["probe", "localhost", "--second-opinion", "maybe"], "'--second-opinion'"),
        (["probe", "localhost", "--via", "anna:horse"], "--via: the port: expected a number"),
        (["probe", "localhost", "--via", "ftp://proxy"], "--via: expected http://"),
        (["probe", "localhost", "--via", ""], "--via: expected http://"),
        (
            ["probe", "localhost", "--jarm", "--connections", "10"],
            "expected 15 or more, for --jarm",
        ),
        (
            ["probe", "localhost", "--other-hellos", "always", "--jarm"],
            "--connections 16: expected 21 or more, for --jarm",
        ),
        (
            ["probe", "--canary", "localhost", "--jarm", "--compare-routes"],
            "--connections 16: expected 17 or more",
        ),
        (
            ["probe", "localhost", "--trace", "--connections", "14"],
            "expected 15 or more, for --trace",
        ),
        (
            ["probe", "localhost", "--deep", "--trace", "--jarm", "--connections", "31"],
            "expected 32 or more, for --trace and --jarm",
        ),
        (["probe", "localhost", "--no-such"], "--no-such"),
        (["no-such"], "'no-such'"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(folder, arguments, named):
    """What cannot be used is named on one line of stderr, nothing is asked, and the code is 2."""
    code, out, err = tlsprobe(*arguments, folder=folder)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("tlsprobe: ")
    assert named in err


def test_direct(server):
    """An endpoint whose root the user vouches for is direct, in words and by the exit code."""
    code, out, _ = tlsprobe("probe", server.target, "--ca-file", server.roots)
    assert code == 0
    assert out.startswith("direct: ")
    assert "second opinion  OpenSSL" in out
    assert "\x1b" not in out


def test_record(server):
    """`--json` writes one line that validates against the published schema."""
    code, out, _ = tlsprobe("probe", server.target, "--ca-file", server.roots, "--json")
    assert code == 0
    assert out.count("\n") == 1
    found = json.loads(out)
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert found["target"]["address"] == "127.0.0.1"
    assert found["target"]["sni"] == "localhost"
    assert found["controls"][0]["completed"] is True


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ((), None),
        (("--revocation",), []),
        (("--deep", "--no-revocation"), None),
    ],
)
def test_revocation_is_asked_for_where_it_is_wanted(server, options, asked):
    """The server's certificate names no address, so there is nothing to ask; else nobody asked."""
    arguments = ["probe", server.target, "--ca-file", server.roots, "--json", *options]
    code, out, _ = tlsprobe(*arguments, "--second-opinion", "never", "--other-names", "never")
    assert code == 0
    assert json.loads(out)["revocation"] == asked


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ((), False),
        (("--jarm",), True),
        (("--deep",), False),
        (("--deep", "--jarm"), True),
        (("--deep", "--connections", "48"), True),
        (("--deep", "--connections", "48", "--no-jarm"), False),
    ],
)
def test_jarm_is_taken_where_it_is_wanted(server, options, taken):
    """With all other questions it is asked for only where connections are left for it."""
    arguments = ["probe", server.target, "--ca-file", server.roots, *options]
    code, out, _ = tlsprobe(*arguments, "--json")
    value = json.loads(out)["fingerprints"]["jarm"]
    assert code == 0
    assert (value is not None) == taken
    if taken:
        assert f"jarm            {value}\n" in tlsprobe(*arguments)[1]


def test_options_reach_the_probe(server):
    """Address, server name, hello, pins and second opinion are what was asked for."""
    code, out, _ = tlsprobe(
        "probe", f"example.com:{server.port}", "--json", "--address", "127.0.0.1",
        "--sni", "Other.Example", "--hello", "tls12", "--pin", PIN, "--second-opinion", "never",
        "--other-names", "never",
    )  # fmt: skip
    found = json.loads(out)
    assert code >= 3
    assert found["target"] == {
        "host": "example.com", "port": server.port, "sni": "other.example",
        "address": "127.0.0.1", "via": None,
    }  # fmt: skip
    assert found["profile"] == "tls12"
    assert found["tls"]["version"] == "TLS 1.2"
    assert found["pins"]["expected"] == [PIN]
    assert found["controls"] == []


SECRETS = ("anna", "horse", "YW5uYT", "Y29ycmVjd")


def through(proxy, *arguments, login="anna:correct%20horse", environment=None):
    """A run through the proxy; no part of a login may show in it."""
    url = f"http://{login}@127.0.0.1:{proxy.port}"
    via = ("--via", url) if environment is None else ()
    named = dict.fromkeys(environment or (), url)
    ran = tlsprobe("probe", *arguments, *via, environment=named)
    for secret in SECRETS:
        assert secret not in ran[1] + ran[2]
    return ran


@pytest.mark.parametrize("environment", [None, ["HTTPS_PROXY"], ["all_proxy"]])
def test_through_a_proxy(server, proxy, environment):
    """The proxy is given the name, by both looks, and the record tells the route and its answer."""
    code, out, _ = through(
        proxy, "localhost:9", "--ca-file", server.roots, "--json", environment=environment
    )
    found = json.loads(out)
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert (code, found["verdict"]) == (0, "direct")
    assert found["target"]["via"] == f"http://127.0.0.1:{proxy.port}"
    assert found["target"]["address"] is None
    assert found["proxy"]["status"] == 200
    assert found["proxy"]["login"] == "Basic"
    assert found["timings_ms"]["proxy"] > 0
    assert found["controls"][0]["completed"] is True
    assert set(proxy.asked) == {"CONNECT localhost:9 HTTP/1.1"}


def test_a_login_that_is_refused(proxy):
    """Once, however many endpoints are asked; the page that repeats the login is kept without it."""
    hosts = [f"host{number}.example" for number in range(5)]
    code, out, _ = through(proxy, *hosts, "--json", login="anna:wrong%20horse")
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [one["failure"]["kind"] for one in records] == ["login-refused"] * 5
    assert records[0]["proxy"]["title"] == "Basic ***"
    assert len(proxy.given) == 1


def test_why_a_route_is_taken(server, proxy):
    """`--verbose` says for each endpoint which way it goes, and who wants that."""
    place = f"127.0.0.1:{proxy.port}"
    environment = {"HTTPS_PROXY": f"http://anna:correct%20horse@{place}", "NO_PROXY": "localhost"}
    once = ("--second-opinion", "never", "--other-names", "never")
    arguments = ("probe", "--verbose", "--ca-file", server.roots, *once)
    err = tlsprobe(*arguments, "named.example", server.target, environment=environment)[2]
    assert f"tlsprobe: named.example:443: goes through http://{place} (HTTPS_PROXY)" in err
    assert f"tlsprobe: {server.target}: goes directly (NO_PROXY has localhost)" in err
    err = tlsprobe(*arguments, server.target, "--via", "none", environment=environment)[2]
    assert f"tlsprobe: {server.target}: goes directly (--via none)" in err
    assert proxy.asked == ["CONNECT named.example:443 HTTP/1.1"] * 2


def test_a_variable_that_names_no_proxy():
    """It is named like a wrong option, and nothing of it is repeated."""
    ran = tlsprobe("probe", "localhost", environment={"HTTPS_PROXY": "http://anna:horse"})
    assert ran == (2, "", "tlsprobe: HTTPS_PROXY: the port: expected a number from 1 to 65535\n")


def test_a_baseline_through_a_proxy(server, proxy, tmp_path):
    """A record says which way it was taken, and not with which login."""
    file = tmp_path / "clean.json"
    url = f"http://anna:correct%20horse@127.0.0.1:{proxy.port}"
    options = ("--ca-file", server.roots, "--via", url)
    assert tlsprobe("baseline", "record", "localhost:9", "--to", file, *options)[0] == 0
    text = file.read_text()
    assert f'"via":"http://127.0.0.1:{proxy.port}"' in text
    assert not any(secret in text for secret in SECRETS)
    code, out, _ = tlsprobe("baseline", "diff", file, *options)
    assert code == 0
    assert "localhost:9" in out


def test_no_server_name(server):
    """With `--no-sni`, and for an address, no server name is sent."""
    for target in ("--no-sni", f"127.0.0.1:{server.port}"):
        out = tlsprobe("probe", "--json", "--quiet", server.target, target)[1]
        assert json.loads(out.splitlines()[-1])["target"]["sni"] is None


def test_own_reference(server, tmp_path):
    """An expectation of the user's own makes of the same private chain another verdict."""
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n'
        '[[expectation]]\nnames = ["localhost"]\nowner = "Example"\nissued_by = "public"\n'
    )
    assert tlsprobe("probe", server.target, "--quiet")[0] == 3
    code, out, _ = tlsprobe("probe", server.target, "--quiet", "--reference", own)
    assert (code, out.split()[0]) == (5, "inspected")


@pytest.mark.parametrize("shape", [[], ["--json"]])
def test_unknown_host(shape):
    """A name that does not resolve is a result, and its code is 3."""
    code, out, err = tlsprobe("probe", "no-such-name.invalid", *shape)
    assert (code, err) == (3, "")
    if shape:
        found = json.loads(out)
        assert found["failure"]["stage"] == "dns"
        assert found["verdict"] == "blocked"
    else:
        assert out.startswith("blocked: ")


def test_list_on_stdin(server, closed_port):
    """One bad line costs itself alone; each other target has its line, in order, and a sum follows."""
    lines = [server.target, "a b", f"127.0.0.1:{closed_port}", "# comment", server.target]
    stdin = "\n".join(lines).encode()
    code, out, err = tlsprobe("probe", "-", "--ca-file", server.roots, stdin=stdin)
    rows = out.splitlines()
    assert code == 3
    assert [row.split()[0] for row in rows[:3]] == ["direct", "blocked", "direct"]
    assert rows[3:] == ["", "3 endpoints: 2 direct, 1 blocked"]
    assert err == (
        "tlsprobe: stdin line 2: target 'a b': expected a host name, in ASCII as DNS has it, or an IP"
        " address\n"
    )


def test_only_bad_lines(server):
    """A list in which nothing else is wrong exits with 2 for its malformed line."""
    stdin = f"{server.target}\n:\n".encode()
    code, out, _ = tlsprobe("probe", "-", "--quiet", "--ca-file", server.roots, stdin=stdin)
    assert code == 2
    assert [line.split()[0] for line in out.splitlines()] == ["direct"]


def test_lists_and_names_together(server, tmp_path):
    """Targets of the command line, of stdin and of files are asked in the order they are named."""
    (tmp_path / "list.txt").write_text(f"{server.target}\n")
    code, out, _ = tlsprobe(
        "probe", "--json", f"127.0.0.1:{server.port}", "-", "--targets", tmp_path / "list.txt",
        stdin=f"[::1]:{server.port}\n".encode(),
    )  # fmt: skip
    assert code == 3
    hosts = [json.loads(line)["target"]["host"] for line in out.splitlines()]
    assert hosts == ["127.0.0.1", "::1", "localhost"]


def test_second_opinion_in_doubt(server):
    """Of a list, only what is not direct at first sight is asked more than once."""
    stdin = f"{server.target}\n127.0.0.1:{server.port}\n".encode()
    out = tlsprobe("probe", "-", "--json", "--ca-file", server.roots, stdin=stdin)[1]
    records = [json.loads(line) for line in out.splitlines()]
    assert [(one["verdict"] == "direct", len(one["controls"])) for one in records] == [
        (True, 0),
        (False, 4),
    ]


def test_several_names(server, closed_port):
    """A few names are answered in full, many with a table, and the highest code wins."""
    few = [server.target, f"127.0.0.1:{closed_port}"]
    code, out, _ = tlsprobe("probe", *few, "--ca-file", server.roots)
    assert code == 3
    assert [one.split(":")[0] for one in out.split("\n\n")[::2]] == ["direct", "blocked"]
    out = tlsprobe("probe", *few * 2, "--ca-file", server.roots)[1]
    assert [row.split()[0] for row in out.splitlines()[:4]] == ["direct", "blocked"] * 2
    assert "4 endpoints: 2 direct, 2 blocked" in out


def test_all_addresses():
    """Every address of a name is a line of its own, with the address."""
    out = tlsprobe("probe", "localhost:1", "--all-addresses", "--quiet")[1]
    addresses = {line.split()[2] for line in out.splitlines()}
    assert "127.0.0.1" in addresses
    assert len(addresses) == len(out.splitlines())


@pytest.mark.parametrize(
    ("options", "consequence"),
    [
        ([], "of its roots, only those count as public that the shipped list knows too"),
        (["--no-reference"], "with --no-reference, verdicts rest on it all the same"),
    ],
)
def test_changed_roots_are_told(server, closed_port, tmp_path, options, consequence):
    """Whoever uses a list of public roots that was changed on this machine is told, on one line."""
    installed = distribution("certifi")
    for name in (installed.locate_file("certifi"), installed.locate_file(folder_of(installed))):
        shutil.copytree(name, tmp_path / name.name)
    roots = tmp_path / "certifi" / "cacert.pem"
    roots.write_bytes(roots.read_bytes() + server.roots.read_bytes())
    path = os.pathsep.join((str(tmp_path), ENVIRONMENT["PYTHONPATH"]))
    _, out, err = tlsprobe(
        "probe", f"127.0.0.1:{closed_port}", *options, environment={"PYTHONPATH": path}
    )
    assert out.startswith("blocked: ")
    assert err == (
        f"tlsprobe: the list of public roots is in doubt: {roots} was changed after certifi had been"
        f" installed; {consequence}\n"
    )


def folder_of(installed):
    """The folder of a distribution's metadata."""
    return next(one.parts[0] for one in installed.files if one.name == "RECORD")


def test_size_of_the_hello(server):
    """A verbose report tells how large the hello was, and JSON does."""
    target = f"localhost:{server.port}"
    _, out, _ = tlsprobe("probe", target, "--json")
    hello = json.loads(out)["hello"]
    assert hello["segments"] == -(-hello["bytes"] // hello["segment_size"])
    _, out, _ = tlsprobe("probe", target, "--verbose")
    assert f"\nhello           {hello['bytes']} bytes in 1 TCP segment of at most" in out


def test_unused_pin(closed_port):
    """A pin of a host that was not asked about is named; of a list nobody knows."""
    target = f"127.0.0.1:{closed_port}"
    pins = ["--pin", f"Other.example={PIN}", "--pin", f"127.0.0.1={PIN}", "--pin", PIN]
    assert tlsprobe("probe", target, *pins)[2] == (
        "tlsprobe: --pin other.example=...: was not used, as no target is that host\n"
    )
    assert tlsprobe("probe", "-", *pins, stdin=target.encode())[2] == ""


def test_routes_are_compared(server, proxy):
    """`--compare-routes` asks directly as well, and `--deep` does; the proxy's way is the one judged."""
    url = f"http://127.0.0.1:{proxy.port}"
    options = ("--ca-file", server.roots, "--via", url, "--json", "--no-reference")
    report = json.loads(tlsprobe("probe", server.target, *options, "--compare-routes")[1])
    (other,) = (one for one in report["controls"] if one["source"] == "other-route")
    assert other["failure"] is None
    assert report["target"]["via"] == url
    assert "another-route-works" in {one["check"] for one in report["findings"]}
    deep = json.loads(tlsprobe("probe", server.target, *options, "--deep")[1])
    assert "other-route" in {one["source"] for one in deep["controls"]}
    alone = json.loads(tlsprobe("probe", server.target, *options)[1])
    assert "other-route" not in {one["source"] for one in alone["controls"]}
