"""The check `one-address-for-many-owners`."""

from dataclasses import replace

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import answered, expectation, observation, reference, unanswered
from tlsprobe.model import neighbours
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.neighbours import Neighbours
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
        neighbours=Neighbours(),
    )
    for one in seen:
        held.neighbours.add(one, held)
    return held


@pytest.mark.parametrize("chain", [None, "minted"])
def test_finding(chain, look):
    """One private address for names of two owners steers one of them at least."""
    held = after(led("a.cloud.example", BOX, chain=chain))
    result = look(led("b.cloud.example", BOX, chain=chain), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts == {"address": BOX, "owners": ["Beta", "Alpha"]}


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


def test_memory_has_an_end(monkeypatch, look):
    """The oldest address is forgotten for a new one."""
    monkeypatch.setattr(neighbours, "MOST_ADDRESSES", 2)
    seen = [led("a.cloud.example", f"10.0.0.{number}") for number in (4, 5, 6)]
    held = after(*seen)
    assert silent(look(led("b.cloud.example", "10.0.0.4"), held))
    assert not silent(look(led("b.cloud.example", "10.0.0.6"), held))


def test_not_applicable(look):
    """It takes answers, and those for other names."""
    assert lacked(look(answered([BOX]), reference())) == (
        "what resolvers say of other names in the same run"
    )
    assert "what each resolver says of the name" in lacked(look(unanswered(), after()))
