"""The facts that come with the package."""

import csv
import json
import re
import runpy
from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.capture import corpus
from tlsprobe.certs.chain import build
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.naming import FIELDS, fits
from tlsprobe.model.reference import Expectations, Issuance, Reference
from tlsprobe.store import shipped
from tlsprobe.store.expressions import refusal
from tlsprobe.store.host_names import host_pattern

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT.parent / "shared" / "reference"
CORPUS = ROOT.parent / "shared" / "corpus"

needs_collection = pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="../shared/reference, which the facts come from, is not here"
)


@needs_collection
@pytest.mark.parametrize(
    "name", ["labels.json", "known_keys.json", "expectations.json", "public_cas.txt"]
)
def test_the_shipped_files_are_what_a_rebuild_gives(name: str) -> None:
    """Nobody edits the shipped facts by hand: they equal what the script makes of the collection."""
    rebuilt = runpy.run_path(str(ROOT / "fixtures" / "reference_data.py"))["rebuilt"](COLLECTION)

    assert (ROOT / "tlsprobe" / "store" / "data" / name).read_text("utf-8") == rebuilt[name]


@needs_collection
def test_no_label_fits_a_public_authority() -> None:
    """No name of 10,193 certificates of public CAs, nor of their issuers, is taken for a product."""
    index = COLLECTION / "public_ca_index.csv"
    if not index.is_file():
        pytest.skip(f"no {index.name} in ../shared/reference")
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {(row["cn"], row["org"]) for row in rows} | {(row["issuer_cn"], "") for row in rows}
    assert len(names) > 5000

    taken = [
        (label.product, cn, o)
        for cn, o in names
        for label in shipped.labels()
        if fits(
            label,
            [{"cn": (cn,), "o": (o,), "ou": (), "email": (), "dn": (f"CN={cn},O={o}",)}],
        )
    ]

    assert not taken


def test_expressions_are_safe_to_run_over_hostile_names() -> None:
    """Every shipped expression compiles, names a known field and cannot take exponential time."""
    for label in shipped.labels():
        assert label.patterns
        for field, expression in label.patterns:
            assert field in FIELDS
            assert refusal(expression) is None, expression


def test_labels_say_who_and_since_when() -> None:
    """Each label has a vendor, a product, a category, an origin and a date."""
    assert len(shipped.labels()) > 70
    for label in shipped.labels():
        assert all((label.vendor, label.product, label.category, label.origin, label.as_of))


def test_expected_names_are_names_and_stand_once() -> None:
    """Each expected name is a host name or a wildcard as it is looked up, in one entry only."""
    names = [name for entry in shipped.expectations() for name in entry.names]

    assert [host_pattern(name) for name in names] == names
    assert max(Counter(names).values()) == 1
    for entry in shipped.expectations():
        assert all((entry.names, entry.owner, entry.origin, entry.as_of))


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("login.microsoftonline.com", "Microsoft"),
        ("adminwebservice.microsoftonline.com", "Microsoft"),
        ("bba800-anchor.microsoftonline.com", "Microsoft"),
        ("tenant.servicebus.windows.net", "Microsoft"),
        ("login.microsoftonline.us", "Microsoft (US government clouds)"),
        ("admin.googleapis.com", "Google"),
        ("tenant.okta.com", "Okta"),
        ("www.apple.com", "Apple"),
    ],
)
def test_sync_endpoints_are_expected_to_be_public(host: str, owner: str) -> None:
    """The hosts that sync engines need are known with their owner."""
    found = Expectations(shipped.expectations()).of(host)

    assert found is not None
    assert (found.owner, found.issuance) == (owner, Issuance.PUBLIC)


