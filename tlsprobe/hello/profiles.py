"""The named hellos: what each client really sends, and one of our own.

To add one, write its spec here and run `python -m tlsprobe.hello.craft`, which builds its template.
"""

from types import MappingProxyType

from tlsprobe.hello.spec import ClientHelloSpec
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.messages import Extension

ENCRYPT_THEN_MAC = 22
POST_HANDSHAKE_AUTH = 49
APPLICATION_SETTINGS = 0x44CD
TRUST_ANCHORS = 0xCA34

_OPENSSL_TLS12_SUITES = (
    0xC02C, 0xC030, 0x009F, 0xCCA9, 0xCCA8, 0xCCAA, 0xC02B, 0xC02F, 0x009E, 0xC024, 0xC028, 0x006B,
    0xC023, 0xC027, 0x0067, 0xC00A, 0xC014, 0x0039, 0xC009, 0xC013, 0x0033, 0x009D, 0x009C, 0x003D,
    0x003C, 0x0035, 0x002F,
)  # fmt: skip

OPENSSL = ClientHelloSpec(
    name="openssl",
    description="`openssl s_client` of OpenSSL 3.0 (Debian 12, Ubuntu 22.04) without options;"
    " captured on loopback from 3.0.19, November 2026",
    cipher_suites=(0x1302, 0x1303, 0x1301, *_OPENSSL_TLS12_SUITES, 0x00FF),
    extension_order=(
        ext.SERVER_NAME, ext.EC_POINT_FORMATS, ext.SUPPORTED_GROUPS, ext.SESSION_TICKET,
        ENCRYPT_THEN_MAC, ext.EXTENDED_MASTER_SECRET, ext.SIGNATURE_ALGORITHMS,
        ext.SUPPORTED_VERSIONS, ext.PSK_KEY_EXCHANGE_MODES, ext.KEY_SHARE,
    ),
    versions=(0x0304, 0x0303, 0x0302, 0x0301),
    groups=(0x001D, 0x0017, 0x001E, 0x0019, 0x0018, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104),
    key_shares=(0x001D,),
    point_formats=(0, 1, 2),
    signature_schemes=(
        0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806,
        0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602,
    ),
)  # fmt: skip

OPENSSL_4 = ClientHelloSpec(
    name="openssl-4",
    description="a client of OpenSSL 4.0 with its defaults, hybrid shares included; captured from"
    " OpenSSL 4.0.3 as it comes with the cryptography wheel, November 2026",
    cipher_suites=(0x1302, 0x1303, 0x1301, *_OPENSSL_TLS12_SUITES),
    extension_order=(
        ext.RENEGOTIATION_INFO, ext.EC_POINT_FORMATS, ext.SUPPORTED_GROUPS, ext.SESSION_TICKET,
        ENCRYPT_THEN_MAC, ext.EXTENDED_MASTER_SECRET, ext.SIGNATURE_ALGORITHMS,
        ext.SUPPORTED_VERSIONS, ext.PSK_KEY_EXCHANGE_MODES, ext.KEY_SHARE, ext.SERVER_NAME,
    ),
    versions=(0x0304, 0x0303),
    groups=(
        0x11EC, 0x11EB, 0x11EE, 0x001D, 0x0017, 0x001E, 0x0018, 0x0019, 0x0029, 0x0100, 0x0101,
    ),
    key_shares=(0x11EC, 0x001D),
    signature_schemes=(
        0x0905, 0x0906, 0x0904, 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081A, 0x081B, 0x081C,
        0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301,
        0x0302, 0x0402, 0x0502, 0x0602, 0x0708,
    ),
)  # fmt: skip

_SCHANNEL_TLS12_SUITES = (
    0xC02C, 0xC02B, 0xC030, 0xC02F, 0xC024, 0xC023, 0xC028, 0xC027, 0xC00A, 0xC009, 0xC014, 0xC013,
    0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F,
)  # fmt: skip
_SCHANNEL_SCHEMES = (
    0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603,
)  # fmt: skip

