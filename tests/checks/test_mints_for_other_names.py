"""The check `mints-for-other-names`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import Issuer, ca, ec_key, leaf, name
from fixtures.chains.cast import (
    INTERMEDIATE,
    MINTED_KEY,
    MINTER,
    MINTER_ROOT,
    PUBLIC_INTERMEDIATE,
    SERVER_KEY,
)
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import (
    RESET,
    captured,
    every_chain,
    expectation,
    observation,
    reference,
    second_opinion,
    unanswered,
    under_another_name,
    under_anothers_name,
)
from tests.listing import fixture_index
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight

INVENTED = "www.qzvbxkwtrmpdnc.net"
THEIRS = "login.other.example"
OWN = Issuer(subject=name("Contoso Server CA", "Contoso Ltd"), key=ec_key("own server CA"))


def made(host, signer=MINTER, *, key=MINTED_KEY, above=(MINTER_ROOT,)):
    """A chain that somebody makes for a name."""
    certificates = (leaf(host, key, signer, names=[host]), *above)
    return tuple(parse(one.public_bytes(Encoding.DER)) for one in certificates)


def test_finding(look):
    """A certificate for an invented name by the key that signed the other is proof, without a list."""
    result = look(observation("minted"), reference(controls=[under_another_name(made(INVENTED))]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).facts["name"] == INVENTED
    assert "Firewall Inspection CA" in finding(result).summary


@pytest.mark.parametrize("above", [(), (MINTER_ROOT,)])
@pytest.mark.parametrize("shown", ["minted", "minted-without-its-root"])
def test_the_signer_need_not_be_sent(shown, above, look):
    """One look that shows the signer does for both; else it is known by its identifier."""
    control = under_another_name(made(INVENTED, above=above))
    assert said(look(observation(shown), reference(controls=[control])))[1] is Weight.PROOF


def test_each_signs_for_itself(look):
    """A box that makes self-signed leafs is found like any other."""
    shown, other = (
        (parse(ca(name(host, "Contoso"), ec_key(host)).public_bytes(Encoding.DER)),)
        for host in ("sync.cloud.example", INVENTED)
    )
    result = look(observation(shown), reference(controls=[under_another_name(other)]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_another_signer(look):
    """Beside a chain of another private key it is strong: a box may leave an owner's PKI alone."""
    above = (ca(OWN.subject, OWN.key),)
    own = made("sync.cloud.example", OWN, key=SERVER_KEY, above=above)
    result = look(observation(own), reference(controls=[under_another_name(made(INVENTED))]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


def test_a_name_that_is_left_alone(look):
    """Beside a public chain it is a hint: there is a box, and it lets this name pass."""
    result = look(
        observation("honest"),
        reference(expectation(), controls=[under_another_name(made(INVENTED))]),
    )
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "left alone" in finding(result).summary


@pytest.mark.parametrize("name", every_chain())
def test_a_default_is_no_sign(name, look):
    """Whatever else is presented to the invented name, or to none, is a server's default."""
    controls = [
        under_another_name(name),
        under_another_name(name, sni=None),
        under_another_name(None),
        under_another_name("minted", sni=None),
    ]
    assert silent(look(observation("minted"), reference(controls=controls)))


def test_another_owners_name(look):
    """A certificate for his name by the key that signed the other is proof, and says whose name it is."""
    known = expectation(THEIRS, owner="Fabrikam (logins)")
    control = under_anothers_name(made(THEIRS), THEIRS)
    result = look(observation("minted"), reference(known, controls=[control]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert f"{THEIRS}, a name of Fabrikam, was made" in finding(result).summary


def test_a_front_of_many_owners(look):
    """Who serves another owner too has his certificate from a public CA, whatever else he has."""
    genuine = made(THEIRS, INTERMEDIATE, key=SERVER_KEY, above=(PUBLIC_INTERMEDIATE,))
    for shown in ("honest", "minted"):
        controls = [under_anothers_name(genuine, THEIRS)]
        assert silent(look(observation(shown), reference(controls=controls)))


def test_a_default_that_covers_it(look):
    """A default certificate is made for nobody who asks, even if his name stands in it."""
    default = made(THEIRS)
    named = [under_anothers_name(default, THEIRS)]
    assert silent(look(observation(default), reference(controls=named)))
    nameless = under_another_name(default, sni=None)
    assert silent(look(observation("minted"), reference(controls=[*named, nameless])))


@pytest.mark.parametrize(
    ("signer", "listed", "weight"),
    [
        (MINTER, False, Weight.HINT),
        (MINTER, True, Weight.STRONG),
        (INTERMEDIATE, True, Weight.HINT),
    ],
)
def test_another_owners_name_without_its_upper_end(signer, listed, weight, look, tmp_path):
    """A public CA's intermediate may be missing: who it is, the list knows, if there is one."""
    shown = made("sync.cloud.example", signer, above=())
    control = under_anothers_name(made(THEIRS, signer, above=()), THEIRS)
    index = fixture_index(tmp_path) if listed else None
    result = look(observation(shown), reference(controls=[control], listed=index))
    assert said(result) == (Leaning.INTERCEPTION, weight)


def test_not_applicable(look):
    """It takes a chain, and the same address asked for other names."""
    controls = [second_opinion("minted"), unanswered(RESET)]
    wanted = "the same address asked for other names"
    assert lacked(look(observation("minted"), reference(controls=controls))) == wanted
    assert "a certificate chain" in lacked(
        look(unanswered(), reference(controls=[under_another_name("honest")]))
    )


def test_a_capture_asks_nobody(look):
    """What a capture shows cannot be asked again, and nobody needs to be told."""
    assert out_of_place(look(captured("minted"), reference()))
