"""Whom the request asks for what: the right reader for each cause, and none where no network helps."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.evidence import (
    TAKEN,
    answered,
    observation,
    over_another_route,
    reference,
    unanswered,
)
from tests.looked_up import blocked, looked_up
from tests.model.test_causes import failed, surveyed
from tlsprobe.model.asks import ASKS, Ask, Reader
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.causes import causes
from tlsprobe.model.exemptions import exemptions
from tlsprobe.model.lookalikes import Standing, lookalikes
from tlsprobe.model.names import NameAnswer, NameAnswers
from tlsprobe.model.observation import FailureKind, Observation, Stage, Target, Unreached
from tlsprobe.model.pack import Inspection
from tlsprobe.model.revocation import LookupKind
from tlsprobe.model.survey import HttpAnswer
from tlsprobe.report import as_check, as_request
from tlsprobe.report.ask_words import HEADINGS, READERS, SUBJECTS
from tlsprobe.report.page import plain
from tlsprobe.wire.codepoints import TLS_1_3


def requested(*seen: Observation, **how: object) -> tuple[list[Ask], str]:
    """What is asked, and the text on one line."""
    survey = surveyed(*seen, **how)
    text = " ".join(as_request.text(survey).split())
    return [one.ask for one in exemptions(survey).groups], text


def test_every_cause_has_its_answer():
    """None is forgotten: something is asked for it, or it is said that nothing is; all has words."""
    assert set(ASKS) == set(CauseKind)
    assert set(ASKS.values()) - {None} == set(Ask) == set(HEADINGS) == set(SUBJECTS)
    assert {one.reader for one in Ask} == set(Reader) == set(READERS)


@pytest.mark.parametrize(
    ("kind", "stage", "ask", "words"),
    [
        (FailureKind.SILENCE, Stage.TCP, Ask.CONNECT, "To whoever runs the firewall: please let outbound"),
        (FailureKind.REFUSED, Stage.TCP, Ask.CONNECT, "To whoever runs the firewall: please let outbound"),
        (FailureKind.RESET, Stage.TLS, Ask.LET_THROUGH, "so the ports are open"),
        (FailureKind.PLAINTEXT_HTTP, Stage.TLS, Ask.LET_THROUGH, "so the ports are open"),
        (FailureKind.UNKNOWN_HOST, Stage.DNS, Ask.RESOLVE, "To whoever runs the DNS resolvers: please let"),
        (FailureKind.RESOLVER_FAILED, Stage.DNS, Ask.RESOLVERS, "To whoever runs the DNS resolvers: please see"),
        (FailureKind.PROXY_DENIED, Stage.PROXY, Ask.PROXY_ALLOW, "To whoever runs the proxy: please let the proxy"),
        (FailureKind.LOGIN_REQUIRED, Stage.PROXY, Ask.PROXY_NO_LOGIN, "pass the proxy without a login"),
        (FailureKind.LOGIN_UNSUPPORTED, Stage.PROXY, Ask.PROXY_NO_LOGIN, "pass the proxy without a login"),
        (FailureKind.LOGIN_REFUSED, Stage.PROXY, Ask.PROXY_VALID_LOGIN, "does not take the login that this machine"),
        (FailureKind.UNTRUSTED_PROXY, Stage.PROXY, Ask.PROXY_CERTIFICATE, "the proxy's own certificate"),
        (FailureKind.PROXY_FAILED, Stage.PROXY, Ask.PROXY_ONWARD, "please let the proxy itself connect"),
        (FailureKind.SILENCE, Stage.PROXY, Ask.PROXY_REACH, "please let this machine connect to the proxy"),
    ],
)  # fmt: skip
def test_who_is_asked_where_nothing_came_about(
    kind: FailureKind, stage: Stage, ask: Ask, words: str
):
    """One thing is asked, of who can do it, and the subject says the same."""
    asks, text = requested(unanswered(failed(kind, stage)))
    assert asks == [ask]
    assert words in text
    assert text.startswith(
        f"Request: {SUBJECTS[ask]} for Example Sync For: {READERS[ask.reader]} On "
    )


def test_no_firewall_is_asked_for_what_is_the_services_or_the_machines_own():
    """An old TLS of the owner's, and a proxy that the machine is not set to use, are not its matter."""
    asks, text = requested(observation("honest"), tls_floor=TLS_1_3 + 1)
    assert (asks, text) == ([], "")
    silent = unanswered(failed(FailureKind.SILENCE))
    assert requested(silent, others=(over_another_route("honest"),)) == ([], "")


