"""Hellos that differ from a template in one thing: to find what somebody on the way minds.

All are templates again and are stamped for each connection like any other, but for the way a hello is
cut into records, which is done to the stamped one.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from tlsprobe.hello import encode
from tlsprobe.hello.template import CraftedHello, Template
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import group_name, is_grease
from tlsprobe.wire.key_kinds import ECDSA_SUITES, RSA_SCHEMES
from tlsprobe.wire.messages import ClientHello, Extension
from tlsprobe.wire.records import HEADER

EXTENSION_NAMES = {
    ext.ENCRYPTED_CLIENT_HELLO: "encrypted_client_hello",
    ext.COMPRESS_CERTIFICATE: "compress_certificate",
    ext.ALPN: "ALPN",
    0x44CD: "application_settings",
    0xCA34: "trust_anchors",
}
"""What younger clients send and an old parser may choke on (IANA, TLS ExtensionType Values)."""
EXTENSION_HEADER = 4
"""Bytes of an extension's type and length."""
YOUNG_GROUPS = (0x11EC, 0x11EB, 0x11ED)
"""Hybrids with ML-KEM, whose shares make a hello longer than a segment (draft-ietf-tls-ecdhe-mlkem)."""


def sized(template: Template, size: int, *, profile: str) -> Template:
    """The template with padding, so that its message has `size` bytes, or as few as it can have."""
    kept = [one for one in template.hello.extensions if one.code != ext.PADDING]
    hello = replace(template.hello, extensions=tuple(kept))
    missing = size - encode.client_hello_size(hello) - EXTENSION_HEADER
    if missing >= 0:
        # pre_shared_key has to be the last (RFC 8446 section 4.2.11); no profile of ours has it.
        hello = replace(hello, extensions=(*kept, Extension(ext.PADDING, bytes(missing))))
    return template.saying(hello, profile=profile)


def size_of(template: Template) -> int:
    """Bytes of the handshake message."""
    return encode.client_hello_size(template.hello)


def signed_by(template: Template, *, rsa: bool, profile: str) -> Template:
    """The template for servers of one kind of key: RSA, or elliptic curves."""
    hello = template.hello

    def fits(suite: int) -> bool:
        return suite >> 8 == 0x13 or (suite in ECDSA_SUITES) is not rsa

    schemes = ext.signature_schemes(hello.extension(ext.SIGNATURE_ALGORITHMS) or b"\0\0")
    kept = [one for one in schemes if (one in RSA_SCHEMES) is rsa]
    body = encode.code_points(kept)
    extensions = [
        Extension(one.code, body) if one.code == ext.SIGNATURE_ALGORITHMS else one
        for one in hello.extensions
    ]
    suites = tuple(suite for suite in hello.cipher_suites if fits(suite))
    made = replace(hello, cipher_suites=suites, extensions=tuple(extensions))
    return template.saying(made, profile=profile)


def lacking_one_thing(template: Template, *, size: int) -> Iterator[tuple[str, Template]]:
    """What a young client's hello has beside the old things, and the template without it, each.

    All have `size` bytes, so that it is not their size that matters.
    """
    hello = template.hello
    groups = ext.groups(hello.extension(ext.SUPPORTED_GROUPS) or b"\0\0")
    for group in YOUNG_GROUPS:
        if group in groups:
            name = group_name(group)
            yield name, _again(template, _without_group(hello, group), size, name)
    if any(is_grease(code) for code in hello.cipher_suites):
        yield "GREASE", _again(template, _without_grease(hello), size, "GREASE")
    for code, name in EXTENSION_NAMES.items():
        if hello.extension(code) is not None:
            kept = tuple(one for one in hello.extensions if one.code != code)
            yield name, _again(template, replace(hello, extensions=kept), size, name)


def in_two_records(crafted: CraftedHello) -> CraftedHello:
    """The same message, cut in the middle into two records (RFC 8446 section 5.1)."""
    kind, body = crafted.record[:3], crafted.record[HEADER:]
    half = len(body) // 2
    pieces = (body[:half], body[half:])
    return replace(crafted, record=b"".join(kind + len(one).to_bytes(2) + one for one in pieces))


def _again(template: Template, hello: ClientHello, size: int, lacks: str) -> Template:
    profile = f"{template.profile} without {lacks}"
    return sized(template.saying(hello, profile=profile), size, profile=profile)


def _without_group(hello: ClientHello, group: int) -> ClientHello:
    def kept(one: Extension) -> Extension:
        if one.code == ext.SUPPORTED_GROUPS:
            left = [code for code in ext.groups(one.body) if code != group]
            return Extension(one.code, encode.code_points(left))
        if one.code == ext.KEY_SHARE:
            shares = [share for share in ext.offered_key_shares(one.body) if share[0] != group]
            return Extension(one.code, encode.key_shares(shares))
        return one

    return replace(hello, extensions=tuple(kept(one) for one in hello.extensions))


def _without_grease(hello: ClientHello) -> ClientHello:
    lists = {
        ext.SUPPORTED_GROUPS: (ext.groups, encode.code_points),
        ext.SIGNATURE_ALGORITHMS: (ext.signature_schemes, encode.code_points),
        ext.SUPPORTED_VERSIONS: (ext.offered_versions, encode.versions),
    }

    def kept(one: Extension) -> Extension:
        if one.code == ext.KEY_SHARE:
            shares = [each for each in ext.offered_key_shares(one.body) if not is_grease(each[0])]
            return Extension(one.code, encode.key_shares(shares))
        if one.code not in lists:
            return one
        read, write = lists[one.code]
        return Extension(one.code, write([code for code in read(one.body) if not is_grease(code)]))

    return replace(
        hello,
        cipher_suites=tuple(suite for suite in hello.cipher_suites if not is_grease(suite)),
        extensions=tuple(kept(one) for one in hello.extensions if not is_grease(one.code)),
    )
