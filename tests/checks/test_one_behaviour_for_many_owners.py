"""The check `one-behaviour-for-many-owners`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, expectation, observation, reference
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight

FLIGHT = (23, 2048, 281, 53)


def sealed(host, *, ttl=57, sizes=FLIGHT, **seen):
    """A session of TLS 1.3 without keys."""
    closed = {
        "certificates": (), "encrypted_extensions": (), "sealed": sum(sizes),
        "sealed_records": sizes, **seen,
    }  # fmt: skip
    whole = captured(
        "honest", host=host, seen=closed, packets={"syn_ack_ttl": ttl, "answer_ttl": ttl}
    )
    return replace(whole, chain=(), scts=())


def after(*observations):
    """A reference that knows two owners, after these sessions."""
    held = reference(
        expectation("a.cloud.example", owner="Alpha"),
        expectation("b.cloud.example", owner="Beta"),
        company=Company(),
    )
    for one in observations:
        held.company.add(one, held)
    return held


def test_finding(look):
    """Two owners' servers that answer alike, but for the size of the certificate, are a hint."""
    held = after(sealed("a.cloud.example"))
    result = look(sealed("b.cloud.example", sizes=(23, 3000, 281, 53)), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts["owners"] == ["Beta", "Alpha"]


@pytest.mark.parametrize(
    "other",
    [
        {"ttl": 52},
        {"sizes": (23, 2048, 89, 53)},
        {"sizes": (2405,)},
        {"cipher_suite": 0x1303},
        {"group": 0x0018},
        {"version": 0x0303},
    ],
    ids=str,
)
def test_silence_for_different_servers(other, look):
    """One difference in stack or distance is enough to say nothing."""
    held = after(sealed("a.cloud.example"))
    assert silent(look(sealed("b.cloud.example", **other), held))


def test_silence_for_one_owner(look):
    """An owner's servers may be alike, and names of nobody are not compared."""
    assert silent(look(sealed("a.cloud.example"), after(sealed("a.cloud.example"))))
    unknown = after(sealed("one.example"), sealed("a.cloud.example"))
    assert silent(look(sealed("two.example"), unknown))


def test_where_a_public_certificate_is_seen(look):
    """A content network with everybody's public certificates is nobody's box."""
    packets = {"syn_ack_ttl": 57, "answer_ttl": 57}
    first, second = (
        captured("honest", host=f"{one}.cloud.example", packets=packets) for one in "ab"
    )
    assert silent(look(second, after(first)))


def test_behind_a_proxy(look):
    """Behind an explicit proxy all packets are the proxy's, and alike."""

    def through(host):
        seen = sealed(host)
        return replace(seen, target=replace(seen.target, via="http://10.0.0.1:3128"))

    held = after(through("a.cloud.example"))
    assert silent(look(through("b.cloud.example"), held))


def test_without_a_distance(look):
    """A capture that begins after the SYN-ACK does not show enough."""
    held = after(sealed("a.cloud.example", ttl=None))
    assert silent(look(sealed("b.cloud.example", ttl=None), held))


def test_not_applicable(look):
    """It takes packets, and other sessions to compare them with."""
    assert out_of_place(look(observation("honest"), reference()))
    assert lacked(look(captured("honest"), reference())) == "other sessions of the same run"
