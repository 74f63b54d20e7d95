import random

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fixtures.captures.connections import ACK, SYN, Ending, connection, data, without
from fixtures.captures.handshakes import Side, Turn, tls12, tls13
from fixtures.captures.packets import Packet, Route
from fixtures.captures.scenes import FIREWALL, HOST, OWNER
from tests.capture.taking import heard_in, interleaved, packets_of
from tlsprobe.capture import connection as work
from tlsprobe.capture import flows
from tlsprobe.handshake.events import AnomalyKind
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.observation import FailureKind

SESSION = tls12(OWNER, HOST, label="a session")


@pytest.fixture
def take(tmp_path):
    """Sessions of packets; none may leave a problem behind."""

    def heard(packets):
        found, problems = heard_in(tmp_path, packets)
        assert problems == []
        return found

    return heard


def one(found):
    """The only session."""
    [session] = found
    return session


def encoded(server):
    """The server's chain as it is sent."""
    return tuple(one.public_bytes(Encoding.DER) for one in server.chain)


def whole(session):
    """What must be the same of a session whatever happened to its packets."""
    handshake = session.handshake
    return (
        session.host, session.port, session.captured.client, session.captured.server,
        handshake.client_hello, handshake.server_hello, handshake.certificates,
        handshake.key_proof, handshake.reached, handshake.alerts, handshake.anomalies,
    )  # fmt: skip


def test_a_session_knows_where_it_stands(take):
    """Stream, frame of the hello, endpoints, time and route of a plain session."""
    session = one(take(packets_of(connection(SESSION))))
    captured = session.captured
    assert (captured.stream, captured.frame) == (0, 4)
    assert captured.client == "192.0.2.10:50122"
    assert captured.server == "198.51.100.7:443"
    assert (captured.syn_ack_ttl, captured.answer_ttl) == (57, 57)
    assert captured.complete
    assert (session.host, session.sni, session.port) == (HOST, HOST, 443)
    assert (session.address, session.via) == ("198.51.100.7", None)
    assert session.timings.tcp == pytest.approx(20.0)
    assert session.timings.tls == pytest.approx(20.0)
    assert session.handshake.reached is Reached.PROOF


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(seed=st.integers(0, 2**32), mss=st.sampled_from((1, 7, 100, 536, 1460)))
def test_any_order_of_packets_gives_the_same_session(take, seed, mss):
    """However segments were cut, shuffled and repeated, the session is read all the same."""
    plain = one(take(packets_of(connection(SESSION))))
    segments = connection(SESSION, mss=mss)
    draw = random.Random(seed)
    # Within a flight: a server does not answer before the hello, whatever the network does.
    places = [index for side in Side for index in data(segments, side)]
    shuffled = list(segments)
    for _ in range(len(places)):
        a = draw.choice(places[:-1])
        if shuffled[a].side is shuffled[a + 1].side and shuffled[a + 1].payload:
            shuffled[a], shuffled[a + 1] = shuffled[a + 1], shuffled[a]
    for _ in range(draw.randrange(4)):
        again = draw.choice(places)
        shuffled.insert(again + 1, shuffled[again])
    timed = [replace(one, at=1000 * place) for place, one in enumerate(shuffled)]
    assert whole(one(take(packets_of(timed)))) == whole(plain)


def test_the_server_may_be_captured_before_the_client(take):
    """A capture that shows the answer before the hello that it answers is read in the right order."""
    segments = connection(SESSION)
    hello, answer = data(segments, Side.CLIENT)[0], data(segments, Side.SERVER)[0]
    segments[hello], segments[answer] = segments[answer], segments[hello]
    assert (
        whole(one(take(packets_of(segments))))[4:]
        == whole(one(take(packets_of(connection(SESSION)))))[4:]
    )


def test_sessions_between_each_other_are_kept_apart(take):
    """Connections whose packets alternate are each read, and numbered as they begin."""
    many = [
        packets_of(
            connection(tls12(OWNER, f"host{n}.example", label=f"{n}"), begin=n),
            Route(client_port=50000 + n),
        )
        for n in range(20)
    ]
    found = take(interleaved(*many))
    assert [session.captured.stream for session in found] == list(range(20))
    assert [session.host for session in found] == [f"host{n}.example" for n in range(20)]


