"""The named hellos and their templates."""

import re

import pytest

from tlsprobe.errors import UsageError
from tlsprobe.hello import fingerprint, profiles, templates
from tlsprobe.hello.craft import build
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease

EVERY = pytest.mark.parametrize("name", profiles.PROFILES)

# What the real clients have: published where the profile says so, else captured from them.
FINGERPRINTS = {
    "openssl": ("a3afc2c46ba4a7d7fbe1cfb7a3031c2f", "t13d311000_e8f1e7e78f70_1f22a2ca17c4"),
    "openssl-4": ("1a90ed1522533c739c8b5c6bc9f1709b", "t13d301100_1d37bd780c83_0d46a1bf4a7c"),
    "schannel-2019": ("a0e9f5d64349fb13191bc781f81f42e1", "t12d190800_d83cc789557e_7af1ed941c26"),
    "schannel-2022": (None, "t13d201200_2b729b4bf6f3_e24568c0d440"),
    "chrome": ("c60481f682f12c7327a9489fb1acd38f", "t13d1517h2_8daaf6152771_cb7bf5808d99"),
}


def hello_of(name):
    """The hello of a profile's template."""
    return templates.load(name).hello


@EVERY
def test_template_is_what_scapy_builds(name):
    """The ready-made record of a profile is, byte for byte, what its spec gives."""
    built = build(profiles.PROFILES[name])
    text = templates.get_data(templates.__name__, f"{name}.hex")
    assert bytes.fromhex(text.decode("ascii")) == built


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprint_of_the_real_client(name):
    """A profile that copies a client has its JA3 and JA4."""
    ja3, ja4 = FINGERPRINTS[name]
    assert ja3 in (None, fingerprint.ja3(hello_of(name)).md5)
    assert fingerprint.ja4(hello_of(name)) == ja4


@EVERY
def test_order_is_that_of_the_spec(name):
    """Extensions, suites, groups and schemes are sent in the spec's order."""
    spec, hello = profiles.PROFILES[name], hello_of(name)
    assert hello.cipher_suites == spec.cipher_suites
    assert tuple(extension.code for extension in hello.extensions) == spec.extension_order
    assert ext.groups(hello.extension(ext.SUPPORTED_GROUPS)) == spec.groups
    assert (
        ext.signature_schemes(hello.extension(ext.SIGNATURE_ALGORITHMS)) == spec.signature_schemes
    )


@EVERY
def test_description_has_a_date(name):
    """Each profile says when its values were taken."""
    assert re.search(r"\b20\d\d\b", profiles.PROFILES[name].description)


def test_chrome_greases_everywhere():
    """GREASE stands first among suites, groups, shares, versions and schemes, and at both ends."""
    hello = hello_of("chrome")
    body = hello.extension
    firsts = (
        hello.cipher_suites[0],
        ext.groups(body(ext.SUPPORTED_GROUPS))[0],
        ext.offered_key_shares(body(ext.KEY_SHARE))[0][0],
        ext.offered_versions(body(ext.SUPPORTED_VERSIONS))[0],
        ext.signature_schemes(body(ext.SIGNATURE_ALGORITHMS))[0],
        hello.extensions[0].code,
        hello.extensions[-1].code,
    )
    assert all(is_grease(code) for code in firsts)


def test_default_asks_for_evidence():
    """The default hello asks for the staple and the SCTs, and for nothing that shrinks a chain."""
    hello = templates.load().hello
    assert hello == hello_of(profiles.DEFAULT)
    assert hello.extension(ext.STATUS_REQUEST) == b"\x01\x00\x00\x00\x00"
    assert hello.extension(ext.SIGNED_CERTIFICATE_TIMESTAMP) == b""
    assert hello.extension(ext.COMPRESS_CERTIFICATE) is None


def test_unknown_profile():
    """An unknown name is refused in one line that lists the known ones."""
    with pytest.raises(UsageError) as caught:
        templates.choose("netscape")
    text = str(caught.value)
    assert "'netscape'" in text
    assert "\n" not in text
    assert all(name in text for name in profiles.PROFILES)
