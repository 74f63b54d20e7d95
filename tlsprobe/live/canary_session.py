"""What both ends of a canary's session know, and nobody else: keying material that TLS exports."""

from OpenSSL import SSL

# Labels that begin so need no registration (RFC 5705 section 4).
_LABEL = b"EXPERIMENTAL-tlsprobe-canary"
_SIZE = 32


def session_of(connection: SSL.Connection, nonce: str) -> bytes | None:
    """The same 32 bytes at both ends of one session; None where this version exports nothing."""
    try:
        return connection.export_keying_material(_LABEL, _SIZE, nonce.encode())
    except SSL.Error:
        return None
