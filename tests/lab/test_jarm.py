"""JARM of real servers, and of who stands before them."""

import jsonschema

from tests.lab.authorities import Disguise
from tests.lab.interceptors import MITMPROXY
from tests.lab.laboratory import Laboratory
from tests.lab.servers import EITHER, TLS12, TLS12_RSA, TLS13
from tlsprobe.model.jarm import NO_ANSWER

PEERS = (EITHER, TLS12, TLS13, TLS12_RSA)


def values(lab: Laboratory, schema) -> list[str]:
    """The value of each peer, in their order."""
    run = lab.probe(*PEERS, options=["--json", "--jarm"])
    records = [run.record(origin) for origin in PEERS]
    for record in records:
        jsonschema.validate(record, schema)
    return [record["fingerprints"]["jarm"] for record in records]


def test_nginx(lab: Laboratory, schema):
    """One nginx has another value for each of its settings, and the same one twice."""
    first = values(lab, schema)
    assert len(set(first)) == len(PEERS)
    assert NO_ANSWER not in first
    assert values(lab, schema) == first


def test_mitmproxy(lab: Laboratory, schema):
    """Who ends TLS before a server answers otherwise than the server does."""
    open_path = values(lab, schema)
    with lab.standing_in_the_way(lab.box(MITMPROXY, Disguise.OWN_NAME)):
        inspected = values(lab, schema)
    assert not set(open_path) & set(inspected)
