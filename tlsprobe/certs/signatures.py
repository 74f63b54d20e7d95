"""Who signed: public keys, and whether a signature verifies under one.

This is the only place of `certs` where arithmetic is done, all of it by `cryptography`. Its
``verify_directly_issued_by`` is not used: it refuses certificates that its strict parser does not
read, and issuers whose name differs in string type only, which RFC 5280 section 7.1 calls equal.
"""

from functools import lru_cache
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    mldsa,
    padding,
    rsa,
)
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tlsprobe.certs import der
from tlsprobe.certs.remembering import remembered

_RSA = "1.2.840.113549.1.1.1"
_EC = "1.2.840.10045.2.1"
_PSS = "1.2.840.113549.1.1.10"

# Certificates of strangers are read here, and some still carry these: that they do is the fact.
_MD5 = hashes.MD5()  # noqa: S303
_SHA1 = hashes.SHA1()  # noqa: S303

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.113549.2.5": _MD5,
    "1.3.14.3.2.26": _SHA1,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
    "2.16.840.1.101.3.4.2.4": hashes.SHA224(),
}

_CURVES = {
    "1.2.840.10045.3.1.1": "P-192",
    "1.3.132.0.33": "P-224",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.132.0.10": "secp256k1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
    "1.2.156.10197.1.301": "SM2",
}

_OTHER_KEYS = {
    "1.2.840.10040.4.1": "DSA",
    _PSS: "RSA-PSS",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
    "1.2.643.7.1.1.1.1": "GOST R 34.10-2012 256",
    "1.2.643.7.1.1.1.2": "GOST R 34.10-2012 512",
}


class Algorithm(NamedTuple):
    """A signature algorithm as its AlgorithmIdentifier names it."""

    name: str
    """Its usual name, or the object identifier where it has none here."""
    digest: hashes.HashAlgorithm | None = None
    """None where the algorithm brings its own, and where it is unknown."""
    pss: padding.PSS | None = None


_ALGORITHMS = {
    "1.2.840.113549.1.1.4": Algorithm("md5WithRSAEncryption", _MD5),
    "1.2.840.113549.1.1.5": Algorithm("sha1WithRSAEncryption", _SHA1),
    "1.3.14.3.2.29": Algorithm("sha1WithRSAEncryption", _SHA1),
    "1.2.840.113549.1.1.11": Algorithm("sha256WithRSAEncryption", hashes.SHA256()),
    "1.2.840.113549.1.1.12": Algorithm("sha384WithRSAEncryption", hashes.SHA384()),
    "1.2.840.113549.1.1.13": Algorithm("sha512WithRSAEncryption", hashes.SHA512()),
    "1.2.840.113549.1.1.14": Algorithm("sha224WithRSAEncryption", hashes.SHA224()),
    "1.2.840.10045.4.1": Algorithm("ecdsa-with-SHA1", _SHA1),
    "1.2.840.10045.4.3.1": Algorithm("ecdsa-with-SHA224", hashes.SHA224()),
    "1.2.840.10045.4.3.2": Algorithm("ecdsa-with-SHA256", hashes.SHA256()),
    "1.2.840.10045.4.3.3": Algorithm("ecdsa-with-SHA384", hashes.SHA384()),
    "1.2.840.10045.4.3.4": Algorithm("ecdsa-with-SHA512", hashes.SHA512()),
    "1.2.840.10040.4.3": Algorithm("dsa-with-SHA1", _SHA1),
    "2.16.840.1.101.3.4.3.1": Algorithm("dsa-with-SHA224", hashes.SHA224()),
    "2.16.840.1.101.3.4.3.2": Algorithm("dsa-with-SHA256", hashes.SHA256()),
    "1.3.101.112": Algorithm("Ed25519"),
    "1.3.101.113": Algorithm("Ed448"),
    "2.16.840.1.101.3.4.3.17": Algorithm("ML-DSA-44"),
    "2.16.840.1.101.3.4.3.18": Algorithm("ML-DSA-65"),
    "2.16.840.1.101.3.4.3.19": Algorithm("ML-DSA-87"),
    # Named only: these cannot be verified here.
    "1.2.840.113549.1.1.2": Algorithm("md2WithRSAEncryption"),
    "1.2.156.10197.1.501": Algorithm("SM2-with-SM3"),
    "1.2.643.7.1.1.3.2": Algorithm("GOST R 34.10-2012 with GOST R 34.11-2012 (256)"),
    "1.2.643.7.1.1.3.3": Algorithm("GOST R 34.10-2012 with GOST R 34.11-2012 (512)"),
}

_UNREADABLE = Algorithm("unreadable")
_CANNOT = (UnsupportedAlgorithm, InternalError, ValueError, TypeError, OverflowError)


def verifies(spki: bytes, algorithm: bytes, signature: bytes, data: bytes) -> bool | None:
    """Whether `signature` over `data` verifies under the key in a SubjectPublicKeyInfo.

    `algorithm` is the AlgorithmIdentifier as encoded. None means that it cannot be said: the key or
    the algorithm is unknown here. A key of another kind than the algorithm's is a plain no.
    """
    key = load(spki)
    if key is None:
        return None
    try:
        return _verify(key, describe(algorithm), signature, data)
    except InvalidSignature:
        return False
    except _CANNOT:
        return None


