import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import msgspec
import pytest
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.report import samples
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.json_parts import moment
from tlsprobe.model.json_records import ReportRecord
from tlsprobe.model.json_schemas import schema
from tlsprobe.model.jsonable import encode, encode_check, record
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.messages import ClientHello

VALIDATOR = jsonschema.Draft202012Validator(
    schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
CONTRACT = {
    "": "schema tool taken target source verdict rule summary interceptor pins breaks findings"
    " not_looked_at chain tls fingerprints timings_ms failure",
    "target": "host port sni address via",
    "source": "kind",
    "interceptor": "vendor product issuer hop",
    "pins": "status expected presented",
    "findings": "check leaning weight summary facts",
    "not_looked_at": "check lacked",
    "chain": "subject issuer sha256 spki_sha256 not_before not_after pem",
    "tls": "version cipher group alpn key_proof",
    "fingerprints": "ja3 ja3s ja4",
    "timings_ms": "dns tcp tls",
    "failure": "stage kind detail",
}
"""The names that are promised, by place."""


def decoded(report):
    """The record as a program that reads it has it."""
    return json.loads(encode(report))


@pytest.fixture(params=samples.ALL.values(), ids=samples.ALL.keys())
def report(request):
    """Each sample."""
    return request.param()


def test_record_is_valid(report):
    """A record validates against the published schema, with every field that it requires."""
    VALIDATOR.validate(decoded(report))


def test_schema_refuses():
    """A record without a field, or with a word that is none of ours, does not validate."""
    good = decoded(samples.inspected())
    assert not VALIDATOR.is_valid({key: good[key] for key in good if key != "verdict"})
    assert not VALIDATOR.is_valid(good | {"verdict": "fine"})
    assert not VALIDATOR.is_valid(good | {"tls": {}})


def test_record_reads_back(report):
    """The record decodes into the very structs that it was written from."""
    assert msgspec.json.decode(encode(report), type=ReportRecord) == record(report)


@pytest.mark.parametrize(("place", "names"), CONTRACT.items(), ids=lambda one: one or "record")
def test_promised_names(place, names):
    """The fields that users were promised are there under these names."""
    records = [decoded(one()) for one in samples.ALL.values()]
    found = [one[place] if place else one for one in records]
    flat = [one for each in found for one in (each if isinstance(each, list) else [each]) if one]
    assert flat
    for one in flat:
        assert set(names.split()) <= one.keys()


def test_values():
    """What the record says is what was seen, in the forms that were promised."""
    found = decoded(samples.inspected())
    leaf = samples.MINTED[0]
    assert found["schema"] == "tlsprobe.report/1"
    assert found["tool"] == "tlsprobe 0.1.0"
    assert found["taken"] == "2026-11-22T15:00:00Z"
    assert found["verdict"] == "inspected"
    assert found["pins"]["status"] == "broken"
    assert found["because"] == ["issuer-key-not-public", "transparency-missing", "issuer-labelled"]
    assert found["against"] == ["key-possession"]
    assert found["findings"][0]["weight"] == "proof"
    assert found["chain"][0]["not_after"] == "2027-11-01T00:00:00Z"
    assert load_pem_x509_certificate(found["chain"][0]["pem"].encode()).fingerprint
    assert found["chain"][0]["sha256"] == leaf.sha256.hex()
    assert f"sha256/{found['chain'][0]['spki_sha256']}" == found["pins"]["presented"][0]
    assert found["tls"] == {
        "version": "TLS 1.3", "cipher": "TLS_AES_128_GCM_SHA256", "group": "x25519",
        "alpn": "h2", "key_proof": "proven", "reached": "proof", "resumed": False, "finished": False,
        "sealed_bytes": 0, "sealed_records": [], "client_sealed_bytes": None,
    }  # fmt: skip
    assert found["source"] == {"kind": "probe"}
    assert found["packets"] is found["cut_leaf"] is None
    assert found["timings_ms"] == {"dns": 1.235, "tcp": 20.1, "proxy": None, "tls": 41.04}
    assert found["controls"][0]["library"] == "OpenSSL 4.0.3"


def test_nothing_answered():
    """Without a ServerHello there is no `tls`, and the failure and its alert are kept."""
    found = decoded(samples.blocked())
    assert found["tls"] is None
    assert found["failure"]["kind"] == "reset"
    assert found["alerts"] == [{"from": "server", "level": 2, "name": "handshake_failure"}]
    assert found["anomalies"][0]["from"] == "server"
    assert found["controls"][0]["failure"]["stage"] == "tls"


def test_captured():
    """A session of a capture tells where it stands, and what its packets say beside the payload."""
    found = decoded(samples.sealed())
    assert found["source"] == {
        "kind": "capture", "file": "trace.pcapng", "stream": 12, "frame": 345,
        "client": "10.0.0.5:50122", "server": "10.77.0.2:443", "client_random": None,
        "prelude": None, "complete": True, "comments": ["PID=4711", "PID=4711 retransmitted"],
    }  # fmt: skip
    assert found["profile"] == "captured"
    assert found["packets"] == {"syn_ack_ttl": 57, "answer_ttl": 118, "overlaps": 0}
    assert found["tls"]["reached"] == "server-hello"
    assert found["tls"]["sealed_records"] == [58, 4000, 43]
    assert sum(found["tls"]["sealed_records"]) == found["tls"]["sealed_bytes"]
    assert found["tls"]["client_sealed_bytes"] == 53
    assert decoded(samples.resumed())["tls"]["resumed"] is True


def test_client_random():
    """The client's random, by which key logs and other captures know the session, is there in hex."""
    hello = ClientHello(
        legacy_version=0x0303, random=bytes(range(32)), session_id=b"", cipher_suites=(),
        compression_methods=(), extensions=(),
    )  # fmt: skip
    report = samples.sealed()
    seen = report.observation
    shaken = replace(seen.handshake, client_hellos=(hello,))
    found = decoded(replace(report, observation=replace(seen, handshake=shaken)))
    assert found["source"]["client_random"] == bytes(range(32)).hex()


def test_cut_leaf():
    """Of a leaf that loss has cut there is what came whole, and null for what did not."""
    found = decoded(samples.cut())
    leaf = samples.MINTED[0]
    assert (found["chain"], found["chain_cut"]) == ([], True)
    assert found["cut_leaf"]["issuer"] == leaf.issuer
    assert found["cut_leaf"]["not_after"] == "2027-11-01T00:00:00Z"
    assert found["cut_leaf"]["dns_names"] == list(leaf.dns_names)
    assert found["cut_leaf"]["size"] == 300
    short = samples.cut()
    barely = replace(short.observation, cut_leaf=parse_cut(leaf.der[:80]))
    found = decoded(replace(short, observation=barely))["cut_leaf"]
    assert found["subject"] is found["not_after"] is found["dns_names"] is None


def test_other_chain_is_kept():
    """A look that saw another chain has it whole; one that saw the same one, or none, has null."""
    other = decoded(samples.undecided())["controls"][0]
    assert other["chain"] == decoded(samples.direct())["chain"]
    assert [one["sha256"] for one in other["chain"]] == other["chain_sha256"]
    assert decoded(samples.inspected())["controls"][0]["chain"] is None
    assert decoded(samples.blocked())["controls"][0]["chain"] is None


def test_broken_check_is_told():
    """A check that broke is listed as such among those that were not carried out."""
    broken = next(
        one
        for one in decoded(samples.undecided())["not_looked_at"]
        if one["check"] == "name-not-covered"
    )
    assert broken["lacked"] == "nothing: the check itself broke, KeyError: 'x'"


def with_text(text):
    """A report that has `text` wherever a stranger may put some."""
    found = samples.reason("issuer-key-public", text, facts={text: text, "many": [text]})
    seen = samples.observation(samples.HONEST)
    return samples.report(seen, Conclusion.DIRECT, text, because=(found,))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_reads_back(text):
    """Whatever a name holds, the line is one line of printable ASCII and reads back the same."""
    line = encode(with_text(text))
    assert line.isascii()
    assert line.decode().isprintable()
    found = json.loads(line)
    assert found["summary"] == text
    assert found["findings"][0]["facts"] == {text: text, "many": [text]} | (
        {"many": [text]} if text == "many" else {}
    )


@given(st.text(st.characters(categories=["Cs"]), min_size=1))
def test_lone_surrogates(text):
    """Text that has no UTF-8, out of an argument, costs no record."""
    assert json.loads(encode(with_text(text)))["summary"] == "".join(
        f"\\u{ord(one):04x}" for one in text
    )


FACTS = st.dictionaries(
    st.text(max_size=8),
    st.one_of(
        st.text(max_size=8), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(),
        st.floats(allow_nan=False, allow_infinity=False), st.lists(st.text(max_size=8)),
    ),
)  # fmt: skip


@given(FACTS, st.sampled_from(Leaning), st.sampled_from(Weight))
def test_any_finding_is_valid(facts, leaning, weight):
    """Whatever facts a check brings, the record is valid and has them as they are."""
    result, _ = samples.reason("issuer-key-public", "x")
    finding = Finding(leaning=leaning, weight=weight, summary="x", facts=facts)
    report = replace(samples.direct(), results=(dataclasses.replace(result, findings=(finding,)),))
    found = decoded(report)
    VALIDATOR.validate(found)
    assert found["findings"][0]["facts"] == facts
    assert found["findings"][0]["leaning"] == leaning.value
    assert found["findings"][0]["weight"] == weight.name.lower()


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001
def test_moments_are_utc(when):
    """A time of any zone is written in UTC, to the second, with a Z."""
    there = when.replace(tzinfo=timezone(timedelta(hours=-5)))
    text = moment(there)
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == there.astimezone(UTC).replace(microsecond=0)


def test_check():
    """A check is written with its needs, what it cites and its text."""
    line = encode_check(
        check="a-check", ground=Ground.PIN, needs=["a chain"], cites="RFC 1", text="x"
    )
    assert json.loads(line) == {
        "schema": "tlsprobe.checks/1", "check": "a-check", "ground": "pin", "needs": ["a chain"],
        "cites": "RFC 1", "text": "x",
    }  # fmt: skip
