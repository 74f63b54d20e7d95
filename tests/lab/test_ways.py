"""How an endpoint is found and reached: resolvers of all sorts, a broken family, a long link."""

import contextlib
from collections.abc import Generator
from typing import Any

import jsonschema
import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import MITMPROXY
from tests.lab.laboratory import Laboratory
from tests.lab.long_link import long_link
from tests.lab.name_servers import resolver
from tests.lab.network import SERVER_LINK, ipv4, ipv6
from tests.lab.servers import ASKS_TLS13, EITHER, RETRY_384, TLS12_RSA, Origin

SOMEBODY = "93.184.215.14"
"""A public address, where nobody is in the lab."""
NAME_SERVER = ipv4(SERVER_LINK, 2)


def asked(lab: Laboratory, *options: str, origin: Origin = EITHER) -> dict[str, Any]:
    """The record of one probe."""
    run = lab.probe(origin, options=["--json", *options])
    return run.record(origin)


def found(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was found of names and addresses, by check."""
    return {one["check"]: one for one in record["findings"] if one["ground"] == "address"}


@pytest.fixture
def folder(lab: Laboratory, request: pytest.FixtureRequest):
    """A folder of this test's."""
    path = lab.folder / request.node.name
    path.mkdir()
    return path


def test_split_answers(lab: Laboratory, schema, folder):
    """Two resolvers, one inside and one out: both answers stand in the report, and no alarm is raised."""
    inside = {EITHER.name: [EITHER.address, EITHER.address6]}
    server = lab.network.server
    with (
        resolver(server, NAME_SERVER, inside, folder=folder) as within,
        resolver(server, NAME_SERVER, {EITHER.name: [SOMEBODY]}, folder=folder, port=5353) as out,
    ):
        record = asked(lab, "--resolver", within, "--resolver", out)
    jsonschema.validate(record, schema)
    assert record["verdict"] == "direct"
    # The client's own resolver is one where nobody listens.
    own, first, second = record["names"]["resolvers"]
    assert own["failure"] == "nobody listens there"
    assert (first["resolver"], first["addresses"]) == (within, [EITHER.address, EITHER.address6])
    assert (second["resolver"], second["addresses"]) == (out, [SOMEBODY])
    assert record["names"]["system"] == record["names"]["hosts_file"] == [EITHER.address]
    assert found(record).keys() == {"name-answered-privately", "resolvers-disagree"}


def test_a_name_that_is_led_astray(lab: Laboratory, folder):
    """Where the only resolver leads to nobody, the report says who did."""
    nobody = ipv4(SERVER_LINK, 99)
    with (
        resolver(lab.network.server, NAME_SERVER, {EITHER.name: [nobody]}, folder=folder),
        lab.network.client.knowing({}, name_servers=[NAME_SERVER]),
    ):
        record = asked(lab, "--resolvers", "doubt", "--timeout", "12")
    assert (record["verdict"], record["failure"]["stage"]) == ("blocked", "tcp")
    assert record["target"]["address"] == nobody
    assert record["because"] == ["name-answered-privately"]


def test_a_name_that_is_kept_back(lab: Laboratory, folder):
    """A name that the resolver does not know is asked for elsewhere, and the difference is told."""
    elsewhere = {EITHER.name: [SOMEBODY]}
    server = lab.network.server
    with (
        resolver(server, NAME_SERVER, {}, folder=folder),
        resolver(server, NAME_SERVER, elsewhere, folder=folder, port=5353) as out,
        lab.network.client.knowing({}, name_servers=[NAME_SERVER]),
    ):
        record = asked(lab, "--resolver", out)
    assert (record["verdict"], record["failure"]["kind"]) == ("blocked", "unknown-host")
    assert record["because"] == ["resolvers-disagree"]
    assert [one["rcode"] for one in record["names"]["resolvers"]] == ["NXDOMAIN", "NOERROR"]


def test_made_up_answers(lab: Laboratory, folder):
    """A resolver that has an address for every name is found out by a name that nobody has."""
    known = {EITHER.name: [SOMEBODY]}
    with resolver(
        lab.network.server, NAME_SERVER, known, folder=folder, others=SOMEBODY
    ) as rewriting:
        record = asked(lab, "--resolver", rewriting)
    assert record["verdict"] == "direct"
    assert record["names"]["resolvers"][1]["invented"] == [SOMEBODY]
    assert found(record).keys() == {"nxdomain-rewritten", "hosts-file-overrides"}


@contextlib.contextmanager
def dropping_ipv6(lab: Laboratory) -> Generator[None]:
    """Have `r1` drop all IPv6 that it should pass on, without a word."""
    rule = ("FORWARD", "-p", "tcp", "-j", "DROP")
    lab.network.r1.run("ip6tables", "-w", "-A", *rule)
    try:
        yield
    finally:
        lab.network.r1.run("ip6tables", "-w", "-D", *rule)


def test_ipv6_broken_with_ipv4_fine(lab: Laboratory, folder):
    """IPv6 that leads nowhere costs no verdict, and is told; where it works, nothing is."""
    both = {EITHER.name: [EITHER.address, EITHER.address6]}
    with (
        resolver(lab.network.server, NAME_SERVER, both, folder=folder),
        lab.network.client.knowing({}, name_servers=[NAME_SERVER]),
    ):
        fine = asked(lab)
        with dropping_ipv6(lab):
            broken = asked(lab)
    assert (fine["verdict"], fine["target"]["address"]) == ("direct", EITHER.address6)
    assert (fine["unreached"], found(fine)) == ([], {})
    assert (broken["verdict"], broken["target"]["address"]) == ("direct", EITHER.address)
    ((unreached),) = broken["unreached"]
    assert (unreached["address"], unreached["kind"]) == (ipv6(SERVER_LINK, EITHER.host), "silence")
    assert found(broken).keys() == {"address-family-broken"}
    assert broken["chain"] == fine["chain"]


PEERS = (EITHER, TLS12_RSA, RETRY_384, ASKS_TLS13)
OF_THE_WAY = ("taken", "timings_ms", "packets", "hello", "fingerprints")
"""What is of one connection only."""


def told(lab: Laboratory) -> list[dict[str, Any]]:
    """What is told of the peers, but for what is of one connection."""
    run = lab.probe(*PEERS, options=["--json", "--second-opinion", "always"])
    records = [run.record(origin) for origin in PEERS]
    return [{key: one[key] for key in one.keys() - set(OF_THE_WAY)} for one in records]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_and_lossy_link(lab: Laboratory, folder, seed):
    """600 ms and two lost packets in a hundred change no verdict, no finding and no chain."""
    near = told(lab)
    link = long_link(lab.network.r1, round_trip=0.6, loss=0.02, seed=seed, log=folder / "link.log")
    with link:
        far = told(lab)
    assert [one["verdict"] for one in near] == ["direct"] * len(PEERS)
    assert far == near


def test_inspected_over_a_long_link(lab: Laboratory, folder):
    """So it is behind a box."""
    box = lab.box(MITMPROXY, Disguise.OWN_NAME)
    link = long_link(lab.network.r1, round_trip=0.6, loss=0.02, seed=3, log=folder / "link.log")
    with link, lab.standing_in_the_way(box):
        record = asked(lab)
    assert record["verdict"] == "inspected"
    assert record["timings_ms"]["tcp"] > 600  # or the link was not on the way
    assert box.signed_pem(record["chain"][0]["pem"])


def test_the_size_of_the_hello(lab: Laboratory):
    """How many segments the hello takes follows the way: a narrow link makes two of one."""
    narrow = ("link", "set", "dev", "east", "mtu")
    wide = asked(lab, "--hello", "chrome")["hello"]
    lab.network.client.run("ip", *narrow, "1280")
    try:
        small = asked(lab, "--hello", "chrome")["hello"]
        text = lab.probe(EITHER, options=["--hello", "chrome", "--verbose"]).stdout
    finally:
        lab.network.client.run("ip", *narrow, "1500")
    assert wide["bytes"] == small["bytes"]
    assert small["segment_size"] < wide["segment_size"] < 1500
    assert small["segments"] == -(-small["bytes"] // small["segment_size"])
    assert f"{small['bytes']:,} bytes in {small['segments']} TCP segments of at most" in text
