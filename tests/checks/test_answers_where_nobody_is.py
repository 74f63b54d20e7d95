"""The check `answers-where-nobody-is`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import leaf
from fixtures.chains.cast import MINTED_KEY, MINTER
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import (
    REFUSED,
    RESET,
    captured,
    expectation,
    nowhere,
    observation,
    reference,
    unanswered,
)
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion

INVENTED = "www.qzvbxkwtrmpdnc.net"


@pytest.mark.parametrize(
    ("shown", "conclusion"),
    [("minted", Conclusion.INSPECTED), ("honest", Conclusion.TERMINATED)],
)
def test_finding(shown, conclusion, look):
    """The name's own certificate at an address of nobody is proof, whoever signed it."""
    seen, held = observation(shown), reference(controls=[nowhere(shown)])
    result = look(seen, held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).facts["address"] == "192.0.2.99"
    assert judge.decide(seen, held, checks.run(seen, held)).conclusion is conclusion


def test_minted_there(look):
    """So is one that was made for the invented name by the key that signed the other."""
    made = leaf(INVENTED, MINTED_KEY, MINTER, names=[INVENTED])
    chain = (parse(made.public_bytes(Encoding.DER)),)
    result = look(observation("minted"), reference(controls=[nowhere(chain)]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)


@pytest.mark.parametrize("there", ["wrong-name", "self-signed", "minted-with-one-key", None])
def test_somebody_else(there, look):
    """A portal, or a box that takes TCP and shows nothing, is a hint: there is somebody."""
    held = reference(expectation(), controls=[nowhere(there, failure=None if there else RESET)])
    assert said(look(observation("honest"), held)) == (Leaning.INTERCEPTION, Weight.HINT)
    seen = observation("honest")
    assert judge.decide(seen, held, checks.run(seen, held)).conclusion is Conclusion.DIRECT


def test_silence(look):
    """Nobody answers where nobody is."""
    assert silent(look(observation("minted"), reference(controls=[nowhere(None, failure=REFUSED)])))


def test_not_applicable(look):
    """It takes a chain, and a look at such an address."""
    assert (
        lacked(look(observation("minted"), reference())) == "a look at an address that nobody has"
    )
    held = reference(controls=[nowhere("minted")])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    seen = replace(captured("minted"), failure=None)
    assert out_of_place(look(seen, reference()))


def test_one_certificate_for_everybody(look):
    """A portal's own, which is for none of the names, is a hint even where the name brought it too."""
    result = look(observation("wrong-name"), reference(controls=[nowhere("wrong-name")]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
