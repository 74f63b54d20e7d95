"""The document of a canary: written by us, read from anybody."""

import json

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.canaries import VIA, hello, seen, terminated, unanswered, whole
from tests.evidence import reference
from tlsprobe.analysis import judged
from tlsprobe.model.canary import Received
from tlsprobe.model.json_canary import CanaryAnswerRecord, decode_answer, encode_answer
from tlsprobe.model.json_schemas import schema
from tlsprobe.model.jsonable import encode

RECEIVED = whole().received
DOCUMENT = json.loads(encode_answer(RECEIVED, tool="tlsprobe 0", nonce="n"))


def read(**changes):
    """What is read of the document with some members changed."""
    return decode_answer(json.dumps({**DOCUMENT, **changes}).encode(), nonce="n")


@pytest.mark.parametrize("received", [RECEIVED, replace(RECEIVED, session=None, key=None)])
def test_round_trip(received):
    """What a canary writes is what is read of it."""
    body = encode_answer(received, tool="tlsprobe 0", nonce="n")
    assert decode_answer(body, nonce="n") == received
    jsonschema.validate(json.loads(body), msgspec.json.schema(CanaryAnswerRecord))


def test_an_answer_to_another_request():
    """What a cache kept is not taken for an answer."""
    assert "another request" in decode_answer(json.dumps(DOCUMENT).encode(), nonce="other")


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "tlsprobe.canary/2"},
        {"hellos": ["zz"]},
        {"hellos": [hello().hex()] * 3},
        {"session": "x"},
        {"key": "sha256/short"},
        {"headers": [["a"]]},
        {"headers": [["a", "b"]] * 9999},
        {"client": None},
        {"tls": {}},
        {"request": "x" * 99999},
    ],
    ids=lambda one: next(iter(one)),
)
def test_another_document(changes):
    """A document that is not a canary's is named for what it is."""
    assert read(**changes) == "what answered is no canary: its document is another one"


def test_new_members():
    """What later canaries say in addition does no harm."""
    assert read(more={"x": 1}) == RECEIVED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.binary() | json_values.map(lambda one: json.dumps(one).encode()))
def test_total(body):
    """No bytes raise."""
    assert isinstance(decode_answer(body, nonce="n"), str)


@given(st.sampled_from(sorted(DOCUMENT)), json_values)
def test_any_member(member, value):
    """Whatever one member is, the rest is read or refused in words."""
    assert isinstance(read(**{member: value}), str | Received)


@pytest.mark.parametrize(
    "made", [whole(), whole(headers=(VIA,)), terminated(), unanswered()], ids=range(4)
)
def test_in_a_record(made):
    """A report's record tells both sides, and validates against the published schema."""
    report = judged(seen(made), reference())
    record = json.loads(encode(report))
    jsonschema.Draft202012Validator(schema()).validate(record)
    told = record["canary"]
    assert told["hellos_sent"] == [hello().hex()]
    assert told["failure"] == (made.failure or None)
    assert (told["arrival"] is None) == (made.received is None)
    assert [one["name"] for one in told["request_changes"]] == [
        one.name for one in made.request_changes
    ]
    assert len(told["hello_differences"]) == len(made.hello_differences)


def test_in_no_other_record():
    """An endpoint that is no canary has none."""
    assert json.loads(encode(judged(seen(None), reference())))["canary"] is None
