"""The check `one-address-for-many-owners`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import answered, expectation, observation, reference, unanswered
from tlsprobe.analysis import in_company, judged
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

OWNERS = {
    "a.cloud.example": "Alpha",
    "b.cloud.example": "Beta",
    "eu.a.example": "Alpha (European cloud)",
}
BOX, CDN = "10.0.0.4", "93.184.215.14"


def led(host, *addresses, chain=None):
    """A name that resolvers lead there, with what was presented."""
    seen = unanswered(host=host) if chain is None else observation(chain, host=host)
    seen = replace(seen, target=replace(seen.target, address=addresses[0]))
    return answered(addresses, to=seen)


def after(*seen, **kinds):
    """The reference after these names."""
    held = reference(
        *(
            expectation(host, owner=owner, issuance=kinds.get(owner, Issuance.PUBLIC))
            for host, owner in OWNERS.items()
        ),
        company=Company(),
    )
    for one in seen:
        held.company.add(one, held)
    return held


@pytest.mark.parametrize("chain", [None, "minted"])
def test_finding(chain, look):
    """One private address for names of two owners steers one of them at least."""
    held = after(led("a.cloud.example", BOX, chain=chain))
    result = look(led("b.cloud.example", BOX, chain=chain), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts == {"address": BOX, "owners": ["Beta", "Alpha"]}


def test_in_a_run():
    """A run finds it at the second of the names, whatever each came to by itself."""
    held = after()
    company = Company()
    reports = [
        in_company(judged(led(host, BOX), held), company, held)
        for host in ("a.cloud.example", "b.cloud.example")
    ]
    found = [
        [one.check for one in report.results if one.findings and one.check.startswith("one-")]
        for report in reports
    ]
    assert found == [[], ["one-address-for-many-owners"]]


def test_one_public_address(look):
    """A public address counts where it presents what no public CA signed, for both."""
    held = after(led("a.cloud.example", CDN, chain="minted"))
    assert not silent(look(led("b.cloud.example", CDN, chain="minted"), held))


def test_a_content_network(look):
    """Many owners are honestly at one address of a content network, reached or not."""
    for chain in ("honest", None):
        held = after(led("a.cloud.example", CDN, chain=chain))
        assert silent(look(led("b.cloud.example", CDN, chain=chain), held))


def test_one_owner(look):
    """Parts of one house share what they like, and so do names of nobody and private PKIs."""
    assert silent(look(led("eu.a.example", BOX), after(led("a.cloud.example", BOX))))
    assert silent(look(led("nobody.example", BOX), after(led("a.cloud.example", BOX))))
    assert silent(look(led("b.cloud.example", BOX), after(led("nobody.example", BOX))))
    private = after(led("a.cloud.example", BOX), Alpha=Issuance.PRIVATE)
    assert silent(look(led("b.cloud.example", BOX), private))
    assert silent(look(led("b.cloud.example", "10.0.0.5"), after(led("a.cloud.example", BOX))))


def test_not_applicable(look):
    """It takes answers, and other names of the same run to compare them with."""
    assert out_of_place(look(answered([BOX]), reference()))
    assert lacked(look(unanswered(), after())) == "what each resolver says of the name"