def test_numbers_count_every_connection(take):
    """Connections that speak no TLS have numbers too, also where ports are used again."""
    plain = [
        Turn(Side.CLIENT, b"GET / HTTP/1.1\r\n\r\n"),
        Turn(Side.SERVER, b"HTTP/1.1 200 OK\r\n\r\n"),
    ]
    other = Route(client_port=40000)
    found = take(
        interleaved(
            packets_of(connection(plain, begin=0), other),
            packets_of(connection(SESSION, begin=1)),
            packets_of(connection(plain, begin=9_000_000, first=(77, 99)), other),
            packets_of(connection(SESSION, begin=9_000_001, first=(5_000, 6_000))),
        )
    )
    assert [session.captured.stream for session in found] == [1, 3]
    assert [session.captured.syn_ack_ttl for session in found] == [57, 57]
    assert all(session.captured.complete for session in found)


def test_a_syn_that_is_sent_again_begins_no_other_connection(take):
    """A retransmitted SYN belongs to the connection that it opens."""
    segments = connection(SESSION)
    session = one(take(packets_of([segments[0], *segments])))
    assert session.captured.stream == 0
    assert session.handshake.reached is Reached.PROOF


def test_a_segment_that_was_lost_is_a_gap(take):
    """What the capture lacks of the server's flight ends what can be read of it, and is named."""
    segments = connection(SESSION, mss=536)
    _, second, *_ = data(segments, Side.SERVER)
    session = one(take(packets_of(without(segments, second))))
    assert not session.captured.complete
    assert [one.kind for one in session.handshake.anomalies] == [AnomalyKind.GAP]
    assert session.handshake.cut_leaf


def test_a_hole_is_not_waited_for_without_end(take):
    """Behind a lost segment of the handshake any amount of data may follow."""
    turns = [*SESSION, *[Turn(Side.SERVER, bytes((23, 3, 3, 0, 100)) + bytes(100))] * 2000]
    segments = connection(turns, mss=536)
    _, second, *_ = data(segments, Side.SERVER)
    session = one(take(packets_of(without(segments, second))))
    assert session.handshake.cut_leaf


def test_contradicting_segments_are_counted(take):
    """Bytes that come again and differ are counted, and the first ones are believed."""
    segments = connection(SESSION, mss=536)
    second = data(segments, Side.SERVER)[1]
    forged = replace(segments[second], payload=bytes(536))
    session = one(take(packets_of([*segments[: second + 1], forged, *segments[second + 1 :]])))
    assert session.captured.overlaps > 500
    assert session.handshake.certificates == encoded(OWNER)


def test_a_capture_that_begins_after_the_syn(take):
    """Without the SYNs a session is read from its hello on."""
    session = one(take(packets_of(connection(SESSION)[3:])))
    assert session.captured.frame == 1
    assert session.captured.syn_ack_ttl is None
    assert session.handshake.reached is Reached.PROOF


def test_a_capture_that_begins_after_the_hello_has_no_session(take):
    """Application data of a session whose handshake was before the capture says nothing."""
    segments = connection(SESSION)
    last = data(segments, Side.CLIENT)[-1]
    assert take(packets_of(segments[last:])) == []


@pytest.mark.parametrize("side", Side)
def test_one_side_is_enough(take, side):
    """A capture of one direction shows what that direction says, and claims nothing of the other."""
    segments = [one for one in connection(SESSION) if one.side is side]
    session = one(take(packets_of(segments)))
    assert not session.captured.complete
    assert session.failure is None
    if side is Side.SERVER:
        assert session.handshake.certificates == encoded(OWNER)
        assert session.host == "198.51.100.7"
        assert session.captured.client == "192.0.2.10:50122"
    else:
        assert session.host == HOST
        assert session.handshake.reached is Reached.NOTHING


