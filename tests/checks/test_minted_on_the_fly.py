"""The check `minted-on-the-fly`, and what it and `issuer-labelled` come to together."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, ca, ec_key, leaf, name
from fixtures.chains.cast import MINTER
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    TAKEN,
    as_captured,
    chain,
    expectation,
    observation,
    reference,
    unanswered,
)
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Confidence, Issuance, IssuerLabel
from tlsprobe.model.verdict import Conclusion

PUBLIC_ADDRESS = "146.112.61.106"
LABEL = IssuerLabel(
    vendor="Contoso", product="Inspection", category="cloud-swg",
    patterns=(("issuer.cn", "^Firewall Inspection CA$"),), as_of=date(2026, 11, 1), origin="test",
)  # fmt: skip
HELD = reference(labels=[LABEL])


def answered(presented="minted", *, address=PUBLIC_ADDRESS, via=None, **arguments):
    """A captured session with a server at that address."""
    live = observation(presented, **arguments)
    target = replace(live.target, address=address, via=via)
    return as_captured(replace(live, target=target))


def issued(*, host="sync.cloud.example", issuer=MINTER, **arguments):
    """A chain of a leaf like no fixture's, and its root."""
    made = leaf(host, ec_key("minted server"), issuer, **arguments)
    root = ca(issuer.subject, issuer.key)
    return tuple(parse(one.public_bytes(Encoding.DER)) for one in (made, root))


def verdict(seen, held):
    """What all checks come to."""
    return judge.decide(seen, held, checks.run(seen, held)).conclusion


def test_the_looks_alone_are_a_hint(look):
    """A leaf of a week that began yesterday and was never logged: a box, or a short-lived PKI."""
    result = look(answered(), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "36 hours old" in finding(result).summary
    assert "7 days" in finding(result).summary


def test_beside_a_product_that_says_what_it_does(look):
    """Under the name of an inspecting product's CA, on somebody else's public name, it is strong."""
    assert said(look(answered(), HELD)) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert verdict(answered(), HELD) is Conclusion.INSPECTED
    through = answered(address="10.0.0.1", via="http://10.0.0.1:3128")
    assert verdict(through, HELD) is Conclusion.INSPECTED
    unresolved = answered(address=None)
    assert verdict(unresolved, HELD) is Conclusion.INSPECTED


@pytest.mark.parametrize(
    "host",
    ["192.0.2.7", "firewall", "firewall.corp", "firewall.internal", "fw.home.arpa", "fw.local"],
)
def test_the_products_own_pages_on_an_inner_name(host):
    """An appliance has to serve its own pages under some name: nothing is inspected there."""
    presented = issued(host=host, begin="2026-11-22", end="2026-11-29")
    assert verdict(answered(presented, host=host), HELD) is Conclusion.UNDECIDED


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.1.1", "fd00::1", "127.0.0.1"])
def test_the_products_own_pages_at_an_inner_address(address):
    """Nor at an address of the inner network, whatever the name."""
    assert verdict(answered(address=address), HELD) is Conclusion.UNDECIDED


def test_a_name_that_customers_give_is_not_the_products_word():
    """A vendor's name in a field that customers fill themselves stays a hint."""
    weak = reference(labels=[replace(LABEL, confidence=Confidence.WEAK)])
    assert verdict(answered(), weak) is Conclusion.UNDECIDED


def test_a_default_page_for_another_name():
    """A leaf that is not for the name that was asked for was not minted for it."""
    presented = issued(host="fw.contoso.example", begin="2026-11-22", end="2026-11-29")
    assert verdict(answered(presented), HELD) is Conclusion.UNDECIDED


def test_a_short_lived_pki_of_the_owners(look):
    """An organisation whose CA gives every server a day, as step-ca does, is never accused."""
    smallstep = Issuer(subject=name("Contoso Internal CA", "Contoso"), key=ec_key("step"))
    presented = issued(issuer=smallstep, begin="2026-11-23", end="2026-11-24")
    assert said(look(answered(presented), HELD)) == (Leaning.INTERCEPTION, Weight.HINT)
    assert verdict(answered(presented), HELD) is Conclusion.UNDECIDED
    own = reference(expectation(issuance=Issuance.PRIVATE), labels=[LABEL])
    assert silent(look(answered(presented), own))


@pytest.mark.parametrize(
    ("begin", "end"),
    [("2026-11-01", "2027-11-01"), ("2026-11-10", "2026-11-20"), ("2026-11-24", "2026-11-30")],
)
def test_other_lives(begin, end, look):
    """A long life, one that is over, and one that has not begun do not look made for the moment."""
    presented = issued(begin=begin, end=end)
    assert silent(look(answered(presented), HELD))
    assert verdict(answered(presented), HELD) is Conclusion.UNDECIDED


def test_made_within_the_hour(look):
    """A leaf that lives for a year and began this hour is a hint, whoever signs; an older one is not."""
    presented = issued(begin="2026-11-23", end="2027-11-01")
    for minutes, found in ((5, True), (90, False)):
        when = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minutes)
        result = look(answered(presented, taken=when), HELD)
        assert silent(result) is not found
        assert not found or said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_it_is_judged_as_of_the_capture(look):
    """What counts is how fresh it was then; read a year later, it is the same."""
    assert not silent(look(answered(taken=TAKEN + timedelta(days=3)), HELD))
    assert silent(look(answered(taken=TAKEN + timedelta(days=365)), HELD))


def test_a_logged_leaf(look):
    """Who mints cannot have a certificate timestamp."""
    logged = answered(chain("with-scts")[:1])
    assert logged.scts
    assert silent(look(logged, HELD))


def test_a_public_chain_is_not_asked(look):
    """A public CA may issue for as short a time as it likes."""
    assert silent(look(answered("minted"), reference(public="machine", labels=[LABEL])))


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