@pytest.mark.parametrize(
    "host",
    [
        "ios.nccp.netflix.com",
        "database-1.cyx4x7yvdoay.us-east-1.rds.amazonaws.com",
        "fe3.delivery.mp.microsoft.com",
        "gs.apple.com",
        "chat.signal.org",
        "admin.eu.aadrm.com",
    ],
)
def test_private_pki_that_its_owner_tells_of(host: str) -> None:
    """Names below which the owner signs for himself are known as such, and so accuse nobody."""
    found = Expectations(shipped.expectations()).of(host)

    assert found is not None
    assert found.issuance is Issuance.PRIVATE


@pytest.mark.parametrize(
    ("host", "every", "key"),
    [
        # DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017
        ("login.microsoftonline.com", True, "i7WTqTvh0OioIruIfFR4kMPnBqrS2rdiVPl/s2uC/CY="),
        ("login.live.com", True, "svcpi1K/LDysTd/nLeTWgqxYlXWVmC8rYjAa9ZfGmcU="),
        # Microsoft TLS G2 RSA CA OCSP 02, an issuing CA; other houses serve below the name, too
        ("tenant.msappproxy.net", False, "X0Ebh9Ff"),
        # GTS Root R1, Amazon Root CA 1
        ("www.google.com", False, "hxqRlPTu1bMS/0DITB1SSu0vd4u/8l8TjPgfaAp63Gc="),
        ("scim.eu-central-1.amazonaws.com", False, "++MBgDH5"),
        # Microsoft Root Certificate Authority 2011
        ("fe3.delivery.mp.microsoft.com", False, "AjdtCQisIwQcx9Zm2drxklVPf8NjF6qcuACQhhayivg="),
        # Apple Root CA, Signal Messenger
        ("gs.apple.com", False, "60mT76mwieWTQYqok/jpOnN02BDlL8vgHn8dfpKm0CQ="),
        ("chat.signal.org", False, "x/9gbZ5M3rXrWtjknOS0mSmbPf8v5sPn29Nqb2oK77k="),
    ],
)
def test_cas_that_sign_for_a_name(host: str, *, every: bool, key: str) -> None:
    """Of an owner's names the keys of his CAs are known, and whether there are no others."""
    found = Expectations(shipped.expectations()).of(host)

    assert found is not None
    assert found.all_keys == every
    assert any(b64encode(one).decode().startswith(key) for one in found.ca_keys)
    assert found.keys_origin
    assert found.keys_as_of is not None


def test_what_an_endpoint_is_needed_for() -> None:
    """Each use has its four words, and those that take a client's certificate are told apart."""
    known = Expectations(shipped.expectations())
    login, connector = (known.of(f"{one}") for one in ("login.windows.net", "t.msappproxy.net"))

    assert login is not None
    assert connector is not None
    assert ("connect-sync", "unsupported") in [(use.feature, use.inspection) for use in login.uses]
    assert not any(use.asks_for_certificate for use in login.uses)
    assert "private-network-connector" in [
        use.feature for use in connector.uses if use.asks_for_certificate
    ]
    assert (login.least_version, connector.least_version) == (0x0303, None)


def test_one_set_of_keys_for_all_names_that_have_it() -> None:
    """Names of one owner share their keys, so that the reference stays small."""
    shared = {id(entry.ca_keys): entry.ca_keys for entry in shipped.expectations() if entry.ca_keys}

    assert len(shared) == len(set(shared.values())) == 8


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
@pytest.mark.parametrize(
    ("capture", "host", "keys"),
    [
        ("ntop+nDPI/tests/cfgs/default/pcap/netflix.pcap", "ios.nccp.netflix.com", 1),
        (
            "zeek+zeek/testing/btest/Traces/postgresql/psql-aws-ssl-require.pcap",
            "database-1.cyx4x7yvdoay.us-east-1.rds.amazonaws.com",
            2,
        ),
    ],
)
def test_owners_own_cas_are_those_of_public_captures(capture: str, host: str, keys: int) -> None:
    """Keys that were computed from captures are those that signed there, each under the next."""
    found = Expectations(shipped.expectations()).of(host)
    nobody = TrustStore(name="nobody", origin="a test", cas=())
    held = Reference(as_of=datetime(2026, 11, 22, tzinfo=UTC), public=nobody)
    chains = {
        report.observation.chain
        for report in corpus.reports(capture, held)
        if report.observation.target.host == host and report.observation.chain
    }

    assert found is not None
    assert chains
    for chain in chains:
        assert set(build(chain, nobody).ca_keys) == found.ca_keys
    assert len(found.ca_keys) == keys


