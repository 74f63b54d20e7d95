"""Baselines by endpoint, and what two observations of one do not have in common."""

from msgspec.structs import replace

from tests.evidence import REFUSED, baseline, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.checks import all_checks
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.differences import differences, nearest
from tlsprobe.model.observation import SourceKind, Target
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.messages import CertificateRequest

HONEST = baseline("honest")


def test_an_endpoint_is_host_port_and_server_name():
    """Case and a final dot do not count, and every address of it does; other ports do not."""
    known = Baseline([HONEST])
    target = HONEST.target
    written = replace(target, host="SYNC.Cloud.Example.", sni="Sync.cloud.example", address=None)
    assert known.of(written) == (HONEST,)
    assert known.of(replace(target, port=8443)) == ()
    assert known.of(replace(target, sni=None)) == ()
    assert known.of(Target(host="other.example", sni="other.example")) == ()
    assert (len(known), list(known)) == (1, [HONEST])


def test_it_is_a_control_of_its_own_endpoint_only():
    """The judgement holds a session against what the baseline has of it, and no other."""
    held = replace(reference(), baseline=Baseline([baseline("minted")]))
    report = judged(observation("minted"), held)
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert [one.source for one in report.controls] == [SourceKind.BASELINE]
    elsewhere = observation("minted")
    elsewhere = replace(elsewhere, target=replace(elsewhere.target, port=8443))
    assert judged(elsewhere, held).verdict.conclusion is Conclusion.UNDECIDED


def test_a_baseline_is_no_second_look():
    """That an endpoint did not answer at another place says nothing of this one's hello."""
    failed = replace(unanswered(), source=SourceKind.BASELINE)
    report = judged(observation("honest"), reference(), failed)
    assert not {one.check for one in report.results if one.findings} & {"other-hello-failed"}
    assert len(report.results) == len(all_checks())


def test_no_difference():
    """The same server at another time and address is as it was."""
    later = replace(HONEST, target=replace(HONEST.target, address="192.0.2.8"))
    assert differences(HONEST, later) == ()


def test_what_differs_is_named_with_how_it_was():
    """Key, issuer and CA, in the order of their weight."""
    found = differences(HONEST, observation("minted"))
    assert [one.what for one in found][:2] == ["leaf key", "issuer"]
    issuers = next(one for one in found if one.what == "issuer")
    assert "Example Public TLS CA 01" in issuers.then
    assert "Firewall Inspection CA" in issuers.now


def test_choices_and_requests():
    """Settings of the server, where the same hello was sent."""
    request = CertificateRequest(authorities=(b"0\0",))
    after = replace(
        HONEST.handshake, version=0x0303, alpn=b"h2", certificate_request=request,
        extended_master_secret=True,
    )  # fmt: skip
    assert differences(HONEST, replace(HONEST, handshake=after)) == (
        ("version", "TLS 1.3", "TLS 1.2"), ("ALPN", "none", "h2"),
        ("extended master secret", "none", "agreed to"),
        ("client certificate", "not asked for", "asked for"),
    )  # fmt: skip


def test_no_answer_any_more():
    """An endpoint that does not answer differs in that alone."""
    (only,) = differences(HONEST, unanswered(REFUSED))
    assert only == ("answer", "a certificate", "refused")


def test_the_nearest_of_several():
    """Of what a fleet was seen to show, the one that is most alike is compared with."""
    assert nearest([baseline("minted"), HONEST], observation("honest")) is HONEST
