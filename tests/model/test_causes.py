"""Causes: each endpoint has the one that explains it, and none that only follows from that."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.evidence import (
    RESET,
    TAKEN,
    answered,
    by_another_hello,
    expectation,
    nowhere,
    observation,
    over_another_route,
    reference,
    unanswered,
)
from tests.looked_up import answered as told
from tests.looked_up import blocked, looked_up
from tests.report import surveys
from tests.survey_stage import endpoint, pack
from tlsprobe.analysis import judged
from tlsprobe.certs.ocsp import Revocation
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.causes import causes
from tlsprobe.model.company import Company
from tlsprobe.model.consequences import consequences
from tlsprobe.model.exemptions import exemptions
from tlsprobe.model.observation import (
    Change,
    Failure,
    FailureKind,
    Observation,
    Stage,
    Target,
    Unreached,
)
from tlsprobe.model.pack import Protocol
from tlsprobe.model.planning import plan
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import LookupKind
from tlsprobe.model.survey import Answer, HttpAnswer, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store.host_names import host_name
from tlsprobe.wire.codepoints import TLS_1_3
from tlsprobe.wire.messages import CertificateRequest

PUBLIC = reference(expectation())


def failed(kind: FailureKind, stage: Stage = Stage.TCP, detail: str = "so it went") -> Failure:
    """A failure at a stage."""
    return Failure(stage=stage, kind=kind, detail=detail)


def surveyed(
    *seen: Observation | HttpAnswer,
    held: Reference = PUBLIC,
    others: tuple[Observation, ...] = (),
    **entry: object,
) -> Survey:
    """A survey in which endpoints are answered so; `others` are further looks at each."""
    rows = [
        endpoint(f"host{number}.example", **entry)
        if isinstance(one, Observation)
        else endpoint(f"host{number}.example", port=80, protocol=Protocol.HTTP)
        for number, one in enumerate(seen)
    ]
    planned = plan(pack(*rows), values={}, host_name=host_name)
    answers = [
        Answer(question=question, said=judged(one, held, *others))
        if isinstance(one, Observation)
        else Answer(question=question, said=one)
        for question, one in zip(planned.questions, seen, strict=True)
    ]
    return Survey(
        tool_version="0", taken=TAKEN, asked_from="here", plan=planned, answers=tuple(answers)
    )


def named(*seen: Observation | HttpAnswer, **how: object) -> list[str]:
    """The causes, by their words."""
    return [one.kind.value for one in causes(surveyed(*seen, **how))]


def test_nothing_is_wrong():
    """An honest endpoint has no cause."""
    assert named(observation("honest")) == []


@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (failed(FailureKind.UNKNOWN_HOST, Stage.DNS), "dns-nxdomain"),
        (failed(FailureKind.RESOLVER_FAILED, Stage.DNS), "dns-silent"),
        (failed(FailureKind.SILENCE), "port-dropped"),
        (failed(FailureKind.REFUSED), "port-reset"),
        (failed(FailureKind.UNREACHABLE), "unreachable"),
        (failed(FailureKind.PROXY_DENIED, Stage.PROXY), "proxy-denied"),
        (failed(FailureKind.LOGIN_REQUIRED, Stage.PROXY), "proxy-login"),
        (failed(FailureKind.LOGIN_REFUSED, Stage.PROXY), "proxy-login-refused"),
        (failed(FailureKind.SILENCE, Stage.PROXY), "proxy-unreachable"),
        (failed(FailureKind.UNKNOWN_HOST, Stage.PROXY), "proxy-unreachable"),
        (RESET, "hello-reset"),
        (failed(FailureKind.SILENCE, Stage.TLS), "hello-dropped"),
        (failed(FailureKind.PLAINTEXT_HTTP, Stage.TLS), "plain-http"),
        (
            failed(FailureKind.PLAINTEXT_HTTP, Stage.TLS, "as captive portals do"),
            "captive-portal",
        ),
        (failed(FailureKind.GARBAGE, Stage.TLS), "no-tls"),
    ],
)
def test_no_handshake(failure: Failure, word: str):
    """What the network did, and whoever did it."""
    assert named(unanswered(failure)) == [word]


def test_what_a_name_leads_to_comes_before_what_happened_there():
    """Nobody need open a port towards an address of nobody's."""
    dropped = unanswered(failed(FailureKind.SILENCE))
    assert named(answered(["10.1.2.3"], to=dropped)) == ["dns-private"]
    assert named(answered(["93.184.216.34"], [], to=dropped)) == ["dns-disagree"]
    made_up = answered(["198.51.100.9"], to=dropped)
    assert made_up.names is not None
    (resolver,) = made_up.names.resolvers
    resolver = replace(resolver, invented=("198.51.100.9",))
    made_up = replace(made_up, names=replace(made_up.names, resolvers=(resolver,)))
    assert named(made_up) == ["dns-rewritten"]


