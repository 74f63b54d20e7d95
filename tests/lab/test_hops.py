"""At which hop the installed command says that TCP and TLS end, on honest paths and on others."""

import contextlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import DECRYPTING, SPLICE, SSLSPLIT, Interceptor, Post
from tests.lab.laboratory import Laboratory, Run
from tests.lab.long_link import long_link
from tests.lab.network import Namespace, ipv4
from tests.lab.routers import relaying, ruled, tell_everything
from tests.lab.servers import EITHER
from tests.lab.terminators import NGINX, TERMINATING

PLACES = {"r1": 1, "mbox": 2, "r2": 3}
END = 4
PORT = 9443
FAR = 200.0
"""Milliseconds there and back of a long link."""
FAMILIES = {"ipv4": EITHER.address, "ipv6": EITHER.address6}
NO_REPLIES = "filter OUTPUT -p icmp -j DROP"
REDIRECTION = "nat PREROUTING -p tcp --dport {} -j REDIRECT --to-ports {}"


@pytest.fixture(scope="module")
def telling(lab: Laboratory) -> Laboratory:
    """The lab, with routers that answer as often as they are asked."""
    tell_everything(lab.network)
    return lab


@pytest.fixture(scope="module")
def trace_schema(lab: Laboratory) -> dict[str, Any]:
    """The JSON Schema that the command publishes of traces."""
    published: dict[str, Any] = json.loads(lab.run("schema", "trace").stdout)
    return published


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that programs which give up root may read."""
    tmp_path.chmod(0o755)
    return tmp_path


def place_of(lab: Laboratory, name: str) -> Namespace:
    """The namespace of that name."""
    place: Namespace = getattr(lab.network, name)
    return place


def traced(lab: Laboratory, *options: str, address: str = EITHER.address) -> dict[str, Any]:
    """The path that `tlsprobe trace` tells, whose exit code fits."""
    run = lab.run("trace", EITHER.name, "--address", address, "--json", *options)
    [record] = run.records()
    path: dict[str, Any] = record["path"]
    codes = {"ends-nearer": 5, "ends-at-the-endpoint": 0, "unknown": 3}
    assert run.exit_code == codes[path["outcome"]], run
    return path


def assert_honest(path: dict[str, Any]) -> None:
    """Nobody is blamed."""
    assert path["box"] is None, path
    assert path["outcome"] != "ends-nearer"


@contextlib.contextmanager
def boxed_at(lab: Laboratory, name: str, folder: Path) -> Generator[None]:
    """An interceptor, sslsplit, at a place of the path, for port 443."""
    if name == "mbox":
        with lab.standing_in_the_way(lab.box(SSLSPLIT, Disguise.OWN_NAME)):
            yield
        return
    place = place_of(lab, name)
    post = Post(
        place=place,
        folder=folder,
        port=PORT,
        proxy_port=PORT + 1,
        authority=lab.chain.interceptor("sslsplit", Disguise.OWN_NAME),
        public_root=lab.public_root,
    )
    redirect = REDIRECTION.format(443, PORT)
    with SSLSPLIT.start(post), ruled(place, redirect):
        assert post.authority.signed(lab.look(EITHER).leaf), "the lab does not intercept"
        yield


@pytest.mark.parametrize("family", FAMILIES)
def test_an_honest_path(telling: Laboratory, trace_schema: dict[str, Any], family: str):
    """On an honest path every protocol ends at the fourth hop, and each router is named."""
    run = telling.run("trace", EITHER.name, "--address", FAMILIES[family], "--json")
    [record] = run.records()
    jsonschema.validate(record, trace_schema)
    path = record["path"]
    assert_honest(path)
    assert run.exit_code == 0
    assert [path[key] for key in ("tcp_ends_at", "tls_ends_at", "endpoint_at")] == [END] * 3
    assert {probe["ends_at"] for probe in path["probes"]} == {END}
    if family == "ipv4":
        addresses = [hop["address"] for hop in path["hops"]]
        assert addresses == [ipv4(link, 2) for link in range(1, END)] + [EITHER.address]


@pytest.mark.parametrize("place", PLACES)
def test_a_box_at_each_hop(telling: Laboratory, home: Path, place: str):
    """An interceptor is found at its hop, with its address, and the probe's report names the hop."""
    with boxed_at(telling, place, home):
        path = traced(telling)
        run = telling.probe(EITHER, options=["--trace", "--json", "--no-reference"])
    assert (path["box"], path["tls_ends_at"], path["endpoint_at"]) == (PLACES[place],) * 2 + (END,)
    assert path["box_address"] == ipv4(PLACES[place], 2)
    record = run.record(EITHER)
    assert record["hops"]["box"] == PLACES[place]
    assert record["interceptor"]["hop"] == PLACES[place]
    weights = {one["check"]: one["weight"] for one in record["findings"]}
    assert weights["tls-ends-before-the-endpoint"] == "strong"


@pytest.mark.parametrize("interceptor", [*DECRYPTING, *TERMINATING], ids=lambda one: one.name)
def test_every_interceptor(telling: Laboratory, interceptor: Interceptor):
    """Whatever program ends TLS at the box, its hop is found."""
    with telling.standing_in_the_way(telling.box(interceptor, Disguise.OWN_NAME)):
        path = traced(telling)
    assert (path["box"], path["box_address"]) == (2, ipv4(2, 2))


