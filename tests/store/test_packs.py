"""The packs that are shipped: what an engineer relies on when he asks for one by its name."""

import pytest

from tlsprobe import checks
from tlsprobe.errors import UsageError
from tlsprobe.model.pack import Inspection, Pack, Protocol
from tlsprobe.model.planning import plan
from tlsprobe.model.survey import Plan
from tlsprobe.store import packs
from tlsprobe.store.host_names import host_name

CHECKS = [one.id for one in checks.all_checks()]
PACKS = [packs.shipped(name, checks=CHECKS) for name in packs.names()]
ENTRA = "entra-connect"


def planned(cloud: str | None = None, *features: str) -> Plan:
    """What is asked for Entra Connect."""
    pack = packs.shipped(ENTRA, checks=CHECKS)
    values = {"tenant_id": "00000000-0000-0000-0000-000000000000"}
    return plan(pack, cloud=cloud, features=features, values=values, host_name=host_name)


def test_the_names() -> None:
    """These are there, each under the name that it bears itself; another is refused, with theirs."""
    assert packs.names() == ("aws-identity", ENTRA, "google-directory-sync", "okta-agent")
    assert [one.name for one in PACKS] == list(packs.names())
    with pytest.raises(UsageError, match=r"pack 'other': expected one of aws-identity"):
        packs.shipped("other", checks=CHECKS)


@pytest.mark.parametrize("pack", PACKS, ids=lambda one: one.name)
def test_nothing_lies_idle(pack: Pack) -> None:
    """Every feature has endpoints, and every source, variable and cloud is one of an entry's."""
    for feature in pack.features:
        assert any(feature.name in one.features for one in pack.endpoints), feature.name
    used = {source.name for one in pack.endpoints for source in one.sources}
    assert used == {one.name for one in pack.sources}
    hosts = "".join(host for one in pack.endpoints for host in (one.host, *one.examples))
    assert all(f"{{{one.name}}}" in hosts for one in pack.variables)
    assert {cloud for one in pack.endpoints for cloud in one.clouds} == set(pack.clouds)


@pytest.mark.parametrize("pack", PACKS, ids=lambda one: one.name)
def test_every_statement_has_its_page(pack: Pack) -> None:
    """No endpoint stands there without a public page over https, and a day that is past."""
    for one in pack.endpoints:
        assert all(source.url.startswith("https://") for source in one.sources)
        assert all(source.as_of <= pack.as_of for source in one.sources)


def test_worldwide_is_asked_in_full() -> None:
    """Every feature of the issue is there, and some 60 hosts are asked without being told anything."""
    asked = plan(packs.shipped(ENTRA, checks=CHECKS), values={}, host_name=host_name)
    assert {one.name for one in asked.features} == {
        "connect-sync", "cloud-sync", "pass-through-authentication", "application-proxy",
        "seamless-sso", "password-writeback", "connect-health", "auto-upgrade",
        "certificate-revocation",
    }  # fmt: skip
    assert len(asked.questions) >= 60
    assert {one.port for one in asked.questions if one.protocol is Protocol.HTTP} == {80}


def test_the_clouds_are_apart() -> None:
    """Each cloud has its own sign-in host, and no other's agents' service."""
    for cloud, own in (
        ("worldwide", "login.microsoftonline.com"),
        ("us-government", "login.microsoftonline.us"),
        ("china", "login.partner.microsoftonline.cn"),
    ):
        hosts = {one.host for one in planned(cloud).questions}
        assert own in hosts
        assert any(host.endswith(".msappproxy.us") for host in hosts) is (cloud == "us-government")


def test_the_tenants_own_host() -> None:
    """The host where agents register has the tenant's ID in its name."""
    host = "00000000-0000-0000-0000-000000000000.registration.msappproxy.net"
    assert host in {one.host for one in planned().questions}


def test_tenant_restrictions_are_asked_by_name_only() -> None:
    """Exactly three hosts are to be inspected for them; what Connect Sync says of one stays stricter."""
    assert "tenant-restrictions" not in {one.name for one in planned().features}
    alone = planned(None, "tenant-restrictions")
    assert {one.host for one in alone.questions if one.inspection is Inspection.REQUIRED} == {
        "login.microsoftonline.com",
        "login.microsoft.com",
        "login.windows.net",
    }
    both = planned(None, "tenant-restrictions", "connect-sync")
    (login,) = (one for one in both.questions if one.host == "login.microsoftonline.com")
    assert login.inspection is Inspection.UNSUPPORTED


def test_connectors_show_certificates() -> None:
    """Both agents that log in by certificate are known to do so at their own service only."""
    asked = planned(None, "application-proxy", "pass-through-authentication")
    mutual = {one.host for one in asked.questions if one.asks_for_client_certificate}
    assert mutual == {"autoupdate.msappproxy.net"}


@pytest.mark.parametrize("cloud", ["worldwide", "us-government", "china"])
def test_nobody_is_asked_to_exempt_all_of_a_vendor(cloud: str) -> None:
    """Where hosts of a vendor's own domain are documented by name, its wildcard is none of ours."""
    asked = planned(cloud)
    hosts = {one.host for question in asked.questions for one in question.endpoints}
    hosts |= {one.endpoint.host for one in asked.not_asked}
    assert not hosts & {"*.microsoft.com", "*.microsoft.us", "*.windowsazure.com"}
    graph = {"worldwide": "graph.microsoft.com", "us-government": "graph.microsoft.us"}.get(cloud)
    assert graph is None or any(
        one.host == graph and "cloud-sync" in one.features for one in asked.questions
    )
