"""The check `leaf-unlike-public-leafs`."""

from datetime import date

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID
from msgspec.structs import replace

from fixtures.chains.authority import ec_key, leaf
from fixtures.chains.cast import HOST, INTERMEDIATE, MINTER
from tests.checks.outcomes import finding, lacked, said, silent
from tests.checks.test_run import CHOICES
from tests.evidence import chain, expectation, reference, unanswered
from tests.evidence import observation as seen
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.public_profile import Departure, departures
from tlsprobe.certs.x509_extensions import CERTIFICATE_SCTS
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

ASK = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier("http://ocsp.example"),
        )
    ]
)
POLICY = x509.CertificatePolicies(
    [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
)
FULL = ((ASK, False), (POLICY, False))


def presented(*, issuer=MINTER, above=(), **made):
    """A leaf that somebody signed, and what he sends above it."""
    signed = leaf(HOST, ec_key("minted server"), issuer, **made)
    return (parse(signed.public_bytes(Encoding.DER)), *above)


def verdict(looked, held):
    """What all checks come to."""
    return judge.decide(looked, held, checks.run(looked, held)).conclusion


def test_three_departures_are_strong(look):
    """No authorityInfoAccess, no place to ask, no policy: no public CA makes such a leaf."""
    result = look(seen(presented()), reference(expectation()))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    for one in (
        Departure.NO_AUTHORITY_INFORMATION, Departure.NO_REVOCATION, Departure.NO_POLICY,
    ):  # fmt: skip
        assert one.value in finding(result).summary
    assert finding(result).facts["issued"] == "2026-10-01"


def test_one_or_two_are_a_hint(look):
    """CAs make mistakes, and one is no pattern."""
    result = look(seen(presented(extensions=FULL[:1])), reference(expectation()))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_it_convicts_beside_another_ground(look):
    """Somebody's timestamps on a minted leaf, and no CA sent: only its shape tells it from a fault."""
    theirs = next(one for one in chain("with-scts")[0].extensions if one.kind == CERTIFICATE_SCTS)
    copied = x509.UnrecognizedExtension(x509.ObjectIdentifier(theirs.kind), theirs.body)
    looked = seen(presented(extensions=[(copied, False)]))
    assert looked.scts
    assert verdict(looked, reference(expectation())) is Conclusion.INSPECTED


def test_a_public_leaf_without_its_intermediate(look):
    """A leaf as public CAs make it is not accused for what the server forgot to send."""
    honest = presented(issuer=INTERMEDIATE, extensions=FULL)
    assert departures(honest[0], seen(honest).taken) == ()
    assert silent(look(seen(honest), reference(expectation())))


def test_a_single_name(look):
    """A leaf for the one name, where the owner shows leafs for several: one departure more."""
    several = replace(CHOICES, several_names=True)
    assert silent(look(seen(presented(extensions=FULL)), reference(expectation(choices=CHOICES))))
    held = reference(expectation(choices=several))
    result = look(seen(presented(extensions=FULL)), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "one name" in finding(result).summary
    many = presented(extensions=FULL, names=[HOST, "*.eu.cloud.example"])
    assert silent(look(seen(many), held))
    long_ago = reference(expectation(choices=replace(several, as_of=date(2020, 1, 1))))
    assert silent(look(seen(presented(extensions=FULL)), long_ago))


def test_a_public_chain_is_not_asked(look):
    """What a public CA's key signed is that CA's affair."""
    assert silent(look(seen("honest"), reference(expectation())))


def test_what_cannot_be_read(look):
    """Of a certificate that is none nothing is said."""
    assert silent(look(seen("no-certificate"), reference(expectation())))


@pytest.mark.parametrize("held", [reference(), reference(expectation(issuance=Issuance.PRIVATE))])
def test_private_names_are_not_asked(held, look):
    """Appliances, test servers and an owner's own PKI may make leafs as they like."""
    what = "a name of which the reference says that public CAs sign for it"
    assert lacked(look(seen(presented()), held)) == what


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert "a certificate chain" in lacked(look(unanswered(), reference(expectation())))