@pytest.mark.parametrize("interceptor", [*DECRYPTING, *TERMINATING], ids=lambda one: one.name)
def test_every_interceptor_is_proved_without_a_list(telling: Laboratory, interceptor: Interceptor):
    """Without any reference each is found by a proof, though not by the trace, which is none."""
    with telling.standing_in_the_way(telling.box(interceptor, Disguise.OWN_NAME)):
        run = telling.probe(EITHER, options=["--deep", "--json", "--no-reference"])
    record = run.record(EITHER)
    proofs = {one["check"] for one in record["findings"] if one["weight"] == "proof"}
    assert proofs, record["findings"]
    assert "tls-ends-before-the-endpoint" not in proofs
    assert record["verdict"] in ("inspected", "terminated")
    assert record["hops"]["box"] == 2


def test_over_ipv6(telling: Laboratory, home: Path):
    """Over IPv6 a box that ends TCP is found as well."""
    place, port = telling.network.mbox, PORT + 2
    with (
        relaying(place, port, home, to=f"{EITHER.address}:443"),
        ruled(place, REDIRECTION.format(443, port), program="ip6tables"),
    ):
        path = traced(telling, address=EITHER.address6)
    assert path["box"] == 2


def test_a_relay_is_no_interceptor(telling: Laboratory):
    """A proxy that passes TLS on ends TCP, which is told, and the endpoint stays direct."""
    with telling.standing_in_the_way(telling.box(SPLICE, Disguise.OWN_NAME)):
        assert traced(telling)["box"] == 2
        run = telling.probe(EITHER, options=["--trace", "--json"])
    record = run.record(EITHER)
    assert (record["verdict"], record["hops"]["box"]) == ("direct", 2)


def test_a_box_for_every_port(telling: Laboratory, home: Path):
    """A box that ends TCP for the other port too is found by what else the endpoint answers."""
    place, port = telling.network.mbox, PORT + 4
    with (
        boxed_at(telling, "mbox", home),
        relaying(place, port, home, to=f"{EITHER.address}:443"),
        ruled(place, REDIRECTION.format(80, port)),
    ):
        path = traced(telling)
    ends = {probe["kind"]: probe["ends_at"] for probe in path["probes"]}
    assert (ends["tcp"], ends["tcp-reference"], ends["udp"]) == (2, 2, END)
    assert path["box"] == 2


@pytest.mark.parametrize("boxed", [False, True], ids=["honest", "boxed"])
def test_silent_hops(telling: Laboratory, home: Path, *, boxed: bool):
    """Where no router and no host says anything by ICMP, the hop is found, or nobody is blamed."""
    network = telling.network
    with contextlib.ExitStack() as stack:
        for place in (network.r1, network.mbox, network.r2, network.server):
            stack.enter_context(ruled(place, NO_REPLIES))
        if boxed:
            stack.enter_context(boxed_at(telling, "mbox", home))
        path = traced(telling)
    assert [hop["address"] for hop in path["hops"][:3]] == [None] * min(3, len(path["hops"]))
    if boxed:
        assert (path["box"], path["endpoint_at"]) == (2, END)
    else:
        assert_honest(path)


