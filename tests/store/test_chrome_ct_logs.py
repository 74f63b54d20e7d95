"""Chrome's lists of logs."""

import json
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.chains.authority import ec_key, rsa_key
from fixtures.chains.timestamps import LOGS, spki
from tests.evidence import KNOWN_LOGS
from tlsprobe.certs.ct_log import LogState
from tlsprobe.errors import InputError
from tlsprobe.store.chrome_ct_logs import updated
from tlsprobe.store.ct_logs import CtLogs, load, shipped


def entry(key, **fields):
    """One log as Chrome lists it."""
    return {
        "description": "A Log",
        "log_id": b64encode(sha256(spki(key)).digest()).decode(),
        "key": b64encode(spki(key)).decode(),
        "url": "https://log.example/",
        "mmd": 86400,
        "state": {"usable": {"timestamp": "2026-10-01T00:00:00Z"}},
        **fields,
    }


INTERVAL = {
    "start_inclusive": "2027-01-01T00:00:00Z",
    "end_exclusive": "2027-07-01T00:00:00Z",
}
NEW = ec_key("a new log")
DOCUMENT = {
    "version": "90.1",
    "log_list_timestamp": "2026-11-20T13:00:00Z",
    "operators": [
        {
            "name": "Example",
            "email": ["log@example"],
            "logs": [entry(LOGS[0], state={"retired": {"timestamp": "2026-11-05T00:00:00Z"}})],
            "tiled_logs": [entry(NEW, temporal_interval=INTERVAL, submission_url="https://x/")],
        },
        {"name": "Another", "logs": [entry(rsa_key("root"), log_type="test")]},
    ],
}


def read(document, over=KNOWN_LOGS):
    """The list that comes of a document."""
    text = updated(json.dumps(document).encode(), source="log_list.json", over=over)
    return CtLogs(text.encode(), source="test")


