"""The use cases, from requests to reports, against real servers on loopback."""

import asyncio
import contextlib
import os
import socket
import ssl
from dataclasses import dataclass, field

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, certificate, ec_key, leaf, name
from tests.evidence import expectation, reference, store_of
from tests.live.loopback import PATIENCE, now, reset, run, serve, server_context, speak_tls
from tlsprobe.analysis import judged
from tlsprobe.app import probe, probe_all
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.certificate import parse
from tlsprobe.errors import InputError, UsageError
from tlsprobe.handshake.reader import read
from tlsprobe.hello import templates
from tlsprobe.hello.template import read_record
from tlsprobe.inquiries.again import TIMES
from tlsprobe.live.exchange import exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.jsonable import encode
from tlsprobe.model.observation import FailureKind, SourceKind, Stage
from tlsprobe.model.route import Credentials, Proxy, ProxyScheme, Route
from tlsprobe.model.verdict import Conclusion

HOST = "example.org"
ENCRYPT_THEN_MAC = 22
"""An extension that OpenSSL sends, and a browser does not."""
PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


def root_of(authority):
    """A CA's certificate in DER."""
    pem = authority.cert_pem.bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def public():
    """The CA that counts as public."""
    return trustme.CA()


@pytest.fixture(scope="module")
def private():
    """The CA of somebody on the path."""
    return trustme.CA()


@pytest.fixture(scope="module")
def library(public):
    """OpenSSL, to which the same CA is public."""
    return Library(public=lambda: [root_of(public)])


@pytest.fixture
def settings(public):
    """What holds for every request: of example.org it is known that public CAs sign for it."""
    held = reference(expectation(HOST), public=store_of((parse(root_of(public)),)))

    def make(profile="default", opinion=When.ALWAYS, limits=PATIENT):
        # Other names have tests of their own: here every connection is counted.
        return Settings(
            other_names=When.NEVER,
            template=templates.load(profile),
            reference=held,
            second_opinion=opinion,
            limits=limits,
        )

    return make


@pytest.fixture
def origin(public):
    """A script: the owner's server."""
    return speak_tls(server_context(public))


@pytest.fixture
def box(private):
    """A script: a server of somebody's own CA."""
    return speak_tls(server_context(private))


@pytest.fixture
def both(origin, box):
    """The owner's server, and somebody else's."""
    return origin, box


async def resetting(reader, writer):
    """A script: the hello is answered by a reset."""
    await reader.read(1)
    reset(writer)


@dataclass
class Routed:
    """A dial that leads addresses to peers, as a router does; an address without one refuses."""

    peers: dict
    dial: TcpDial = field(default_factory=TcpDial)
    asked: list = field(default_factory=list)

    @property
    def clock(self):
        """The clock of the dial that is used."""
        return self.dial.clock

    async def connect(self, host, port, deadline):
        """A connection to the peer behind `host`."""
        self.asked.append(host)
        peer = self.peers.get(host)
        if peer is None:
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                return await self.dial.connect(*taken.getsockname(), deadline)
        return await self.dial.connect(peer.host, peer.port, deadline)


def world(library=None, dial=None):
    """The real clock, entropy and network."""
    return World(
        dial=dial or TcpDial(), now=now, entropy=os.urandom, library=library and (lambda: library)
    )


def to(peer, **fields):
    """A request for example.org at a peer."""
    return ProbeRequest(
        **{"host": HOST, "port": peer.port, "sni": HOST, "address": peer.host, **fields}
    )


def probed(script, settings, library=None, *, connections, **fields):
    """The one report on a scripted peer, which must be asked so many times."""
    found = []

    async def test():
        async with serve(script) as peer:
            found.append(await probe(to(peer, **fields), settings, world(library)))
        assert peer.ended == connections

    run(test())
    ((report,),) = found
    return report


# One endpoint


def test_direct(origin, settings, library):
    """The owner's server comes out direct, with the route and the time that it took."""
    report = probed(origin, settings(), library, connections=2)
    assert (report.verdict.conclusion, report.observation.failure) == (Conclusion.DIRECT, None)
    target = report.observation.target
    assert (target.host, target.sni, target.address) == (HOST, HOST, "127.0.0.1")
    assert report.observation.profile == "probe"
    assert report.observation.timings.dns is None
    assert report.observation.timings.tls > 0


