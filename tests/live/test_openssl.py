"""OpenSSL's errors, in words."""

import pytest
from OpenSSL import SSL

from tlsprobe.live.openssl import in_words, reasons, wants_legacy


def error(*found: str) -> SSL.Error:
    """An error as pyOpenSSL raises it."""
    return SSL.Error([("SSL routines", "", reason) for reason in found])


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (error("tlsv1 alert protocol version"), "the server sent the alert protocol_version"),
        (error("dh key too small"), "OpenSSL refuses: dh key too small"),
        (error("ASN1 lib", "bad ecpoint"), "OpenSSL refuses: ASN1 lib, bad ecpoint"),
        (SSL.ZeroReturnError(), "the server sent the alert close_notify"),
        (SSL.SysCallError(-1, "Unexpected EOF"), "OpenSSL refuses: (-1, 'Unexpected EOF')"),
        (SSL.Error(), "OpenSSL refuses: Error"),
    ],
)
def test_words(raised, words):
    """An alert is told by its name, all else by OpenSSL's own reasons."""
    assert in_words(raised) == words


def test_reasons_in_order():
    """The first cause comes first."""
    assert reasons(error("inner", "outer")) == ("inner", "outer")


@pytest.mark.parametrize(
    ("reason", "presented", "wanted"),
    [
        ("unsupported protocol", False, True),
        ("dh key too small", True, True),
        ("unsafe legacy renegotiation disabled", False, True),
        ("tlsv1 alert protocol version", False, True),
        ("ssl/tls alert handshake failure", False, True),
        ("ssl/tls alert handshake failure", True, False),
        ("tlsv1 alert internal error", False, False),
        ("wrong version number", False, False),
    ],
)
def test_legacy(reason, presented, wanted):
    """Old settings are tried for what they may cure, and for nothing else."""
    assert wants_legacy(error(reason), presented=presented) is wanted
