"""Hellos that differ from a template in one thing."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.transcript import Direction
from tlsprobe.hello import encode, templates, variants
from tlsprobe.hello.template import read_record
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease

PROFILES = templates.names()


def hello_of(template):
    """What is sent, read again."""
    crafted = template.stamp(server_name="sync.example", entropy=os.urandom)
    return read_record(crafted.record)[1]


@given(st.sampled_from(PROFILES), st.integers(min_value=0, max_value=4000))
def test_sized(profile, size):
    """The hello has the size that is wanted, or the smallest that it can have; the rest is the same."""
    template = templates.load(profile)
    made = variants.sized(template, size, profile="filled")
    sent = encode.client_hello_size(hello_of(made))
    # Up to four bytes beyond the mark are taken for what padding itself had carried over (`pad_like`).
    assert sent >= variants.size_of(made) - 4
    least = variants.size_of(template) + 4
    if size >= least:
        assert variants.size_of(made) == size
    kept = [one for one in made.hello.extensions if one.code != ext.PADDING]
    assert kept == [one for one in template.hello.extensions if one.code != ext.PADDING]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rsa", [True, False])
def test_one_kind_of_key(profile, rsa):
    """What remains can be had with one kind of server key only, and something remains."""
    template = templates.load(profile)
    hello = hello_of(variants.signed_by(template, rsa=rsa, profile="one kind"))
    schemes = ext.signature_schemes(hello.extension(ext.SIGNATURE_ALGORITHMS))
    before = ext.signature_schemes(template.hello.extension(ext.SIGNATURE_ALGORITHMS))
    assert schemes
    assert set(schemes) < set(before)
    ecdsa, pss = 0x0403, 0x0804
    assert (ecdsa in schemes, pss in schemes) == (not rsa, rsa and pss in before)
    assert hello.cipher_suites
    assert (0xC02B in hello.cipher_suites) is not rsa


def test_lacking_one_thing():
    """Each is as long as the whole, and lacks what it says."""
    chrome = templates.load("chrome")
    size = variants.size_of(chrome) + 40
    made = dict(variants.lacking_one_thing(chrome, size=size))
    assert set(made) >= {"X25519MLKEM768", "GREASE", "encrypted_client_hello", "ALPN"}
    sent = {encode.client_hello_size(hello_of(one)) for one in made.values()}
    assert {variants.size_of(one) for one in made.values()} == sent == {size}
    shares = ext.offered_key_shares(
        hello_of(made["X25519MLKEM768"]).extension(ext.KEY_SHARE) or b""
    )
    assert 0x11EC not in dict(shares)
    assert len(shares) > 1
    plain = hello_of(made["GREASE"])
    assert not any(map(is_grease, plain.cipher_suites))
    assert not any(is_grease(one.code) for one in plain.extensions)
    assert hello_of(made["ALPN"]).extension(ext.ALPN) is None


@pytest.mark.parametrize("profile", ["probe", "schannel-2019", "tls12"])
def test_an_old_client_has_nothing_young(profile):
    """What has none of the young things lacks nothing but what it has."""
    assert {name for name, _ in variants.lacking_one_thing(templates.load(profile), size=0)} <= {
        "ALPN"
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_in_two_records(profile):
    """The same message, which every reader joins again."""
    crafted = templates.load(profile).stamp(server_name="sync.example", entropy=os.urandom)
    cut = variants.in_two_records(crafted)
    assert cut.record != crafted.record
    assert read_record(cut.record) == read_record(crafted.record)
    reader = Reader(crafted.keys)
    reader.feed(Direction.CLIENT, cut.record, 0.0)
    assert reader.handshake.client_hello == crafted.hello
    assert reader.handshake.anomalies == ()
