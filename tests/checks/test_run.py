"""The runner: what it asks for first, and what it does with a check that breaks."""

from datetime import date

import pytest
from msgspec.structs import replace

from tests.canaries import seen as with_canary
from tests.canaries import whole
from tests.evidence import (
    KNOWN_LOGS,
    answered,
    as_captured,
    baseline,
    by_another_hello,
    captured,
    chain,
    every_chain,
    expectation,
    nowhere,
    observation,
    over_another_route,
    reference,
    second_opinion,
    store,
    unanswered,
    under_another_name,
)
from tests.traces import trace
from tlsprobe import checks
from tlsprobe.certs.ocsp import Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.checks import Need
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Ran
from tlsprobe.model.reference import CaptivePortal, Choices, CompromisedCA, IssuerLabel, Use
from tlsprobe.model.revocation import LookupKind, Outcome, RevocationLookup

LABEL = IssuerLabel(
    vendor="Contoso", product="Firewall", category="firewall",
    patterns=(("issuer.cn", "Firewall"),), as_of=date(2026, 11, 1), origin="test",
)  # fmt: skip

CHOICES = Choices(
    versions=frozenset((0x0303, 0x0304)), groups=frozenset((0x001D, 0x0018)), alpn=frozenset((b"",)),
    as_of=date(2026, 11, 1), origin="test",
)  # fmt: skip


COMPROMISED = CompromisedCA(
    sha256=bytes(32), vendor="Contoso", product="Firewall", category="firewall",
    as_of=date(2026, 11, 1), origin="test",
)  # fmt: skip
PORTAL = CaptivePortal(name="Contoso Wi-Fi", as_of=date(2026, 11, 1), origin="test")
MUTUAL = Use("sync", "required", "must-avoid", "mutual-tls")
LISTS = {"compromised": {bytes(32): COMPROMISED}, "portals": {bytes(32): PORTAL}}


def everything(*controls):
    """A reference that has all that any check can ask for."""
    key = chain("honest")[1].spki_sha256
    return reference(
        expectation(
            ca_keys=frozenset((key,)), pins=frozenset((key,)), choices=CHOICES, uses=(MUTUAL,)
        ),
        public="public-with-intermediates",
        machine="machine",
        labels=[LABEL],
        ct_logs=KNOWN_LOGS,
        controls=controls,
        company=Company(),
        **LISTS,
    )


def test_all_run():
    """Where nothing is lacking every check runs, and the results come in the order of their ids."""
    held = everything(
        second_opinion("honest"),
        under_another_name("honest"),
        nowhere("honest"),
        over_another_route("honest"),
        by_another_hello("honest"),
        baseline("honest"),
    )
    asked = replace(with_canary(whole()), revocation=(), hops=trace(), jarm="2" * 62)
    probed = checks.run(answered(["10.0.0.1"], to=asked), held)
    seen = checks.run(captured("honest"), held)
    ids = [one.id for one in checks.all_checks()]
    assert [result.check for result in probed] == [result.check for result in seen] == ids
    for live, passive in zip(probed, seen, strict=True):
        assert Ran.YES in (live.ran, passive.ran)
    assert not any(one.ran is Ran.NOT_APPLICABLE for one in (*probed, *seen))


def test_what_is_lacking_is_named():
    """A check that cannot be carried out says all that it lacked."""
    (pins,) = [one for one in checks.all_checks() if one.id == "pinned-key-presented"]
    assert pins.needs == {Need.CHAIN, Need.PINS}
    (result,) = checks.run(unanswered(), reference(), [pins])
    assert (result.ran, result.findings) == (Ran.NOT_APPLICABLE, ())
    assert result.lacked == "a certificate chain and pins for this host"


def test_a_check_that_breaks():
    """A check that breaks is a result with its error, and costs the others nothing."""
    (good,) = [one for one in checks.all_checks() if one.id == "answer-from-elsewhere"]

    def broken(*_):
        yield next(iter([]), None)
        raise ZeroDivisionError("by nobody")

    bad = replace(good, id="broken", needs=frozenset(), function=broken)
    first, second = checks.run(unanswered(None), everything(), [bad, good])
    assert (first.ran, first.findings) == (Ran.BROKE, ())
    assert first.lacked == "ZeroDivisionError: by nobody"
    assert second.ran is Ran.OUT_OF_PLACE


PRESENTED = {name: chain(name) for name in every_chain()} | {
    "nothing": (),
    "32 links": (chain("minted")[0], *chain("ring") * 10, chain("minted")[1]),
    "32 doubles": chain("honest") * 16,
    "everything": tuple(dict.fromkeys(one for name in every_chain() for one in chain(name)))[:32],
}


@pytest.mark.parametrize("name", PRESENTED)
@pytest.mark.parametrize("host", ["sync.cloud.example", "192.0.2.7", "xn--nxasmq6b.example"])
def test_no_chain_breaks_a_check(name, host):
    """Whatever was presented, for whatever host, no check breaks, with a full reference or none."""
    seen = observation(PRESENTED[name], host=host)
    seen = answered(["10.0.0.1"], (), to=seen, system=("192.0.2.7",))
    other = replace(second_opinion("honest"), target=seen.target)
    for held in (everything(other), everything(unanswered()), reference(public=store("machine"))):
        for result in (*checks.run(seen, held), *checks.run(as_captured(seen), held)):
            assert result.ran is not Ran.BROKE, result


@pytest.mark.parametrize("name", ["honest", "minted", "odd-contents", "missing-intermediate"])
def test_no_lookup_breaks_a_check(name):
    """Whatever came of asking about revocation, no check breaks."""
    seen = observation(name)
    asked = [
        RevocationLookup(
            kind=kind, url="http://a/", certificate=one, outcome=outcome, unfit=unfit,
            fetched=chain("honest")[1], status=status,
        )
        for one in seen.chain
        for kind in LookupKind
        for outcome in Outcome
        for unfit in (None, Unfit.OUT_OF_DATE)
        for status in (None, *Revocation)
    ]  # fmt: skip
    for lookups in (asked, asked[:1], asked[-1:]):
        told = replace(seen, revocation=tuple(lookups))
        for held in (everything(), reference()):
            assert all(one.ran is not Ran.BROKE for one in checks.run(told, held))


def test_a_host_that_cannot_be_one():
    """A host that no certificate could name breaks nothing either."""
    seen = observation("honest")
    for host in (
        "",
        ".",
        "a..b",
        "*",
        "b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example",
        "a b",
    ):
        odd = replace(seen, target=replace(seen.target, host=host))
        assert all(one.ran is not Ran.BROKE for one in checks.run(odd, everything(seen)))
