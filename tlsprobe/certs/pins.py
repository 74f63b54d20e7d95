"""Pins: the hash of a key, as `curl --pinnedpubkey` and RFC 7469 section 2.4 write it."""

import base64
import binascii

from tlsprobe.errors import UsageError

_PREFIX = "sha256/"
_DIGITS = 43


def spki_pin(sha256: bytes) -> str:
    """The pin of a key, from the SHA-256 of its SubjectPublicKeyInfo: ``sha256/BASE64``."""
    return _PREFIX + base64.b64encode(sha256).decode("ascii")


def parse_pin(text: str) -> bytes:
    """The SHA-256 that a pin holds.

    Also takes curl's ``sha256//BASE64``, and base64 without its padding or in the URL's alphabet.

    Raises:
        UsageError: it is no such pin.
    """
    prefix, _, body = text.strip().partition("/")
    body = body.rstrip("=").replace("-", "+").replace("_", "/")
    # A digest is 43 characters; a slash before that is curl's, one among them is base64's own.
    if len(body) == _DIGITS + 1:
        body = body.removeprefix("/")
    try:
        digest = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if prefix.lower() != "sha256" or len(digest) != 32:
        raise UsageError(
            f"pin {text!r}: expected sha256/ and 44 characters of base64, the SHA-256 of a public key"
        )
    return digest
