"""The reader where it only listens: when it has heard enough, and what is left of what loss has cut."""

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from OpenSSL import SSL

from tests.handshake.test_reader import VERSIONS, rechunked, refragmented, talk
from tests.peers import (
    HOST,
    STARTED,
    client_context,
    converse,
    identity,
    server_context,
    session_of,
)
from tests.server13 import block, extension, message, record
from tlsprobe.crypto.keys import KeyLog, NoKeys
from tlsprobe.handshake.events import AnomalyKind, CertificatesCut, KeyProof
from tlsprobe.handshake.reader import Reader, events, read
from tlsprobe.handshake.side import PATIENCE
from tlsprobe.handshake.summary import Reached
from tlsprobe.handshake.transcript import Direction, Ending, Gap, Origin, Segment, Transcript
from tlsprobe.wire.records import HEADER, KEPT_OF_GARBAGE

C, S = Direction.CLIENT, Direction.SERVER
FINISHED_SHA384 = 4 + 48 + 1 + 16
ALERT = 2 + 1 + 16
OLDER = [name for name in VERSIONS if name != "TLS 1.3"]


@pytest.fixture(scope="module")
def authority():
    """A CA."""
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority):
    """Who the server is."""
    return identity(authority, HOST)


@pytest.fixture(scope="module")
def client(authority):
    """Who the client is, where it is asked."""
    return identity(authority, "client.example.com")


def heard(segments, keys=NoKeys()):
    """The reader, as it stands when it says that it is over; or at the end."""
    reader = Reader(keys)
    for one in segments:
        if isinstance(one, Gap):
            reader.gap(one.direction, one.size, one.at)
        else:
            reader.feed(one.direction, one.data, one.at)
        if reader.over:
            return reader
    return reader


def said(*pieces):
    """A transcript of (direction, bytes) pairs."""
    return Transcript(
        origin=Origin.CAPTURE, client=None, server=None, started=STARTED, ending=Ending.OPEN,
        segments=tuple(Segment(direction, data) for direction, data in pieces),
    )  # fmt: skip


def only(transcript, direction):
    """The segments of one direction."""
    return [one for one in transcript.segments if one.direction is direction]


