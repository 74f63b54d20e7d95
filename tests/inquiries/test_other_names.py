"""The same address asked for other names: by real hellos, to servers that mint and to honest ones."""

import os
import re
import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.evidence import expectation, reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.inquiries.other_names import ANOTHER_OWNERS, another_owners_name, name_of_nobody
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.reference import Expectations, Issuance
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


@pytest.fixture(scope="module")
def authority():
    """A CA of which nobody knows anything."""
    return trustme.CA()


def minting(authority):
    """A server that makes a certificate for whatever name it is asked for."""
    context = server_context(authority)

    def choose(tls, name, _):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name or HOST).configure_cert(made)
        tls.context = made

    context.sni_callback = choose
    return speak_tls(context)


def refusing(authority):
    """A server that has its own name only, and sends an alert to others."""
    context = server_context(authority)
    context.sni_callback = lambda tls, name, _: (
        None if name == HOST else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    )
    return speak_tls(context)


def probed(script, *, when=When.DOUBT, roots=(), known=(), allowed=16):
    """The report on a server, and how many connections it took."""
    settings = Settings(
        template=templates.load("default"),
        reference=reference(*known, public=store_of(roots)),
        connections=allowed,
        second_opinion=When.NEVER,
        other_names=when,
        limits=PATIENT,
    )
    world = World(dial=TcpDial(), now=now, entropy=os.urandom)
    found = []

    async def test():
        async with serve(script) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            found.extend(await probe(request, settings, world))
        found.append(peer.ended)

    run(test())
    return found


def others(report):
    """The looks under other names."""
    kinds = (SourceKind.OTHER_NAME, SourceKind.OTHER_OWNER)
    return [one for one in report.controls if one.source in kinds]


def test_who_mints_is_found(authority):
    """A server that has a certificate for an invented name is found out, without any list."""
    report, connections = probed(minting(authority))
    assert (report.verdict.conclusion, report.verdict.rule) == (Conclusion.INSPECTED, "proof")
    invented, nameless = others(report)
    assert invented.target.sni in report.verdict.summary
    assert invented.handshake.client_hello.extension(0) is not None
    assert nameless.handshake.client_hello.extension(0) is None
    assert connections == 3


@pytest.mark.parametrize("server", [lambda ca: speak_tls(server_context(ca)), refusing])
def test_an_honest_server(server, authority):
    """A default certificate and an alert are no sign of anything, whoever signs for the server."""
    report, connections = probed(server(authority), when=When.ALWAYS)
    assert report.verdict.conclusion is Conclusion.UNDECIDED
    assert "mints-for-other-names" not in {one.check for one, _ in report.verdict.because}
    assert (len(others(report)), connections) == (2, 3)


@pytest.mark.parametrize(
    ("when", "public", "asked"),
    [
        (When.ALWAYS, True, 2), (When.DOUBT, True, 0), (When.DOUBT, False, 2), (When.NEVER, False, 0),
    ],
)  # fmt: skip
def test_when(when, public, asked, authority):
    """Other names are asked for always, where the first look was not direct, or never."""
    server = speak_tls(server_context(authority))
    roots = (parse(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode())),)
    report, connections = probed(server, when=when, roots=roots if public else ())
    assert report.verdict.conclusion is (Conclusion.DIRECT if public else Conclusion.UNDECIDED)
    assert (len(others(report)), connections) == (asked, 1 + asked)


THEIRS = "login.fabrikam.example"
FABRIKAM = expectation(THEIRS, owner="Fabrikam", ca_keys=frozenset((b"k" * 32,)))


def minting_for(authority, *names):
    """A server that makes certificates for these names only, as for names that resolve."""
    context = server_context(authority)

    def choose(tls, name, _):
        if name in names:
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            leaf = authority.issue_cert(name).private_key_and_cert_chain_pem.bytes()
            with trustme.Blob(leaf + authority.cert_pem.bytes()).tempfile() as path:
                made.load_cert_chain(path)
            tls.context = made

    context.sni_callback = choose
    return speak_tls(context)


def test_who_mints_for_names_that_resolve(authority):
    """Who makes nothing for an invented name is found by another owner's, which he takes for real."""
    report, connections = probed(minting_for(authority, HOST, THEIRS), known=[FABRIKAM])
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert f"{THEIRS}, a name of Fabrikam," in report.verdict.summary
    assert [one.target.sni for one in others(report)][1:] == [None, THEIRS]
    assert connections == 4


def test_a_front_that_serves_both(authority):
    """Two owners at one honest address are no sign."""
    roots = (parse(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode())),)
    front = minting_for(authority, HOST, THEIRS)
    report, _ = probed(front, when=When.ALWAYS, known=[FABRIKAM], roots=roots)
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert len(others(report)) == 3
    assert "mints-for-other-names" not in {one.check for one in report.results if one.findings}


def test_too_few_connections_for_a_third_name(authority):
    """The third name is left out before the others, and that is told."""
    report, connections = probed(minting(authority), known=[FABRIKAM], allowed=3)
    assert (len(others(report)), connections) == (2, 3)
    assert report.observation.left_out == (ANOTHER_OWNERS,)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("www.example.org", {"given": True}),
        ("www.example.org", {"ca_keys": frozenset()}),
        ("www.example.org", {"issuance": Issuance.PRIVATE}),
        ("www.fabrikam.example", {}),
        (THEIRS, {}),
    ],
)
def test_whose_name_is_not_asked_for(host, known):
    """The caller's own entries, owners whose CAs are not known or not public, and the endpoint's own."""
    listed = Expectations([replace(FABRIKAM, **known)])
    assert another_owners_name(host, listed, bytes) is None


def test_names_of_others():
    """No name of a content network or below a wildcard; all owners come up, by the entropy alone."""
    listed = Expectations(
        [
            replace(FABRIKAM, names=("*.fabrikam.example", "cdn.fabrikam.example", THEIRS)),
            replace(FABRIKAM, names=("www.contoso.example",), owner="Contoso"),
            replace(FABRIKAM, names=("www.contoso.net",), owner="Contoso (more)"),
        ]
    )
    drawn = {
        another_owners_name(
            HOST, listed, lambda size, one=one: bytes([0, one % 2, 0, one // 2])[:size]
        )
        for one in range(4)
    }
    assert drawn == {THEIRS, "www.contoso.example", "www.contoso.net"}
    assert another_owners_name("www.contoso.example", listed, os.urandom) == THEIRS


async def hanging_up(reader, writer):
    """A peer that takes the hello and goes."""
    await reader.read(1)
    writer.close()


def test_nobody_is_asked_twice_who_shows_nothing():
    """Where no certificate was shown, other names would show none."""
    report, connections = probed(hanging_up, when=When.ALWAYS)
    assert report.verdict.conclusion is Conclusion.BLOCKED
    assert (others(report), connections) == ([], 1)


@given(
    st.binary(min_size=14, max_size=14), st.sampled_from(["a.example", "b.net", "C.NET.", "net"])
)
def test_names_of_nobody(entropy, host):
    """A name is a host name of its own under another suffix, and hangs on the entropy alone."""
    name = name_of_nobody(host, lambda size: entropy[:size])
    assert re.fullmatch(r"www\.[b-z]{14}\.(net|org)", name)
    assert name.endswith(".org") == host.lower().rstrip(".").endswith(".net")
    assert name == name_of_nobody(host, lambda size: entropy[:size])