def test_behind_a_proxy_the_endpoint_is_who_was_asked_for(take):
    """A session behind CONNECT keeps the proxy as its route."""
    opening = [
        Turn(Side.CLIENT, b"CONNECT other.example:8443 HTTP/1.1\r\n\r\n"),
        Turn(Side.SERVER, b"HTTP/1.1 200 OK\r\n\r\n"),
    ]
    route = Route(server="192.0.2.1", server_port=3128)
    session = one(take(packets_of(connection([*opening, *SESSION]), route)))
    assert (session.host, session.port) == (HOST, 8443)
    assert session.via == "http://192.0.2.1:3128"
    assert session.address is None
    assert session.captured.prelude == "connect"
    assert session.captured.server == "192.0.2.1:3128"


def test_a_reset_after_the_hello_is_a_failure(take):
    """A server that resets where its answer is awaited blocks the session."""
    turns = tls12(OWNER, HOST, label="unanswered", silent=True)
    session = one(take(packets_of(connection(turns, ending=Ending.RESET))))
    assert session.failure is not None
    assert session.failure.kind is FailureKind.RESET


def test_an_answer_in_plain_text_is_a_failure(take):
    """A box that answers the hello with a page instead of TLS is quoted."""
    hello = tls12(OWNER, HOST, label="page", silent=True)
    page = b"HTTP/1.1 403 Forbidden\r\nServer: gateway\r\n\r\n"
    session = one(take(packets_of(connection([*hello, Turn(Side.SERVER, page)]))))
    assert session.failure is not None
    assert session.failure.kind is FailureKind.PLAINTEXT_HTTP
    assert "403" in session.failure.detail


def test_silence_after_a_hello_that_arrived(take):
    """A box that takes the hello and says nothing is silent, once the capture goes on long enough."""
    hello = connection(tls12(OWNER, HOST, label="silence", silent=True), ending=Ending.OPEN)
    size = len(hello[-1].payload)
    arrived = replace(
        hello[-1],
        side=Side.SERVER,
        seq=hello[-1].ack,
        ack=hello[-1].seq + size,
        payload=b"",
        flags=ACK,
    )
    later = packets_of(connection(SESSION, begin=20_000_000), Route(client_port=1))
    _, silent = take([*packets_of([*hello, arrived]), *later])
    assert silent.failure is not None
    assert silent.failure.kind is FailureKind.SILENCE
    # A capture that ends at once after the hello shows nothing of the kind.
    assert one(take(packets_of([*hello, arrived]))).failure is None


def tds(kind, data):
    """Bytes in packets of SQL Server's protocol."""
    return b"".join(
        bytes((kind, 1))
        + (8 + len(data[at : at + 500])).to_bytes(2)
        + bytes(4)
        + data[at : at + 500]
        for at in range(0, len(data), 500)
    )


def test_tls_inside_the_packets_of_another_protocol(take):
    """SQL Server wraps the handshake in packets of its own; they are taken off."""
    kinds = {Side.CLIENT: 0x12, Side.SERVER: 0x04}
    opening = [Turn(Side.CLIENT, tds(0x12, bytes(26))), Turn(Side.SERVER, tds(0x04, bytes(26)))]
    wrapped = [Turn(turn.side, tds(kinds[turn.side], turn.data)) for turn in SESSION]
    session = one(take(packets_of(connection([*opening, *wrapped]))))
    assert session.captured.prelude == "tds"
    assert session.handshake.certificates == encoded(OWNER)
    assert session.handshake.anomalies == ()


def test_an_answer_in_plain_text_without_the_syns(take):
    """The same where the capture begins after the SYNs, and nothing says where the answer begins."""
    hello = tls12(OWNER, HOST, label="page", silent=True)
    page = b"HTTP/1.1 403 Forbidden\r\nServer: gateway\r\n\r\n"
    segments = connection([*hello, Turn(Side.SERVER, page)])[3:]
    segments[0] = replace(segments[0], flags=0, ack=0)
    session = one(take(packets_of(segments)))
    assert session.failure is not None
    assert session.failure.kind is FailureKind.PLAINTEXT_HTTP


