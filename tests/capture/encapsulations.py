"""The segment of `carried` in every way that links and tunnels carry it: (link type, packet)."""

from struct import pack

from tests.capture.carried import (
    ADDRESSES,
    PLAIN,
    PLAIN6,
    frame,
    ipv4,
    ipv6,
    outer,
    tcp,
    udp,
)

FRAME = frame(PLAIN)
LLC = bytes.fromhex("aaaa03000000 0800")
LABELS = bytes.fromhex("00064040 0003e93f")  # 100, and 62 at the bottom
BAD_CHECKSUM = PLAIN[:10] + b"\0\0" + PLAIN[12:]  # as a card fills it in later
RADIOTAP = bytes.fromhex("00000c0004000000 02000000")


def gre(kind, body, flags=0, fields=b""):
    """GRE in IPv4."""
    return 101, outer(pack(">HH", flags, kind) + fields + body, 47)


def on_port(port, header, body=FRAME):
    """A tunnel in UDP."""
    return 101, outer(udp(port, header + body), 17)


def wireless(control, header=b"", body=LLC + PLAIN):
    """An 802.11 frame with its control field and what stands behind its three addresses."""
    return control + b"\0\0" + ADDRESSES + ADDRESSES[:6] + b"\x10\0" + header + body


def nflog(order, body, family=2):
    """Netfilter's log: a packet header, an odd prefix, the packet."""
    fields = pack(order + "HH", 8, 1) + bytes.fromhex("08000000")
    fields += pack(order + "HH", 7, 10) + b"in\0\0"
    return bytes((family, 0, 0, 5)) + fields + pack(order + "HH", 4 + len(body), 9) + body


LINKS = {
    "ethernet": (1, FRAME),
    "raw": (101, PLAIN),
    "raw, as BSD numbered it": (12, PLAIN),
    "raw, as OpenBSD did": (14, PLAIN),
    "IPv4": (228, PLAIN),
    "null, little-endian": (0, b"\2\0\0\0" + PLAIN),
    "null, big-endian": (0, b"\0\0\0\2" + PLAIN),
    "loop": (108, b"\0\0\0\2" + PLAIN),
    "PPP": (9, b"\xff\x03\x00\x21" + PLAIN),
    "PPP without address and control": (9, b"\x00\x21" + PLAIN),
    "PPP, all compressed": (9, b"\x21" + PLAIN),
    "PPP in HDLC": (50, b"\xff\x03\x00\x21" + PLAIN),
    "Cisco HDLC as PPP": (50, b"\x0f\x00\x08\x00" + PLAIN),
    "Cisco HDLC": (104, b"\x0f\x00\x08\x00" + PLAIN),
    "PPP with labels": (9, b"\xff\x03\x02\x81" + LABELS + PLAIN),
    "PPPoE": (51, pack(">BBHHH", 0x11, 0, 9, 2 + len(PLAIN), 0x21) + PLAIN),
    "cooked": (113, bytes.fromhex("0000 0001 0006 02aabbccdd01 0000 0800") + PLAIN),
    "cooked LLC": (113, bytes.fromhex("0000 0001 0006 02aabbccdd01 0000 0004") + LLC + PLAIN),
    "cooked with a tag": (
        113, bytes.fromhex("0000 0001 0006 02aabbccdd01 0000 8100 0064 0800") + PLAIN,
    ),
    "cooked, version 2": (
        276, bytes.fromhex("0800 0000 00000002 0001 00 06 02aabbccdd01 0000") + PLAIN,
    ),
    "nflog": (239, nflog("<", PLAIN)),
    "labels": (219, LABELS + PLAIN),
    "802.11": (105, wireless(b"\x08\x02")),
    "802.11 QoS": (105, wireless(b"\x88\x02", b"\0\0")),
    "802.11 QoS with HT control": (105, wireless(b"\x88\x82", bytes(6))),
    "802.11 with four addresses": (105, wireless(b"\x08\x03", ADDRESSES[:6])),
    "radiotap": (127, RADIOTAP + wireless(b"\x08\x01")),
    "enc": (109, pack("<I", 2) + bytes(8) + PLAIN),
    "pflog": (117, bytes((61, 2, 0, 0)) + bytes(60) + PLAIN),
    "pktap": (258, pack("<III", 108, 1, 1) + bytes(96) + FRAME),
    "802.1Q": (1, frame(b"\0\x64\x08\0" + PLAIN, 0x8100)),
    "802.1ad": (1, frame(bytes.fromhex("0002 8100 0003 0800") + PLAIN, 0x88A8)),
    "tags as they were stacked before": (
        1, frame(bytes.fromhex("0002 9100 0003 8100 0004 0800") + PLAIN, 0x9100),
    ),
    "SNAP": (1, frame(LLC + PLAIN, 8 + len(PLAIN))),
    "SNAP in a tag": (1, frame(pack(">HH", 3, 8 + len(PLAIN)) + LLC + PLAIN, 0x8100)),
    "IP as LLC knows it": (1, frame(b"\x06\x06\x03" + PLAIN, 3 + len(PLAIN))),
    "PPPoE in a tag": (
        1,
        frame(pack(">HHBBHHH", 3, 0x8864, 0x11, 0, 9, 2 + len(PLAIN), 0x21) + PLAIN, 0x8100),
    ),
    "MPLS": (1, frame(LABELS + PLAIN, 0x8847)),
    "MPLS multicast": (1, frame(LABELS + PLAIN, 0x8848)),
    "MPLS, checksum left to the card": (1, frame(LABELS + BAD_CHECKSUM, 0x8847)),
    "MPLS with a pseudowire": (1, frame(LABELS + bytes(4) + FRAME, 0x8847)),
    "backbone": (1, frame(bytes(4) + FRAME, 0x88E7)),
    "VN-Tag": (1, frame(bytes(4) + b"\x08\0" + PLAIN, 0x8926)),
    "E-Tag": (1, frame(bytes(6) + b"\x08\0" + PLAIN, 0x893F)),
    "TrustSec": (1, frame(b"\1\1\0\1\0\5\x08\0" + PLAIN, 0x8909)),
}  # fmt: skip
"""Link types, and what lies between a link and IP."""

