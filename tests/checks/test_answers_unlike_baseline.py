"""The check `answers-unlike-baseline`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import baseline, captured, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.jarm import NO_ANSWER

BEFORE = baseline("honest")


def changed(**fields):
    """What a clean place saw, with other fields of its handshake."""
    return replace(BEFORE, handshake=replace(BEFORE.handshake, **fields))


def test_another_answer(look):
    """Another group and version of the same hello are a hint, each with how it was."""
    held = reference(controls=[changed(group=0x0018, cipher_suite=0x1302)])
    result = look(observation("honest"), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "group x25519, not secp384r1" in finding(result).summary
    assert finding(result).facts["unlike"] == ["cipher suite", "group"]


def test_the_same_answer(look):
    """Another leaf in the same handshake is no other behaviour."""
    assert silent(look(observation("honest"), reference(controls=[BEFORE])))
    assert silent(look(observation("minted"), reference(controls=[BEFORE])))


def test_one_of_several_machines(look):
    """A fleet may answer in several ways: the one that is most alike counts."""
    held = reference(controls=[changed(group=0x0018), BEFORE])
    assert silent(look(observation("honest"), held))


def test_another_hello(look):
    """What a server chooses hangs on the offer."""
    other = replace(changed(group=0x0018), profile="chrome")
    assert silent(look(observation("honest"), reference(controls=[other])))
    assert silent(look(captured("honest"), reference(controls=[changed(group=0x0018)])))


def test_another_jarm(look):
    """Whatever hello was sent first, JARM's are the same: another value is a hint, none is nothing."""
    then = replace(BEFORE, profile="chrome", jarm="2" * 62)
    held = reference(controls=[then])
    result = look(replace(observation("honest"), jarm="3" * 62), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts["unlike"] == ["JARM"]
    for same in (None, NO_ANSWER, "2" * 62):
        assert silent(look(replace(observation("honest"), jarm=same), held))


def test_no_answer(look):
    """Where nobody answered there is nothing to compare."""
    assert silent(look(unanswered(), reference(controls=[BEFORE])))


def test_not_applicable(look):
    """It takes a baseline."""
    assert lacked(look(observation("honest"), reference())) == "a baseline of this endpoint"
