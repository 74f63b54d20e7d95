"""The check `strict-verifiers-refuse`."""

from cryptography.hazmat.primitives.serialization import Encoding

from tests.certs.test_strictness import chain as made
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, store_of, unanswered
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion


def read(certificates):
    """As observations hold them."""
    return tuple(parse(one.public_bytes(Encoding.DER)) for one in certificates)


def test_a_box_whose_ca_is_malformed(look):
    """A root without critical basicConstraints is what breaks Python 3.13 behind some products."""
    result = look(observation(read(made(root={"constraints_critical": False}))), reference())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert "Strict Root" in finding(result).summary
    assert "basicConstraints are not critical" in finding(result).summary


def test_a_root_that_only_the_machine_has(look):
    """The root need not be sent: a client takes the machine's, and so does this."""
    leaf, middle, root = read(made(root={"subject_id": False}))
    seen = observation((leaf, middle))
    assert silent(look(seen, reference()))
    machine = store_of((root,))
    assert "subjectKeyIdentifier" in finding(look(seen, reference(machine=machine))).summary


def test_what_breaks_is_said_whatever_the_verdict():
    """A public chain with such a fault is direct all the same, and what will fail is listed."""
    leaf, middle, root = read(made(leaf={"authority_id": False}))
    seen = observation((leaf, middle))
    held = reference(public=store_of((root,)))
    verdict = judge.decide(seen, held, checks.run(seen, held))
    assert verdict.conclusion is Conclusion.DIRECT
    assert verdict.breaks == ("strict-verifiers",)


def test_an_honest_chain(look):
    """Nothing is found in a chain as RFC 5280 wants it, public or private."""
    assert silent(look(observation("honest"), reference()))
    assert silent(look(observation(read(made())), reference()))


def test_not_applicable(look):
    """Without a chain there is nothing to refuse."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
