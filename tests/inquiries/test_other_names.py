"""The same address asked for other names: by real hellos, to servers that mint and to honest ones."""

import os
import re
import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence import reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.inquiries.other_names import name_of_nobody
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import SourceKind
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


def probed(script, *, when=When.DOUBT, roots=()):
    """The report on a server, and how many connections it took."""
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of(roots)),
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
    return [one for one in report.controls if one.source is SourceKind.OTHER_NAME]


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
def test_invented_names(entropy, host):
    """A name is a host name of its own under another suffix, and hangs on the entropy alone."""
    name = name_of_nobody(host, lambda size: entropy[:size])
    assert re.fullmatch(r"www\.[b-z]{14}\.(net|org)", name)
    assert name.endswith(".org") == host.lower().rstrip(".").endswith(".net")
    assert name == name_of_nobody(host, lambda size: entropy[:size])