def test_an_address_where_the_service_answers_is_not_astray():
    """Where another of its names is direct at the same address, a filter by name is the cause."""
    silent = answered(["10.1.2.3"], to=unanswered(failed(FailureKind.SILENCE, Stage.TLS)))
    at = silent.target.address
    honest = observation("honest")
    honest = replace(honest, target=replace(honest.target, address=at))
    assert named(silent) == ["dns-private"]
    assert named(silent, honest) == ["hello-dropped"]


def test_an_interception_explains_all_else_of_the_chain():
    """What a box has made may be expired and unlookable: that is no fault of the service's."""
    seen = looked_up("minted", blocked())
    assert named(seen) == ["inspected"]
    assert named(seen, asks_for_client_certificate=True) == ["client-certificate-lost"]


def test_some_names_are_left_alone():
    """Where others are direct, the box is a matter of some names."""
    assert named(observation("minted"), observation("honest")) == ["partly-inspected"]


def test_lookups_by_their_kind():
    """Each kind that is blocked, also where a client has another way; what one thing blocks is one cause."""
    crl = blocked("crl", kind=LookupKind.CRL)
    page = blocked("crl", kind=LookupKind.CRL, failure=None, detail="a page came in its place")
    assert named(looked_up("honest", blocked(), crl)) == ["lookups-blocked"]
    assert named(looked_up("honest", blocked(), page)) == ["crl-blocked", "ocsp-blocked"]
    assert named(looked_up("honest", told(), crl)) == ["crl-blocked"]
    assert named(looked_up("honest", told(status=Revocation.REVOKED))) == ["revoked"]


def test_one_expired_certificate_and_every_one():
    """Where none is in its time, it is the clock."""
    late = replace(observation("honest"), taken=TAKEN + timedelta(days=20000))
    assert named(late, observation("honest")) == ["expired"]
    assert named(late, late, late) == ["clock"]


def test_a_large_hello_and_its_pieces():
    """Where a size is what kills it, other shapes of it are not named beside."""
    dead = replace(by_another_hello("honest"), chain=(), failure=RESET)
    filled = replace(dead.variation, change=Change.SIZE, size=1700)
    pieces = replace(dead.variation, change=Change.SEGMENTS)
    looks = (dead, replace(dead, variation=filled), replace(dead, variation=pieces))
    assert named(observation("honest"), others=looks) == ["hello-too-large"]
    assert named(observation("honest"), others=(looks[2],)) == ["hello-refused"]


def test_an_old_version():
    """Older than the service accepts."""
    seen = observation("honest")
    assert named(seen, tls_floor=TLS_1_3 + 1) == ["tls-too-old"]


def test_one_family_of_addresses():
    """Nothing fails here, and something may elsewhere."""
    tried = Unreached("2001:db8::1", failed(FailureKind.SILENCE), "93.184.216.34")
    (cause,) = causes(surveyed(replace(observation("honest"), unreached=(tried,))))
    assert (cause.kind.value, cause.harms) == ("address-family", False)


