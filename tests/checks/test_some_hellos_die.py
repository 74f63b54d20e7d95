"""The check `some-hellos-die`; what boxes do to hellos is played in `tests/inquiries`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import RESET, captured, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Change, Failure, FailureKind, SourceKind, Stage, Variation

ALERT = Failure(stage=Stage.TLS, kind=FailureKind.ALERT, detail="alert protocol_version")


def other(change, *, size=1800, lacks="", failure=RESET, profile="chrome"):
    """A look with another hello, which died by that failure, or was answered."""
    seen = observation("honest") if failure is None else unanswered(failure)
    variation = Variation(change=change, size=size, lacks=lacks)
    return replace(seen, source=SourceKind.OTHER_HELLO, profile=profile, variation=variation)


def looked(look, *controls):
    """What the check says of an honest endpoint with these other looks."""
    return look(observation("honest"), reference(controls=controls))


def test_too_large(look):
    """Between the largest that lives and the smallest that dies lies the size that somebody minds."""
    sizes = [
        other(Change.SIZE, size=1800), other(Change.SIZE, size=1000, failure=None),
        other(Change.SIZE, size=1400), other(Change.SIZE, size=1200, failure=None),
    ]  # fmt: skip
    result = looked(look, other(Change.CLIENT), *sizes)
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    found = finding(result)
    assert (found.facts["lives"], found.facts["dies"], found.breaks) == (1200, 1400, "large-hellos")
    assert "one of 1400 bytes dies and of 1200 arrives" in found.summary


def test_one_thing(look):
    """What it lives without is what somebody minds."""
    lacking = [
        other(Change.SIZE, failure=None), other(Change.LACKS, lacks="GREASE"),
        other(Change.LACKS, lacks="X25519MLKEM768", failure=None),
    ]  # fmt: skip
    found = finding(looked(look, other(Change.CLIENT), *lacking))
    assert found.facts["without"] == ["X25519MLKEM768"]


def test_nothing_found(look):
    """A death whose cause was not found is told all the same."""
    found = finding(looked(look, other(Change.CLIENT), other(Change.LACKS, lacks="GREASE")))
    assert found.facts == {"died": "chrome", "bytes": 1800}


@pytest.mark.parametrize("change", [Change.SEGMENTS, Change.RECORDS])
def test_in_pieces(change, look):
    """The same hello in two pieces breaks others than large ones do."""
    assert finding(looked(look, other(change))).breaks == "other-hellos"


@pytest.mark.parametrize(
    "control",
    [
        other(Change.CLIENT, failure=None),
        other(Change.CLIENT, failure=ALERT),
        other(Change.KEY_KIND),
    ],
)
def test_silence(control, look):
    """An answer, an alert, and a server without that kind of key are no sign."""
    assert silent(looked(look, control))


def test_not_applicable(look):
    """It takes a chain, and other hellos."""
    wanted = "the same endpoint asked by other hellos"
    assert lacked(looked(look)) == wanted
    held = reference(controls=[other(Change.CLIENT)])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    assert out_of_place(look(captured("honest"), reference()))
