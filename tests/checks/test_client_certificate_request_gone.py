"""The check `client-certificate-request-gone`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.checks.test_baseline_matches import self_made
from tests.evidence import baseline, captured, observation, reference, unanswered
from tlsprobe import checks, judge
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.messages import CertificateRequest

REQUEST = CertificateRequest(authorities=(b"0\0",))


def before(*, asked=True, **handshake):
    """What a clean place saw."""
    seen = baseline("honest")
    request = REQUEST if asked else None
    changed = replace(seen.handshake, certificate_request=request, **handshake)
    return replace(seen, handshake=changed)


def test_no_request(look):
    """The clean place was asked for a certificate, and whoever answers here went on without."""
    result = look(observation("honest"), reference(controls=[before()]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert "the baseline of 2026-11-23" in finding(result).summary


def test_a_server_that_was_set_up_anew():
    """Another private CA and no request any more come of one change, and are one kind of evidence."""
    seen = observation("minted")
    seen = replace(seen, target=replace(seen.target, address="146.112.61.106"))
    held = reference(controls=[replace(before(), chain=self_made())])
    results = checks.run(seen, held)
    strong = [one.check for one in results for each in one.findings if each.weight is Weight.STRONG]
    assert strong == ["baseline-differs", "client-certificate-request-gone"]
    assert judge.decide(seen, held, results).conclusion is Conclusion.UNDECIDED


def test_a_request(look):
    """A server that asks is as it was."""
    asked = captured("honest", seen={"certificate_request": REQUEST})
    assert silent(look(asked, reference(controls=[before()])))


def test_where_none_could_be_seen(look):
    """Nothing is missed in a handshake that was not seen so far, or that takes up an earlier one."""
    for seen in ({"reached": Reached.CERTIFICATE}, {"resumed": True}, {"certificates_cut": True}):
        assert silent(look(captured("honest", seen=seen), reference(controls=[before()])))


def test_a_clean_place_that_was_not_asked_every_time(look):
    """One of the owner's servers asks and another does not; or the clean place did not see so far."""
    mixed = reference(controls=[before(), before(asked=False)])
    assert silent(look(observation("honest"), mixed))
    early = reference(controls=[before(reached=Reached.CERTIFICATE)])
    assert silent(look(observation("honest"), early))


def test_not_applicable(look):
    """It takes a chain, and a baseline."""
    assert lacked(look(observation("honest"), reference())) == "a baseline of this endpoint"
    assert "a certificate chain" in lacked(look(unanswered(), reference(controls=[before()])))
