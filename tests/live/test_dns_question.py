"""One question to one DNS server, honest or not."""

import asyncio
import os
import socket

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live.dns_server import TTL, Script, answering
from tests.live.loopback import PATIENCE, run
from tlsprobe.live.dns_question import MOST_ADDRESSES, Reply, Server, _parsed, _read, ask
from tlsprobe.live.tcp import TcpDial

HOST = "sync.cloud.example"
ZONE = {
    (HOST, "CNAME"): ["Edge.Example."],
    ("Edge.Example", "CNAME"): ["pool.example."],
    ("pool.example", "A"): ["198.51.100.1", "198.51.100.2"],
    ("pool.example", "AAAA"): ["2001:db8::1"],
}


def asked(script, *, name=HOST, kind="A", timeout=PATIENCE):
    """What becomes of one question."""
    found = []

    async def test():
        async with answering(script) as server:
            found.append(await one(server, name=name, kind=kind, timeout=timeout))

    run(test())
    return found[0]


async def one(server, *, name=HOST, kind="A", timeout=PATIENCE):  # noqa: ASYNC109
    """The same to a server that stands."""
    dial = TcpDial()
    return await ask(server, name, kind, dial=dial, timeout=timeout, entropy=os.urandom)


@pytest.mark.parametrize(
    ("kind", "addresses"), [("A", ("198.51.100.1", "198.51.100.2")), ("AAAA", ("2001:db8::1",))]
)
def test_answer(kind, addresses):
    """An answer has its addresses, the names on the way to them, and the time that it is good for."""
    script = Script(ZONE)
    reply = asked(script, kind=kind)
    assert (reply.rcode, reply.aliases) == ("NOERROR", ("edge.example", "pool.example"))
    assert (tuple(sorted(reply.addresses)), reply.ttl) == (addresses, TTL)
    assert script.asked == [(f"{HOST}. IN {kind}", False)]


def test_nothing_with_authority():
    """A name that is unknown, and one that has no address of that family, are told apart."""
    assert asked(Script(ZONE), name="nobody.example") == Reply(rcode="NXDOMAIN")
    assert asked(Script({(HOST, "A"): ["198.51.100.1"]}), kind="AAAA") == Reply(rcode="NOERROR")


@pytest.mark.parametrize("repeated", [True, False])
def test_refusal(repeated):
    """A server that will not say so is heard, also where it does not repeat the question."""

    def refuse(query, _, __):
        reply = dns.message.make_response(query)
        reply.set_rcode(dns.rcode.REFUSED)
        if not repeated:
            reply.question.clear()
        return [reply.to_wire()]

    assert asked(Script(bend=refuse)) == Reply(rcode="REFUSED")


def test_cut_answer_comes_by_tcp():
    """An answer that no datagram holds is had by TCP, all of it up to what anybody can use."""
    many = [f"198.51.{number // 250}.{number % 250 + 1}" for number in range(1000)]

    def cut(query, whole, stream):
        if stream:
            return [whole]
        head = dns.message.make_response(query)
        head.flags |= dns.flags.TC
        return [head.to_wire() + b"\xc0\x0c\x00"]

    script = Script({(HOST, "A"): many}, bend=cut)
    reply = asked(script)
    assert len(reply.addresses) == MOST_ADDRESSES
    assert set(reply.addresses) <= set(many)
    assert [stream for _, stream in script.asked] == [False, True]


@pytest.mark.parametrize(
    "by_stream",
    [[], [b""], [b"nonsense"], [bytes(12)]],
    ids=["hangs up", "empty", "nonsense", "zeros"],
)
def test_cut_answer_that_does_not_come(by_stream):
    """Where TCP brings no answer either, that is said."""

    def cut(query, whole, stream):
        return by_stream if stream else [whole[:2] + bytes((whole[2] | 2,)) + whole[3:]]

    assert asked(Script(ZONE, bend=cut)).startswith("its answer is cut, and by TCP it gave ")