def test_what_is_read():
    """Operators, logs of both kinds, states, intervals, date and version."""
    logs = read(DOCUMENT)
    assert (logs.as_of, logs.origin) == (
        date(2026, 11, 20),
        "Chrome's list of logs 90.1; others as known before",
    )
    new = logs.find(sha256(spki(NEW)).digest())
    assert new is not None
    assert (new.operator, new.description, new.key) == ("Example", "A Log", spki(NEW))
    assert new.interval == (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
    assert new.accepted_at(datetime(2026, 11, 21, tzinfo=UTC))
    test_log = logs.find(sha256(spki(rsa_key("root"))).digest())
    assert test_log is not None
    assert not test_log.accepted_at(datetime(2026, 11, 21, tzinfo=UTC))


def test_what_was_known_stays():
    """Logs that are not named stay, and so does what other lists say of those that are."""
    logs = read(DOCUMENT)
    assert len(logs) == 4
    assert logs.find(sha256(spki(LOGS[1])).digest()) == KNOWN_LOGS.find(
        sha256(spki(LOGS[1])).digest()
    )
    retired = logs.find(sha256(spki(LOGS[0])).digest())
    assert retired is not None
    assert [(one.source, one.state) for one in retired.standings] == [("chrome", LogState.RETIRED)]
    oldest = next(
        log for log in shipped() if [one.source for one in log.standings][:2] == ["chrome", "apple"]
    )
    named = {**entry(NEW), "key": oldest.encoded_key, "log_id": b64encode(oldest.log_id).decode()}
    again = read(
        {**DOCUMENT, "operators": [{"name": "Example", "logs": [named]}]}, over=shipped()
    ).find(oldest.log_id)
    assert again is not None
    assert again.standings[1:] == oldest.standings[1:]


def test_it_is_a_list_that_can_be_loaded(tmp_path: Path):
    """What comes of it passes the strict reading."""
    path = tmp_path / "logs.txt"
    path.write_text(updated(json.dumps(DOCUMENT).encode(), source="x", over=shipped()))
    assert len(load(path)) == 316 + 3


def changed(edit):
    """The document after an edit of it, or of its first log."""
    document = deepcopy(DOCUMENT)
    edit(document, document["operators"][0]["logs"][0])
    return document


FIRST = r"operator 1 \(Example\), logs\[0\]: "


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda _, log: log.pop("key"), FIRST + "key is missing"),
        (lambda _, log: log.update(key="%%%"), FIRST + "key is '%%%': expected base64"),
        (lambda _, log: log.update(key="AAAA"), FIRST + "its id is not the SHA-256 of its key"),
        (
            lambda _, log: log.update(
                key="AAAA", log_id=b64encode(sha256(bytes(3)).digest()).decode()
            ),
            FIRST + "its key cannot be loaded",
        ),
        (
            lambda _, log: log.update(log_id=entry(NEW)["log_id"]),
            FIRST + "its id is not the SHA-256 of its key",
        ),
        (
            lambda _, log: log.update(description="a\tb"),
            FIRST + "description is .*: expected a text",
        ),
        (lambda _, log: log.update(description=7), FIRST + "description is 7: expected a text"),
        (lambda _, log: log.update(state={"splendid": {}}), FIRST + ".*newer schema than v3"),
        (lambda _, log: log.update(state={}), FIRST + "it has 0 states"),
        (lambda _, log: log.update(state=[]), FIRST + r"state is \[\]: expected an object"),
        (
            lambda _, log: log.update(state={"usable": {"timestamp": "2026-10-01"}}),
            FIRST + "timestamp is '2026-10-01': expected a time in UTC",
        ),
        (
            lambda _, log: log.update(
                temporal_interval={
                    "start_inclusive": INTERVAL["end_exclusive"],
                    "end_exclusive": INTERVAL["start_inclusive"],
                }
            ),
            FIRST + "its interval ends before it begins",
        ),
        (
            lambda document, log: document["operators"][0]["tiled_logs"].append(dict(log)),
            r"tiled_logs\[1\]: its id stands twice$",
        ),
        (
            lambda document, log: document["operators"][1]["logs"].append(
                {**log, "key": entry(NEW)["key"]}
            ),
            r"operator 2 \(Another\), logs\[1\]: its id stands twice, with two keys",
        ),
        (lambda document, _: document.pop("operators"), "operators is missing: expected an array"),
        (lambda document, _: document.update(operators=[7]), "operator 1: it is 7: expected an ob"),
        (lambda document, _: document.update(operators=[]), "it names no log"),
        (lambda document, _: document["operators"][0].pop("name"), "operator 1: name is missing"),
        (
            lambda document, _: document["operators"][0].update(logs={}),
            "operator 1: logs is {}: expected an array",
        ),
        (lambda document, _: document.pop("log_list_timestamp"), "log_list_timestamp is missing"),
        (
            lambda document, _: document.update(log_list_timestamp="2026-10-01T00:00:00Z"),
            "it is of 2026-10-01, and the list at hand of 2026-11-01: expected a newer",
        ),
    ],
)
def test_a_list_that_cannot_be_used(edit, said):
    """It is refused in one line with file, place and reason."""
    with pytest.raises(InputError, match=said) as caught:
        read(changed(edit))
    assert str(caught.value).startswith("log_list.json: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: .*expected JSON"),
        (b'{\n"version": }', "line 2: .*expected JSON"),
        (b"\xff\xfe", "expected JSON"),
        (b"[" * 100_000, "expected JSON"),
        (b'{"version": ' + b"9" * 5000 + b"}", "expected JSON"),
        (b"[]", r"the list is \[\]: expected an object"),
    ],
)
def test_what_is_no_such_list(content, said):
    """JSON is named by its line."""
    with pytest.raises(InputError, match=said) as caught:
        updated(content, source="x", over=KNOWN_LOGS)
    assert "\n" not in str(caught.value)


def refusal(document):
    """What is said against a document; nothing where it can be used."""
    try:
        read(document)
    except InputError as error:
        return str(error)
    return ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["version", "log_list_timestamp", "operators"]), JSON)
def test_any_member(name, value):
    """Whatever stands in a member, the file is read or refused."""
    assert "\n" not in refusal({**DOCUMENT, name: value})


@given(st.sampled_from(sorted(DOCUMENT["operators"][0]["tiled_logs"][0])), JSON)
def test_any_member_of_a_log(name, value):
    """The same within a log."""
    assert "\n" not in refusal(changed(lambda _, log: log.update({name: value})))
