"""`tlsprobe check`, as it is run: packs, what is refused, and what a run leaves behind."""

import json
import os
from datetime import UTC, datetime

import jsonschema
import pytest

from tests.cli.running import tlsprobe
from tests.cli.serving import listening
from tests.store.test_machine_config import section
from tlsprobe.demo.authority import Mint
from tlsprobe.demo.servers import minting_context

HEAD = """
schema = "tlsprobe.pack/1"
name = "mine"
title = "My Sync"
as_of = 2026-11-22
[[variable]]
name = "tenant"
meaning = "yours"
[[source]]
name = "page"
title = "What My Sync needs"
url = "https://docs.example.com/sync"
[[feature]]
name = "sync"
title = "Sync"
breaks = "nothing syncs any more"
[[feature]]
name = "agent"
title = "Agent"
breaks = "the agent is gone"
[[endpoint]]
hosts = ["{tenant}.sync.example.com"]
features = ["sync"]
sources = ["page"]
"""
OWNED = """
schema = "tlsprobe.reference/1"
as_of = 2026-11-22
origin = "a test"
[[expectation]]
names = ["localhost"]
owner = "Example"
"""


def entry(port, **more):
    """An entry of a pack, for localhost."""
    said = {"hosts": ["localhost"], "features": ["sync"], "sources": ["page"], "port": port} | more
    return "[[endpoint]]\n" + "".join(f"{key} = {json.dumps(one)}\n" for key, one in said.items())


@pytest.fixture
def write(tmp_path):
    """Writes a pack of these entries."""

    def pack(*entries):
        path = tmp_path / "mine.toml"
        path.write_text(HEAD + "".join(entries))
        return path

    return pack


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A port where a box answers for every name."""
    mint = Mint(datetime.now(UTC), os.urandom)
    context = minting_context(
        tmp_path_factory.mktemp("box"), mint, mint.root("Corporate Proxy CA", "Example")
    )
    with listening(context) as port:
        yield port


def own_root():
    """A root that nobody has anything to do with, as PEM."""
    mint = Mint(datetime.now(UTC), os.urandom)
    return mint.root("Another Root", "Another").pem


@pytest.fixture
def owned(tmp_path):
    """A reference by which public CAs sign for localhost."""
    path = tmp_path / "owned.toml"
    path.write_text(OWNED)
    return path


def test_a_direct_service(server, write):
    """Everything in order is 0; what lacks a variable is listed, and counts for nothing."""
    code, out, err = tlsprobe(
        "check", "--pack", write(entry(server.port)), "--ca-file", server.roots
    )
    assert (code, err) == (0, "")
    assert out.startswith("direct: My Sync: nobody re-signs the TLS")
    assert "{tenant}.sync.example.com:443: needs --set tenant=..." in out
    assert "the request to send" not in out


def test_only_what_is_required_counts(server, closed_port, write):
    """A recommended endpoint that is blocked is told, and leaves the exit code alone."""
    blocked = entry(closed_port, features=["agent"], need="recommended")
    pack = write(entry(server.port), blocked)
    code, out, _ = tlsprobe("check", "--pack", pack, "--ca-file", server.roots)
    assert code == 0
    assert "may be limited" in out
    pack = write(entry(server.port), entry(closed_port, features=["agent"]))
    assert tlsprobe("check", "--pack", pack, "--ca-file", server.roots)[0] == 3


def test_an_inspected_service(server, box, write, owned, tmp_path):
    """The exit code is the worst; the request is written whole, and is what stands in the report."""
    request = tmp_path / "request.txt"
    pack = write(
        entry(box, inspection="unsupported"),
        entry(server.port, features=["agent"], need="recommended"),
    )
    code, out, err = tlsprobe(
        "check", "--pack", pack, "--reference", owned, "--request", request,
        "--second-opinion", "never",
    )  # fmt: skip
    assert (code, err) == (5, "")
    assert out.startswith("inspected: My Sync: somebody on the path ends the TLS of ")
    written = request.read_text()
    assert written.startswith("Request: exempt names from TLS inspection for My Sync\n")
    assert "https://docs.example.com/sync\n" in written
    assert written in out
    assert max(map(len, written.splitlines())) <= 100


def test_the_request_alone(closed_port, server, write):
    """To stdout it goes by itself, for a pipe; where there is none to make, that is told."""
    pack = write(entry(closed_port))
    code, out, err = tlsprobe("check", "--pack", pack, "--request", "-")
    assert (code, err) == (3, "")
    assert out.startswith(
        "Request: allow connections for My Sync\nFor: whoever runs the firewall\n"
    )
    assert out.endswith("         https://docs.example.com/sync\n")
    options = ("--ca-file", server.roots, "--request", "-")
    code, out, _ = tlsprobe("check", "--pack", write(entry(server.port)), *options)
    assert (code, out) == (0, "Nothing has to change in the network, as far as this was seen.\n")


def test_a_root_that_only_the_caller_counts_as_public(server, write, tmp_path):
    """The chain is the owner's, and it is told that programs of this machine would refuse it."""
    other = tmp_path / "other.pem"
    other.write_bytes(own_root())
    pack = write(entry(server.port))
    for store, told in ((other, True), (server.roots, False)):
        options = ("--ca-file", server.roots, "--os-store", store)
        code, out, _ = tlsprobe("check", "--pack", pack, *options)
        assert code == 0
        assert ("may matter      given-root at localhost" in out) is told
        out = tlsprobe("probe", server.target, *options)[1]
        assert out.startswith("direct: ")
        assert ("and this machine's own store does not have" in " ".join(out.split())) is told