def test_cut_answer_and_no_tcp():
    """A server that is deaf to TCP is told with what the connection came to."""

    async def test():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.settimeout(0)
            asking = asyncio.ensure_future(one(Server(*deaf.getsockname())))
            loop = asyncio.get_running_loop()
            data, client = await loop.sock_recvfrom(deaf, 512)
            reply = dns.message.make_response(dns.message.from_wire(data))
            reply.flags |= dns.flags.TC
            await loop.sock_sendto(deaf, reply.to_wire(), client)
            assert "refused the connection" in await asking

    run(test())


def test_a_lost_datagram_is_sent_again():
    """The first question is lost: the second is answered, within the same time."""
    lost = []

    def lossy(_, whole, __):
        if not lost:
            lost.append(whole)
            return []
        return [whole]

    assert asked(Script(ZONE, bend=lossy), timeout=1.5).rcode == "NOERROR"
    assert lost


def test_strange_answers_are_passed_over():
    """Answers to another id or another question are nobody's; the right one behind them counts."""

    def forged(query, whole, _):
        other = bytes((whole[0] ^ 1,)) + whole[1:]
        question = dns.message.make_query("other.example", "A", id=query.id)
        return [b"", b"\0", other, dns.message.make_response(question).to_wire(), whole]

    assert asked(Script(ZONE, bend=forged)).addresses


def test_a_flood_of_strange_answers():
    """Who sends nothing else is given up, and told by what he sends."""

    def flood(*_):
        return [b"\0" * 12] * 70

    assert "datagrams that answer nothing" in asked(Script(bend=flood), timeout=3)


def test_silence():
    """A server that says nothing costs its time, and no more."""
    assert asked(Script(bend=lambda *_: []), timeout=0.3) == "no answer within 0.3 s"


def test_nobody_listens():
    """A port where nobody listens is known at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        server = Server(*taken.getsockname())
    found = []

    async def test():
        found.append(await one(server))

    run(test())
    assert found == ["nobody listens there"]


def test_a_circle_of_aliases():
    """CNAMEs that lead back to themselves end in words."""
    circle = {"a.example": "b.example.", "b.example": "a.example."}

    def round_about(query, _, __):
        reply = dns.message.make_response(query)
        for name, target in circle.items():
            reply.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", target))
        return [reply.to_wire()]

    assert "in a circle" in asked(Script(bend=round_about), name="a.example")


def test_an_answer_for_nobody():
    """An answer that says both that there is none and what it is says nothing."""

    def both(_, whole, __):
        return [whole[:3] + bytes((whole[3] | 3,)) + whole[4:]]

    assert "the name is unknown, and answers" in asked(Script(ZONE, bend=both))


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", "a." * 130])
def test_a_name_that_cannot_be_asked_for(name):
    """A name that the DNS cannot hold is told, and nothing is sent."""
    script = Script()
    assert "cannot be asked for" in asked(script, name=name)
    assert script.asked == []


QUERY = dns.message.make_query(HOST, "A", id=0x1234)


def honest():
    """An answer of many kinds of records, to be broken."""
    return Script(ZONE).reply(QUERY).to_wire()


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(data):
    """Whatever a server sends after the head of an answer, it is an answer or none."""
    head = honest()[:12]
    for candidate in (data, head + data, honest()[:40] + data):
        message = _parsed(candidate, QUERY)
        if message is not None:
            assert isinstance(_read(message), Reply | str)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_edit_raises(data):
    """An honest answer with bytes changed is an answer or none."""
    answer = bytearray(honest())
    for at in data.draw(st.lists(st.integers(0, len(answer) - 1), max_size=6)):
        answer[at] = data.draw(st.integers(0, 255))
    message = _parsed(bytes(answer), QUERY)
    if message is not None:
        reply = _read(message)
        text = reply if isinstance(reply, str) else "".join((*reply.addresses, *reply.aliases))
        assert text.isascii()
        assert text.isprintable()