class TestOver:
    """When nothing that may still come could change what was read."""

    @pytest.mark.parametrize("keys", [True, False])
    @pytest.mark.parametrize("version", VERSIONS)
    def test_what_comes_after_changes_nothing(self, version, keys, server):
        """It comes before the last bytes, and the handshake is then what it is at the end."""
        transcript, log = talk(server, version=version)
        log = log if keys else NoKeys()
        for sizes in ([1], [7, 300], [20000]):
            segments = rechunked(transcript, sizes).segments
            reader = heard(segments, log)
            assert reader.over
            assert reader.handshake == read(transcript, log)
        assert not heard(transcript.segments[:2], log).over

    @pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3"])
    def test_the_clients_certificate_is_waited_for(self, version, server, client):
        """Mutual TLS: what the client answers the request with is read first."""
        log, only_this = KeyLog(), (VERSIONS[version][0],) * 2
        transcript = converse(
            client_context(log, versions=only_this, who=client),
            server_context(server, versions=only_this, client_authorities=(server.chain[0],)),
        )
        reader = heard(rechunked(transcript, [50]).segments, log)
        assert reader.over
        assert reader.handshake.client_certificates == client.presented[:1]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_the_clients_refusal_is_waited_for(self, version, server):
        """What a client says that does not know the CA is read, in whatever way it says so."""
        log, only_this = KeyLog(), (VERSIONS[version][0],) * 2
        context = client_context(log, versions=only_this)
        context.set_verify(SSL.VERIFY_PEER)
        transcript = converse(context, server_context(server, versions=only_this))
        for keys in (log, NoKeys()):
            reader = heard(rechunked(transcript, [9]).segments, keys)
            assert reader.over
            assert [one.alert.name for one in reader.handshake.alerts] == ["unknown_ca"]
            assert reader.handshake.client_sealed is None

    def test_a_sealed_refusal(self, server):
        """Clients that seal it are told by its size: it is no Finished."""
        transcript, _ = talk(server)
        reader = heard([*transcript.segments[:2], Segment(C, record(23, bytes(ALERT)))])
        assert reader.over
        assert reader.handshake.client_sealed == ALERT

    def test_the_server_broke_it_off(self):
        """A fatal alert of the server's ends it, whatever the client may still say."""
        assert heard(said((S, bytes.fromhex("15030300020228"))).segments).over

    def test_a_client_that_broke_off_early(self, server):
        """What the server had sent by then is still read."""
        transcript, _ = talk(server, version="TLS 1.2")
        hello, flight, *_ = transcript.segments
        alert = Segment(C, bytes.fromhex("15030300020246"))
        head = replace(flight, data=flight.data[:60])
        assert not heard([hello, head, alert]).over
        rest = replace(flight, data=flight.data[60:])
        reader = heard([hello, head, alert, rest])
        assert reader.over
        assert reader.handshake.certificates == server.presented

    def test_a_warning_ends_nothing(self, server):
        """unrecognized_name as a warning lets the handshake go on."""
        transcript, _ = talk(server, version="TLS 1.2")
        hello, *_ = transcript.segments
        assert not heard([hello, Segment(S, bytes.fromhex("15030300020170"))]).over

    def test_a_lost_flight_is_not_waited_for(self, server):
        """With a gap in the server's side only the client's answer is still awaited."""
        transcript, _ = talk(server, version="TLS 1.2")
        hello, flight, answer, *_ = transcript.segments
        gap = Gap(S, 100)
        assert not heard([hello, replace(flight, data=flight.data[:200]), gap]).over
        assert heard([hello, replace(flight, data=flight.data[:200]), gap, answer]).over

    @pytest.mark.parametrize("direction", Direction)
    @pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3"])
    def test_a_side_that_the_capture_does_not_show(self, version, direction, server):
        """It is awaited for a while, since packets of both sides may be recorded out of turn."""
        transcript, _ = talk(server, version=version)
        one_side = only(transcript, direction)
        assert not heard(one_side).over
        more = Segment(direction, record(23, bytes(16000)))
        assert heard([*one_side, *[more] * (PATIENCE // 16000 + 1)]).over

    def test_a_capture_that_begins_in_the_middle(self):
        """Application data from both sides: the handshake was before."""
        data = record(23, bytes(100))
        assert not heard(said((C, data)).segments).over
        assert heard(said((C, data), (S, data)).segments).over

    def test_an_answer_that_is_no_tls(self):
        """Enough of it is awaited to say what it was."""
        page = b"HTTP/1.1 400 Bad Request\r\n" + b" " * KEPT_OF_GARBAGE
        assert not heard(said((S, page[:30])).segments).over
        assert heard(said((S, page)).segments).handshake.garbage == page[:KEPT_OF_GARBAGE]
        assert heard(said((S, page)).segments).over

    def test_nothing_more_is_awaited_after_the_end(self, server):
        """A capture that ends makes it over, and bytes fed later are not read."""
        transcript, _ = talk(server, version="TLS 1.2")
        reader = Reader()
        reader.feed(C, transcript.segments[0].data)
        reader.finish()
        assert reader.over
        before = reader.handshake
        assert reader.feed(S, transcript.segments[1].data) == []
        assert reader.handshake == before


class TestCut:
    """A Certificate message that loss, or the end of the capture, has cut."""

    @staticmethod
    def cut(transcript, at, *, gap=True):
        """The transcript with the server's first flight cut after `at` bytes."""
        hello, flight, *rest = transcript.segments
        cut = replace(flight, data=flight.data[:at])
        return replace(transcript, segments=(hello, cut, *([Gap(S, 500), *rest] if gap else ())))

    @pytest.mark.parametrize("gap", [True, False])
    @pytest.mark.parametrize("version", OLDER)
    def test_inside_the_leaf(self, version, gap, server):
        """Its first bytes are kept, apart from the certificates."""
        transcript, log = talk(server, version=version)
        at = transcript.segments[1].data.index(server.presented[0])
        handshake = read(self.cut(transcript, at + 200, gap=gap), log)
        assert handshake.certificates == ()
        assert handshake.certificates_cut
        assert handshake.cut_leaf == server.presented[0][:200]
        assert handshake.reached is Reached.SERVER_HELLO
        assert not handshake.resumed

    @pytest.mark.parametrize("version", OLDER)
    def test_behind_the_leaf(self, version, server):
        """What came whole counts as the chain, which is said to be cut."""
        transcript, log = talk(server, version=version)
        at = transcript.segments[1].data.index(server.presented[1])
        handshake = read(self.cut(transcript, at + 200), log)
        assert handshake.certificates == server.presented[:1]
        assert handshake.certificates_cut
        assert handshake.cut_leaf == b""
        assert handshake.reached is Reached.CERTIFICATE
        assert [one.kind for one in handshake.anomalies] == [AnomalyKind.GAP]

    def test_behind_the_chain(self, server):
        """A cut behind the Certificate message cuts no chain."""
        transcript, log = talk(server, version="TLS 1.2")
        last = server.presented[-1]
        at = transcript.segments[1].data.index(last) + len(last)
        handshake = read(self.cut(transcript, at + 20), log)
        assert handshake.certificates == server.presented
        assert not handshake.certificates_cut

    @pytest.mark.parametrize("seal_in", [100])
    def test_inside_an_opened_flight(self, seal_in, server):
        """TLS 1.3 with keys: the records that came whole are opened, and the cut lies between."""
        from tests.handshake.test_reader import scripted

        leaf = extension(18, b"timestamps")
        transcript, crafted = scripted(who=server, leaf_extensions=leaf, seal_in=seal_in)
        sealed_size = HEADER + seal_in + 1 + 16
        flight = transcript.segments[1].data
        seen = set()
        for records in range(1, 12):
            at = flight.index(b"\x17\x03\x03") + records * sealed_size
            handshake = read(self.cut(transcript, at), crafted.keys)
            seen.add(len(handshake.certificates))
            if handshake.certificates_cut:
                rest = len(handshake.certificates)
                assert handshake.certificates == server.presented[:rest]
                assert server.presented[0].startswith(handshake.cut_leaf)
                assert bool(handshake.cut_leaf) is (rest == 0)
                assert len(handshake.sct_lists) in ((0, 1) if rest else (0,))
        assert seen >= {0, 1}

    def test_messages_of_a_torn_record_count(self, server):
        """A server that writes its whole flight into one record: what came whole of it is read."""
        transcript, log = talk(server, version="TLS 1.2")
        flight = transcript.segments[1].data
        messages = b""
        place = 0
        while place < len(flight):
            size = int.from_bytes(flight[place + 3 : place + 5])
            messages += flight[place + 5 : place + 5 + size]
            place += 5 + size
        hello = transcript.segments[0]
        joined = record(22, messages)
        for at, whole in ((-100, server.presented), (300, ())):
            torn = said((C, hello.data), (S, joined[:at]))
            handshake = read(torn, log)
            assert handshake.server_hello is not None
            assert handshake.certificates == whole
            assert handshake.certificates_cut is not bool(whole)

    def test_it_is_told_once(self, server):
        """The end of a capture behind a gap tells nothing again."""
        transcript, log = talk(server, version="TLS 1.2")
        found = list(events(self.cut(transcript, 400), log))
        assert sum(isinstance(one, CertificatesCut) for one in found) == 1
        reader = Reader()
        reader.finish()
        assert reader.finish() == []

    @given(st.data())
    def test_wherever_it_is_cut(self, cut_transcripts, data):
        """However the bytes came and wherever they end, only what the server sent is shown."""
        transcript, presented = data.draw(st.sampled_from(cut_transcripts))
        flight = transcript.segments[1].data
        at = data.draw(st.integers(1, len(flight)))
        cut = self.cut(transcript, at, gap=data.draw(st.booleans()))
        handshake = read(cut)
        whole = len(handshake.certificates)
        assert handshake.certificates == presented[:whole]
        assert presented[0].startswith(handshake.cut_leaf)
        assert handshake.certificates_cut or whole in (0, len(presented))
        assert read(rechunked(cut, [13, 1, 150])) == handshake

    @pytest.fixture(scope="module")
    @staticmethod
    def cut_transcripts(server):
        """Real handshakes, and one in small records."""
        made = [talk(server, version=version)[0] for version in OLDER]
        small = [replace(one, data=refragmented(one.data, 90)) for one in made[-1].segments[:2]]
        made.append(replace(made[-1], segments=tuple(small)))
        return [(one, server.presented) for one in made]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_a_gap_in_application_data(self, version, server):
        """Loss after the handshake is no oddity of the handshake."""
        transcript, log = talk(server, version=version)
        later = (Gap(S, 1460), Gap(C, 1460))
        lossy = replace(transcript, segments=(*transcript.segments, *later))
        assert read(lossy, log) == read(transcript, log)
        assert read(lossy).anomalies == ()


class TestResumed:
    """Sessions that are taken up again."""

    @pytest.mark.parametrize("version", VERSIONS)
    def test_resumed(self, version, server):
        """By ticket or session id before TLS 1.3, by a pre-shared key in it; nothing is proven."""
        log, only_this = KeyLog(), (VERSIONS[version][0],) * 2
        theirs = server_context(server, versions=only_this)
        theirs.set_session_id(b"tests")
        ours = client_context(log, versions=only_this)
        transcript = converse(ours, theirs, data=b"GET /", session=session_of(ours, theirs))
        for keys in (log, NoKeys()):
            reader = heard(rechunked(transcript, [11]).segments, keys)
            assert reader.over
            assert reader.handshake == read(transcript, keys)
            assert reader.handshake.resumed
            assert reader.handshake.certificates == ()
            assert reader.handshake.key_proof is KeyProof.NOT_SEEN
            assert reader.handshake.anomalies == ()

    def test_by_session_id_alone(self, server):
        """Without tickets the server goes straight from its hello to ChangeCipherSpec."""
        only_this = (SSL.TLS1_2_VERSION,) * 2
        theirs, ours = server_context(server, versions=only_this), client_context(KeyLog())
        for one in (theirs, ours):
            one.set_options(SSL.OP_NO_TICKET)
        theirs.set_session_id(b"tests")
        session = session_of(ours, theirs)
        transcript = converse(ours, theirs, session=session)
        assert read(transcript).resumed

    @pytest.mark.parametrize("version", VERSIONS)
    def test_full_handshakes_are_not(self, version, server):
        """A handshake with a certificate, and one that ends behind the ServerHello."""
        transcript, log = talk(server, version=version)
        assert not read(transcript, log).resumed
        assert not read(transcript).resumed
        server_hello = transcript.segments[1].data
        end = HEADER + int.from_bytes(server_hello[3:5])
        first = replace(transcript.segments[1], data=server_hello[:end])
        short = replace(transcript, segments=(transcript.segments[0], first))
        assert not read(short, log).resumed

    def test_anonymous_suites_are_not(self, server):
        """They show no certificate either, but have a key exchange."""
        transcript, log = talk(server, version="TLS 1.2", ciphers="AECDH-AES128-SHA:@SECLEVEL=0")
        handshake = read(transcript, log)
        assert handshake.certificates == ()
        assert handshake.reached is Reached.PROOF
        assert not handshake.resumed

    def test_a_gap_that_hides_the_certificate(self, server):
        """A lost certificate is no resumption."""
        transcript, _ = talk(server, version="TLS 1.2")
        hello, flight, answer, final, *_ = transcript.segments
        head = replace(flight, data=flight.data[:90])
        lossy = replace(transcript, segments=(hello, head, Gap(S, 1000), answer, final))
        handshake = read(lossy)
        assert handshake.server_hello is not None
        assert not handshake.resumed


class TestSealed:
    """What can be seen of TLS 1.3 without keys."""

    def test_sizes(self, server):
        """The records of the server's flight, and the client's Finished."""
        handshake = read(talk(server)[0])
        assert sum(handshake.sealed_records) == handshake.sealed
        assert len(handshake.sealed_records) == 4
        assert handshake.sealed_records[-1] == FINISHED_SHA384
        assert handshake.client_sealed == FINISHED_SHA384

    def test_nothing_is_sealed_that_is_read(self, server):
        """With keys, and before TLS 1.3, there are no such sizes."""
        transcript, log = talk(server)
        older, _ = talk(server, version="TLS 1.2")
        for handshake in (read(transcript, log), read(older)):
            assert handshake.sealed_records == ()
            assert handshake.client_sealed is None

    def test_an_endless_flight(self, server):
        """Only the first sizes are kept; the sum goes on."""
        transcript, _ = talk(server)
        hello, flight, *_ = transcript.segments
        endless = said((C, hello.data), (S, flight.data), *[(S, record(23, bytes(30)))] * 50)
        handshake = read(endless)
        assert len(handshake.sealed_records) == 16
        assert handshake.sealed > sum(handshake.sealed_records)

    def test_a_sealed_record_before_the_hello_was_seen(self, server):
        """Recorded out of turn it is the first all the same, and what follows it is not."""
        transcript, _ = talk(server)
        hello, flight, answer, *_ = transcript.segments
        handshake = read(replace(transcript, segments=(hello, answer, flight, answer)))
        assert handshake.client_sealed is None

    def test_early_data(self, server):
        """Early data is no answer to the flight, and hides which record is one."""
        offer = block(extension(43, b"\x02\x03\x04") + extension(42, b""))
        hello = message(
            1, b"\x03\x03" + bytes(32) + b"\0" + b"\x00\x02\x13\x01" + b"\x01\x00" + offer
        )
        answer = message(
            2, b"\x03\x03" + bytes(32) + b"\0" + b"\x13\x01" + b"\0"
            + block(extension(43, b"\x03\x04")),
        )  # fmt: skip
        early, flight = (C, record(23, bytes(300))), (S, record(23, bytes(3000)))
        begin = [(C, record(22, hello)), early]
        sent = [*begin, (S, record(22, answer)), early, flight]
        assert not heard(said(*sent).segments).over
        reader = heard(said(*sent, (C, record(23, bytes(53)))).segments)
        assert reader.over
        assert reader.handshake.client_sealed is None
        assert reader.handshake.sealed == 3000


class TestOldHello:
    """Clients that begin in SSL 2.0's format (RFC 5246 appendix E.2)."""

    HELLO = b"\x01\x03\x03\0\x06\0\0\0\x10" + b"\0\xc0\x09\x01\0\x80" + bytes(range(1, 17))
    RECORD = b"\x80" + bytes([len(HELLO)]) + HELLO

    def test_its_answer_is_read(self, server):
        """The server's answer is read as any other, and is one to this offer."""
        transcript, _ = talk(
            server, version="TLS 1.2", ciphers="ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
        )
        _, flight, *rest = transcript.segments
        segments = (Segment(C, self.RECORD), flight, *rest)
        handshake = read(replace(transcript, segments=segments))
        assert read(rechunked(replace(transcript, segments=segments), [1])) == handshake
        assert handshake.client_hello.ssl2 == self.HELLO
        assert handshake.client_hello.cipher_suites == (0xC009,)
        assert handshake.certificates == server.presented
        assert all("was not offered" in one.detail for one in handshake.anomalies)

    def test_a_malformed_one(self):
        """It is named, and no hello."""
        broken = self.RECORD[:6] + b"\x05" + self.RECORD[7:]
        handshake = read(said((C, broken)))
        assert handshake.client_hellos == ()
        assert [one.kind for one in handshake.anomalies] == [AnomalyKind.MALFORMED_MESSAGE]


pieces = st.tuples(st.sampled_from(Direction), st.one_of(st.binary(max_size=80), st.integers(1, 9)))


@given(st.lists(pieces, max_size=10))
def test_no_bytes_and_no_gaps_raise(said):
    """Whatever is heard and wherever it breaks off, there is a handshake, and an end to it."""
    reader = Reader()
    for direction, one in said:
        if isinstance(one, int):
            reader.gap(direction, one)
        else:
            reader.feed(direction, one)
        assert reader.over in (True, False)
    reader.finish()
    handshake = reader.handshake
    assert reader.over
    assert reader.finish() == []
    assert reader.handshake == handshake