def test_a_pack_of_a_day_to_come(server, write):
    """What documentation will say nobody knows: it is refused with file, line and reason."""
    pack = write(entry(server.port))
    pack.write_text(pack.read_text().replace("as_of = 2026-11-22", "as_of = 2999-01-01"))
    for options in ((), ("--list",)):
        code, out, err = tlsprobe("check", "--pack", pack, *options)
        assert (code, out) == (2, "")
        assert err.startswith(f"tlsprobe: {pack}: line 5: as_of is 2999-01-01: expected a day that")
        assert err.count("\n") == 1


def test_an_inspected_host_as_documented(box, write, owned):
    """Where inspection is part of the service nothing is requested, and the verdict stays."""
    pack = write(entry(box, inspection="required"))
    code, out, _ = tlsprobe("check", "--pack", pack, "--reference", owned, "--quiet")
    assert code == 5
    assert out.count("\n") == 1
    assert "as documented" in out
    assert "the request" not in tlsprobe("check", "--pack", pack, "--reference", owned)[1]


def test_records(server, closed_port, write):
    """One record an endpoint and one that closes the run, each of its published schema."""
    pack = write(entry(server.port), entry(closed_port, protocol="http"))
    code, out, _ = tlsprobe(
        "check", "--pack", pack, "--ca-file", server.roots, "--json", "--offline"
    )
    assert code == 3
    found = [json.loads(line) for line in out.splitlines()]
    assert [one["schema"] for one in found] == [
        "tlsprobe.report/1", "tlsprobe.http/1", "tlsprobe.check/1",
    ]  # fmt: skip
    for one in found:
        name = one["schema"].removeprefix("tlsprobe.").removesuffix("/1")
        schema = json.loads(tlsprobe("schema", name)[1])
        jsonschema.Draft202012Validator(schema).validate(one)
    report, _, whole = found
    assert (report["pack"], report["feature"]) == ("mine", ["sync"])
    assert whole["offline"] is True
    assert whole["lookups"] == []
    assert [one["reason"] for one in whole["not_asked"]] == ["needs --set tenant=..."]
    assert [one["host"] for one in whole["request"]["allow"]] == ["localhost"]


def test_records_of_probes_are_as_before(server):
    """A probe's record knows of no pack."""
    out = tlsprobe("probe", server.target, "--ca-file", server.roots, "--json")[1]
    assert not {"pack", "feature"} & set(json.loads(out))


def test_a_feature_and_a_variable(server, closed_port, write):
    """`--feature` narrows what is asked, and `--set` makes a name of it."""
    pack = write(entry(closed_port), entry(server.port, features=["agent"]))
    options = ("--ca-file", server.roots, "--quiet")
    code, out, _ = tlsprobe("check", "--pack", pack, "--feature", "agent", *options)
    assert (code, out.split()[:2]) == (0, ["direct", server.target])
    out = tlsprobe("check", "--pack", pack, "--set", "tenant=contoso", *options)[1]
    assert "contoso.sync.example.com:443" in out


def test_the_budget(server, write):
    """No more connections are made to an endpoint than the caller allows."""
    options = ("--ca-file", server.roots, "--second-opinion", "always", "--json")
    pack = write(entry(server.port))
    for more, looks in (((), 1), (("--connections", "1"), 0)):
        out = tlsprobe("check", "--pack", pack, *options, "--other-names", "never", *more)[1]
        assert len(json.loads(out.splitlines()[0])["controls"]) == looks


def test_a_trace_brings_its_own_connections(server, write):
    """As with `probe`; of those that the caller counts it has what the others leave."""
    options = ("--ca-file", server.roots, "--deep", "--offline", "--json")
    pack = write(entry(server.port))
    for more, left_out in (((), False), (("--connections", "16"), True)):
        out = tlsprobe("check", "--pack", pack, *options, *more)[1]
        report = json.loads(out.splitlines()[0])
        assert ("a trace of the hops to the endpoint" in report["left_out"]) is left_out


def test_nobody_asked(write):
    """A run that asks nobody is not well."""
    code, out, _ = tlsprobe("check", "--pack", write())
    assert code == 3
    assert out.startswith("undecided: My Sync: nobody was asked: needs --set tenant=...")
    told = " ".join(out.partition("\n\n")[0].split())
    code, quiet, err = tlsprobe("check", "--pack", write(), "--quiet")
    assert (code, quiet, err) == (3, f"{told}\n", "")


