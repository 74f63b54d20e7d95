"""The JSON of a trace."""

import json

import jsonschema
from msgspec.structs import replace

from tests.traces import END, trace
from tlsprobe.model.hops import Hops
from tlsprobe.model.json_hops import hops_record
from tlsprobe.model.json_schemas import schema
from tlsprobe.model.json_trace import TRACE_SCHEMA, trace_record
from tlsprobe.model.jsonable import encoded
from tlsprobe.model.observation import Failure, FailureKind, Stage, Target

TARGET = Target(host="example.org", sni="example.org", address="203.0.113.9")


def decoded(hops, failure=None):
    """The record, as a reader has it; it fits the schema."""
    line = encoded(
        trace_record(
            tool="tlsprobe 1",
            taken="2026-11-25T00:00:00Z",
            target=TARGET,
            hops=hops,
            failure=failure,
        )
    )
    found = json.loads(line)
    jsonschema.Draft202012Validator(schema(TRACE_SCHEMA)).validate(found)
    return found


def test_a_box():
    """The record tells the box, the hops with their places, and every packet."""
    path = decoded(replace(trace(tcp=2), names=(("10.1.1.1", "core.example"),)))["path"]
    assert (path["outcome"], path["box"], path["box_address"]) == ("ends-nearer", 2, "10.1.1.1")
    assert (path["tcp_ends_at"], path["endpoint_at"]) == (2, END)
    assert path["hops"][1] == {
        "hop": 2, "address": "10.1.1.1", "name": "core.example", "scope": "private",
        "place": "at your edge",
    }  # fmt: skip
    assert path["hops"][END - 1]["address"] == "203.0.113.9"
    sent = {one["kind"]: [step["ttl"] for step in one["steps"]] for one in path["probes"]}
    assert sent["tcp"] == [1, 2, 2, 2, 64, 64]


def test_nothing():
    """What was not traced says why; a name without an address has no path."""
    none = Hops(address="192.0.2.1", port=443, unavailable="not here")
    assert decoded(none)["path"]["unavailable"] == "not here"
    # Behind a proxy no address is known, only the name that the proxy was given.
    proxied = Hops(address="sync.example", port=443, unavailable="not through a proxy")
    assert decoded(proxied)["path"]["hops"] == []
    failure = Failure(stage=Stage.DNS, kind=FailureKind.UNKNOWN_HOST, detail="no such name")
    found = decoded(None, failure)
    assert (found["path"], found["failure"]["kind"]) == (None, "unknown-host")
    assert hops_record(None) is None
