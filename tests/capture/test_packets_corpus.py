"""Captures that others took, where they are: the same session in every wrapping, and tshark's view."""

import subprocess
from collections import defaultdict
from pathlib import Path
from shutil import which

import pytest

from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.packets import Dissector

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "a"
DERIVED = CORPUS / "derived"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of captures is not beside this repository"
)

WRAPPINGS = [
    "every_packet_twice", "gre", "gre_key_seq_teb", "ip_fragments",
    "ip_fragments_reversed", "ipip", "ipv6", "ipv6_hopbyhop", "linktype_ipv4_228",
    "linktype_loop", "linktype_null", "linktype_ppp", "linktype_raw101", "linktype_sll",
    "linktype_sll2", "mpls", "out_of_order", "qinq", "two_ifaces_eth_raw", "vlan", "vxlan",
]  # fmt: skip

# Frames in which tshark sees no data, and why.
TSHARK_DIFFERS = {
    "pcap_flow_lab_showcase.pcap": {1327},  # a pseudowire without a control word
    "tls_invalid_reads.pcap": {
        2
    },  # an IP length that is wrong: only the record tells that nothing was cut off
}
ODD = [
    "ntop+nDPI/tests/cfgs/default/pcap/6in4tunnel.pcap",
    "ntop+nDPI/tests/cfgs/default/pcap/vxlan.pcap",
    "ntop+nDPI/tests/cfgs/default/pcap/tls_invalid_reads.pcap",
    "ntop+nDPI/tests/cfgs/default/pcap/selfsigned.pcap",
    "AlexeyVasilev+PcapFlowLab/examples/showcase/pcap_flow_lab_showcase.pcap",
    "AlexeyVasilev+PcapFlowLab/tests/data/parsing/tls/ipv4_tls_constricted_1.pcap",
    "derived/ms_login.snaplen_96.pcap",
]
ODD += [
    path.relative_to(CORPUS).as_posix()
    for name in ("pppoe-over-qinq.pcap", "geneve-47101.pcap")
    for path in CORPUS.rglob(name)
]


def found_in(file):
    """(frame, segment) of all that a file holds."""
    dissector = Dissector()
    with open_capture(str(file)) as container:
        for batch in container:
            columns = (batch.links, batch.starts, batch.sizes, batch.times)
            rows = zip(*(column.tolist() for column in columns), strict=True)
            for frame, (link, start, size, time) in enumerate(rows, batch.first_frame):
                packet = batch.data[start : start + size].tobytes()
                for segment in dissector.segments(link, packet, frame, time):
                    yield frame, segment
    assert not dissector.unknown_links


def streams(file):
    """The bytes of each direction, by its ports."""
    pieces = defaultdict(dict)
    for _, one in found_in(file):
        if one.payload:
            pieces[one.source_port, one.target_port].setdefault(one.seq, one.payload)
    return {ports: b"".join(held[seq] for seq in sorted(held)) for ports, held in pieces.items()}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_the_same_session(name):
    """However the session is carried, the bytes of both directions are the same."""
    plain = streams(DERIVED / "ms_login.pcap")
    assert {ports: len(data) for ports, data in plain.items()} == {
        (60534, 443): 1808, (443, 60534): 6621,
    }  # fmt: skip
    suffix = "pcapng" if name == "two_ifaces_eth_raw" else "pcap"
    assert streams(DERIVED / f"ms_login.{name}.{suffix}") == plain


@pytest.mark.skipif(which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("path", ODD, ids=lambda path: Path(path).name)
def test_tshark_sees_the_same(path):
    """The innermost segments with data are those that tshark finds: frames, ports and lengths."""
    file = CORPUS / path
    fields = ("frame.number", "tcp.srcport", "tcp.dstport", "tcp.len")
    done = subprocess.run(
        ["tshark", "-r", file, "-T", "fields", *(word for one in fields for word in ("-e", one))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wanted = {}
    for line in done.stdout.splitlines():
        frame, *rest = line.split("\t")
        if rest[-1]:
            source, target, size = (int(values.split(",")[-1]) for values in rest)
            wanted[int(frame)] = (source, target, size)
    wrong = TSHARK_DIFFERS.get(file.name, set())
    found = {
        frame: (one.source_port, one.target_port, len(one.payload) + one.missing)
        for frame, one in found_in(file)
    }
    assert {frame for frame in wrong if found.get(frame) != wanted.get(frame)} == wrong
    for frame in wrong:
        found.pop(frame)
        wanted.pop(frame, None)
    assert {frame: one for frame, one in found.items() if one[2]} == {
        frame: one for frame, one in wanted.items() if one[2]
    }