@pytest.mark.parametrize("boxed", [False, True], ids=["honest", "boxed"])
def test_only_one_port_is_open(telling: Laboratory, home: Path, *, boxed: bool):
    """A host that answers on one port alone is no sign; behind a box the routers give it away."""
    rules = (
        "filter INPUT -p udp -j DROP",
        "filter INPUT -p icmp -j DROP",
        "filter INPUT -p tcp --dport 80 -j DROP",
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(ruled(telling.network.server, *rules))
        if boxed:
            stack.enter_context(boxed_at(telling, "mbox", home))
        path = traced(telling)
    if boxed:
        assert (path["box"], path["endpoint_at"], path["endpoint_at_least"]) == (2, None, END)
    else:
        assert_honest(path)


def test_a_host_that_answers_seldom(telling: Laboratory):
    """Where a host answers every ninth datagram alone, the TTL of that one is not how far it is."""
    seldom = "filter OUTPUT -p icmp --icmp-type port-unreachable -m statistic --mode nth --every 9"
    with ruled(telling.network.server, f"{seldom} --packet 8 -j ACCEPT", NO_REPLIES):
        path = traced(telling)
    ends = {probe["kind"]: probe["ends_at"] for probe in path["probes"]}
    assert (ends["udp"], ends["icmp-echo"]) == (END + 8, None)
    assert_honest(path)
    assert (path["outcome"], path["endpoint_at"]) == ("ends-at-the-endpoint", END)


@pytest.mark.parametrize("place", PLACES)
def test_the_other_port_is_rejected_on_the_way(telling: Laboratory, place: str):
    """A filter that refuses another port in the endpoint's name is no sign."""
    rule = "filter FORWARD -p tcp --dport 80 -j REJECT --reject-with tcp-reset"
    with ruled(place_of(telling, place), rule):
        assert_honest(traced(telling))


@pytest.mark.parametrize("boxed", [False, True], ids=["honest", "boxed"])
@pytest.mark.parametrize("place", PLACES)
def test_nat(telling: Laboratory, home: Path, *, place: str, boxed: bool):
    """Behind a NAT the same is told as without."""
    rule = "nat POSTROUTING -o east -j MASQUERADE"
    with contextlib.ExitStack() as stack:
        stack.enter_context(ruled(place_of(telling, place), rule))
        if boxed:
            stack.enter_context(boxed_at(telling, "mbox", home))
        path = traced(telling)
    if boxed:
        assert path["box"] == 2
    else:
        assert_honest(path)
        assert path["outcome"] == "ends-at-the-endpoint"


@pytest.mark.parametrize("which", ["", "-p tcp", "-p tcp --dport 443"], ids=["all", "tcp", "443"])
@pytest.mark.parametrize("place", PLACES)
def test_a_hop_that_sets_ttls_anew(telling: Laboratory, place: str, which: str):
    """A router that resets TTLs lets everything arrive, and is no box: answers come from afar."""
    rule = f"mangle PREROUTING -i west {which} -j TTL --ttl-set 64"
    with ruled(place_of(telling, place), rule):
        path = traced(telling)
    assert path["tcp_ends_at"] == PLACES[place]
    assert_honest(path)


def test_a_port_that_is_refused_on_the_way(telling: Laboratory):
    """A filter that refuses the port itself is named with its hop, and ends no TLS."""
    rule = "filter FORWARD -p tcp --dport 443 -j REJECT --reject-with tcp-reset"
    with ruled(telling.network.mbox, rule):
        run: Run = telling.run("trace", EITHER.name, "--address", EITHER.address)
    assert run.exit_code == 3
    assert "refused at hop" in run.stdout


def timed(lab: Laboratory, *options: str) -> dict[str, Any]:
    """The weights of all that a probe with a trace finds, by check."""
    run = lab.probe(EITHER, options=["--trace", "--json", "--no-reference", *options])
    return {one["check"]: one["weight"] for one in run.record(EITHER)["findings"]}


@pytest.mark.parametrize(
    ("interceptor", "weight"), [(NGINX, "strong"), (SSLSPLIT, "hint")], ids=["soon", "late"]
)
def test_a_box_before_a_long_link(
    telling: Laboratory, home: Path, interceptor: Interceptor, weight: str
):
    """A box answers sooner than the endpoint can, or where it asks that first, later than its own TCP."""
    link = long_link(
        telling.network.r2, round_trip=FAR / 1000, loss=0, seed=1, log=home / "link.log"
    )
    with link, telling.standing_in_the_way(telling.box(interceptor, Disguise.OWN_NAME)):
        assert timed(telling)["answer-too-soon"] == weight


def test_answers_through_a_tunnel(telling: Laboratory, home: Path):
    """TLS is heard also behind a device that leaves checksums to the kernel, as those of VPNs do."""
    with long_link(telling.network.r2, round_trip=0.05, loss=0, seed=1, log=home / "link.log"):
        path = traced(telling)
    assert path["outcome"] == "ends-at-the-endpoint"
    assert path["tls_ends_at"] == path["tcp_ends_at"] == path["endpoint_at"]


def test_sooner_than_light(telling: Laboratory, home: Path):
    """Where the user says how far it is no honest path is too soon, and a box before the link is."""
    floor = ("--floor-ms", str(FAR / 2))
    link = long_link(
        telling.network.r2, round_trip=FAR / 1000, loss=0, seed=1, log=home / "link.log"
    )
    with link:
        assert "answer-too-soon" not in timed(telling, *floor)
        with telling.standing_in_the_way(telling.box(NGINX, Disguise.OWN_NAME)):
            assert timed(telling, *floor)["answer-too-soon"] == "strong"


def test_the_picture(telling: Laboratory, home: Path):
    """The picture names each hop once, and what is answered at the box."""
    with boxed_at(telling, "mbox", home):
        run = telling.run("trace", EITHER.name)
    assert run.exit_code == 5
    assert run.stdout.startswith(f"ends-nearer: TCP to port 443 ends at hop 2 ({ipv4(2, 2)})")
    [line] = [one for one in run.stdout.splitlines() if " 2 " in one[:4]]
    assert "answers TCP 443, TLS" in line


def test_where_nothing_answers(telling: Laboratory):
    """An address where nobody is gets the routers before it, and no verdict."""
    path = traced(telling, address=ipv4(4, 99))
    assert_honest(path)
    assert (path["outcome"], path["endpoint_at_least"]) == ("unknown", END)


def test_default_rate_limits(lab: Laboratory, home: Path):
    """Routers that tell of few packets only do not hide the hop."""
    network = lab.network
    for place in network.places:
        place.run("sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000")
    try:
        with boxed_at(lab, "mbox", home):
            paths = [traced(lab) for _ in range(3)]
        assert_honest(traced(lab))
    finally:
        tell_everything(network)
    assert [path["box"] for path in paths] == [2, 2, 2], paths