def _verify(
    key: PublicKeyTypes, algorithm: Algorithm, signature: bytes, data: bytes
) -> bool | None:
    """Let `cryptography` verify; a signature that does not is its `InvalidSignature`."""
    name, digest = algorithm.name, algorithm.digest
    match key:
        case rsa.RSAPublicKey() if digest and (algorithm.pss or name.endswith("WithRSAEncryption")):
            key.verify(signature, data, algorithm.pss or padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() if digest and name.startswith("ecdsa"):
            key.verify(signature, data, ec.ECDSA(digest))
        case dsa.DSAPublicKey() if digest and name.startswith("dsa"):
            key.verify(signature, data, digest)
        case (
            ed25519.Ed25519PublicKey()
            | ed448.Ed448PublicKey()
            | mldsa.MLDSA44PublicKey()
            | mldsa.MLDSA65PublicKey()
            | mldsa.MLDSA87PublicKey()
        ) if digest is None:
            key.verify(signature, data)
        case _:
            # With a digest the algorithm is one we know, so the key is of another kind.
            return False if digest else None
    return True


@remembered(1024)
def load(spki: bytes) -> PublicKeyTypes | None:
    """The key in a SubjectPublicKeyInfo, or None where `cryptography` does not take it."""
    with catch_warnings():
        # What is deprecated in a stranger's key is no message for the user of this program.
        simplefilter("ignore")
        try:
            return load_der_public_key(spki)
        except _CANNOT:
            return None


@lru_cache(maxsize=256)
def describe(algorithm: bytes) -> Algorithm:
    """The signature algorithm of an AlgorithmIdentifier."""
    members = der.inside(algorithm, der.SEQUENCE)
    if not members or members[0].tag != der.OBJECT_IDENTIFIER:
        return _UNREADABLE
    kind = der.oid(der.value(algorithm, members[0]))
    if kind is None:
        return _UNREADABLE
    if kind == _PSS:
        parameters = der.whole(algorithm, members[1]) if len(members) == 2 else b"\x30\x00"
        return _pss(parameters)
    return _ALGORITHMS.get(kind, Algorithm(kind))


def _pss(parameters: bytes) -> Algorithm:
    """RSASSA-PSS with its parameters, or with their defaults (RFC 4055 section 3.1)."""
    unknown = Algorithm("RSASSA-PSS")
    members = der.inside(parameters, der.SEQUENCE)
    if members is None:
        return unknown
    digest: hashes.HashAlgorithm | None = _SHA1
    masking: hashes.HashAlgorithm | None = _SHA1
    salt: int | None = 20
    for member in members:
        inner = der.value(parameters, member)
        if member.tag == der.CONSTRUCTED:
            digest = _hash(inner)
        elif member.tag == der.CONSTRUCTED | 1:
            generator = der.inside(inner, der.SEQUENCE) or ()
            masking = _hash(der.whole(inner, generator[1])) if len(generator) == 2 else None
        elif member.tag == der.CONSTRUCTED | 2:
            number = der.element(inner, 0, len(inner))
            salt = der.integer(der.value(inner, number)) if number else None
    if digest is None or masking is None or salt is None or not 0 <= salt <= 512:
        return unknown
    return Algorithm("RSASSA-PSS", digest, padding.PSS(padding.MGF1(masking), salt))


def _hash(algorithm: bytes) -> hashes.HashAlgorithm | None:
    members = der.inside(algorithm, der.SEQUENCE)
    return _HASHES.get(der.oid(der.value(algorithm, members[0])) or "") if members else None


@remembered(1024)
def key_type(spki: bytes) -> str:
    """What kind of key it is and how strong: ``RSA 2048``, ``EC P-256``, ``Ed25519``."""
    members = der.inside(spki, der.SEQUENCE)
    if members is None or len(members) != 2 or members[0].tag != der.SEQUENCE:
        return "unreadable"
    algorithm = der.elements(spki, members[0].start, members[0].stop)[0]
    kind = der.oid(der.value(spki, algorithm[0])) if algorithm else None
    if kind in (_RSA, _PSS):
        size = _modulus_bits(der.value(spki, members[1]))
        return f"{'RSA' if kind == _RSA else 'RSA-PSS'} {size or 'unreadable'}"
    if kind == _EC:
        curve = der.oid(der.value(spki, algorithm[1])) if len(algorithm) == 2 else None
        return f"EC {_CURVES.get(curve or '', curve or 'with its own parameters')}"
    return _OTHER_KEYS.get(kind or "", kind or "unreadable")


def _modulus_bits(key: bytes) -> int | None:
    """The size of the modulus in an RSAPublicKey, as a BIT STRING carries it (RFC 8017 appendix A)."""
    members = der.inside(key[1:], der.SEQUENCE)
    if not members or members[0].tag != der.INTEGER:
        return None
    modulus = der.integer(der.value(key[1:], members[0]))
    return modulus.bit_length() if modulus is not None and modulus > 0 else None