def test_plain_http():
    """Port 80 has its own."""

    def http(**fields: object) -> HttpAnswer:
        return HttpAnswer(target=Target(host="host0.example", port=80), taken=TAKEN, **fields)

    assert named(http(status=404)) == []
    assert named(http(status=302, sent_on="http://elsewhere.example/")) == []
    portal = failed(FailureKind.PROXY_DENIED, Stage.HTTP, "so says a captive portal")
    assert named(http(status=511, failure=portal)) == ["captive-portal"]
    page = failed(FailureKind.OTHER_CONTENT, Stage.HTTP)
    assert named(http(status=200, path="/ca.crl", failure=page)) == ["crl-blocked"]
    denied = failed(FailureKind.PROXY_DENIED, Stage.HTTP)
    assert named(http(status=403, failure=denied)) == ["proxy-denied"]
    assert named(http(failure=failed(FailureKind.SILENCE))) == ["port-dropped"]
    assert named(http(failure=failed(FailureKind.SILENCE, Stage.HTTP))) == ["no-http"]


def test_a_mixed_survey():
    """Each cause once, with all of its endpoints and what was seen at the first."""
    found = {one.kind.value: one for one in causes(surveys.mixed())}
    assert list(found) == [
        "partly-inspected",
        "client-certificate-lost",
        "port-reset",
        "hello-reset",
    ]
    assert found["port-reset"].sentence.endswith("or a filter rejects it")


def test_what_is_requested_for_it():
    """Nobody is asked to open a port where the name leads astray, or the machine is to be set otherwise."""
    dropped = unanswered(failed(FailureKind.SILENCE))

    def requested(seen: Observation, *others: Observation) -> tuple[int, int]:
        found = exemptions(surveyed(seen, others=others))
        return len(found.allow), len(found.resolve)

    assert requested(dropped) == (1, 0)
    assert requested(answered(["10.1.2.3"], to=dropped)) == (0, 1)
    assert named(dropped, others=(over_another_route("honest"),)) == ["proxy-not-used"]
    assert requested(dropped, over_another_route("honest")) == (0, 0)


def test_two_routes():
    """On which of them somebody signs anew, and whether the service goes there."""
    clean, box = over_another_route("honest"), over_another_route("minted")
    assert named(observation("minted"), others=(clean,)) == ["direct-inspected"]
    (cause,) = causes(surveyed(observation("honest"), others=(box,)))
    assert (cause.kind.value, cause.harms) == ("proxy-inspects", False)


def test_two_routes_and_a_client_certificate():
    """A request is lost where the clean way shows one; the way that is inspected is told all the same."""
    clean, seen = over_another_route("honest"), observation("minted")
    asks = CertificateRequest(authorities=())
    asking = replace(clean, handshake=replace(clean.handshake, certificate_request=asks))
    for other, words, lost in (
        (clean, ["direct-inspected"], False),
        (asking, ["client-certificate-lost", "direct-inspected"], True),
    ):
        survey = surveyed(seen, others=(other,), asks_for_client_certificate=True)
        assert [one.kind.value for one in causes(survey)] == words
        assert any(one.loses_client_certificate for one in consequences(survey)) is lost


def test_one_certificate_for_everybody_is_a_portals():
    """Who answers for every name with his own, and where nobody is, is asked to let people in."""
    seen = observation("wrong-name")
    assert named(seen) == ["wrong-name"]
    assert named(seen, others=(nowhere("wrong-name"),)) == ["captive-portal"]


def test_a_page_for_all_is_the_resolvers_doing():
    """Unrelated names that lead to one server with a name of its own: who leads there is the cause."""
    hosts = {"host0.example": "Alpha", "host1.example": "Beta"}
    held = reference(
        *(expectation(host, owner=owner) for host, owner in hosts.items()), company=Company()
    )
    seen = [_led(host) for host in hosts]
    for one in seen:
        held.company.add(one, held)
    [cause] = causes(surveyed(*seen, held=held))
    assert (cause.kind, len(cause.answers)) == (CauseKind.DNS_SHARED_ADDRESS, 2)
    assert {one.conclusion for one in cause.answers} == {Conclusion.INSPECTED}


def _led(host: str) -> Observation:
    """A name that is answered with a private address, where a certificate for another is presented."""
    there = observation("minted", host=host)
    there = replace(there, target=replace(there.target, address="10.0.0.4"))
    return answered(("10.0.0.4",), to=there)