SCHANNEL_2019 = ClientHelloSpec(
    name="schannel-2019",
    description="Windows Schannel without TLS 1.3 (Windows 10, Server 2016 and 2019) under WinINET,"
    " WinHTTP or .NET: JA3 a0e9f5d64349fb13191bc781f81f42e1, JA4"
    " t12d190800_d83cc789557e_7af1ed941c26 as FoxIO's ja4plus-mapping lists it; byte order of the"
    " public capture tls2.pcap (PcapPlusPlus), compared in November 2026. The servers offer"
    " DHE_RSA with AES-GCM besides (rgl/tls-dump-clienthello, 2022)",
    record_version=0x0303,
    session_id_size=0,
    cipher_suites=(*_SCHANNEL_TLS12_SUITES, 0x000A),
    extension_order=(
        ext.SERVER_NAME, ext.STATUS_REQUEST, ext.SUPPORTED_GROUPS, ext.EC_POINT_FORMATS,
        ext.SIGNATURE_ALGORITHMS, ext.SESSION_TICKET, ext.EXTENDED_MASTER_SECRET,
        ext.RENEGOTIATION_INFO,
    ),
    groups=(0x001D, 0x0017, 0x0018),
    signature_schemes=_SCHANNEL_SCHEMES,
)  # fmt: skip

SCHANNEL_2022 = ClientHelloSpec(
    name="schannel-2022",
    description="Windows Schannel with TLS 1.3 (Windows 11, Server 2022 and later) without ALPN, as"
    " .NET Framework and WinHTTP ask it: JA4 t13d201200_2b729b4bf6f3_e24568c0d440, published in"
    " several reports of 2025 and 2026; order and sizes of a public dissection of curl with"
    " Schannel on Windows 11, 15 September 2026; record version as Schannel writes it for TLS 1.2."
    " Server 2022 offers DHE_RSA with AES-GCM besides (rgl/tls-dump-clienthello, 2022)",
    record_version=0x0303,
    cipher_suites=(0x1302, 0x1301, *_SCHANNEL_TLS12_SUITES),
    extension_order=(
        ext.SERVER_NAME, ext.STATUS_REQUEST, ext.SUPPORTED_VERSIONS, ext.SIGNATURE_ALGORITHMS,
        ext.SESSION_TICKET, ext.SUPPORTED_GROUPS, ext.EC_POINT_FORMATS, ext.KEY_SHARE,
        POST_HANDSHAKE_AUTH, ext.EXTENDED_MASTER_SECRET, ext.RENEGOTIATION_INFO,
        ext.PSK_KEY_EXCHANGE_MODES,
    ),
    versions=(0x0304, 0x0303),
    groups=(0x001D, 0x0017, 0x0018),
    key_shares=(0x001D, 0x0017, 0x0018),
    signature_schemes=_SCHANNEL_SCHEMES,
)  # fmt: skip

# Chrome draws its order anew for each connection; this is one that was drawn.
_CHROME_ORDER = (
    0x3A3A, ext.SESSION_TICKET, TRUST_ANCHORS, ext.ENCRYPTED_CLIENT_HELLO, ext.ALPN,
    APPLICATION_SETTINGS, ext.PSK_KEY_EXCHANGE_MODES, ext.EXTENDED_MASTER_SECRET,
    ext.SUPPORTED_VERSIONS, ext.RENEGOTIATION_INFO, ext.COMPRESS_CERTIFICATE,
    ext.SIGNATURE_ALGORITHMS, ext.SERVER_NAME, ext.EC_POINT_FORMATS, ext.KEY_SHARE,
    ext.SIGNED_CERTIFICATE_TIMESTAMP, ext.SUPPORTED_GROUPS, ext.STATUS_REQUEST, 0x8A8A,
)  # fmt: skip

# IDs of the roots that Chrome trusts (draft-ietf-tls-trust-anchor-ids): Chrome Root Store 39.
_CHROME_TRUST_ANCHORS = bytes.fromhex(
    "00b80582df13020108839a648c9b2d010c08839a648c9b2d010704d679090c08839a648c9b2d010a04d679090b"
    "08839a648c9b2d010d0582df13020e08839a648c9b2d010b04d67909050582df13020d0582df13021404d67909"
    "0404d679090804d679090d04d679090a04d679090708839a648c9b2d011204d67909010582df13020608839a64"
    "8c9b2d01080582df13021208839a648c9b2d011304d679090f0582df13021308839a648c9b2d01090582df1302"
    "0f04d6790906"
)
# Outer, HKDF-SHA256 with AES-128-GCM, config id, a key of 32 bytes and a payload of 176: the form of
# BoringSSL's GREASE ECH, which sends 144, 176, 208 or 240. Stamping fills it with noise.
_GREASE_ECH = bytes.fromhex("0000010001000020") + bytes(32) + bytes.fromhex("00b0") + bytes(176)

