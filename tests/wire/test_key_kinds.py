"""Kinds of server keys, and what of a hello makes a server choose among them."""

import pytest
from msgspec.structs import replace

from tlsprobe.hello import encode, templates, variants
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.key_kinds import KeyKind, kind_of, preference
from tlsprobe.wire.messages import Extension

BOTH = frozenset((KeyKind.RSA, KeyKind.EC))
PROBE = templates.load("probe")


def only(*, rsa):
    """The hello for servers of one kind of key."""
    return variants.signed_by(PROBE, rsa=rsa, profile="one kind").hello


@pytest.mark.parametrize(
    ("key_type", "kind"),
    [
        ("RSA 2048", KeyKind.RSA),
        ("EC P-256", KeyKind.EC),
        ("Ed25519", KeyKind.EDDSA),
        ("Ed448", KeyKind.EDDSA),
        ("ML-DSA-65", None),
        ("", None),
    ],
)
def test_kind(key_type, kind):
    """A key's kind by what it is called."""
    assert kind_of(key_type) is kind


@pytest.mark.parametrize("profile", ["chrome", "openssl"])
def test_the_same_preference(profile):
    """Most clients of today accept RSA and ECDSA alike, in the same order."""
    assert preference(templates.load(profile).hello, BOTH) == preference(PROBE.hello, BOTH)


def test_one_kind_only():
    """A hello for one kind of key is unlike one for both, and unlike one for the other."""
    found = {preference(hello, BOTH) for hello in (PROBE.hello, only(rsa=True), only(rsa=False))}
    assert len(found) == 3


def test_another_order():
    """The order counts, since a server that follows its client takes the first that it can."""
    body = PROBE.hello.extension(ext.SIGNATURE_ALGORITHMS)
    turned = encode.code_points(ext.signature_schemes(body)[::-1])
    extensions = tuple(
        Extension(one.code, turned) if one.code == ext.SIGNATURE_ALGORITHMS else one
        for one in PROBE.hello.extensions
    )
    other = replace(PROBE.hello, extensions=extensions)
    assert preference(other, BOTH) != preference(PROBE.hello, BOTH)


def test_before_tls_1_3():
    """Suites choose then, by the server's own order: it is another choice."""
    old = templates.load("tls12").hello
    assert preference(old, BOTH) != preference(PROBE.hello, BOTH)


def test_what_cannot_be_read():
    """Of a broken list nobody knows what it accepts."""
    broken = (Extension(ext.SIGNATURE_ALGORITHMS, b"\x00\x03\x04"),)
    assert preference(replace(PROBE.hello, extensions=broken), BOTH) is None
