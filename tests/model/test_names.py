"""What resolvers say of a name."""

import pytest

from tlsprobe.model.names import NameAnswer, NameAnswers, Sort


@pytest.mark.parametrize(
    ("fields", "sort"),
    [
        ({"addresses": ("10.0.0.1", "8.8.8.8")}, Sort.PUBLIC),
        ({"addresses": ("10.0.0.1", "::1")}, Sort.INTERNAL),
        ({"rcode": "NXDOMAIN"}, Sort.NOTHING),
        ({"rcode": "NOERROR"}, Sort.NOTHING),
        ({"rcode": "NOERROR", "failure": "no answer within 5 s"}, Sort.NO_ANSWER),
        ({"rcode": "SERVFAIL"}, Sort.NO_ANSWER),
        ({"rcode": "REFUSED"}, Sort.NO_ANSWER),
        ({"failure": "nobody listens there"}, Sort.NO_ANSWER),
    ],
)
def test_sorts(fields, sort):
    """Half an answer without an address is none: the other half may have one."""
    assert NameAnswer(resolver="192.0.2.53:53", **fields).sort is sort


def test_addresses():
    """Each address that somebody names is there once."""
    answers = [
        NameAnswer(resolver=str(number), addresses=(f"10.0.0.{number}", "10.0.0.9"))
        for number in (1, 2)
    ]
    said = NameAnswers(resolvers=tuple(answers), system=("10.0.0.2",), hosts_file=("::1",))
    assert said.addresses == ("10.0.0.2", "::1", "10.0.0.1", "10.0.0.9")
