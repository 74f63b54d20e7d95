"""Building from a spec, and taking hellos out of captures."""

import gzip
import json
from pathlib import Path

import pytest

from tests.hello.stream import Stream
from tlsprobe.errors import InputError, UsageError
from tlsprobe.hello import fingerprint, templates
from tlsprobe.hello.craft import build, hello_of_capture
from tlsprobe.hello.spec import ClientHelloSpec
from tlsprobe.hello.template import Template, read_record

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
HOST = "login.example.com"


@pytest.fixture(scope="module")
def layers():
    """scapy, as these tests write captures with it."""
    from scapy.layers.inet import IP, TCP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Dot1Q, Ether
    from scapy.utils import wrpcap, wrpcapng

    return {one.__name__: one for one in (IP, TCP, IPv6, Ether, Dot1Q, wrpcap, wrpcapng)}


@pytest.fixture(scope="module")
def record():
    """A hello that takes two segments."""
    return templates.load("chrome").stamp(server_name=HOST, entropy=Stream()).record


@pytest.fixture
def capture(layers, tmp_path):
    """Writes a capture of TCP segments, given as (offset, data) or (offset, data, port)."""

    def write(*segments, name="a.pcap", base=1000, below=None, writer="wrpcap"):
        path = str(tmp_path / name)
        packets = []
        for offset, data, *port in segments:
            ports = {"sport": port[0] if port else 50000, "dport": 443}
            tcp = layers["TCP"](**ports, seq=(base + offset) % 2**32, flags="PA")
            packets.append((below or layers["Ether"]() / layers["IP"]()) / tcp / data)
        layers[writer](path, packets)
        return path

    return write


def test_unknown_code_points_can_be_offered():
    """A spec may hold numbers that nobody has registered, in every list."""
    spec = ClientHelloSpec(
        name="odd",
        description="for a test",
        cipher_suites=(0x1234, 0x1301),
        extension_order=(0x4242, 10, 43),
        versions=(0x7F1C,),
        groups=(0x4321,),
    )
    hello = read_record(build(spec))[1]
    assert fingerprint.ja3(hello).text == "771,4660-4865,16962-10-43,17185,"


def test_share_of_unknown_size():
    """A share cannot be laid out for a group whose size is not known."""
    spec = ClientHelloSpec(
        name="odd",
        description="for a test",
        cipher_suites=(0x1301,),
        extension_order=(51,),
        key_shares=(0x4321,),
    )
    with pytest.raises(UsageError, match="0x4321"):
        build(spec)


@pytest.mark.parametrize("writer", ["wrpcap", "wrpcapng"])
def test_hello_of_one_flow_among_others(capture, record, writer):
    """The hello is put together from its own flow, whatever else stands between."""
    path = capture(
        (0, b"GET / HTTP/1.1\r\n\r\n", 40000),
        (0, record[:1400]),
        (1400, b"not of this flow", 40000),
        (1400, record[1400:]),
        writer=writer,
    )
    assert hello_of_capture(path, 2) == record


@pytest.mark.parametrize(
    "order",
    [(0, 2, 1), (0, 0, 1, 1, 2), (0, 1, 2, 0)],
    ids=["disorder", "doubles", "late double"],
)
def test_segments_are_sorted_out(capture, record, order):
    """Disordered and retransmitted segments give the hello all the same."""
    pieces = [(0, record[:700]), (700, record[700:1400]), (1400, record[1400:])]
    assert hello_of_capture(capture(*(pieces[at] for at in order)), 1) == record


def test_overlap_and_wrap(capture, record):
    """Segments may overlap, and sequence numbers pass 2^32 in the middle of a hello."""
    path = capture((0, record[:900]), (500, record[500:1500]), (1400, record[1400:]), base=-600)
    assert hello_of_capture(path, 1) == record


def test_later_packet_of_the_hello_will_do(capture, record):
    """The last packet, which Wireshark shows the hello at, finds it too."""
    path = capture((0, record[:1400]), (0, b"other", 40000), (1400, record[1400:]))
    assert hello_of_capture(path, 3) == record


def test_second_hello_behind_change_cipher_spec(capture, record):
    """An answer to a HelloRetryRequest is found behind its compatibility record."""
    path = capture((0, bytes.fromhex("140303000101") + record[:700]), (706, record[700:]))
    assert hello_of_capture(path, 1) == record


def test_only_the_hello_is_taken(capture, record):
    """What the client sends behind its hello, such as early data, is left out."""
    path = capture((0, record[:1400]), (1400, record[1400:] + b"\x17\x03\x03\x00\x01x"))
    assert hello_of_capture(path, 1) == record


def test_link_layers_and_address_families(capture, layers, record):
    """VLAN tags and IPv6 are no hindrance, nor is a compressed file."""
    below = layers["Ether"]() / layers["Dot1Q"](vlan=7) / layers["IPv6"]()
    path = Path(capture((0, record[:1400]), (1400, record[1400:]), below=below))
    assert hello_of_capture(str(path), 1) == record
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert hello_of_capture(str(packed), 1) == record


def test_argument_names_a_captured_hello(capture, record):
    """``FILE#FRAME`` gives a template that goes by that name and keeps JA3 and JA4."""
    path = capture((0, record[:1400]), (1400, record[1400:]), name="odd#name.pcap")
    template = templates.choose(f"{path}#1")
    assert template.profile == f"{path}#1"
    hello = read_record(template.stamp(server_name=HOST, entropy=Stream()).record)[1]
    original = read_record(record)[1]
    assert fingerprint.ja3(hello) == fingerprint.ja3(original)
    assert fingerprint.ja4(hello) == fingerprint.ja4(original)


