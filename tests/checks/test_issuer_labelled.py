"""The check `issuer-labelled`."""

from datetime import date, timedelta

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import TAKEN, expectation, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Confidence, IssuerLabel


def label(pattern, *, product="Firewall", confidence=Confidence.DOCUMENTED):
    """A product that writes issuers' common names like this."""
    return IssuerLabel(
        vendor="Contoso",
        product=product,
        category="firewall",
        patterns=(("issuer.cn", pattern),),
        confidence=confidence,
        as_of=date(2026, 11, 1),
        origin="test",
    )


FIREWALL = label("^Firewall Inspection CA$")


def test_finding(look):
    """The product is named, and no more than a hint: also where the name's owner is known."""
    for known in ((), (expectation(),)):
        result = look(observation("minted"), reference(*known, labels=[FIREWALL]))
        assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
        assert finding(result).facts == {
            "vendor": "Contoso", "product": "Firewall", "category": "firewall",
            "confidence": "documented",
        }  # fmt: skip


def test_a_product_that_mints_for_a_public_name(look):
    """Strong only where the leaf looks made for the moment and for somebody else's public name."""
    seen = observation("minted")
    outside = replace(seen, target=replace(seen.target, address="146.112.61.106"))
    held = reference(labels=[FIREWALL])
    assert said(look(outside, held)) == (Leaning.INTERCEPTION, Weight.STRONG)
    weak = label("^Firewall Inspection CA$", confidence=Confidence.WEAK)
    assert said(look(outside, reference(labels=[weak]))) == (Leaning.INTERCEPTION, Weight.HINT)
    later = replace(outside, taken=TAKEN + timedelta(days=365))
    assert said(look(later, held)) == (Leaning.INTERCEPTION, Weight.HINT)


def test_the_surest_label_is_named(look):
    """Of two products that write such names the better documented one is named."""
    weak = label("Inspection", product="Other", confidence=Confidence.WEAK)
    result = look(observation("minted"), reference(labels=[weak, FIREWALL]))
    assert finding(result).facts["product"] == "Firewall"


def test_silence(look):
    """Another name says nothing."""
    assert silent(look(observation("minted"), reference(labels=[label("^Proxy CA$")])))


def test_a_public_ca_is_not_asked(look):
    """A public CA whose name looks like a product's is a public CA."""
    lookalike = label("Example Public TLS CA")
    assert silent(look(observation("honest"), reference(labels=[lookalike])))
    assert not silent(look(observation("copied-names"), reference(labels=[lookalike])))


def test_not_applicable(look):
    """It takes a chain, and a list of names."""
    assert lacked(look(unanswered(), reference(labels=[FIREWALL]))) == "a certificate chain"
    names = "a list of interceptors' issuer names"
    assert lacked(look(observation("minted"), reference())) == names