TUNNELS = {
    "IP in IP": (101, outer(PLAIN, 4)),
    "IPv4 in IPv6": (101, ipv6(PLAIN, 4)),
    "options": (101, ipv4(tcp(), options=b"\x94\4\0\0")),
    "AH": (101, ipv4(b"\6\4" + bytes(22) + tcp(), 51)),
    "GRE": gre(0x0800, PLAIN),
    "GRE with a checksum": gre(0x0800, PLAIN, 0x8000, bytes(4)),
    "GRE with key and number": gre(0x0800, PLAIN, 0x3000, bytes(8)),
    "GRE with everything": gre(
        0x0800, PLAIN, 0xF000, bytes(12) + b"\x08\0\0\4" + bytes(4) + bytes(4)
    ),
    "GRE with a frame": gre(0x6558, FRAME),
    "GRE with labels": gre(0x8847, LABELS + PLAIN),
    "GRE in IPv6": (101, ipv6(b"\0\0\x08\0" + PLAIN, 47)),
    "WCCP": gre(0x883E, PLAIN),
    "WCCP, version 2": gre(0x883E, bytes(4) + PLAIN),
    "PPTP": gre(0x880B, b"\xff\x03\0\x21" + PLAIN, 0x3001, pack(">HHI", 4 + len(PLAIN), 1, 1)),
    "PPTP with an acknowledgment": gre(
        0x880B, b"\xff\x03\0\x21" + PLAIN, 0x3081, pack(">HHII", 4 + len(PLAIN), 1, 1, 1)
    ),
    "ERSPAN": gre(0x88BE, FRAME),
    "ERSPAN II": gre(0x88BE, bytes.fromhex("1064 0801 00000007") + FRAME, 0x1000, bytes(4)),
    "ERSPAN III": gre(
        0x22EB, bytes.fromhex("2064 0801 00000007 0000 0000") + FRAME, 0x1000, bytes(4)
    ),
    "ERSPAN III with a platform": gre(
        0x22EB, bytes.fromhex("2064 0801 00000007 0000 0001") + bytes(8) + FRAME, 0x1000, bytes(4)
    ),
    "EtherIP": (101, outer(b"\x30\0" + FRAME, 97)),
    "MPLS in IP": (101, outer(LABELS + PLAIN, 137)),
    "VXLAN": on_port(4789, bytes.fromhex("08000000 00002a00")),
    "VXLAN on Linux's port": on_port(8472, bytes.fromhex("08000000 00002a00")),
    "VXLAN with a group": on_port(4789, bytes.fromhex("88000010 00002a00")),
    "VXLAN-GPE": on_port(4790, bytes.fromhex("0c000001 00002a00"), PLAIN),
    "Geneve": on_port(6081, bytes.fromhex("02006558 00002a00 0102800100000001")),
    "Geneve with IP": on_port(6081, bytes.fromhex("00000800 00002a00"), PLAIN),
    "GTP-U": on_port(2152, pack(">BBHI", 0x30, 255, len(PLAIN), 1), PLAIN),
    "GTP-U with a number": on_port(
        2152, pack(">BBHII", 0x32, 255, 4 + len(PLAIN), 1, 1 << 16), PLAIN
    ),
    "GTP-U with extensions": on_port(
        2152,
        pack(">BBHI", 0x34, 255, 8 + len(PLAIN), 1) + bytes.fromhex("00000085 01100000"),
        PLAIN,
    ),
    "L2TP": on_port(1701, bytes.fromhex("0002 0001 0002 ff03 0021"), PLAIN),
    "L2TP with everything": on_port(
        1701,
        pack(">HHHHHHH", 0x4A02, 20 + len(PLAIN), 1, 2, 3, 4, 2) + bytes(2) + b"\xff\3\0\x21",
        PLAIN,
    ),
    "MPLS in UDP": on_port(6635, LABELS, PLAIN),
    "TZSP": on_port(37008, bytes.fromhex("01000001 00 0a01aa 01")),
    "a tunnel in a tunnel": on_port(
        4789,
        bytes.fromhex("08000000 00002a00"),
        frame(b"\0\7\x08\0" + ipv4(b"\0\0\x08\0" + PLAIN, 47), 0x8100),
    ),
}
"""Tunnels over IP."""