def test_the_list(write):
    """Every shipped pack is listed with what it has to be told, and the user's own beside them."""
    code, out, _ = tlsprobe("check", "--list", "--pack", write())
    assert code == 0
    for name in ("entra-connect", "aws-identity", "google-directory-sync", "okta-agent", "mine"):
        assert f"\n{name} " in f"\n{out}"
    assert "--set       region=...: " in out
    code, out, _ = tlsprobe("check", "--list", "--json")
    found = {one["pack"]: one for one in map(json.loads, out.splitlines())}
    assert found["entra-connect"]["clouds"] == ["worldwide", "us-government", "china"]
    assert "connect-sync" in {one["feature"] for one in found["entra-connect"]["features"]}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "expected a pack, aws-identity, entra-connect"),
        (["no-such"], "pack 'no-such': expected one of aws-identity"),
        (["../secrets"], "pack '../secrets': expected one of"),
        (["entra-connect", "--pack", "x.toml"], "PACK and --pack FILE: expected one of them"),
        (["--pack", "missing.toml"], "missing.toml: cannot be read"),
        (["entra-connect", "--cloud", "mars"], "--cloud 'mars'"),
        (["entra-connect", "--feature", "x"], "--feature 'x'"),
        (["entra-connect", "--set", "tenant_id"], "--set 'tenant_id': expected NAME=VALUE"),
        (["entra-connect", "--set", "x=y"], "--set 'x': entra-connect has no such variable"),
        (["entra-connect", "--set", "tenant_id=a b"], "--set tenant_id='a b'"),
        (["okta-agent", "--set", "tenant=a", "--set", "tenant=b"], "tenant has another value already"),
        (["entra-connect", "--request", "no/such/place"], "its directory is not there"),
        (["entra-connect", "--request", "."], ".: is a directory"),
        (["entra-connect", "--timeout", "0"], "--timeout 0.0"),
        (["entra-connect", "--offline", "--revocation"], "--offline and --revocation"),
        (["entra-connect", "--offline", "--resolver", "192.0.2.1"], "--offline and --resolver"),
        (["entra-connect", "--offline", "--other-names", "doubt"], "--offline and --other-names"),
        (["entra-connect", "--request", "-", "--json"], "--request - and --json"),
        (["entra-connect", "--request", "-", "--quiet"], "--request - and --quiet"),
        (["entra-connect", "--resolver", "x"], "--resolver 'x'"),
        (["entra-connect", "--floor-ms", "3"], "--floor-ms"),
        (["entra-connect", "--machine-config", "missing.config"], "missing.config"),
        (["entra-connect", "--pac", "missing.pac"], "missing.pac"),
        (["entra-connect", "--via", "ftp://x"], "--via"),
        (["entra-connect", "--ca-file", "missing.pem"], "missing.pem"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(tmp_path, arguments, named):
    """What cannot be used is named on one line, nobody is asked, and the code is 2."""
    code, out, err = tlsprobe("check", *arguments, folder=tmp_path)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("tlsprobe: ")
    assert named in err


def test_the_way_of_the_service_itself(proxy, write, tmp_path):
    """Its own settings decide how an endpoint is asked; the direct way is held beside that."""
    config, url = tmp_path / "machine.config", f"http://127.0.0.1:{proxy.port}"
    config.write_text(section(f"<proxy proxyaddress='{url}'/>"))
    options = ("--pack", write(entry(443, hosts=["sync.invalid"])), "--machine-config", config)
    code, out, _ = tlsprobe("check", *options, "--json")
    report, whole = map(json.loads, out.splitlines())
    assert (code, report["target"]["via"]) == (3, url)
    assert proxy.asked == ["CONNECT sync.invalid:443 HTTP/1.1"]
    (route,) = whole["routes"]
    assert (route["client"], route["via"], route["compared_with"]) == ("dotnet", url, [None])
    assert "routes" in whole["lookups"]
    assert [one["cause"] for one in whole["causes"]] == ["proxy-login"]
    out = tlsprobe("check", *options)[1]
    assert f"through {url}, 1 endpoint, by .NET" in out
    asked = len(proxy.asked)
    out = tlsprobe("check", *options, "--offline", "--json")[1]
    offline = json.loads(out.splitlines()[-1])
    assert len(proxy.asked) == asked + 1
    assert offline["routes"][0]["compared_with"] == offline["lookups"] == []
    assert "routes" in {one["lookup"] for one in offline["lookups_not_made"]}
    out = tlsprobe("check", *options, "--via", "none", "--json")[1]
    assert json.loads(out.splitlines()[-1])["routes"][0]["via"] is None


def test_what_is_looked_up(server, write):
    """Revocation and resolvers are asked unless somebody says not to, and nobody is with --offline."""
    options = ("--pack", write(entry(server.port)), "--ca-file", server.roots, "--json")

    def made(*more):
        return set(json.loads(tlsprobe("check", *options, *more)[1].splitlines()[-1])["lookups"])

    assert made() >= {"revocation", "issuers", "resolvers", "nowhere"}
    assert made("--no-revocation", "--resolvers", "never") == {"nowhere"}
    assert made("--offline") == set()