CHROME = ClientHelloSpec(
    name="chrome",
    description="Chrome 152 and later, first connection: JA4 t13d1517h2_8daaf6152771_cb7bf5808d99"
    " as FoxIO publishes it; extensions in an order that Chrome 152 once drew, trust anchors of"
    " Chrome 152.0.7977 (public records of August and September 2026). GREASE at all its places,"
    " fixed; longer than one TCP segment of 1,460 bytes",
    cipher_suites=(
        0x1A1A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013,
        0xC014, 0x009C, 0x009D, 0x002F, 0x0035,
    ),
    extension_order=_CHROME_ORDER,
    versions=(0x5A5A, 0x0304, 0x0303),
    groups=(0x2A2A, 0x11EC, 0x001D, 0x0017, 0x0018),
    key_shares=(0x2A2A, 0x11EC, 0x001D),
    signature_schemes=(
        0x7A7A, 0x0904, 0x0905, 0x0906, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806,
        0x0601,
    ),
    alpn=(b"h2", b"http/1.1"),
    compress_certificate=(2,),
    extra=(
        Extension(APPLICATION_SETTINGS, b"\x00\x03\x02h2"),
        Extension(TRUST_ANCHORS, _CHROME_TRUST_ANCHORS),
        Extension(ext.ENCRYPTED_CLIENT_HELLO, _GREASE_ECH),
        Extension(0x8A8A, b"\x00"),
    ),
)  # fmt: skip

_BROAD_SCHEMES = (
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0808, 0x0809,
    0x080A, 0x080B, 0x0203, 0x0201,
)  # fmt: skip

TLS12 = ClientHelloSpec(
    name="tls12",
    description="our own: TLS 1.2 and older only, for certificates that travel in clear; broad"
    " enough that any server of the last fifteen years answers (November 2026)",
    session_id_size=0,
    cipher_suites=(
        0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC023, 0xC027, 0xC024, 0xC028, 0xC009,
        0xC013, 0xC00A, 0xC014, 0x009E, 0x009F, 0xCCAA, 0x0067, 0x006B, 0x0033, 0x0039, 0x009C,
        0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0xC012, 0x000A,
    ),
    extension_order=(
        ext.SERVER_NAME, ext.EXTENDED_MASTER_SECRET, ext.RENEGOTIATION_INFO, ext.SUPPORTED_GROUPS,
        ext.EC_POINT_FORMATS, ext.SESSION_TICKET, ext.ALPN, ext.STATUS_REQUEST,
        ext.SIGNATURE_ALGORITHMS, ext.SIGNED_CERTIFICATE_TIMESTAMP,
    ),
    groups=(0x001D, 0x0017, 0x0018, 0x0019),
    signature_schemes=_BROAD_SCHEMES,
    alpn=(b"h2", b"http/1.1"),
)  # fmt: skip

PROBE = ClientHelloSpec(
    name="probe",
    description="our own: TLS 1.3 and 1.2, asks for the OCSP staple and the SCTs, and offers"
    " nothing that hides or shrinks a certificate; ordinary suites and, as most clients do, one"
    " share, of x25519 (November 2026)",
    cipher_suites=(
        0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC009, 0xC013,
        0xC00A, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035,
    ),
    extension_order=(
        ext.SERVER_NAME, ext.EXTENDED_MASTER_SECRET, ext.RENEGOTIATION_INFO, ext.SUPPORTED_GROUPS,
        ext.EC_POINT_FORMATS, ext.SESSION_TICKET, ext.ALPN, ext.STATUS_REQUEST,
        ext.SIGNATURE_ALGORITHMS, ext.SIGNED_CERTIFICATE_TIMESTAMP, ext.KEY_SHARE,
        ext.PSK_KEY_EXCHANGE_MODES, ext.SUPPORTED_VERSIONS,
    ),
    versions=(0x0304, 0x0303),
    groups=(0x001D, 0x0017, 0x0018, 0x0019),
    key_shares=(0x001D,),
    signature_schemes=_BROAD_SCHEMES,
    alpn=(b"h2", b"http/1.1"),
)  # fmt: skip

PROFILES = MappingProxyType(
    {
        spec.name: spec
        for spec in (PROBE, OPENSSL, OPENSSL_4, SCHANNEL_2019, SCHANNEL_2022, CHROME, TLS12)
    }
)
"""Every profile by its name."""

DEFAULT = PROBE.name
"""What is sent unless another is asked for: it draws out the most evidence and looks ordinary."""