def test_keys_that_vouch_for_nobody() -> None:
    """Each is known by one hash, with whose it is; what may be of a file is marked."""
    known = shipped.compromised()

    assert len(known) > 20
    assert {"Superfish", "Dell", "Mitel", "Sennheiser", "Government of Kazakhstan"} <= {
        one.vendor for one in known.values() if one.checked
    }
    assert {one.vendor for one in known.values() if not one.checked} == {
        "Cyberoam (Sophos)", "Hacking Team", "Trustwave",
    }  # fmt: skip
    for key, one in known.items():
        assert (key, len(key)) == (one.sha256, 32)
        assert all((one.vendor, one.product, one.category, one.origin))


def test_no_public_ca_is_called_compromised() -> None:
    """None of these keys is one that public root programmes have or had."""
    keys = [key for key, one in shipped.compromised().items() if not one.of_certificate]

    assert keys
    for key in keys:
        assert shipped.public_cas().public.find(key) is None


def test_portals_are_known_by_their_keys() -> None:
    """Nineteen portals, each with a key of its own, a name and an origin."""
    portals = shipped.portals()

    assert len(portals) == 19
    assert {len(key) for key in portals} == {32}
    assert all(one.name and one.origin for one in portals.values())


def test_what_a_server_chooses_is_known_with_its_day() -> None:
    """Entra's front is known to speak TLS 1.2 and 1.3, to want P-384 and to select no protocol."""
    found = Expectations(shipped.expectations()).of("login.microsoftonline.com")

    assert found is not None
    assert found.choices is not None
    assert found.choices.versions == {0x0303, 0x0304}
    assert (found.choices.groups, found.choices.alpn) == ({0x0018}, {b""})
    assert found.choices.as_of.isoformat() == "2026-09-26"
    assert found.choices.origin


@pytest.mark.parametrize(
    "host",
    [
        "fe3.delivery.mp.microsoft.com",
        "settings-win.data.microsoft.com",
        "crl3.digicert.com",
        "ctldl.windowsupdate.com",
        "vm.cloudapp.chinacloudapi.cn",
        "gs.apple.com",
        "albert.apple.com",
        "ec2-192-0-2-7.eu-central-1.compute.amazonaws.com",
        "www.example.com",
    ],
)
def test_names_of_private_pki_are_not_expected_to_be_public(host: str) -> None:
    """Where owners run a PKI of their own, or customers answer, no public CA is expected."""
    found = Expectations(shipped.expectations()).of(host)

    assert found is None or found.issuance is Issuance.PRIVATE


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_no_honest_private_chain_of_the_corpus_is_expected_to_be_public() -> None:
    """In real captures, no honest leaf of a private CA stands on a name expected to be public."""
    known = Expectations(shipped.expectations())
    captures = json.loads((CORPUS / "inventory.json").read_text("utf-8"))
    private = [
        leaf.partition(":")[0]
        for capture in captures
        if not capture["interception"]
        for leaf in capture["non_public_leafs"]
    ]
    assert private

    expected = [found for host in private if (found := known.of(host)) is not None]
    assert {found.issuance for found in expected} == {Issuance.PRIVATE}


def test_the_files_can_be_reviewed() -> None:
    """A pattern stands on a line of its own, so that a change to it shows in a diff."""
    text = (ROOT / "tlsprobe" / "store" / "data" / "labels.json").read_text("utf-8")
    patterns = sum(len(label.patterns) for label in shipped.labels())

    assert len(re.findall(r'^ +\["(issuer|chain)\.\w+", ".*"\],?$', text, re.MULTILINE)) == patterns
