"""The check `sandbox-answers`."""

from datetime import date

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, ca, name
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import MINTED_KEY, expectation, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Confidence, IssuerLabel
from tlsprobe.model.verdict import Conclusion

LABEL = IssuerLabel(
    vendor="INetSim", product="Simulation", category="sandbox",
    patterns=(("issuer.cn", r"^inetsim\.org$"),), as_of=date(2026, 11, 1), origin="test",
)  # fmt: skip
KEY = MINTED_KEY
OWN = Issuer(subject=name("inetsim.org", "INetSim"), key=KEY)


def answer(issuer=OWN):
    """A certificate that it made for itself, which stands alone and is for no name but its own."""
    return (parse(ca(issuer.subject, issuer.key).public_bytes(Encoding.DER)),)


def test_a_sandbox_in_a_public_servers_place(look):
    """Its name is strong, and with a key that is no public CA's enough."""
    held = reference(expectation(), labels=[LABEL])
    seen = observation(answer())
    assert said(look(seen, held)) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert "INetSim answers for" in finding(look(seen, held)).summary
    assert judged(seen, held).verdict.conclusion is Conclusion.INSPECTED


def test_another_servers_own_certificate_convicts_nobody(look):
    """A portal or a forgotten default, for another name and signed by itself, is no interception."""
    portal = Issuer(subject=name("portal.hotel.example", "Hotel"), key=KEY)
    seen = observation(answer(portal))
    held = reference(expectation(), labels=[LABEL])
    silent(look(seen, held))
    assert judged(seen, held).verdict.conclusion is Conclusion.UNDECIDED


def test_a_name_that_nobody_vouches_for(look):
    """A label that is only somebody's guess is a hint."""
    held = reference(expectation(), labels=[replace(LABEL, confidence=Confidence.WEAK)])
    assert said(look(observation(answer()), held)) == (Leaning.INTERCEPTION, Weight.HINT)


def test_silence(look):
    """A public chain is asked no such question."""
    silent(look(observation("honest"), reference(expectation(), labels=[LABEL])))


def test_not_applicable(look):
    """Without a chain, labels or a name that public CAs serve there is nothing to look at."""
    held = reference(expectation(), labels=[LABEL])
    assert lacked(look(unanswered(), held))
    assert lacked(look(observation("honest"), reference(expectation())))
    assert lacked(look(observation("honest"), reference(labels=[LABEL])))