def test_tls13_without_keys_shows_how_much_is_sealed(take):
    """The certificate flight of TLS 1.3 is closed, but its size is seen."""
    turns, _ = tls13(OWNER, HOST, label="sealed")
    session = one(take(packets_of(connection(turns))))
    assert session.handshake.certificates == ()
    assert session.handshake.sealed > 1000


def scan(count):
    """SYNs from as many ports, unanswered, before an honest session."""
    [syn] = [one for one in connection(SESSION) if one.flags == SYN]
    for n in range(count):
        route = Route(client=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
        [packet] = packets_of([replace(syn, at=0)], route)
        yield packet


def test_half_open_connections_are_let_go(take, monkeypatch):
    """More SYNs than are kept cost the other sessions nothing."""
    monkeypatch.setattr(flows, "MAX_PENDING", 100)
    monkeypatch.setattr(flows, "MAX_KNOWN", 10_000)
    packets = [*scan(2000), *packets_of(connection(SESSION, begin=1))]
    session = one(take(packets))
    assert session.captured.stream == 2000
    assert session.handshake.reached is Reached.PROOF


def test_connections_at_work_are_let_go(tmp_path, monkeypatch):
    """More unfinished handshakes than are kept are given as far as they came, and it is said."""
    monkeypatch.setattr(flows, "MAX_OPEN", 64)
    hello = tls12(OWNER, HOST, label="unanswered", silent=True)
    packets = interleaved(
        *(
            packets_of(connection(hello, begin=n, ending=Ending.OPEN), Route(client_port=1000 + n))
            for n in range(200)
        )
    )
    found, problems = heard_in(tmp_path, packets)
    assert len(found) == 200
    assert any("let go" in one for one in problems)


def test_connections_that_are_forgotten_are_named(tmp_path, monkeypatch):
    """Where more connections are known than can be, it is said that some count twice."""
    monkeypatch.setattr(flows, "MAX_PENDING", 10)
    monkeypatch.setattr(flows, "MAX_KNOWN", 100)
    _, problems = heard_in(tmp_path, [*scan(1000)])
    assert any("forgotten" in one for one in problems)


def test_a_long_plain_connection_is_dropped_early(take, monkeypatch):
    """A connection that is no TLS is looked at only until that is clear."""
    looked_at = []
    taken = work.Connection.take

    def counted(self, rows, place, packets):
        following = taken(self, rows, place, packets)
        looked_at.append(following - place)
        return following

    monkeypatch.setattr(work.Connection, "take", counted)
    page = [Turn(Side.CLIENT, b"GET / HTTP/1.1\r\n\r\n"), Turn(Side.SERVER, bytes(1_000_000))]
    assert take(packets_of(connection(page))) == []
    assert 0 < sum(looked_at) < 10


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=60)), max_size=12), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_packets_raise(tmp_path, noise, data):
    """Spoiled packets of a session, in any order, never raise."""
    packets = packets_of(connection(SESSION, mss=300))
    spoiled = []
    for packet in data.draw(st.permutations(packets)):
        raw = bytearray(packet.data)
        for _ in range(data.draw(st.sampled_from((0, 0, 0, 1, 2)))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        spoiled.append(Packet(packet.at, bytes(raw)))
    spoiled += [Packet(place, raw) for place, raw in noise]
    heard_in(tmp_path, spoiled)


def test_a_minted_chain_is_read_like_any_other(take):
    """The reader has no opinion of who signed."""
    session = one(take(packets_of(connection(tls12(FIREWALL, HOST, label="minted")))))
    assert session.handshake.certificates == encoded(FIREWALL)


def test_a_tcp_stack_that_sends_data_with_its_syn(take):
    """TCP Fast Open: the hello comes with the SYN (RFC 7413)."""
    segments = connection(SESSION)
    hello = data(segments, Side.CLIENT)[0]
    opened = replace(segments[0], payload=segments[hello].payload, flags=SYN)
    rest = [one for place, one in enumerate(segments) if place not in (0, hello)]
    session = one(take(packets_of([opened, *rest])))
    assert session.handshake.reached is Reached.PROOF
