"""What the server chose, held against the offer."""

import pytest

from tlsprobe.handshake.choices import context_of, not_offered
from tlsprobe.wire.messages import ClientHello, Context, Extension, ServerHello


def answered(suite, *codes):
    """What is said of an answer to a hello that offers suite 0x1301 and extension 16."""
    offer = ClientHello(
        legacy_version=0x0303, random=bytes(32), session_id=b"", cipher_suites=(0x1301,),
        compression_methods=(0,), extensions=(Extension(16, b""),),
    )  # fmt: skip
    answer = ServerHello(
        legacy_version=0x0303, random=bytes(32), session_id=b"", cipher_suite=suite,
        compression_method=0, extensions=tuple(Extension(code, b"") for code in codes),
    )  # fmt: skip
    return list(not_offered(offer, answer))


def test_what_was_offered():
    """Nothing is said of what was offered, nor of a cookie and renegotiation_info."""
    assert answered(0x1301) == []
    assert answered(0x1301, 16, 44, 0xFF01) == []


def test_what_was_not():
    """A suite and an extension of the server's own invention are named."""
    assert answered(0x1302, 35) == [
        "cipher suite 0x1302 was not offered", "extension 35 was not offered",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "suite", "context"),
    [
        (0x0304, 0x1301, Context(tls13=True)),
        (0x0303, 0xC02F, Context()),
        (0x0301, 0x0033, Context(signs_with_scheme=False, ephemeral="dhe")),
        (0x0303, 0x009C, Context(ephemeral="other", anonymous=True)),
        (0x0303, 0xC018, Context(anonymous=True)),
    ],
)
def test_how_to_read_on(version, suite, context):
    """Version and suite say which form the messages have."""
    assert context_of(version, suite) == context
