"""A TLS 1.3 server's flight, written by hand: for what no stack at hand can be made to send.

Certificate compression, timestamps and staples in CertificateEntry, a hybrid group, a proof that
does not verify. The arithmetic is checked against real stacks by the tests of the reader; here it is
only used the other way round.
"""

import os
from dataclasses import dataclass

import brotli
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.peers import Identity
from tlsprobe.crypto import key_share
from tlsprobe.crypto.key_schedule import handshake_secrets, traffic_key
from tlsprobe.crypto.signatures import server_context
from tlsprobe.crypto.suites import TLS13_SUITES
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.messages import ClientHello, decode

SUITE = 0x1301


def message(code: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes([code]) + len(body).to_bytes(3) + body


def record(kind: int, body: bytes) -> bytes:
    """A record of TLS 1.2's version, as TLS 1.3 writes them all."""
    return bytes([kind, 3, 3]) + len(body).to_bytes(2) + body


def extension(code: int, body: bytes) -> bytes:
    """An extension."""
    return code.to_bytes(2) + len(body).to_bytes(2) + body


def block(body: bytes, size: int = 2) -> bytes:
    """Bytes behind their length."""
    return len(body).to_bytes(size) + body


@dataclass(kw_only=True)
class Server13:
    """Answers one ClientHello; every field is a way to be odd."""

    who: Identity
    group: int = key_share.X25519
    leaf_extensions: bytes = b""
    compress: int | None = None
    claimed_size: int | None = None
    break_proof: bool = False
    seal_in: int = 16000
    encrypted_extensions: bytes = b""

    def answer(self, hello_record: bytes) -> bytes:
        """ServerHello and the sealed flight, as far as CertificateVerify."""
        raw_hello = hello_record[5:]
        hello = decode(1, raw_hello[4:])
        assert isinstance(hello, ClientHello)
        peer = dict(ext.offered_key_shares(hello.extension(ext.KEY_SHARE)))[self.group]
        share, secret = _agree(self.group, peer)
        server_hello = message(
            2,
            b"\x03\x03" + os.urandom(32) + block(hello.session_id, 1) + SUITE.to_bytes(2) + b"\0"
            + block(
                extension(ext.SUPPORTED_VERSIONS, b"\x03\x04")
                + extension(ext.KEY_SHARE, self.group.to_bytes(2) + block(share))
            ),
        )  # fmt: skip
        transcript = raw_hello + server_hello
        secrets = handshake_secrets(TLS13_SUITES[SUITE], secret, _sha256(transcript))
        flight = message(8, block(self.encrypted_extensions)) + self._certificate()
        transcript += flight
        flight += self._proof(_sha256(transcript))
        return record(22, server_hello) + self._seal(secrets.server, flight)

    def _certificate(self) -> bytes:
        entries = b"".join(
            block(der, 3) + block(self.leaf_extensions if index == 0 else b"")
            for index, der in enumerate(self.who.presented)
        )
        plain = b"\0" + block(entries, 3)
        if self.compress is None:
            return message(11, plain)
        import zlib

        packed = brotli.compress(plain) if self.compress == 2 else zlib.compress(plain)
        size = len(plain) if self.claimed_size is None else self.claimed_size
        return message(25, self.compress.to_bytes(2) + size.to_bytes(3) + block(packed, 3))

    def _proof(self, transcript_hash: bytes) -> bytes:
        signed = server_context(transcript_hash) + (b"!" if self.break_proof else b"")
        key, sha256 = self.who.key, hashes.SHA256()
        if isinstance(key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(sha256), sha256.digest_size)
            return message(15, b"\x08\x04" + block(key.sign(signed, pss, sha256)))
        return message(15, b"\x04\x03" + block(key.sign(signed, ec.ECDSA(sha256))))

    def _seal(self, secret: bytes, flight: bytes) -> bytes:
        key, iv = traffic_key(TLS13_SUITES[SUITE], secret)
        out = b""
        for number, place in enumerate(range(0, len(flight), self.seal_in)):
            inner = flight[place : place + self.seal_in] + b"\x16" + bytes(number % 3)
            header = b"\x17\x03\x03" + (len(inner) + 16).to_bytes(2)
            nonce = (int.from_bytes(iv) ^ number).to_bytes(12)
            out += header + AESGCM(key).encrypt(nonce, inner, header)
        return out


def _agree(group: int, peer: bytes) -> tuple[bytes, bytes]:
    """(our share, the secret), as a server of that group."""
    if group == key_share.SECP256R1_MLKEM768:
        curve = key_share.generate(key_share.SECP256R1, os.urandom)
        secret, ciphertext = MLKEM768PublicKey.from_public_bytes(peer[65:]).encapsulate()
        return curve.public + ciphertext, curve.shared_secret(peer[:65]) + secret
    if group == key_share.X25519_MLKEM768:
        curve = key_share.generate(key_share.X25519, os.urandom)
        secret, ciphertext = MLKEM768PublicKey.from_public_bytes(peer[:1184]).encapsulate()
        return ciphertext + curve.public, secret + curve.shared_secret(peer[1184:])
    ours = key_share.generate(group, os.urandom)
    return ours.public, ours.shared_secret(peer)


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()
