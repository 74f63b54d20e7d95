"""The hellos of a contrast, sent again: pools of which one node is private, and boxes that choose."""

import os
import ssl

import pytest
import trustme

from tests.evidence import reference, store_of
from tests.live.loopback import PATIENCE, now, run, serve, server_context, speak_tls
from tests.live.proxy.relay import leading_to, proxy_at
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.hello import templates
from tlsprobe.inquiries.again import TIMES
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.route import Route
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
CHECK = "other-hello-sees-other-chain"
MLKEM = bytes.fromhex("11ec04c0")
"""The share of X25519MLKEM768, by its group and its size: of a young client's hello."""
OPENSSL = bytes.fromhex("130213031301")
"""The suites of TLS 1.3 in the order in which OpenSSL has them."""


class Either:
    """Serves by a public CA's certificate, or by a private one's where `private` says so of a hello."""

    def __init__(self, public, private, chooses):
        self.scripts = speak_tls(public), speak_tls(private)
        self.chooses, self.met = chooses, 0

    async def __call__(self, reader, writer):
        """Read a whole hello, choose, and hand it on."""
        head = await reader.readexactly(5)
        body = await reader.readexactly(int.from_bytes(head[3:]))
        onward = Onward(head + body, reader)
        private = self.chooses(self.met, body)
        self.met += 1
        await self.scripts[private](onward, writer)


class Onward:
    """A reader that gives again what was read."""

    def __init__(self, first, reader):
        self._first, self._reader = first, reader

    async def read(self, most):
        """What was read first, then the rest."""
        first, self._first = self._first, b""
        return first or await self._reader.read(most)


def internal(folder):
    """A server of an internal CA, which sends that as well."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued = authority.issue_cert(HOST, key_type=trustme.KeyType.ECDSA)
    file = folder / "internal.pem"
    file.write_bytes(issued.private_key_and_cert_chain_pem.bytes() + authority.cert_pem.bytes())
    context.load_cert_chain(file)
    return context


def two_kinds(public):
    """A server with a public certificate for an RSA key, and one of its own for an ECDSA key."""
    context = server_context(public, key_type=trustme.KeyType.RSA)
    trustme.CA().issue_cert(HOST, key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


def probed(script_of, *, hellos=When.ALWAYS, library=When.NEVER, connections=16, beside=False):
    """The report on what `script_of` makes of a public CA, and the connections that were made."""
    public, found = trustme.CA(), []
    root = ssl.PEM_cert_to_DER_cert(public.cert_pem.bytes().decode())
    settings = Settings(
        template=templates.load("default"),
        reference=reference(public=store_of((parse(root),))),
        second_opinion=library,
        other_names=When.NEVER,
        other_hellos=hellos,
        connections=connections,
        limits=PATIENT,
    )
    asks = Library(public=lambda: [root])

    async def test():
        async with serve(script_of(public)) as peer, serve(leading_to(peer, [])) as proxy:
            request = ProbeRequest(
                host=HOST, port=peer.port, sni=HOST, address=peer.host,
                other_routes=(Route(proxy=proxy_at(proxy)),) if beside else (),
            )  # fmt: skip
            dial = TcpDial()
            world = World(
                dial=dial, now=now, entropy=os.urandom, library=lambda: asks,
                through=lambda proxy: ProxyDial(dial, proxy),
            )  # fmt: skip
            found.extend(await probe(request, settings, world))
        assert peer.ended <= connections

    run(test())
    (report,) = found
    return report


@pytest.fixture
def either(tmp_path):
    """Gives a server that chooses between a public CA's certificate and an internal one's."""
    private = internal(tmp_path)
    return lambda chooses: lambda public: Either(server_context(public), private, chooses)


def weights(report):
    """What the other hellos' chains weigh."""
    pairs = (*report.verdict.because, *report.verdict.against)
    return {two.weight for one, two in pairs if one.check == CHECK}


def by_profile(report):
    """How often each hello was sent."""
    profiles = [report.observation.profile, *(one.profile for one in report.controls)]
    return {name: profiles.count(name) for name in profiles}


@pytest.mark.parametrize("first", [0, 1], ids=["private-first", "public-first"])
def test_a_pool_with_a_private_node(first, either):
    """Nodes that are met in turn show one hello both: a hint, whichever was met first."""
    report = probed(either(lambda met, _: met % 2 == first))
    assert report.verdict.conclusion is not Conclusion.INSPECTED
    assert weights(report) == {Weight.HINT}
    seen = [one.chain[0].issuer for one in (report.observation, *report.controls) if one.chain]
    assert len(set(seen)) == 2


@pytest.mark.parametrize("first", [0, 1], ids=["private-first", "public-first"])
def test_a_pool_and_the_librarys_hello(first, either):
    """The same where there is one other look only, and it is a TLS library's."""
    report = probed(either(lambda met, _: met % 2 == first), hellos=When.NEVER, library=When.ALWAYS)
    assert report.verdict.conclusion is not Conclusion.INSPECTED


def test_a_pool_and_another_route(either):
    """Nor does another route convict, where this one shows both."""
    report = probed(either(lambda met, _: met % 2 == 0), hellos=When.NEVER, beside=True)
    assert report.verdict.conclusion is not Conclusion.INSPECTED


def test_a_box_on_this_route(either):
    """Where it shows the private chain each time, and the other route a public one, that is proof."""
    report = probed(either(lambda met, _: met != 1), hellos=When.NEVER, beside=True)
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert len(report.controls) == 1 + TIMES


def test_a_box_that_chooses_by_the_hello(either):
    """It shows the same to the same hello, and that is proof."""
    report = probed(either(lambda _, hello: MLKEM in hello))
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert weights(report) == {Weight.PROOF}
    assert by_profile(report)["chrome"] == by_profile(report)["probe"] == 1 + TIMES


def test_a_box_that_leaves_a_library_alone(either):
    """What is public to a TLS library's hello only is asked for again by that."""
    report = probed(
        either(lambda _, hello: OPENSSL not in hello), hellos=When.NEVER, library=When.ALWAYS
    )
    assert report.verdict.conclusion is Conclusion.INSPECTED
    opinions = [one for one in report.controls if one.source is SourceKind.SECOND_OPINION]
    assert len(opinions) == 1 + TIMES


@pytest.mark.parametrize(("allowed", "again"), [(7, 0), (9, 2), (11, 4)])
def test_few_connections(allowed, again, either):
    """No more connections are made than may be."""
    report = probed(either(lambda _, hello: MLKEM in hello), connections=allowed)
    assert sum(by_profile(report).values()) == 7 + again


def test_nothing_is_asked_again_of_an_honest_server(either):
    """Where all looks agree, six other hellos are all that is sent."""
    report = probed(either(lambda _met, _hello: False))
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert len(report.controls) == 6


def test_a_certificate_for_each_kind_of_key():
    """A real server with a public RSA certificate and an ECDSA one of its own is not inspected."""
    report = probed(lambda public: speak_tls(two_kinds(public)), library=When.ALWAYS)
    assert report.verdict.conclusion is Conclusion.UNDECIDED
    assert weights(report) == {Weight.HINT}
    strong = [two for _, two in report.verdict.because if two.weight >= Weight.STRONG]
    assert all(one.leaning is not Leaning.INTERCEPTION for one in strong)
