"""Names of code points."""

import subprocess

import pytest

from tlsprobe.wire import codepoints

GREASE = [step << 12 | 0x0A00 | step << 4 | 0x0A for step in range(16)]


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        (codepoints.version_name, 0x0300, "SSL 3.0"),
        (codepoints.version_name, 0x0301, "TLS 1.0"),
        (codepoints.version_name, 0x0304, "TLS 1.3"),
        (codepoints.cipher_suite_name, 0x0000, "TLS_NULL_WITH_NULL_NULL"),
        (codepoints.cipher_suite_name, 0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA"),
        (codepoints.cipher_suite_name, 0x00C7, "TLS_SM4_CCM_SM3"),
        (codepoints.cipher_suite_name, 0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
        (codepoints.cipher_suite_name, 0x1301, "TLS_AES_128_GCM_SHA256"),
        (codepoints.cipher_suite_name, 0x5600, "TLS_FALLBACK_SCSV"),
        (codepoints.cipher_suite_name, 0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (codepoints.cipher_suite_name, 0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (codepoints.cipher_suite_name, 0xD005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256"),
        (codepoints.group_name, 0x0017, "secp256r1"),
        (codepoints.group_name, 0x001C, "brainpoolP512r1"),
        (codepoints.group_name, 0x001E, "x448"),
        (codepoints.group_name, 0x0029, "curveSM2"),
        (codepoints.group_name, 0x0104, "ffdhe8192"),
        (codepoints.group_name, 0x11EB, "SecP256r1MLKEM768"),
        (codepoints.group_name, 0x11EC, "X25519MLKEM768"),
        (codepoints.group_name, 0x11ED, "SecP384r1MLKEM1024"),
        (codepoints.signature_scheme_name, 0x0403, "ecdsa_secp256r1_sha256"),
        (codepoints.signature_scheme_name, 0x0807, "ed25519"),
        (codepoints.signature_scheme_name, 0x080B, "rsa_pss_pss_sha512"),
        (codepoints.signature_scheme_name, 0x0905, "mldsa65"),
        (codepoints.extension_name, 0x0000, "server_name"),
        (codepoints.extension_name, 0x0023, "session_ticket"),
        (codepoints.extension_name, 0x0033, "key_share"),
        (codepoints.extension_name, 0x0039, "quic_transport_parameters"),
        (codepoints.extension_name, 0xFE0D, "encrypted_client_hello"),
        (codepoints.extension_name, 0xFF01, "renegotiation_info"),
        (codepoints.compression_name, 2, "brotli"),
    ],
)
def test_registered_names(name, code, expected):
    """Registered code points have IANA's names, at the ends of each run of them too."""
    assert name(code) == expected


@pytest.mark.parametrize(
    "name",
    [
        codepoints.version_name,
        codepoints.cipher_suite_name,
        codepoints.group_name,
        codepoints.signature_scheme_name,
        codepoints.extension_name,
        codepoints.compression_name,
    ],
)
def test_unknown_stays_hex(name):
    """A code point without a name is written as hex, so that nothing is lost."""
    assert name(0x1A2B) == "0x1a2b"


def test_suites_agree_with_openssl():
    """Every suite that the machine's OpenSSL knows has the name that OpenSSL gives it."""
    command = ["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("no openssl program here")
    rows = [line.split() for line in listed.splitlines()]
    assert len(rows) > 30
    for code, _, name, *_ in rows:
        high, low = (int(half, 16) for half in code.split(","))
        assert codepoints.cipher_suite_name(high << 8 | low) == name


def test_grease_is_sixteen_values():
    """Exactly the values of RFC 8701 count as GREASE."""
    assert [code for code in range(2**16) if codepoints.is_grease(code)] == GREASE