def test_why_nothing_is_asked_is_told_where_it_is_known():
    """Of what is the service's own, and of nothing of which nobody knows, or that is as documented."""

    def told(*seen: Observation, **how: object) -> bool:
        return "no request" in plain(as_check.rest(surveyed(*seen, **how)), 100)

    late = replace(observation("honest"), taken=TAKEN + timedelta(days=20000))
    assert told(late, observation("honest"))
    assert not told(late, unanswered(failed(FailureKind.SILENCE)))
    assert not told(observation("minted"), inspection=Inspection.TOLERATED)
    assert not told(observation("minted"), held=reference())
    assert not told(observation("honest"))


def test_what_another_way_shows_is_not_asked_for():
    """Where the service fails by one thing, what is on a way that it does not take is left out."""
    lists = blocked("crl", kind=LookupKind.CRL)
    asks, text = requested(looked_up("honest", lists), others=(over_another_route("minted"),))
    assert asks == [Ask.LOOKUPS]
    assert "whoever runs TLS inspection" not in text


def test_a_page_in_a_lists_place_is_the_firewalls_at_that_endpoint():
    """Also where nobody looked revocation up: the endpoint itself is what has to be let through."""
    page = failed(FailureKind.OTHER_CONTENT, Stage.HTTP)
    host = Target(host="host0.example", port=80)
    answer = HttpAnswer(target=host, taken=TAKEN, path="/a.crl", status=200, failure=page)
    survey = surveyed(answer)
    (group,) = exemptions(survey).groups
    assert (group.ask, [line.place for line in group.lines]) == (Ask.LOOKUPS, ["host0.example:80"])
    assert "host0.example TCP 80 required for Sync" in " ".join(as_request.text(survey).split())


def test_what_does_not_fail_yet():
    """A broken family of addresses is the network's, though the service found the other."""
    tried = Unreached("2001:db8::1", failed(FailureKind.SILENCE), "93.184.216.34")
    asks, text = requested(replace(observation("honest"), unreached=(tried,)))
    assert asks == [Ask.BOTH_FAMILIES]
    assert "by IPv4 and by IPv6 alike" in text
    assert "What fails" not in text


def test_several_readers():
    """Each part is addressed, and all of them stand at the top."""
    dropped = unanswered(failed(FailureKind.SILENCE))
    asks, text = requested(observation("minted"), dropped, answered(["10.1.2.3"], to=dropped))
    assert asks == [Ask.EXEMPT, Ask.CONNECT, Ask.RESOLVE]
    assert (
        "For: whoever runs TLS inspection; whoever runs the firewall; whoever runs the DNS resolvers On"
        in text
    )
    assert "This is about 3 of them." in text


def test_silent_resolvers_are_named_and_not_the_name():
    """Also where the system says that the name does not exist, as Windows does then."""
    unknown = unanswered(failed(FailureKind.UNKNOWN_HOST, Stage.DNS))
    dead = NameAnswer(resolver="192.0.2.53:53", failure="no answer within 1 s")
    broken = NameAnswer(resolver="192.0.2.54:53", rcode="SERVFAIL")
    (cause,) = causes(surveyed(replace(unknown, names=NameAnswers(resolvers=(dead, broken)))))
    assert cause.kind is CauseKind.DNS_SILENT
    assert cause.detail == "192.0.2.53:53: no answer within 1 s; 192.0.2.54:53: SERVFAIL"
    survey = surveyed(replace(unknown, names=NameAnswers(resolvers=(dead,))))
    assert "no resolver answers" in plain(as_check.lines(survey), 0, wrap=False)
    knowing = NameAnswer(resolver="192.0.2.55:53", rcode="NXDOMAIN")
    cause, beside = causes(surveyed(replace(unknown, names=NameAnswers(resolvers=(dead, knowing)))))
    assert cause.kind is CauseKind.DNS_NXDOMAIN
    assert cause.detail.endswith("; so says 192.0.2.55:53")
    assert (beside.kind, beside.harms) == (CauseKind.DNS_ONE_SILENT, False)


