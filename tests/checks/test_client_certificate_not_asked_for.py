"""The check `client-certificate-not-asked-for`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    captured,
    expectation,
    observation,
    over_another_route,
    reference,
    unanswered,
)
from tlsprobe.analysis import judged
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Use
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.messages import CertificateRequest

MUTUAL = Use("connector", "required", "must-avoid", "mutual-tls")
PLAIN = Use("sync", "required", "unsupported", "no")
ASKED = CertificateRequest(authorities=())


def knowing(*uses, controls=()):
    """A reference that knows what the host is for."""
    return reference(expectation(owner="Contoso", uses=uses), controls=controls)


def with_handshake(seen, **changed):
    """The same with another handshake."""
    return replace(seen, handshake=replace(seen.handshake, **changed))


def test_finding(look):
    """Where the owner's documents tell of one and nobody asked, it is a hint: some ask later."""
    for seen in (observation("honest"), captured("honest")):
        result = look(seen, knowing(PLAIN, MUTUAL))
        assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
        assert "Contoso documents it for connector" in finding(result).summary


def test_a_hint_takes_nothing_from_an_honest_server():
    """A server that asks for it in a later step is direct all the same."""
    report = judged(observation("with-scts"), knowing(MUTUAL))
    assert report.verdict.conclusion is Conclusion.DIRECT


def test_silence(look):
    """It did ask; or it was not seen so far, or has no need to in a session that goes on."""
    seen = observation("honest")
    assert silent(look(with_handshake(seen, certificate_request=ASKED), knowing(MUTUAL)))
    assert silent(look(with_handshake(seen, reached=Reached.CERTIFICATE), knowing(MUTUAL)))
    assert silent(look(with_handshake(seen, resumed=True), knowing(MUTUAL)))
    assert silent(look(with_handshake(seen, certificates_cut=True), knowing(MUTUAL)))


def test_what_the_server_itself_does(look):
    """Where it shows a public chain over another route and asks for none, nothing is lost here."""
    seen, direct = observation("minted"), over_another_route("honest")
    assert silent(look(seen, knowing(MUTUAL, controls=[direct])))
    for other in (
        over_another_route("minted"),
        with_handshake(direct, certificate_request=ASKED),
        with_handshake(direct, reached=Reached.CERTIFICATE),
        over_another_route(None),
    ):
        assert said(look(seen, knowing(MUTUAL, controls=[other])))[1] is Weight.HINT


def test_not_applicable(look):
    """It takes a handshake, and a name for which the documents tell of one."""
    assert lacked(look(unanswered(), knowing(MUTUAL))) == "a certificate chain"
    needed = "a name of which the reference says that it asks for a client's certificate"
    assert lacked(look(observation("honest"), knowing(PLAIN))) == needed
