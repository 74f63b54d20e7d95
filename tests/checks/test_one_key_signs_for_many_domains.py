"""The check `one-key-signs-for-many-domains`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import Issuer, ec_key, leaf, name
from fixtures.chains.cast import MINTED_KEY
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, observation, reference, unanswered
from tests.evidence import chain as fixture
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion

BOX = Issuer(subject=name("Contoso TLS CA 4", "Contoso Ltd"), key=MINTED_KEY)
HOST = "login.fabrikam.com"


def shown(host, *, key=MINTED_KEY):
    """What a box with one key shows for a name."""
    made = leaf(host, key, BOX)
    return captured((parse(made.public_bytes(Encoding.DER)),), host=host)


def after(*observations):
    """A reference without any list, after these sessions."""
    held = reference(company=Company())
    for one in observations:
        held.company.add(one, held)
    return held


def test_finding(look):
    """Three domains are strong, and beside the key that serves and signs they convict."""
    held = after(shown("www.contoso.com"), shown("a.example.net"), shown("b.example.net"))
    result = look(shown(HOST), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts["domains"] == ["contoso.com", "example.net"]
    verdict = judge.decide(shown(HOST), held, checks.run(shown(HOST), held))
    assert (verdict.conclusion, verdict.rule) == (Conclusion.INSPECTED, "two-strong-grounds")


@pytest.mark.parametrize(
    "others",
    [
        [],
        ["www.contoso.com"],
        ["a.contoso.com", "b.contoso.com", "c.contoso.com"],
        ["a.fabrikam.com", "www.contoso.com"],
        ["a.corp", "b.local", "192.0.2.1"],
        ["a.contoso.co.uk", "b.contoso.co.uk"],
    ],
)
def test_fewer_domains(others, look):
    """Two domains, many names of one, and names of the inner network may be somebody's own."""
    assert silent(look(shown(HOST), after(*map(shown, others))))


def test_each_leaf_has_its_own_key(look):
    """A CA that keeps its key to itself signs for whom it likes."""
    others = [shown(host, key=ec_key("malformed")) for host in ("a.example.net", "www.contoso.com")]
    assert silent(look(shown(HOST, key=ec_key("malformed")), after(*others)))
    assert silent(look(shown(HOST), after(*others)))


def test_who_signs_for_himself(look):
    """A self-signed certificate is one name's own."""
    own = fixture("self-signed")
    company = after(*(captured(own, host=host) for host in ("a.example.net", "www.contoso.com")))
    assert silent(look(captured(own, host=HOST), company))


def test_not_applicable(look):
    """It takes a chain, and the company that only a capture has."""
    assert "a certificate chain" in lacked(look(unanswered(), after()))
    assert out_of_place(look(observation("minted"), reference()))
