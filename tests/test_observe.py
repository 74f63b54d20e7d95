"""From a handshake to an observation."""

import pytest
from msgspec.structs import replace

from tests.peers import STARTED
from tlsprobe.handshake.summary import Handshake, Stapled, StapleSource
from tlsprobe.model.observation import SctSource, SourceKind, Target
from tlsprobe.observe import observe
from tlsprobe.wire.messages import ClientHello


def observed(handshake):
    """The observation of a captured handshake."""
    return observe(
        handshake,
        target=Target(host="login.example.com"),
        source=SourceKind.CAPTURE,
        profile="",
        taken=STARTED,
    )


def test_a_cut_leaf_is_no_chain():
    """What came of a leaf that loss has cut stands beside the chain, which stays empty."""
    cut = observed(Handshake(certificates_cut=True, cut_leaf=b"\x30\x82\x04"))
    assert cut.chain == ()
    assert cut.cut_leaf is not None
    assert cut.cut_leaf.prefix == b"\x30\x82\x04"


def test_a_chain_that_is_cut_behind_the_leaf():
    """Then there is a leaf like any other, and none that is cut."""
    assert observed(Handshake(certificates_cut=True, certificates=(b"\x30\x00",))).cut_leaf is None


def test_a_hello_in_the_format_of_ssl_2_has_no_fingerprints():
    """JA3 and JA4 are defined for TLS's own format, and others give none either."""
    hello = ClientHello(
        legacy_version=0x0301, random=bytes(32), session_id=b"", cipher_suites=(0x0035,),
        compression_methods=(0,), extensions=(), has_extensions=False,
    )  # fmt: skip
    fingerprints = observed(Handshake(client_hellos=(hello,))).fingerprints
    assert None not in (fingerprints.ja3, fingerprints.ja4)
    old = observed(Handshake(client_hellos=(replace(hello, ssl2=b"\1"),))).fingerprints
    assert (old.ja3, old.ja4) == (None, None)


@pytest.mark.parametrize("size", [1, 400])
def test_timestamps_beside_the_leaf(size):
    """Those of the leaf count, in the order of the list, however many there are."""
    one = bytes((0,)) + bytes(32) + bytes(8) + bytes(2) + b"\4\3" + b"\0\2ab"
    body = (len(one) + 2).to_bytes(2) + one
    extension = (len(body) * size).to_bytes(2) + b"".join([len(one).to_bytes(2) + one] * size)
    lists = tuple(Stapled(index, StapleSource.CERTIFICATE_ENTRY, extension) for index in (0, 1))
    scts = observed(Handshake(certificates=(b"0",), sct_lists=lists)).scts
    assert len(scts) == size
    assert {one.source for one in scts} == {SctSource.TLS_EXTENSION}
    assert observed(Handshake(certificates=(b"0",), sct_lists=lists)).scts == scts