def test_inspected(box, settings, library):
    """A server of somebody's own CA comes out inspected."""
    report = probed(box, settings(), library, connections=2)
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert report.verdict.interceptor.issuer.startswith("OU=Testing CA")


def test_blocked(settings, library):
    """A reset is blocked, by two hellos, and says so."""
    report = probed(resetting, settings(), library, connections=2)
    assert (report.verdict.conclusion, report.verdict.rule) == (Conclusion.BLOCKED, "no-handshake")
    assert report.observation.failure.kind is FailureKind.RESET
    (second,) = report.controls
    assert second.failure.kind is FailureKind.RESET


def test_no_name_sent(origin, settings):
    """Without a name for server_name none is sent, and the host is still what must be covered."""
    report = probed(origin, settings(), connections=1, sni=None)
    assert report.observation.target.sni is None
    assert report.observation.handshake.client_hello.extension(0) is None
    assert report.verdict.conclusion is Conclusion.DIRECT


def test_a_name_that_cannot_be(settings):
    """A name that no DNS can hold is a failure of the DNS, and nobody is asked."""
    dial = Routed({})
    request = ProbeRequest(host="example..org")
    (report,) = asyncio.run(probe(request, settings(), world(dial=dial)))
    assert report.verdict.conclusion is Conclusion.BLOCKED
    failure = report.observation.failure
    assert (failure.stage, failure.kind) == (Stage.DNS, FailureKind.UNKNOWN_HOST)
    assert (report.observation.target.address, dial.asked) == (None, [])


# Through a proxy

PROXY = Proxy(
    scheme=ProxyScheme.HTTP, host="192.0.2.9", port=3128,
    credentials=Credentials(user="anna", password="correct horse"),
)  # fmt: skip


def through(peers, settings, library=None, **fields):
    """(reports, what the proxy was asked for) where a proxy leads names to scripts."""
    found, asked = [], []

    async def test():
        async with contextlib.AsyncExitStack() as stack:
            places = {
                host: await stack.enter_async_context(serve(script))
                for host, script in peers.items()
            }
            proxied = Routed(places)
            whole = replace(world(library, dial=Routed({})), through={PROXY: proxied}.__getitem__)
            request = ProbeRequest(
                **{"host": HOST, "sni": HOST, "route": Route(proxy=PROXY), **fields}
            )
            found.extend(await probe(request, settings, whole))
            asked.extend(proxied.asked)
            assert whole.dial.asked == []

    run(test())
    return found, asked


def nobody_resolves(host, *arguments, **options):
    """A resolver that may not be asked."""
    raise AssertionError(f"the resolver was asked for {host}")


def test_every_look_takes_the_route(origin, settings, library, monkeypatch):
    """The proxy is given the name, by each look, and no resolver of this machine's is asked."""
    monkeypatch.setattr(socket, "getaddrinfo", nobody_resolves)
    everything = replace(settings(), other_names=When.ALWAYS)
    (report,), asked = through({HOST: origin}, everything, library)
    assert report.verdict.conclusion is Conclusion.DIRECT
    looks = (report.observation, *report.controls)
    assert len(asked) == len(looks)
    assert asked.count(HOST) == 4
    for look in looks:
        assert look.target.via == "http://192.0.2.9:3128"
        assert look.target.address is None or look.source is SourceKind.NOWHERE
    assert "horse" not in repr(report)
    assert b"horse" not in encode(report)
    assert b"anna" not in encode(report)


def test_an_address_behind_a_proxy(origin, settings):
    """An address that was given is what the proxy is asked for, and stands in the report."""
    (report,), asked = through({"192.0.2.1": origin}, settings(), address="192.0.2.1")
    assert asked == ["192.0.2.1"]
    assert report.observation.target.address == "192.0.2.1"


def test_no_proxies_in_this_world(settings):
    """A caller that asks for a proxy, and gives no dial for one, is told."""
    request = ProbeRequest(host=HOST, route=Route(proxy=PROXY))
    with pytest.raises(UsageError, match=r"http://192\.0\.2\.9:3128") as caught:
        asyncio.run(probe(request, settings(), world()))
    assert "horse" not in str(caught.value)


# Several addresses

ADDRESSES = ("192.0.2.1", "192.0.2.2", "2001:db8::3")


