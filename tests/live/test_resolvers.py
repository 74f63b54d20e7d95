"""Every resolver by itself."""

import asyncio
import contextlib
import os

import dns.resolver
import pytest

from tests.live.dns_server import TTL, Script, answering
from tests.live.loopback import PATIENCE, run
from tlsprobe.live.dns_question import Server
from tlsprobe.live.invented_names import invented_name
from tlsprobe.live.resolvers import MOST_SERVERS, Resolvers, machine_servers
from tlsprobe.model.names import Sort

HOST = "sync.cloud.example"
OUTSIDE = {(HOST, "A"): ["93.184.215.14"], (HOST, "AAAA"): ["2606:2800:21f::1"]}
INSIDE = {
    (HOST, "CNAME"): ["sync.privatelink.cloud.example."],
    ("sync.privatelink.cloud.example", "A"): ["10.0.0.4"],
}


def named(*scripts, timeout=PATIENCE, times=1):
    """What servers of these scripts say of the host, the last time that they are asked."""
    found = []

    async def test():
        async with contextlib.AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(answering(one)) for one in scripts]
            resolvers = Resolvers(servers, entropy=os.urandom)
            asked = [resolvers.answers(HOST, timeout=timeout) for _ in range(times)]
            found.extend(await asyncio.gather(*asked))

    run(test())
    return found[-1]


def test_each_says_its_own():
    """Each resolver's answer stands by itself, both families together, in the order given."""
    outside, inside = named(Script(OUTSIDE), Script(INSIDE)).resolvers
    assert outside.addresses == ("93.184.215.14", "2606:2800:21f::1")
    assert (outside.rcode, outside.ttl, outside.sort) == ("NOERROR", TTL, Sort.PUBLIC)
    assert inside.addresses == ("10.0.0.4",)
    assert inside.aliases == ("sync.privatelink.cloud.example",)
    assert inside.sort is Sort.INTERNAL
    assert outside.failure == inside.failure == ""
    assert outside.resolver != inside.resolver
    assert outside.elapsed > 0


def test_one_that_is_silent_delays_no_other():
    """What one resolver does not say is told in its place, and the others' answers stand."""
    silent, honest = named(Script(bend=lambda *_: []), Script(OUTSIDE), timeout=0.4).resolvers
    assert (silent.rcode, silent.addresses, silent.sort) == (None, (), Sort.NO_ANSWER)
    assert silent.failure == "no answer within 0.4 s"
    assert honest.sort is Sort.PUBLIC


def test_one_family_without_an_answer():
    """A resolver that is dumb about IPv6 has an answer, and a failure beside it."""

    def dumb(query, whole, _):
        return [] if "AAAA" in query.question[0].to_text() else [whole]

    (answer,) = named(Script(OUTSIDE, bend=dumb), timeout=0.4).resolvers
    assert (answer.addresses, answer.rcode) == (("93.184.215.14",), "NOERROR")
    assert answer.failure == "no answer within 0.4 s"
    assert answer.sort is Sort.PUBLIC


def test_unknown():
    """A name that nobody knows has an answer: that there is none."""
    (answer,) = named(Script()).resolvers
    assert (answer.rcode, answer.sort) == ("NXDOMAIN", Sort.NOTHING)


def test_the_invented_name():
    """Each is asked once in a run for a name that nobody has; who sells an address for it shows."""
    honest, rewriting = Script(OUTSIDE), Script(OUTSIDE, rewriting="198.51.100.99")
    answers = named(honest, rewriting, times=5)
    assert [one.invented for one in answers.resolvers] == [(), ("198.51.100.99",)]
    for script in (honest, rewriting):
        questions = [text for text, _ in script.asked]
        assert questions.count(f"{answers.invented_name}. IN A") == 1
        assert questions.count(f"{HOST}. IN A") == 5


def test_an_invented_name_is_one():
    """It is made of the entropy that is given, under a suffix where anybody could have it."""
    assert invented_name("com", bytes) == f"{'b' * 14}.com"
    assert invented_name("com", os.urandom) != invented_name("com", os.urandom)


def configured(monkeypatch, *servers):
    """The servers of a machine that is configured so."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = list(servers)
    with monkeypatch.context() as patch:
        patch.setattr(dns.resolver, "Resolver", lambda: resolver)
        return machine_servers()


def test_servers_of_the_machine(monkeypatch):
    """What the machine is configured with is asked, each once; what is not plain DNS is not."""
    servers = configured(
        monkeypatch, "192.0.2.53", "2001:db8::53", "192.0.2.53", "https://dns.example/dns-query"
    )
    assert servers == (Server("192.0.2.53"), Server("2001:db8::53"))
    many = configured(monkeypatch, *(f"192.0.2.{number}" for number in range(1, 30)))
    assert len(many) == MOST_SERVERS


@pytest.mark.parametrize("error", [dns.resolver.NoResolverConfiguration(), OSError(), ValueError()])
def test_a_machine_without_servers(monkeypatch, error):
    """Where nothing is configured, or it cannot be read, there is nobody to ask."""

    def fail():
        raise error

    monkeypatch.setattr(dns.resolver, "Resolver", fail)
    assert machine_servers() == ()


def test_the_dead_are_waited_for_once():
    """A resolver that never answered is not waited for again in a run; one that did is asked again."""
    dead, alive = Script(bend=lambda *_: []), Script(OUTSIDE)

    async def test():
        async with contextlib.AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(answering(one)) for one in (dead, alive)]
            resolvers = Resolvers(servers, entropy=os.urandom)
            await resolvers.answers(HOST, timeout=0.3)
            before = len(dead.asked)
            silent, honest = (await resolvers.answers(HOST, timeout=PATIENCE)).resolvers
            assert len(dead.asked) == before
            assert silent.sort is Sort.NO_ANSWER
            assert "earlier question" in silent.failure
            assert honest.sort is Sort.PUBLIC

    run(test())
