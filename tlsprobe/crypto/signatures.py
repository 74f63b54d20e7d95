"""Whether the peer proved that it holds the leaf's key.

RFC 8446 section 4.4.3 (CertificateVerify), RFC 5246 section 7.4.3 and RFC 4346 section 7.4.3
(ServerKeyExchange). Three answers: it verifies, it does not, nobody here can tell.
"""

from collections.abc import Callable
from enum import Enum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


class Check(Enum):
    """Outcome of checking one signature."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    """Scheme or key are not known here, or do not belong together."""


_SHA1, _SHA224 = hashes.SHA1(), hashes.SHA224()  # noqa: S303 - old peers sign so
_SHA256, _SHA384, _SHA512 = hashes.SHA256(), hashes.SHA384(), hashes.SHA512()

_PKCS1: dict[int, hashes.HashAlgorithm] = {
    0x0201: _SHA1, 0x0301: _SHA224, 0x0401: _SHA256, 0x0501: _SHA384, 0x0601: _SHA512,
}  # fmt: skip
_PSS: dict[int, hashes.HashAlgorithm] = {
    0x0804: _SHA256, 0x0805: _SHA384, 0x0806: _SHA512,
    0x0809: _SHA256, 0x080A: _SHA384, 0x080B: _SHA512,
}  # fmt: skip
# None is what TLS 1.0 and 1.1 imply for such keys (RFC 4492 section 5.4, RFC 4346 section 7.4.3).
_ECDSA: dict[int | None, hashes.HashAlgorithm] = {
    None: _SHA1,
    0x0203: _SHA1, 0x0303: _SHA224, 0x0403: _SHA256, 0x0503: _SHA384, 0x0603: _SHA512,
    0x081A: _SHA256, 0x081B: _SHA384, 0x081C: _SHA512,
}  # fmt: skip
_DSA: dict[int | None, hashes.HashAlgorithm] = {None: _SHA1, 0x0202: _SHA1, 0x0402: _SHA256}
_ED25519, _ED448 = 0x0807, 0x0808

_CONTEXT = b" " * 64 + b"TLS 1.3, server CertificateVerify\x00"


def server_context(transcript_hash: bytes) -> bytes:
    """What a TLS 1.3 server signs (RFC 8446 section 4.4.3)."""
    return _CONTEXT + transcript_hash


def check(key: PublicKeyTypes | None, scheme: int | None, signature: bytes, signed: bytes) -> Check:
    """Check `signature` over `signed`; `scheme` None means the implied ones of TLS 1.0 and 1.1."""
    verify = _verifier(key, scheme, signature, signed)
    if verify is None:
        return Check.UNKNOWN
    try:
        verify()
    except InvalidSignature:
        return Check.INVALID
    except UnsupportedAlgorithm:
        return Check.UNKNOWN
    except ValueError:
        # A key too small for the scheme, a signature of the wrong length: it cannot be valid.
        return Check.INVALID
    return Check.VALID


def _verifier(  # noqa: PLR0911 - one kind of key, one line
    key: PublicKeyTypes | None, scheme: int | None, signature: bytes, signed: bytes
) -> Callable[[], object] | None:
    """The one call that checks; None where scheme and key are unknown or do not belong together."""
    match key:
        case rsa.RSAPublicKey() if scheme is None:
            return lambda: _md5_sha1(key, signature, signed)
        case rsa.RSAPublicKey() if scheme in _PKCS1:
            algorithm = _PKCS1[scheme]
            return lambda: key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        case rsa.RSAPublicKey() if scheme in _PSS:
            algorithm = _PSS[scheme]
            pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            return lambda: key.verify(signature, signed, pss, algorithm)
        case ec.EllipticCurvePublicKey() if scheme in _ECDSA:
            ecdsa = ec.ECDSA(_ECDSA[scheme])
            return lambda: key.verify(signature, signed, ecdsa)
        case ed25519.Ed25519PublicKey() if scheme == _ED25519:
            return lambda: key.verify(signature, signed)
        case ed448.Ed448PublicKey() if scheme == _ED448:
            return lambda: key.verify(signature, signed)
        case dsa.DSAPublicKey() if scheme in _DSA:
            algorithm = _DSA[scheme]
            return lambda: key.verify(signature, signed, algorithm)
        case _:
            return None


def _md5_sha1(key: rsa.RSAPublicKey, signature: bytes, signed: bytes) -> None:
    """RSA over MD5 and SHA-1 put together, without a DigestInfo (RFC 4346 section 7.4.3)."""
    recovered = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
    if recovered != _digest(hashes.MD5(), signed) + _digest(_SHA1, signed):  # noqa: S303
        raise InvalidSignature


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()
