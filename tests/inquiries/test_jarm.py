"""The JARM of real servers: the same settings have the same, others have another."""

import os
import ssl

import pytest
import trustme

from tests.evidence import reference, store_of
from tests.live.loopback import PATIENCE, Minding, now, reset, run, serve, server_context, speak_tls
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.jarm import NO_ANSWER
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
TLS12 = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
TLS13 = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)
OF_JARM = bytes.fromhex("0001000101")
"""Its max_fragment_length, which no other hello of ours has."""


@pytest.fixture(scope="module")
def authority():
    """The CA that counts as public."""
    return trustme.CA()


def counting(authority):
    """A server that counts how many it serves at a time."""
    return Minding(speak_tls(server_context(authority)), lambda data: False)


def probed(authority, script, *, limits=PATIENT, **asked):
    """The report on a server, and how many connections it had."""
    root = parse(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode()))
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of((root,))),
        second_opinion=When.NEVER,
        other_names=When.NEVER,
        limits=limits,
        **{"jarm": True, **asked},
    )
    found = []

    async def test():
        async with serve(script) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            world = World(dial=TcpDial(), now=now, entropy=os.urandom)
            found.extend(await probe(request, settings, world))
        found.append(peer.ended)

    run(test())
    report, connections = found
    return report, connections


def jarm_of(authority, **settings):
    """The JARM of an OpenSSL server with these settings."""
    report, _ = probed(authority, speak_tls(server_context(authority, **settings)))
    return report.observation.jarm


def test_one_stack_has_one(authority):
    """A server has the same value twice, a few connections at a time, and the verdict does not change."""
    script = counting(authority)
    (first, connections), (second, _) = (probed(authority, script) for _ in range(2))
    assert first.observation.jarm == second.observation.jarm != NO_ANSWER
    assert connections == 1 + 10
    assert 1 < script.most <= 4
    assert first.verdict.conclusion is Conclusion.DIRECT


def test_other_settings_have_others(authority):
    """Versions, suites and kinds of keys show in the value."""
    values = {
        jarm_of(authority, **settings)
        for settings in (
            {},
            {"versions": TLS12},
            {"versions": TLS13},
            {"versions": TLS12, "ciphers": "ECDHE+AES128"},
            {"key_type": trustme.KeyType.RSA},
        )
    }
    assert len(values) == 5


def test_what_was_published_of_others(authority):
    """OpenSSL with an RSA key chooses what servers of that kind did in a published value.

    That is salesforce.com's in the README of salesforce/jarm (1322d93f; read 2026-11-25).
    """
    published = "2ad2ad0002ad2ad00042d42d00000069d641f34fe76acdc05c40262f8815e5"
    assert jarm_of(authority, key_type=trustme.KeyType.RSA)[:30] == published[:30]


@pytest.mark.parametrize("does", [reset, lambda writer: writer.write(b"\x15\3\1\0\2\2\x28")])
def test_who_refuses_them_all(authority, does):
    """Ten refusals are the value of nobody, and the rest of the report stands."""
    script = Minding(speak_tls(server_context(authority)), lambda data: OF_JARM in data, does)
    report, _ = probed(authority, script)
    assert report.observation.jarm == NO_ANSWER
    assert report.verdict.conclusion is Conclusion.DIRECT


def test_silence_to_one_of_them(authority):
    """With a hole in it there is no value, since it would be another server's."""
    silenced = []

    def minds(data):
        return OF_JARM in data and not silenced

    script = Minding(speak_tls(server_context(authority)), minds, silenced.append)
    short = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=0.5, total=PATIENCE)
    report, _ = probed(authority, script, limits=short)
    assert silenced
    assert report.observation.jarm == NO_ANSWER


@pytest.mark.parametrize(("connections", "taken"), [(10, False), (11, True)])
def test_few_connections(authority, connections, taken):
    """With too few for all ten, none is made."""
    script = speak_tls(server_context(authority))
    report, made = probed(authority, script, connections=connections)
    assert (report.observation.jarm is not None) == taken
    assert report.observation.left_out == (() if taken else ("the endpoint's JARM",))
    assert made == (11 if taken else 1)


@pytest.mark.parametrize(("connections", "made"), [(16, 7), (26, 7), (27, 17)])
def test_other_hellos_come_first(authority, connections, made):
    """What finds more has the connections first, as far as it can make use of them."""
    script = counting(authority)
    report, ended = probed(authority, script, connections=connections, other_hellos=When.ALWAYS)
    assert ended == made
    assert (report.observation.jarm is not None) == (made == 17)
    assert script.most <= 4
    assert {one.source for one in report.controls} == {SourceKind.OTHER_HELLO}


@pytest.mark.parametrize(("connections", "made"), [(16, 7), (17, 17)])
def test_who_asks_for_it_has_it(authority, connections, made):
    """By all means it comes before what others can make use of, and after the least that they take."""
    report, ended = probed(
        authority, counting(authority),
        connections=connections, other_hellos=When.ALWAYS, jarm_by_all_means=True,
    )  # fmt: skip
    assert ended == made
    assert (report.observation.jarm is not None) == (made == 17)


def test_who_dislikes_the_first_hello(authority):
    """A server that refuses our own hello by an alert may answer others."""
    alert = b"\x15\3\3\0\2\2\x46"
    honest = speak_tls(server_context(authority))
    script = Minding(honest, lambda data: OF_JARM not in data, lambda writer: writer.write(alert))
    report, _ = probed(authority, script)
    assert report.observation.chain == ()
    assert report.observation.jarm not in (None, NO_ANSWER)


def test_nobody_asked(authority):
    """It is taken only where it is wanted."""
    report, made = probed(authority, speak_tls(server_context(authority)), jarm=False)
    assert (report.observation.jarm, made) == (None, 1)
