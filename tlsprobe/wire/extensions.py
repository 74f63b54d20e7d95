"""The extensions that the tool reads; all others stay raw, in order, where they stand.

Each function takes the extension's body and raises `DecodeError` where it does not have its form.
"""

from tlsprobe.wire.cursor import Cursor

SERVER_NAME = 0
STATUS_REQUEST = 5
SUPPORTED_GROUPS = 10
EC_POINT_FORMATS = 11
SIGNATURE_ALGORITHMS = 13
ALPN = 16
STATUS_REQUEST_V2 = 17
SIGNED_CERTIFICATE_TIMESTAMP = 18
PADDING = 21
EXTENDED_MASTER_SECRET = 23
COMPRESS_CERTIFICATE = 27
SESSION_TICKET = 35
PRE_SHARED_KEY = 41
EARLY_DATA = 42
SUPPORTED_VERSIONS = 43
COOKIE = 44
PSK_KEY_EXCHANGE_MODES = 45
CERTIFICATE_AUTHORITIES = 47
SIGNATURE_ALGORITHMS_CERT = 50
KEY_SHARE = 51
ENCRYPTED_CLIENT_HELLO = 0xFE0D
RENEGOTIATION_INFO = 0xFF01


def server_name(body: bytes) -> str | None:
    """The host name of a client's server_name extension (RFC 6066 section 3).

    Bytes outside ASCII, which the RFC forbids, are kept as escapes: a name that a peer made up must
    not be able to break a report.
    """
    cursor = Cursor(body)
    names = cursor.block(2, "server name list")
    while names.remaining:
        kind = names.uint(1, "name type")
        name = names.opaque(2, "host name")
        if kind == 0:
            return name.decode("ascii", "backslashreplace")
    return None


def alpn(body: bytes) -> tuple[bytes, ...]:
    """Protocol names, as offered or as the one selected (RFC 7301 section 3.1)."""
    return Cursor(body).vector(2, "protocol names", lambda one: one.opaque(1, "protocol name"))


def offered_versions(body: bytes) -> tuple[int, ...]:
    """supported_versions of a ClientHello (RFC 8446 section 4.2.1)."""
    return Cursor(body).uints(1, 2, "supported versions")


def selected_version(body: bytes) -> int:
    """supported_versions of a ServerHello."""
    return Cursor(body).uint(2, "selected version")


def groups(body: bytes) -> tuple[int, ...]:
    """supported_groups (RFC 8446 section 4.2.7)."""
    return Cursor(body).uints(2, 2, "supported groups")


def signature_schemes(body: bytes) -> tuple[int, ...]:
    """signature_algorithms (RFC 8446 section 4.2.3)."""
    return Cursor(body).uints(2, 2, "signature algorithms")


def point_formats(body: bytes) -> tuple[int, ...]:
    """ec_point_formats (RFC 8422 section 5.1.2)."""
    return Cursor(body).uints(1, 1, "point formats")


def offered_key_shares(body: bytes) -> tuple[tuple[int, bytes], ...]:
    """(group, share) pairs of a ClientHello (RFC 8446 section 4.2.8)."""
    return Cursor(body).vector(
        2, "key shares", lambda one: (one.uint(2, "group"), one.opaque(2, "key share"))
    )


def selected_key_share(body: bytes) -> tuple[int, bytes]:
    """(group, share) of a ServerHello."""
    cursor = Cursor(body)
    return cursor.uint(2, "group"), cursor.opaque(2, "key share")


def retry_group(body: bytes) -> int:
    """The group that a HelloRetryRequest asks for."""
    return Cursor(body).uint(2, "group")


def stapled_response(body: bytes) -> bytes:
    """The OCSP response of a CertificateEntry's status_request (RFC 8446 section 4.4.2.1)."""
    cursor = Cursor(body)
    kind = cursor.uint(1, "status type")
    return cursor.opaque(3, "stapled response") if kind == 1 else b""
