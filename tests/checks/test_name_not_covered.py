"""The check `name-not-covered`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import HOST, captured, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("wrong-name", HOST),
        ("honest", "eu.cloud.example"),
        ("honest", "a.b.eu.cloud.example"),
        ("honest", "192.0.2.7"),
        ("ip-address", "192.0.2.8"),
        ("ip-address", "::1"),
        ("odd-contents", "nul"),
        ("cut-off", HOST),
        ("no-certificate", HOST),
        ("honest", "*.eu.cloud.example"),
    ],
)
def test_finding(name, host, look):
    """A leaf for other names than the host is a fault: wildcards cover one label, never addresses."""
    result = look(observation(name, host=host), reference())
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).summary.startswith(f"the certificate does not cover {host}")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("honest", HOST),
        ("honest", HOST.upper() + "."),
        ("honest", "a.eu.cloud.example"),
        ("ip-address", "192.0.2.7"),
        ("ip-address", "2001:db8::7"),
        ("ip-address", "[2001:DB8:0::7]"),
        ("minted", HOST),
    ],
)
def test_silence(name, host, look):
    """A host that the leaf is for is covered, in whatever spelling it was asked for."""
    assert silent(look(observation(name, host=host), reference()))


def test_the_common_name_does_not_count(look):
    """Where only the common name is right, clients refuse, and the report says why."""
    result = look(observation("common-name-only"), reference())
    assert "only its common name" in finding(result).summary


def test_only_the_leaf_counts(look):
    """A certificate for the host further up in the chain covers nothing."""
    seen = observation("wrong-name").chain + observation("honest").chain
    assert not silent(look(observation(seen), reference()))


def test_a_capture_without_a_name(look):
    """Where only the address is seen, the client may have another name in mind: nothing is said."""
    assert silent(look(captured("honest", host="192.0.2.7"), reference()))
    assert said(look(captured("wrong-name"), reference())) == (Leaning.FAULT, Weight.STRONG)


def test_not_applicable(look):
    """Without a chain no name is covered or not."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