@pytest.mark.parametrize("text", ["#3", "a.pcap#", "a.pcap#x", "a.pcap#-1", "a.pcap#\u0661"])
def test_argument_that_is_neither(text):
    """An argument with a mark but no file or number is refused in one line."""
    with pytest.raises(UsageError, match="FILE#FRAME") as caught:
        templates.choose(text)
    assert "\n" not in str(caught.value)


def refusal(path, frame):
    """The one line that a capture is refused with."""
    with pytest.raises(InputError) as caught:
        hello_of_capture(str(path), frame)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


def test_file_that_is_not_there(tmp_path):
    """A missing file is named."""
    assert refusal(tmp_path / "no.pcap", 1) == "No such file or directory"


def test_folder_is_no_file(tmp_path):
    """A folder is named, with what it is."""
    assert refusal(tmp_path, 1) == "Is a directory"


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8bhello", bytes(100)])
def test_file_that_is_no_capture(tmp_path, content):
    """A file of another kind is refused with what was expected."""
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert refusal(path, 1) == "expected a capture (pcap or pcapng)"


@pytest.mark.parametrize("frame", [0, 3])
def test_frame_that_is_not_there(capture, record, frame):
    """A number out of range is refused with how many packets there are."""
    path = capture((0, record[:1400]), (1400, record[1400:]))
    assert refusal(path, frame) == f"there is no frame {frame}: the capture has 2"


def test_frame_without_tcp_data(capture, layers, record):
    """A packet without TCP data is refused."""
    assert "no TCP data" in refusal(capture((0, b"")), 1)
    path = str(Path(capture((0, record))).with_name("arp.pcap"))
    layers["wrpcap"](path, [layers["Ether"](type=0x0806) / bytes(28)])
    assert "no TCP data" in refusal(path, 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "no TLS record"),
        (bytes.fromhex("1603030004 0e000000"), "no ClientHello"),
        (bytes.fromhex("1703030004 0e000000"), "no handshake record"),
        (bytes.fromhex("160301000a 010000060303 00000000"), "client random is cut off"),
        (bytes.fromhex("1603014000 01004000") + bytes(9), "not complete"),
    ],
)
def test_frame_without_a_usable_hello(capture, data, reason):
    """What stands in the place of a hello is said."""
    text = refusal(capture((0, data)), 1)
    assert "frame 1" in text
    assert reason in text


def test_hello_that_is_cut(capture, record):
    """A hello whose end was not captured is refused as such."""
    text = refusal(capture((0, record[:1400]), (1500, record[1500:])), 1)
    assert text == "the ClientHello of frame 1 is not complete"


def test_capture_that_is_cut(capture, record):
    """A file that ends in the middle of the hello's last packet is refused likewise."""
    path = Path(capture((0, record[:1400]), (1400, record[1400:])))
    path.write_bytes(path.read_bytes()[:-10])
    assert refusal(path, 1) == "the ClientHello of frame 1 is not complete"


def rows(name):
    """What the corpus says of its hellos."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip("the corpus of captures is not beside this repository")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("FoxIO-LLC/ja4", "pcap/browsers-x509.pcapng"),
        ("FoxIO-LLC/ja4", "pcap/tls-non-ascii-alpn.pcapng"),
        ("wireshark/wireshark", "test/captures/tls12-chacha20poly1305.pcap"),
        ("ntop/nDPI", "tests/cfgs/default/pcap/tls_ech.pcapng"),
        ("arkime/arkime", "tests/pcap/tls-split-client-hello.pcap"),
        ("seladb/PcapPlusPlus", "Tests/ExamplesTest/pcap_examples/tls2.pcap"),
    ],
)
def test_captured_hellos_keep_their_fingerprints(repository, path):
    """Hellos of real captures have the JA3 of Wireshark, and have it still when they are stamped."""
    known = [
        row
        for row in rows("truth_tshark.jsonl")
        if (row["repo"], row["path"]) == (repository, path) and row.get("ja3")
    ]
    assert known
    for row in known[:10]:
        file = CORPUS / "a" / repository.replace("/", "+") / path
        record = hello_of_capture(str(file), row["ch_frames"][0])
        hello = read_record(record)[1]
        assert hello.random.hex() == row["client_random"]
        assert fingerprint.ja3(hello).md5 == row["ja3"]
        crafted = Template.parse(record, profile="captured").stamp(
            server_name=HOST, entropy=Stream()
        )
        again = read_record(crafted.record)[1]
        assert again.random != hello.random
        assert fingerprint.ja3(again) == fingerprint.ja3(hello)
        assert fingerprint.ja4(again) == fingerprint.ja4(hello)


def test_captured_hellos_have_the_published_ja4():
    """Hellos of the JA4 project's captures have the JA4 that it publishes for them."""
    frames = {(row["path"], row["client"]): row["ch_frames"] for row in rows("truth_tshark.jsonl")}
    published = [
        row
        for row in rows("truth_ja4.jsonl")
        # The expectation for the capture with odd ALPN bytes is older than the rule for them.
        if row["peer"] == "foxio-python" and "non-ascii" not in row["path"]
    ]
    assert len(published) > 50
    for row in published[:60]:
        file = CORPUS / "a" / row["repo"].replace("/", "+") / row["path"]
        frame = frames[row["path"], row["client"]][row["n"] - 1]
        hello = read_record(hello_of_capture(str(file), frame))[1]
        assert fingerprint.ja4(hello) == row["ja4"]
        assert fingerprint.ja4_raw(hello) == row["ja4_r"]
