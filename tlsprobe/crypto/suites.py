"""What the key schedule and the record protection must know of a cipher suite.

The TLS 1.3 suites are listed (RFC 8446 appendix B.4). Of the older ones only the key exchange
matters here, because their certificates travel in clear: it says which form ServerKeyExchange has
and whether it is signed (RFC 5246 section 7.4.3, RFC 8422 section 2).
"""

from enum import Enum

from msgspec import Struct


class Aead(Enum):
    """The record protections that are read."""

    AES_128_GCM = 16
    AES_256_GCM = 32
    CHACHA20_POLY1305 = 33

    @property
    def key_size(self) -> int:
        """Bytes of its key."""
        return 16 if self is Aead.AES_128_GCM else 32


class Tls13Suite(Struct, frozen=True):
    """Hash and protection of a TLS 1.3 cipher suite."""

    hash_name: str
    aead: Aead


TLS13_SUITES = {
    0x1301: Tls13Suite("sha256", Aead.AES_128_GCM),
    0x1302: Tls13Suite("sha384", Aead.AES_256_GCM),
    0x1303: Tls13Suite("sha256", Aead.CHACHA20_POLY1305),
}

# Ranges of code points by key exchange, from the IANA registry "TLS Cipher Suites".
_DHE = (
    (0x0011, 0x0016), (0x0032, 0x0033), (0x0038, 0x0039), (0x0040, 0x0040), (0x0044, 0x0045),
    (0x0066, 0x0067), (0x006A, 0x006B), (0x0087, 0x0088), (0x0099, 0x009A), (0x009E, 0x009F),
    (0x00A2, 0x00A3), (0x00BD, 0x00BE), (0x00C3, 0x00C4), (0xC042, 0xC045), (0xC052, 0xC053),
    (0xC056, 0xC057), (0xC07C, 0xC07D), (0xC080, 0xC081), (0xC09E, 0xC09F), (0xC0A2, 0xC0A3),
    (0xCC15, 0xCC15), (0xCCAA, 0xCCAA),
)  # fmt: skip
_DH_ANON = (
    (0x0017, 0x001B), (0x0034, 0x0034), (0x003A, 0x003A), (0x0046, 0x0046), (0x006C, 0x006D),
    (0x0089, 0x0089), (0x009B, 0x009B), (0x00A6, 0x00A7), (0x00BF, 0x00BF), (0x00C5, 0x00C5),
    (0xC046, 0xC047), (0xC05A, 0xC05B), (0xC084, 0xC085),
)  # fmt: skip
_ECDHE = (
    (0xC006, 0xC00A), (0xC010, 0xC014), (0xC023, 0xC024), (0xC027, 0xC028), (0xC02B, 0xC02C),
    (0xC02F, 0xC030), (0xC048, 0xC049), (0xC04C, 0xC04D), (0xC05C, 0xC05D), (0xC060, 0xC061),
    (0xC072, 0xC073), (0xC076, 0xC077), (0xC086, 0xC087), (0xC08A, 0xC08B), (0xC0AC, 0xC0AF),
    (0xCC13, 0xCC14), (0xCCA8, 0xCCA9),
)  # fmt: skip
_ECDH_ANON = ((0xC015, 0xC019),)


def ephemeral_form(suite: int) -> tuple[str, bool]:
    """(form of ServerKeyExchange, whether it is unsigned): ``("ecdhe", False)`` and the like."""
    for ranges, form, anonymous in (
        (_ECDHE, "ecdhe", False),
        (_DHE, "dhe", False),
        (_ECDH_ANON, "ecdhe", True),
        (_DH_ANON, "dhe", True),
    ):
        if any(first <= suite <= last for first, last in ranges):
            return form, anonymous
    return "other", True
