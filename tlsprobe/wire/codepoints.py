"""Names for the numbers of TLS, as IANA registers them; a number without a name stays hex text.

Registries "TLS Parameters", "TLS ExtensionType Values" and "TLS Signature Scheme" as of November
2026, and the few code points that are deployed without a registration (drafts, ALPS, NPN).
"""

from functools import cache
from types import MappingProxyType

SSL_3_0 = 0x0300
TLS_1_0 = 0x0301
TLS_1_1 = 0x0302
TLS_1_2 = 0x0303
TLS_1_3 = 0x0304

_VERSIONS = {
    0x0002: "SSL 2.0",
    SSL_3_0: "SSL 3.0",
    TLS_1_0: "TLS 1.0",
    TLS_1_1: "TLS 1.1",
    TLS_1_2: "TLS 1.2",
    TLS_1_3: "TLS 1.3",
}

COMPRESSION_ALGORITHMS = MappingProxyType({1: "zlib", 2: "brotli", 3: "zstd"})
"""Certificate compression (RFC 8879 section 7.3)."""

_GROUPS = """
0001: sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1
  sect283r1 sect409k1 sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1
  secp192r1 secp224k1 secp224r1 secp256k1 secp256r1 secp384r1 secp521r1 brainpoolP256r1
  brainpoolP384r1 brainpoolP512r1 x25519 x448 brainpoolP256r1tls13 brainpoolP384r1tls13
  brainpoolP512r1tls13 GC256A GC256B GC256C GC256D GC512A GC512B GC512C curveSM2
0100: ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192
0200: MLKEM512 MLKEM768 MLKEM1024
11eb: SecP256r1MLKEM768 X25519MLKEM768 SecP384r1MLKEM1024 curveSM2MLKEM768
6399: X25519Kyber768Draft00 SecP256r1Kyber768Draft00
ff01: arbitrary_explicit_prime_curves arbitrary_explicit_char2_curves
"""

# Below 0x0700 these are the pairs of TLS 1.2 (RFC 5246 section 7.4.1.4.1) where TLS 1.3 has no name.
_SCHEMES = """
0101: rsa_md5
0201: rsa_pkcs1_sha1 dsa_sha1 ecdsa_sha1
0301: rsa_sha224 dsa_sha224 ecdsa_sha224
0401: rsa_pkcs1_sha256 dsa_sha256 ecdsa_secp256r1_sha256
0420: rsa_pkcs1_sha256_legacy
0501: rsa_pkcs1_sha384 dsa_sha384 ecdsa_secp384r1_sha384
0520: rsa_pkcs1_sha384_legacy
0601: rsa_pkcs1_sha512 dsa_sha512 ecdsa_secp521r1_sha512
0620: rsa_pkcs1_sha512_legacy
0704: eccsi_sha256 iso_ibs1 iso_ibs2 iso_chinese_ibs sm2sig_sm3 gostr34102012_256a
  gostr34102012_256b gostr34102012_256c gostr34102012_256d gostr34102012_512a gostr34102012_512b
  gostr34102012_512c
0804: rsa_pss_rsae_sha256 rsa_pss_rsae_sha384 rsa_pss_rsae_sha512 ed25519 ed448 rsa_pss_pss_sha256
  rsa_pss_pss_sha384 rsa_pss_pss_sha512
081a: ecdsa_brainpoolP256r1tls13_sha256 ecdsa_brainpoolP384r1tls13_sha384
  ecdsa_brainpoolP512r1tls13_sha512
0904: mldsa44 mldsa65 mldsa87
0911: slhdsa_sha2_128s slhdsa_sha2_128f slhdsa_sha2_192s slhdsa_sha2_192f slhdsa_sha2_256s
  slhdsa_sha2_256f slhdsa_shake_128s slhdsa_shake_128f slhdsa_shake_192s slhdsa_shake_192f
  slhdsa_shake_256s slhdsa_shake_256f
"""

_EXTENSIONS = """
0000: server_name max_fragment_length client_certificate_url trusted_ca_keys truncated_hmac
  status_request user_mapping client_authz server_authz cert_type supported_groups ec_point_formats
  srp signature_algorithms use_srtp heartbeat application_layer_protocol_negotiation
  status_request_v2 signed_certificate_timestamp client_certificate_type server_certificate_type
  padding encrypt_then_mac extended_master_secret token_binding cached_info tls_lts
  compress_certificate record_size_limit pwd_protect pwd_clear password_salt ticket_pinning
  tls_cert_with_extern_psk delegated_credential session_ticket TLMSP TLMSP_proxying TLMSP_delegate
  supported_ekt_ciphers
0029: pre_shared_key early_data supported_versions cookie psk_key_exchange_modes
002f: certificate_authorities oid_filters post_handshake_auth signature_algorithms_cert key_share
  transparency_info connection_id_deprecated connection_id external_id_hash external_session_id
  quic_transport_parameters ticket_request dnssec_chain sequence_number_encryption_algorithms rrc
3374: next_protocol_negotiation
4469: application_settings_draft
44cd: application_settings
754f: channel_id_draft channel_id
ca34: trust_anchors
fd00: ech_outer_extensions
fe0d: encrypted_client_hello
ff01: renegotiation_info
"""


GREASE = frozenset(0x0101 * code for code in range(0x0A, 0x100, 0x10))
"""The two-byte code points that RFC 8701 reserves to be ignored: 0x0a0a, 0x1a1a, ..."""


def is_grease(code: int) -> bool:
    """Whether a two-byte code point is one of `GREASE`."""
    return code in GREASE


def version_name(version: int) -> str:
    """``TLS 1.3`` for 0x0304, and so on."""
    return _VERSIONS.get(version, _as_hex(version))


def cipher_suite_name(suite: int) -> str:
    """IANA's name, such as ``TLS_AES_128_GCM_SHA256``."""
    return _cipher_suites().get(suite, _as_hex(suite))


def group_name(group: int) -> str:
    """IANA's name of a supported group, such as ``x25519``."""
    return _table(_GROUPS).get(group, _as_hex(group))


def signature_scheme_name(scheme: int) -> str:
    """Name of a signature scheme, such as ``rsa_pss_rsae_sha256``."""
    return _table(_SCHEMES).get(scheme, _as_hex(scheme))


def extension_name(extension: int) -> str:
    """Name of an extension type, such as ``server_name``."""
    return _table(_EXTENSIONS).get(extension, _as_hex(extension))


def compression_name(algorithm: int) -> str:
    """Name of a certificate compression algorithm."""
    return COMPRESSION_ALGORITHMS.get(algorithm, _as_hex(algorithm))


def _as_hex(code: int) -> str:
    return f"0x{code:04x}"


@cache
def _table(text: str, prefix: str = "") -> dict[int, str]:
    """The names of a text whose words follow a first code point ("1301:"), counting up from it."""
    names: dict[int, str] = {}
    code = 0
    for word in text.split():
        if word.endswith(":"):
            code = int(word[:-1], 16)
        else:
            names[code] = prefix + word
            code += 1
    return names


@cache
def _cipher_suites() -> dict[int, str]:
    # Read at the first name: most uses of this module need none.
    from tlsprobe.wire.cipher_suite_names import TABLE  # noqa: PLC0415

    return _table(TABLE, "TLS_")