@pytest.fixture
def several(monkeypatch):
    """The system's resolver knows example.org by several addresses."""
    system = socket.getaddrinfo

    def answer(host, *arguments, **options):
        if host != HOST:
            return system(host, *arguments, **options)
        return [one for address in ADDRESSES for one in system(address, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def probed_at(peers, settings, **fields):
    """(reports on example.org, addresses that were asked) where scripts answer at addresses."""
    found = []

    async def test():
        async with contextlib.AsyncExitStack() as stack:
            served = {
                address: await stack.enter_async_context(serve(script))
                for address, script in peers.items()
            }
            dial = Routed(served)
            request = ProbeRequest(host=HOST, sni=HOST, **fields)
            found.append((await probe(request, settings, world(dial=dial)), dial.asked))

    run(test())
    return found[0]


def test_the_first_address_that_answers(several, origin, settings):
    """An address that cannot be reached is passed over; the report is about the next to stand.

    That is one of the other family, and what the first came to is kept.
    """
    (report,), asked = probed_at({ADDRESSES[1]: origin, ADDRESSES[2]: origin}, settings())
    assert asked == [ADDRESSES[0], ADDRESSES[2]]
    assert report.observation.target.address == ADDRESSES[2]
    (passed_over,) = report.observation.unreached
    assert passed_over.address == ADDRESSES[0]
    assert passed_over.failure.kind is FailureKind.REFUSED
    assert report.observation.timings.dns is not None
    assert report.verdict.conclusion is Conclusion.DIRECT


@dataclass
class Overtaken(Routed):
    """One whose first address fails, or stands, only once the hello at another was answered."""

    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, host, port, deadline):
        """A connection, in its time."""
        if host == ADDRESSES[0]:
            await self.answered.wait()
        return await super().connect(host, port, deadline)


@pytest.mark.parametrize("stands", [True, False])
def test_an_address_that_is_overtaken(several, origin, settings, stands):
    """What becomes of it after the verdict's connection stands is told: that it failed, or was slower."""
    found = []

    async def test():
        async def answering(reader, writer):
            dial.answered.set()
            await origin(reader, writer)

        async with serve(answering) as peer, serve(origin) as late:
            peers = {ADDRESSES[2]: peer} | ({ADDRESSES[0]: late} if stands else {})
            dial = Overtaken(peers)
            request = ProbeRequest(host=HOST, sni=HOST)
            found.extend(await probe(request, settings(), world(dial=dial)))

    run(test())
    seen = found[0].observation
    assert seen.target.address == ADDRESSES[2]
    assert [one.address for one in seen.slower] == ([ADDRESSES[0]] if stands else [])
    assert [one.address for one in seen.unreached] == ([] if stands else [ADDRESSES[0]])
    named = {one.check for one in found[0].results if one.findings}
    assert ("address-family-broken" in named) is not stands


def test_a_lookup_has_a_time_of_its_own(origin, settings):
    """The system's lookup is given its own seconds, whatever one resolver by itself is given."""
    limits = replace(PATIENT, resolve=0.0, lookup=PATIENCE)
    found = []

    async def test():
        async with serve(origin) as peer:
            request = ProbeRequest(host="localhost", port=peer.port, sni=HOST)
            found.extend(await probe(request, settings(limits=limits), world()))

    run(test())
    assert found[0].observation.timings.dns is not None
    assert found[0].observation.chain


def test_an_address_that_answers_badly(several, origin, settings):
    """An address that resets the hello was reached: that is the answer, not a reason to look on."""
    (report,), asked = probed_at({ADDRESSES[0]: resetting, ADDRESSES[1]: origin}, settings())
    assert asked == [ADDRESSES[0]]
    assert report.verdict.conclusion is Conclusion.BLOCKED


def test_no_address_answers(several, settings):
    """Where none can be reached all are tried, and the report is about the first."""
    (report,), asked = probed_at({}, settings())
    assert sorted(asked) == sorted(ADDRESSES)
    assert report.observation.target.address == ADDRESSES[0]
    failure = report.observation.failure
    assert (failure.stage, failure.kind) == (Stage.TCP, FailureKind.REFUSED)


def test_all_addresses(several, origin, box, settings):
    """Each address gets a report of its own, in the resolver's order, whatever comes of it."""
    peers = {ADDRESSES[1]: box, ADDRESSES[2]: origin}
    reports, asked = probed_at(peers, settings(), all_addresses=True)
    assert asked == list(ADDRESSES)
    assert [one.observation.target.address for one in reports] == list(ADDRESSES)
    assert [one.verdict.conclusion for one in reports] == [
        Conclusion.BLOCKED, Conclusion.INSPECTED, Conclusion.DIRECT,
    ]  # fmt: skip


def test_a_given_address_is_not_resolved(several, origin, settings):
    """The address that the caller gave is the only one that is asked."""
    (report,), asked = probed_at(
        {ADDRESSES[2]: origin}, settings(), address=ADDRESSES[2], all_addresses=True
    )
    assert asked == [ADDRESSES[2]]
    assert report.observation.timings.dns is None


# Second opinions


@pytest.mark.parametrize(
    ("when", "asked"),
    [(When.ALWAYS, (2, 2)), (When.DOUBT, (1, 2)), (When.NEVER, (1, 1))],
)
def test_when_a_library_is_asked(when, asked, both, settings, library):
    """A library is asked always, where there is doubt, or never."""
    origin, _ = both
    for script, connections in zip(both, asked, strict=True):
        report = probed(script, settings(opinion=when), library, connections=connections)
        assert len(report.controls) == connections - 1
        for control in report.controls:
            assert control.source is SourceKind.SECOND_OPINION
            assert control.profile == library.name
            assert control.opinion.completed
            assert (control.opinion.public_error is None) == (script is origin)


@pytest.fixture
def constrained(public, tmp_path):
    """A script: a server below a public CA that may only sign for other names than its own."""
    root = x509.load_pem_x509_certificate(public.cert_pem.bytes())
    above = Issuer(
        subject=root.subject, key=load_pem_private_key(public.private_key_pem.bytes(), None)
    )
    below = Issuer(subject=name("Constrained CA", "Example"), key=ec_key("constrained"))
    only = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName("other.example")], excluded_subtrees=None
    )
    days = {"begin": "2026-01-01", "end": "2036-01-01"}
    signing = (x509.BasicConstraints(ca=True, path_length=None), True)
    middle = certificate(
        below.subject, below.key, above, extensions=[signing, (only, True)], **days
    )
    served = ec_key("constrained server")
    file = tmp_path / "chain.pem"
    file.write_bytes(
        served.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + leaf(HOST, served, below, **days).public_bytes(Encoding.PEM)
        + middle.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return speak_tls(context)


def test_rules_that_only_the_library_applies_are_a_doubt(constrained, settings, library):
    """A chain with name constraints, which we do not apply, is shown to the library in doubt."""
    report = probed(constrained, settings(opinion=When.DOUBT), library, connections=2)
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "permitted subtree" in report.verdict.summary


def test_without_a_library(box, settings):
    """Where there is no library none is asked, doubt or not."""
    report = probed(box, settings(), connections=1)
    assert report.controls == ()
    assert "second-opinion-refuses" in [one.check for one in report.verdict.not_looked_at]


def test_nobody_to_ask(settings, library):
    """Where no connection came about nobody is asked again."""
    dial = Routed({})
    request = ProbeRequest(host=HOST, sni=HOST, address="192.0.2.1")
    (report,) = asyncio.run(probe(request, settings(), world(library, dial)))
    assert (dial.asked, report.controls) == (["192.0.2.1"], ())


def by_hello(of_openssl, of_others):
    """A script that reads the hello, and plays one of two to it."""

    async def script(reader, writer):
        hello = await reader.readexactly(5)
        hello += await reader.readexactly(int.from_bytes(hello[3:5]))
        _, sent = read_record(hello)
        chosen = of_others if sent.extension(ENCRYPT_THEN_MAC) is None else of_openssl
        await chosen(Again(hello, reader), writer)

    return script


class Again:
    """A stream that begins with bytes which were read before."""

    def __init__(self, head, reader):
        self._head, self._reader = head, reader

    async def read(self, size):
        """The head first, then what comes."""
        head, self._head = self._head, b""
        return head or await self._reader.read(size)


def test_only_the_other_hello_gets_through(origin, settings, library):
    """Where only the library's hello is answered, the report is about what the library saw."""
    script = by_hello(of_openssl=origin, of_others=resetting)
    report = probed(script, settings("chrome"), library, connections=2)
    assert report.observation.source is SourceKind.SECOND_OPINION
    assert report.verdict.conclusion is Conclusion.DIRECT
    (ours,) = report.controls
    assert (ours.source, ours.failure.kind) == (SourceKind.PROBE, FailureKind.RESET)
    (failed,) = [one for one in report.results if one.check == "other-hello-failed"]
    assert failed.findings[0].facts["failed"] == "chrome"


def test_only_our_hello_gets_through(origin, settings, library):
    """Where only the library's hello dies, the report is about what ours saw, and says so."""
    script = by_hello(of_openssl=resetting, of_others=origin)
    report = probed(script, settings("chrome"), library, connections=2)
    assert report.observation.source is SourceKind.PROBE
    assert report.verdict.conclusion is Conclusion.DIRECT
    (failed,) = [one for one in report.results if one.check == "other-hello-failed"]
    assert failed.findings[0].facts["failed"] == library.name


def test_one_hello_is_inspected(origin, box, settings, library):
    """A box that decrypts by the look of the hello is caught by asking in two ways."""
    script = by_hello(of_openssl=box, of_others=origin)
    report = probed(script, settings("chrome"), library, connections=2 + 2 * TIMES)
    assert report.verdict.conclusion is Conclusion.INSPECTED
    control, *_ = report.controls
    assert report.verdict.interceptor.issuer == control.chain[0].issuer
    assert report.verdict.interceptor.issuer != report.observation.chain[0].issuer


# Replay


def test_what_was_seen_reads_again_to_the_same(origin, settings, library):
    """Both ways of asking leave a transcript that reads again to what was seen live."""

    async def test():
        async with serve(origin) as peer:
            crafted = settings().template.stamp(server_name=HOST, entropy=os.urandom)
            ours = await exchange(
                TcpDial(), peer.host, peer.port, crafted,
                limits=PATIENT, now=now, entropy=os.urandom,
            )  # fmt: skip
            theirs = await library.ask(
                TcpDial(), peer.host, peer.port, server_name=HOST, limits=PATIENT, now=now
            )
        for seen in (ours, theirs.exchange):
            assert len(seen.handshake.certificates) == 1
            assert read(seen.transcript, seen.keys) == seen.handshake

    run(test())


def test_same_input_same_verdict(box, settings, library):
    """A report's observation, judged again with its controls, gives the same report."""
    report = probed(box, settings(), library, connections=2)
    assert judged(report.observation, settings().reference, *report.controls) == report


# Many requests


async def listed(*requests):
    """Requests, one after another."""
    for request in requests:
        yield request


async def turns(count=200):
    """Let everything run that needs nothing from outside."""
    for _ in range(count):
        await asyncio.sleep(0)


def only(answer):
    """The conclusion of an answer that is one report."""
    (report,) = answer
    return report.verdict.conclusion


def test_order(origin, settings):
    """Answers come in the order of their requests, however long the first takes."""
    released, overtaken = asyncio.Event(), asyncio.Event()

    async def slow(reader, writer):
        await released.wait()
        await origin(reader, writer)

    async def last(reader, writer):
        overtaken.set()
        await resetting(reader, writer)

    async def test():
        async with serve(slow) as first, serve(origin) as second, serve(last) as third:
            requests = listed(to(first), to(second), UsageError("not a host"), to(third))
            answers = probe_all(requests, settings(), world(), concurrency=4)
            pending = asyncio.ensure_future(anext(answers))
            await overtaken.wait()
            assert not pending.done()
            released.set()
            found = [await pending, *[one async for one in answers]]
        assert [only(one) for one in (found[0], found[1], found[3])] == [
            Conclusion.DIRECT, Conclusion.DIRECT, Conclusion.BLOCKED,
        ]  # fmt: skip
        assert str(found[2]) == "not a host"

    run(test())


def test_in_company(box, settings):
    """Of a name that nobody knows, two owners' names that came with its key before tell the box."""
    owners = (expectation("a.example", owner="Alpha"), expectation("b.example", owner="Beta"))
    held = replace(settings(), reference=reference(*owners))

    async def test():
        async with serve(box) as peer:
            alone = to(peer, host="c.example", sni="c.example")
            owned = [to(peer, host=name, sni=name) for name in ("a.example", "b.example")]
            requests = listed(alone, *owned, alone)
            found = [one async for one in probe_all(requests, held, world(), concurrency=2)]
        (before,), (after,) = found[0], found[-1]
        assert before.verdict.conclusion is not Conclusion.INSPECTED
        assert (after.verdict.conclusion, after.verdict.rule) == (Conclusion.INSPECTED, "proof")
        assert "Alpha and Beta" in after.verdict.summary

    run(test())


def test_one_that_cannot_be_asked(origin, settings):
    """A name that no hello can carry costs its own answer, and the others go on."""

    async def test():
        async with serve(origin) as peer:
            unsendable = to(peer, sni="b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example")
            nowhere = to(peer, port=70000)
            requests = listed(to(peer), unsendable, nowhere, to(peer))
            found = [one async for one in probe_all(requests, settings(), world(), concurrency=2)]
        assert only(found[0]) is only(found[3]) is Conclusion.DIRECT
        assert isinstance(found[1], UsageError)
        assert isinstance(found[2], UsageError)

    run(test())


def test_a_list_that_breaks_off(origin, settings):
    """Where the list itself cannot be read on, what came before is answered, then it is told."""

    async def test():
        async with serve(origin) as peer:

            async def requests():
                yield to(peer)
                raise InputError("targets.txt", "line 2 is not UTF-8")

            answers = probe_all(requests(), settings(), world(), concurrency=2)
            assert only(await anext(answers)) is Conclusion.DIRECT
            with pytest.raises(InputError, match=r"targets\.txt"):
                await anext(answers)

    run(test())


def test_concurrency(settings):
    """So many are at work at a time as were allowed, never more and no fewer."""
    allowed, open_now, most = 3, 0, 0

    async def test():
        together = asyncio.Barrier(allowed)

        async def counting(reader, writer):
            nonlocal open_now, most
            open_now += 1
            most = max(most, open_now)
            await together.wait()
            open_now -= 1
            reset(writer)

        async with serve(counting) as peer:
            requests = listed(*[to(peer)] * (allowed * 4))
            answers = probe_all(requests, settings(), world(), concurrency=allowed)
            found = [only(one) async for one in answers]
        assert found == [Conclusion.BLOCKED] * (allowed * 4)
        assert most == allowed

    run(test())


class Counted:
    """As many requests as are wanted, the first for a peer, the others no request at all."""

    def __init__(self, *first):
        self._first = first
        self.taken = 0

    async def __aiter__(self):
        """One after another, for ever."""
        for request in self._first:
            self.taken += 1
            yield request
        while True:
            self.taken += 1
            yield UsageError(f"{self.taken}")


def test_reading_ahead_is_bounded(origin, settings):
    """While the first target is slow, a list of any length is read only a little ahead."""
    released, asked = asyncio.Event(), asyncio.Event()

    async def slow(reader, writer):
        asked.set()
        await released.wait()
        await origin(reader, writer)

    async def test():
        async with serve(slow) as peer:
            requests = Counted(to(peer))
            answers = probe_all(requests, settings(), world(), concurrency=2)
            async with contextlib.aclosing(answers):
                pending = asyncio.ensure_future(anext(answers))
                await asked.wait()
                await turns()
                ahead = requests.taken
                assert 2 <= ahead <= 2 * 8 + 2
                await turns()
                assert requests.taken == ahead
                released.set()
                assert only(await pending) is Conclusion.DIRECT
                following = [await anext(answers) for _ in range(100)]
                assert [str(one) for one in following] == [str(at) for at in range(2, 102)]

    run(test())


async def silent(reader, writer):
    """A script: nothing is said."""


@pytest.mark.parametrize("others", [0, 1, 3])
def test_a_consumer_that_leaves_early(others, settings):
    """A consumer may leave at any answer: connections are closed and no task is left."""

    async def test():
        async with asyncio.timeout(PATIENCE), serve(silent) as peer:
            requests = Counted(*[UsageError("0"), *[to(peer)] * others])
            answers = probe_all(requests, settings(), world(), concurrency=2)
            async with contextlib.aclosing(answers):
                assert str(await anext(answers)) == "0"
                if others:
                    await peer.greeted.wait()
                await turns()
        assert peer.ended == min(others, 2)

    run(test())


def test_a_consumer_that_is_cancelled(settings):
    """Cancelling whoever waits for an answer ends all work."""

    async def test():
        async with serve(silent) as peer:

            async def consume():
                answers = probe_all(Counted(to(peer)), settings(), world(), concurrency=2)
                async with contextlib.aclosing(answers):
                    await anext(answers)

            consumer = asyncio.ensure_future(consume())
            await peer.greeted.wait()
            await turns()
            consumer.cancel()
            with pytest.raises(asyncio.CancelledError):
                await consumer
        assert peer.ended == 1

    run(test())


def test_nothing_to_do(settings):
    """No requests, no answers."""

    async def test():
        answers = probe_all(listed(), settings(), world(), concurrency=2)
        assert [one async for one in answers] == []

    run(test())
