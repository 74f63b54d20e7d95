"""What differs between the hello that was sent and the one that arrived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tlsprobe.hello import templates
from tlsprobe.hello.encode import client_hello
from tlsprobe.model.hello_differences import MAX_LISTED, differences, ja4_of
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.client_hellos import decoded
from tlsprobe.wire.messages import Extension


def message(profile="openssl", name="example.org"):
    """A hello of ours."""
    return templates.load(profile).stamp(server_name=name, entropy=bytes).message


HELLO = message()


def edited(**changes):
    """The hello with some fields changed."""
    return client_hello(replace(decoded(HELLO), **changes))


def with_body(code, body):
    """The hello with the body of one extension changed."""
    extensions = tuple(
        Extension(one.code, body) if one.code == code else one for one in decoded(HELLO).extensions
    )
    return edited(extensions=extensions)


def what(received):
    """The names of what differs."""
    return [one.what for one in differences((HELLO,), (received,))]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (edited(random=bytes(31) + b"x"), ["random"]),
        (edited(session_id=b"x"), ["session id"]),
        (edited(legacy_version=0x0302), ["JA3", "legacy version"]),
        (edited(cipher_suites=decoded(HELLO).cipher_suites[::-1]), ["JA3", "cipher suites"]),
        (edited(extensions=decoded(HELLO).extensions[::-1]), ["JA3", "extensions"]),
        (edited(cipher_suites=(0x0A0A, *decoded(HELLO).cipher_suites)), ["cipher suites", "GREASE"]),
        (message(name="example.com"), ["server_name"]),
        (with_body(ext.SERVER_NAME, b"\0\0"), ["server_name"]),
        (with_body(ext.SUPPORTED_VERSIONS, b"\2\3\4"), ["supported_versions"]),
        (with_body(ext.KEY_SHARE, bytes.fromhex("0006 001d 0002 abcd")), ["key_share"]),
        (with_body(ext.SIGNATURE_ALGORITHMS, b"\0\2\4\3"), ["JA4", "signature_algorithms"]),
        (with_body(ext.SUPPORTED_GROUPS, b"\0"), ["JA3", "supported_groups"]),
    ],
)  # fmt: skip
def test_each_field(received, expected):
    """Each change is named by what was changed, and fingerprints where they see it."""
    assert what(received) == expected


def test_another_client():
    """The hello of another program differs in most of it, in words of its own."""
    found = {one.what: one for one in differences((HELLO,), (message("chrome"),))}
    assert found["JA4"].sent == ja4_of(HELLO)
    assert found["JA4"].received == ja4_of(message("chrome"))
    assert found["GREASE"].received == "yes"
    assert "TLS_AES_128_GCM_SHA256" in found["cipher suites"].received
    assert found["supported_groups"].received.startswith("GREASE, ")


def test_a_second_hello():
    """A retry on one side alone is told, and of two the second is compared as well."""
    assert differences((HELLO,), (HELLO, HELLO)) == (("hellos", "1", "2"),)
    (found,) = differences((HELLO, HELLO), (HELLO, edited(session_id=b"x")))
    assert found.what == "second hello: session id"


def test_long_lists_are_cut():
    """Of a hostile list only the beginning is named."""
    (found,) = [
        one
        for one in differences((HELLO,), (edited(cipher_suites=(0x1301,) * 9999),))
        if one.what == "cipher suites"
    ]
    assert found.received.endswith(f"and {9999 - MAX_LISTED} more")
    assert len(found.received) < 5000


mutated = st.tuples(st.integers(0, len(HELLO) - 1), st.integers(1, 255)).map(
    lambda edit: HELLO[: edit[0]] + bytes((HELLO[edit[0]] ^ edit[1],)) + HELLO[edit[0] + 1 :]
)


@given(st.lists(st.binary() | mutated | st.just(HELLO), max_size=3).map(tuple))
def test_nothing_goes_unseen(received):
    """No bytes raise, and nothing differs exactly where the bytes are the same."""
    assert (differences((HELLO,), received) == ()) == (received == (HELLO,))
    assert differences(received, received) == ()
