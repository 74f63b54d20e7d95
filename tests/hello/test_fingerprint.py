"""JA3, JA3S and JA4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.hello import fingerprint
from tlsprobe.wire.messages import ClientHello, Extension, ServerHello

# Of the first example in JA4's specification.
CHROME_SUITES = (
    0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C,
    0x009D, 0x002F, 0x0035,
)  # fmt: skip
CHROME_EXTENSIONS = (
    0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B,
    0xFF01, 0x000B, 0x000A, 0x0015,
)  # fmt: skip
CHROME_BODIES = {
    0x0010: b"\x00\x03\x02h2",
    0x000D: bytes.fromhex("001004030804040105030805050108060601"),
    0x002B: bytes.fromhex("0403040303"),
}


def hello(suites=(0x1301,), extensions=(), **changes):
    """A hello with these suites and (code, body) extensions."""
    return ClientHello(
        **{
            "legacy_version": 0x0303,
            "random": bytes(32),
            "session_id": b"",
            "cipher_suites": tuple(suites),
            "compression_methods": (0,),
            "extensions": tuple(Extension(code, body) for code, body in extensions),
            **changes,
        }
    )


def chrome(**bodies):
    """The hello of the specification's example, with other bodies by code."""
    known = CHROME_BODIES | {int(code, 16): body for code, body in bodies.items()}
    return hello(CHROME_SUITES, [(code, known.get(code, b"")) for code in CHROME_EXTENSIONS])


def with_alpn(first):
    """A hello whose first protocol is `first`."""
    one = bytes((len(first),)) + first
    return hello(extensions=[(0x0010, len(one).to_bytes(2) + one)])


def test_ja3_with_extensions():
    """The first example that JA3's authors publish."""
    found = fingerprint.ja3(
        hello(
            (47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4),
            [(0, b""), (10, bytes.fromhex("0006001700180019")), (11, b"\x01\x00")],
            legacy_version=0x0301,
        )
    )
    assert found == (
        "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
        "ada70206e40642a3e4461f35503241d5",
    )


def test_ja3_without_extensions():
    """Their second example: fields of nothing stay, empty."""
    found = fingerprint.ja3(hello((4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99), legacy_version=0x0301))
    assert found == (
        "769,4-5-10-9-100-98-3-6-19-18-99,,,",
        "de350869b8c85de67a350c8d186f11e6",
    )


def test_ja3_skips_grease_and_takes_the_legacy_version():
    """GREASE counts in no field, and supported_versions plays no part."""
    found = fingerprint.ja3(
        hello(
            (0x3A3A, 0x1301),
            [
                (0x1A1A, b""),
                (0x000A, bytes.fromhex("00042a2a001d")),
                (0x002B, bytes.fromhex("045a5a0304")),
            ],
        )
    )
    assert found.text == "771,4865,10-43,29,"


def test_ja3s():
    """A ServerHello's version, suite and extensions; checked against a value of Wireshark's."""
    found = fingerprint.ja3s(
        ServerHello(
            legacy_version=0x0303,
            random=bytes(32),
            session_id=b"",
            cipher_suite=0xCCA9,
            compression_method=0,
            extensions=(Extension(0xFF01, b"\0"), Extension(11, b""), Extension(23, b"")),
        )
    )
    assert found == ("771,52393,65281-11-23", "7490298726840fd1ed02ef8d838fe9ed")


def test_ja4_of_the_specification():
    """The worked example of JA4's specification."""
    assert fingerprint.ja4(chrome()) == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_ja4_raw_of_the_specification():
    """Its raw form, with the lists themselves."""
    assert fingerprint.ja4_raw(chrome()) == (
        "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9"
        "_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01"
        "_0403,0804,0401,0503,0805,0501,0806,0601"
    )


def test_ja4_without_signature_algorithms():
    """Without schemes the third part hashes the extensions alone, as the specification shows."""
    assert fingerprint.ja4(chrome(**{"000d": b"\0\0"})).endswith("_6d807ffa2a79")


