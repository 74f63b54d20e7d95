"""The check `timestamps-too-few`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import ec_key
from fixtures.chains.cast import HOST, INTERMEDIATE, SERVER_KEY
from fixtures.chains.timestamps import LOGS, logged_leaf
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import KNOWN_LOGS, chain, logs, observation, reference, unanswered
from tests.server13 import extension
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight

HELD = reference(ct_logs=KNOWN_LOGS)
NEW = ec_key("a new log")


def served(by, **fields):
    """The server's chain with timestamps of these logs."""
    made = logged_leaf(HOST, SERVER_KEY, INTERMEDIATE, logs=by, **fields)
    return observation((parse(made.public_bytes(Encoding.DER)), chain("honest")[1]))


@pytest.mark.parametrize(
    ("by", "end", "found"),
    [
        (LOGS[:1], "2027-01-01", "2 logs of two operators, and the leaf has 1 of 1"),
        (LOGS[:1] * 2, "2027-01-01", "2 logs of two operators, and the leaf has 1 of 1"),
        (LOGS, "2027-10-01", "3 logs of two operators, and the leaf has 2 of 2"),
    ],
)
def test_finding(by, end, found, look):
    """Fewer logs than browsers ask for, by the leaf's life, are a fault that few clients see."""
    result = look(served(by, end=end), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert found in finding(result).summary


def test_one_operator(look):
    """Two logs of one operator are one too few."""
    held = reference(ct_logs=logs(operator="Example"))
    assert said(look(served(LOGS), held)) == (Leaning.FAULT, Weight.HINT)


def test_silence(look):
    """Enough logs, none at all, or a log that is too new to be known."""
    assert silent(look(observation("with-scts"), HELD))
    assert silent(look(observation("honest"), HELD))
    assert silent(look(served((LOGS[0], NEW)), HELD))
    assert silent(look(served(LOGS[:1], begin="2022-01-01", end="2022-04-01"), HELD))


def test_others_are_not_counted(look):
    """Of private leafs browsers ask nothing, and timestamps beside a leaf are counted otherwise."""
    assert silent(look(observation("copied-timestamps"), HELD))
    beside = observation("honest", leaf_extensions=extension(18, bytes.fromhex("0000")))
    assert silent(look(beside, HELD))


def test_not_applicable(look):
    """Without a list of logs, or without a chain, nothing can be said."""
    assert lacked(look(observation("with-scts"), reference())).startswith("a list of the logs")
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