IPV6 = {
    "ethernet": (1, frame(PLAIN6, 0x86DD)),
    "raw": (101, PLAIN6),
    "IPv6": (229, PLAIN6),
    "null of NetBSD": (0, b"\x18\0\0\0" + PLAIN6),
    "null of FreeBSD": (0, b"\0\0\0\x1c" + PLAIN6),
    "null of macOS": (0, b"\x1e\0\0\0" + PLAIN6),
    "PPP": (9, b"\xff\x03\x00\x57" + PLAIN6),
    "nflog, big-endian": (239, nflog(">", PLAIN6, 10)),
    "MPLS": (1, frame(LABELS + PLAIN6, 0x8847)),
    "6in4": (101, outer(PLAIN6, 41)),
    "GRE": gre(0x86DD, PLAIN6),
    "Teredo": on_port(3544, b"", PLAIN6),
    "Teredo with an origin": on_port(3544, bytes(8), PLAIN6),
    "Teredo with authentication": on_port(
        3544, b"\0\1\2\3" + b"idkey" + bytes(9) + bytes(8), PLAIN6
    ),
    "hop-by-hop": (101, ipv6(b"\6\0\1\4\0\0\0\0" + tcp(), 0)),
    "routing": (101, ipv6(b"\6\2\4\0" + bytes(20) + tcp(), 43)),
    "destination": (101, ipv6(b"\x3c\0\1\4\0\0\0\0" + b"\6\0\1\4\0\0\0\0" + tcp(), 60)),
    "AH": (101, ipv6(b"\6\4" + bytes(22) + tcp(), 51)),
    "a fragment that is whole": (101, ipv6(b"\6\0\0\0\0\0\0\1" + tcp(), 44)),
}
"""What has IPv6 inside."""