def test_ja4_ignores_grease_among_signature_algorithms():
    """Chrome 152 draws one for each connection; its JA4 must stay the same."""
    greased = bytes.fromhex("00127a7a04030804040105030805050108060601")
    assert fingerprint.ja4(chrome(**{"000d": greased})) == fingerprint.ja4(chrome())


@pytest.mark.parametrize(
    ("first", "printed"),
    [
        (b"h2", "h2"),
        (b"http/1.1", "h1"),
        (b"h", "hh"),
        (b"", "00"),
        (b"\xab", "ab"),
        (b"\xab\xcd", "ad"),
        (b"\x30\xab", "3b"),
        (b"\x30\x31\xab\xcd", "3d"),
        (b"\x30\xab\xcd\x31", "01"),
        (b"a ", "60"),
    ],
)
def test_ja4_alpn(first, printed):
    """First and last character, or hex digit where one of them is no ASCII letter or digit."""
    assert fingerprint.ja4(with_alpn(first))[8:10] == printed


def test_ja4_of_name_and_protocols_alone():
    """Where nothing is left to hash the third part is zeros, not the hash of nothing."""
    assert fingerprint.ja4(hello(extensions=[(0, b""), (16, b"")])).split("_")[2] == "0" * 12


def test_ja4_without_suites():
    """The same holds for the second part."""
    assert fingerprint.ja4(hello(suites=())).split("_")[1] == "0" * 12


def test_ja4_counts_to_ninety_nine():
    """A hundred suites and a hundred extensions are printed as 99."""
    many = hello(range(100), [(code, b"") for code in range(100, 200)])
    assert fingerprint.ja4(many).startswith("t12i9999")


@pytest.mark.parametrize(
    ("version", "printed"),
    [(0x0304, "13"), (0x0301, "10"), (0x0300, "s3"), (0x0002, "s2"), (0x7F1C, "00")],
)
def test_ja4_version(version, printed):
    """The version of the hello where supported_versions is missing; 00 for an unknown one."""
    assert fingerprint.ja4(hello(legacy_version=version))[1:3] == printed


@pytest.mark.parametrize("code", [0x000A, 0x000B, 0x000D, 0x0010, 0x002B])
def test_malformed_extension_counts_as_present(code):
    """A body that does not have its form holds nothing, and the hello keeps a fingerprint."""
    broken = hello(extensions=[(code, b"\xff")])
    assert fingerprint.ja3(broken).text == f"771,4865,{code},,"
    assert fingerprint.ja4(broken)[:10] == "t12i010100"


@given(
    suites=st.lists(st.integers(0, 0xFFFF), max_size=5),
    extensions=st.lists(
        st.tuples(st.sampled_from((0, 10, 11, 13, 16, 43, 0x0A0A)), st.binary(max_size=12))
    ),
)
def test_every_hello_has_fingerprints(suites, extensions):
    """Whatever the extensions hold, each fingerprint has its form."""
    odd = hello(suites, extensions)
    assert len(fingerprint.ja3(odd).md5) == 32
    head, *hashes = fingerprint.ja4(odd).split("_")
    assert len(head) == 10
    assert [len(part) for part in hashes] == [12, 12]


def test_large_hellos_are_not_remembered():
    """A hello larger than any honest one has the fingerprints that it would have, anew each time."""
    large = hello(range(0x1300, 0x1300 + 600), [(0x000D, b"\x02\x00" + bytes(512)), (16, b"")])
    before = fingerprint._remembered_both.cache_info().currsize
    assert fingerprint.ja3_and_ja4(large) == fingerprint._both(
        fingerprint._offer(large), fingerprint._REMEMBERED
    )
    assert fingerprint._remembered_both.cache_info().currsize == before


def test_both_at_once():
    """JA3 and JA4 of one call are those of two."""
    assert fingerprint.ja3_and_ja4(chrome()) == (
        fingerprint.ja3(chrome()), fingerprint.ja4(chrome()),
    )  # fmt: skip
