"""The check `one-private-issuer-for-many-owners`."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, ca, ec_key, leaf, name
from fixtures.chains.cast import MINTER
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, chain, expectation, observation, reference, unanswered
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

OWNERS = {
    "a.cloud.example": "Alpha",
    "b.cloud.example": "Beta",
    "eu.a.example": "Alpha (European cloud)",
}


def minted(host, *, issuer=MINTER, key=None, whole=False):
    """What a box shows for that name: the leaf alone, or with its CA."""
    made = leaf(host, key or ec_key(host), issuer)
    chain = (made, ca(issuer.subject, issuer.key)) if whole else (made,)
    return captured(tuple(parse(one.public_bytes(Encoding.DER)) for one in chain), host=host)


def known(company, **kinds):
    """A reference that knows the owners; `kinds` by owner."""
    return reference(
        *(
            expectation(host, owner=owner, issuance=kinds.get(owner, Issuance.PUBLIC))
            for host, owner in OWNERS.items()
        ),
        company=company,
    )


def after(*observations, **kinds):
    """The reference after these sessions."""
    held = known(Company(), **kinds)
    for one in observations:
        held.company.add(one, held)
    return held


@pytest.mark.parametrize("whole", [True, False])
def test_two_owners_under_one_private_ca(whole, look):
    """One private CA for owners who have nothing to do with each other is proof, shown or not."""
    held = after(minted("a.cloud.example", whole=whole))
    seen = minted("b.cloud.example", whole=whole)
    result = look(seen, held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).facts["owners"] == ["Beta", "Alpha"]
    verdict = judge.decide(seen, held, checks.run(seen, held))
    assert verdict.conclusion is Conclusion.INSPECTED


def test_two_owners_with_one_key(look):
    """One leaf key for both is proof as well, under whatever CA."""
    shared = ec_key("shared")
    other = Issuer(subject=name("Another CA", "Another"), key=ec_key("another"))
    held = after(minted("a.cloud.example", key=shared))
    seen = minted("b.cloud.example", key=shared, issuer=other)
    assert said(look(seen, held)) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_a_name_of_which_nothing_is_known(look):
    """Who signs for two strangers signed this one too: strong, since it may be his own server."""
    held = after(minted("a.cloud.example"), minted("b.cloud.example"))
    result = look(minted("intranet.example"), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts["owners"] == ["Alpha", "Beta"]
    only_one = after(minted("a.cloud.example"))
    assert silent(look(minted("intranet.example"), only_one))


def test_names_of_nobody_do_not_count(look):
    """Names of which nothing is known are nobody's: a company's own CA signs for many."""
    held = after(minted("one.example"), minted("two.example"), minted("three.example"))
    assert silent(look(minted("a.cloud.example"), held))
    assert silent(look(minted("four.example"), held))


def test_parts_of_one_house_are_one_owner(look):
    """A cloud's regional part is no stranger to it."""
    assert silent(look(minted("eu.a.example"), after(minted("a.cloud.example"))))
    assert silent(look(minted("a.cloud.example"), after(minted("a.cloud.example"))))


def test_owners_with_a_pki_of_their_own_prove_nothing(look):
    """Two departments that are known to use the organisation's own CA may use the same one."""
    private = {"Alpha": Issuance.PRIVATE, "Beta": Issuance.PRIVATE}
    held = after(minted("a.cloud.example"), **private)
    assert silent(look(minted("b.cloud.example"), held))


def test_one_public_ca_signs_for_many(look):
    """A public CA, and a content network with a public certificate, serve many owners honestly."""
    public = [captured("honest", host=host) for host in OWNERS]
    assert silent(look(public[1], after(*public)))
    assert silent(look(public[1], after(captured("minted", host="a.cloud.example"))))


def test_different_private_cas(look):
    """Private CAs that are each one owner's own share nothing."""
    other = Issuer(subject=name("Another CA", "Another"), key=ec_key("another"))
    held = after(minted("a.cloud.example"))
    assert silent(look(minted("b.cloud.example", issuer=other), held))


def test_a_leaf_without_a_key(look):
    """What cannot be read has nothing in common with anything."""
    broken = chain("no-certificate")
    held = after(captured(broken, host="a.cloud.example"))
    assert silent(look(captured(broken, host="b.cloud.example"), held))


def test_not_applicable(look):
    """It takes a chain, and other sessions to compare it with."""
    assert out_of_place(look(observation("minted"), reference()))
    assert lacked(look(unanswered(), known(Company()))) == "a certificate chain"


def test_a_public_ca_that_the_list_does_not_have(look):
    """Before 2014 a public CA that nobody lists signed for many owners; a shared key is nobody's."""
    old = datetime(2012, 5, 1, tzinfo=UTC)
    first, second = (replace(minted(f"{one}.cloud.example"), taken=old) for one in "ab")
    assert silent(look(second, after(first)))
    one_key = [
        replace(minted(f"{one}.cloud.example", key=ec_key("one")), taken=old) for one in "ab"
    ]
    assert said(look(one_key[1], after(one_key[0])))[1] is Weight.PROOF


def test_a_list_beyond_its_shelf_life(look):
    """So does a new one that an old list does not have, by leaves that were logged."""
    logged = [
        replace(minted(f"{one}.cloud.example"), scts=observation("with-scts").scts) for one in "ab"
    ]
    held = replace(after(logged[0]), public_as_of=date(2025, 1, 1))
    assert silent(look(logged[1], held))
    assert not silent(look(logged[1], after(logged[0])))
