"""The check `issuer-key-compromised`."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import leaf
from fixtures.chains.cast import MINTED_KEY, MINTER
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import HOST, captured, chain, expectation, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import CompromisedCA
from tlsprobe.model.verdict import Conclusion

ROOT = chain("minted")[1]
BY_FILE = {"sha256": ROOT.sha256, "of_certificate": True}


def listed(**fields):
    """A reference that lists the fixtures' interceptor, by its key where nothing else is said."""
    known = {"sha256": ROOT.spki_sha256} | fields
    ca = CompromisedCA(
        vendor="Contoso", product="Shopping Helper", category="malware",
        as_of=date(2026, 11, 1), origin="a list", **known,
    )  # fmt: skip
    return {"compromised": {ca.sha256: ca}}


def outside(name_or_chain, **arguments):
    """A probe of a public address."""
    seen = observation(name_or_chain, **arguments)
    return replace(seen, target=replace(seen.target, address="146.112.61.106"))


@pytest.mark.parametrize("known", [{}, BY_FILE], ids=["key", "file"])
def test_finding(known, look):
    """A chain that verifies under such a key is proof, and names whose key it is."""
    result = look(outside("minted"), reference(**listed(**known)))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    facts = finding(result).facts
    assert (facts["vendor"], facts["product"]) == ("Contoso", "Shopping Helper")
    assert facts["confidence"] == "documented"


def test_without_any_list_of_names():
    """Of a name of which nothing is known the verdict is inspected, and the product is named."""
    report = judged(outside("minted"), reference(**listed()))
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert report.verdict.interceptor.product == "Shopping Helper"


def test_a_root_that_only_the_store_has(look):
    """Where the root is not sent, the machine that was sold with it still has it."""
    seen, by_file = (
        outside("minted-without-its-root"),
        listed(**BY_FILE),
    )
    assert silent(look(seen, reference(**by_file)))
    assert said(look(seen, reference(machine="machine", **by_file)))[1] is Weight.PROOF
    assert said(look(seen, reference(machine="machine", **listed())))[1] is Weight.PROOF


def test_what_is_not_certain_is_no_proof(look):
    """Where the list does not say what it gives the hash of, it only is a hint."""
    result = look(outside("minted"), reference(**listed(checked=False)))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts["confidence"] == "weak"


def test_a_hash_is_only_of_what_it_is_of(look):
    """The hash of a key is not looked for among those of certificates, nor the other way."""
    for wrong in ({"of_certificate": True}, BY_FILE | {"of_certificate": False}):
        assert silent(look(outside("minted"), reference(**listed(**wrong))))


def test_a_product_that_serves_by_the_same_key(look):
    """A telephone system whose maker gave all of them one CA may be what was asked for."""
    assert said(look(outside("minted"), reference(**listed(serves=True))))[1] is Weight.STRONG
    report = judged(outside("minted"), reference(**listed(serves=True)))
    assert report.verdict.conclusion is Conclusion.UNDECIDED


@pytest.mark.parametrize("host", ["pbx.corp", "pbx", "192.0.2.7"])
def test_names_of_the_inner_network(host, look):
    """On the inner network the product itself may answer, under whatever key it came with."""
    own = parse(leaf(host, MINTED_KEY, MINTER).public_bytes(Encoding.DER))
    result = look(outside((own, ROOT), host=host), reference(**listed()))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_an_address_of_the_inner_network(look):
    """So it may under a public name that leads there, or with a certificate for another name."""
    assert said(look(observation("minted"), reference(**listed())))[1] is Weight.HINT
    elsewhere = outside("minted", host="other.example")
    assert said(look(elsewhere, reference(**listed())))[1] is Weight.HINT


@pytest.mark.parametrize("name", ["honest", "extra-member", "self-signed", "copied-names"])
def test_silence(name, look):
    """Other keys say nothing; nor does such a CA's certificate that is merely sent along."""
    assert silent(look(outside(name), reference(**listed())))


def test_its_name_on_another_key(look):
    """Who only calls himself so has not got the key."""
    other = outside("public-key-of-the-root")
    assert other.chain[0].issuer == ROOT.subject
    by_copy = outside((*chain("self-signed"), ROOT))
    assert silent(look(by_copy, reference(**listed())))
    assert silent(look(other, reference(**listed())))


def test_captures(look):
    """A capture shows it as well, at the address that was spoken to."""
    seen = captured("minted")
    there = replace(seen, target=replace(seen.target, address="146.112.61.106"))
    held = reference(expectation(), **listed())
    assert seen.target.host == HOST
    assert said(look(there, held)) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_not_applicable(look):
    """It takes a chain, and a list."""
    assert lacked(look(unanswered(), reference(**listed()))) == "a certificate chain"
    assert lacked(look(observation("minted"), reference())) == (
        "a list of CAs whose keys vouch for nobody"
    )
