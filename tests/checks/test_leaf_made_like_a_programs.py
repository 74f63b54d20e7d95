"""The check `leaf-made-like-a-programs`; the lab's test holds it against the programs themselves."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import Issuer, day, ec_key, name
from fixtures.chains.cast import MINTED_KEY
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import HOST, chain, expectation, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion

# The peer of the tests holds both of these keys.
BOX = Issuer(subject=name("Contoso Inspection", "Contoso"), key=ec_key("malformed"))
OWN_KEY = MINTED_KEY

NAMES = (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
USAGE = (x509.KeyUsage(*[True, False, True, *[False] * 6]), True)
PURPOSE = (x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False)
CONSTRAINTS = (x509.BasicConstraints(ca=False, path_length=None), True)
SUBJECT_KEY = (x509.SubjectKeyIdentifier.from_public_key(OWN_KEY.public_key()), False)
AUTHORITY_KEY = (
    x509.AuthorityKeyIdentifier.from_issuer_public_key(BOX.key.public_key()),
    False,
)
AUTHORITY_IN_FULL = (
    x509.AuthorityKeyIdentifier(bytes(20), [x509.DirectoryName(BOX.subject)], 4711),
    False,
)

SQUID = (NAMES, USAGE, PURPOSE, CONSTRAINTS, AUTHORITY_KEY)
MITMPROXY = (PURPOSE, NAMES, AUTHORITY_KEY)
SSLSPLIT = (SUBJECT_KEY, AUTHORITY_IN_FULL, CONSTRAINTS, USAGE, PURPOSE, NAMES)


def made(extensions, *, key=BOX.key, days=365):
    """A leaf with these extensions in this order."""
    begin = day("2026-11-22")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(HOST, "Cloud"))
        .issuer_name(BOX.subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(BOX.key, hashes.SHA256(), ecdsa_deterministic=True)
    return (parse(signed.public_bytes(Encoding.DER)),)


@pytest.mark.parametrize(
    ("leaf", "program"),
    [
        (made(SQUID), "Squid"),
        (made(MITMPROXY), "mitmproxy"),
        (made(SSLSPLIT, key=OWN_KEY), "sslsplit"),
    ],
)
def test_finding(leaf, program, look):
    """The leaf's handwriting names a program, as a guess: others may write alike."""
    result = look(observation(leaf), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    facts = finding(result).facts
    assert (facts["vendor"], facts["confidence"]) == (program, "weak")


def test_the_report_names_it():
    """Whoever intercepts under a customer's name is named by what he makes."""
    report = judged(observation(made(SQUID)), reference(expectation()))
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert report.verdict.interceptor.vendor == "Squid"
    assert report.verdict.interceptor.confidence == "weak"


def test_it_decides_nothing():
    """A private CA that writes alike is left as undecided as any other."""
    alike = observation(made(SSLSPLIT, key=OWN_KEY))
    assert judged(alike, reference()).verdict.conclusion is Conclusion.UNDECIDED


@pytest.mark.parametrize(
    "leaf",
    [
        made(SQUID, key=OWN_KEY),
        made((*SQUID[:-1], SUBJECT_KEY, AUTHORITY_KEY)),
        made(MITMPROXY, key=OWN_KEY),
        made((NAMES, PURPOSE, AUTHORITY_KEY)),
        made(SSLSPLIT, key=OWN_KEY, days=90),
        made((SUBJECT_KEY, AUTHORITY_KEY, *SSLSPLIT[2:]), key=OWN_KEY),
        made(()),
    ],
)
def test_silence(leaf, look):
    """What lacks a part of it, or has it in another order, is anybody's."""
    assert silent(look(observation(leaf), reference()))


@pytest.mark.parametrize("name", ["honest", "minted", "self-signed", "cut-off", "no-certificate"])
def test_other_chains(name, look):
    """Public and broken leaves are nobody's, and neither are plain private ones."""
    assert silent(look(observation(chain(name)), reference()))


def test_not_applicable(look):
    """Without a leaf there is no handwriting."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