DEAD = NameAnswer(resolver="192.0.2.53:53", failure="no answer within 1 s")
ALIVE = NameAnswer(resolver="192.0.2.54:53", rcode="NOERROR", addresses=("93.184.216.34",))
UNRESOLVED = unanswered(failed(FailureKind.RESOLVER_FAILED, Stage.DNS))


def test_a_dead_resolver_beside_one_that_answers():
    """It is told, once, where all is well, and nobody is asked for anything."""
    fine = answered(DEAD, ALIVE, to=observation("honest"))
    survey = surveyed(fine, fine)
    (cause,) = causes(survey)
    assert (cause.kind, cause.harms) == (CauseKind.DNS_ONE_SILENT, False)
    assert cause.detail == "192.0.2.53:53: no answer within 1 s; 192.0.2.54:53 answers"
    assert exemptions(survey).groups == ()
    text = plain(as_check.rest(survey), 0, wrap=False)
    assert "may matter" in text
    assert "dns-one-silent at all 2 endpoints" in text


@pytest.mark.parametrize("beside", [(ALIVE,), ()])
def test_resolvers_that_answer_for_some_names(beside: tuple[NameAnswer, ...]):
    """Who answered for another name of the run, or another resolver for this one, is not silent."""
    busy = replace(DEAD, resolver=ALIVE.resolver)
    dropped, fine = (
        answered(busy, *beside, to=UNRESOLVED),
        answered(ALIVE, to=observation("honest")),
    )
    survey = surveyed(dropped, fine)
    (cause,) = causes(survey)
    assert (cause.kind, cause.harms) == (CauseKind.DNS_UNSTEADY, True)
    asks, text = requested(dropped, fine)
    assert asks == [Ask.RESOLVERS_STEADY]
    assert "answered it for some names and not for those below" in text
    assert "none of them answers" not in text
    assert "no resolver answers" not in plain(as_check.lines(survey), 0, wrap=False)


def test_a_name_that_the_system_found_was_answered():
    """A resolver that only the system heard answers as well; what the hosts file has needs none."""
    dropped, fine = answered(DEAD, to=UNRESOLVED), observation("honest")
    found = answered(DEAD, to=replace(fine, timings=replace(fine.timings, dns=4.0)))
    (cause,) = causes(surveyed(dropped, found))
    assert cause.kind is CauseKind.DNS_UNSTEADY
    listed = answered(DEAD, to=replace(found, names=None), hosts_file=("93.184.216.34",))
    (cause,) = causes(surveyed(dropped, listed))
    assert cause.kind is CauseKind.DNS_SILENT
    assert len(cause.answers) == 1


def test_port_80_of_a_name_without_an_answer():
    """Resolvers that nobody hears are its cause too, and no port that is blocked."""
    target = Target(host="host1.example", port=80)
    unresolved = failed(FailureKind.RESOLVER_FAILED, Stage.DNS)
    plain_http = HttpAnswer(target=target, taken=TAKEN, failure=unresolved)
    silent = surveyed(answered(DEAD, to=UNRESOLVED), plain_http)
    (cause,) = causes(silent)
    assert (cause.kind, len(cause.answers)) == (CauseKind.DNS_SILENT, 2)
    (cause,) = causes(surveyed(answered(ALIVE, to=observation("honest")), plain_http))
    assert cause.kind is CauseKind.DNS_UNSTEADY
    (port_80,) = [one for one in lookalikes(silent) if "port 80" in one.cause]
    assert port_80.standing is Standing.NOT_LOOKED_AT
    assert port_80.reason == "no address was found of 1 host for it"
    unknown = replace(plain_http, failure=failed(FailureKind.UNKNOWN_HOST, Stage.DNS))
    assert causes(surveyed(unknown))[0].kind is CauseKind.DNS_NXDOMAIN
