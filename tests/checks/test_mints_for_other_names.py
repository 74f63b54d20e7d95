"""The check `mints-for-other-names`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fixtures.chains.authority import Issuer, ca, ec_key, leaf, name
from fixtures.chains.cast import MINTED_KEY, MINTER, MINTER_ROOT, SERVER_KEY
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
)
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight

INVENTED = "www.qzvbxkwtrmpdnc.net"
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
