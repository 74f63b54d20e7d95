"""The extensions that are read: real ones, and what is no such extension."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peers import HOST
from tests.server13 import block
from tlsprobe.errors import DecodeError
from tlsprobe.hello import templates
from tlsprobe.hello.template import read_record
from tlsprobe.wire import extensions as ext


def refusal(read, body):
    """Why a body is no such extension; None where it is one."""
    try:
        read(body)
    except DecodeError as error:
        return error
    return None


READERS = {
    "server_name": ext.server_name,
    "alpn": ext.alpn,
    "offered_versions": ext.offered_versions,
    "selected_version": ext.selected_version,
    "groups": ext.groups,
    "signature_schemes": ext.signature_schemes,
    "point_formats": ext.point_formats,
    "offered_key_shares": ext.offered_key_shares,
    "selected_key_share": ext.selected_key_share,
    "retry_group": ext.retry_group,
    "stapled_response": ext.stapled_response,
}
OF_A_HELLO = {
    ext.SERVER_NAME: ext.server_name,
    ext.ALPN: ext.alpn,
    ext.SUPPORTED_VERSIONS: ext.offered_versions,
    ext.SUPPORTED_GROUPS: ext.groups,
    ext.SIGNATURE_ALGORITHMS: ext.signature_schemes,
    ext.EC_POINT_FORMATS: ext.point_formats,
    ext.KEY_SHARE: ext.offered_key_shares,
}


@pytest.fixture(scope="module")
def bodies():
    """(reader, body) of the extensions of all hellos that we send."""
    found = []
    for name in templates.names():
        record = templates.load(name).stamp(server_name=HOST, entropy=bytes).record
        _, hello = read_record(record)
        found += [
            (OF_A_HELLO[one.code], one.body) for one in hello.extensions if one.code in OF_A_HELLO
        ]
    return found


def test_every_hello_is_read(bodies):
    """Each extension of each hello has its form, and something in it."""
    assert {read for read, _ in bodies} == set(OF_A_HELLO.values())
    for read, body in bodies:
        assert read(body)


def test_truncated_anywhere(bodies):
    """An extension that ends too early is malformed, wherever it ends."""
    for read, body in bodies:
        for length in range(min(len(body), 200)):
            with pytest.raises(DecodeError):
                read(body[:length])


@pytest.mark.parametrize("name", READERS)
@given(body=st.binary(max_size=80))
def test_no_bytes_break_it(name, body):
    """Whatever the bytes, there is a value or a DecodeError that names a field."""
    error = refusal(READERS[name], body)
    assert error is None or (error.what and 0 <= error.at <= len(body))


def test_values():
    """Each extension gives what stands in it, in the order of the wire."""
    assert ext.server_name(block(b"\0" + block(b"a.example"))) == "a.example"
    assert ext.alpn(block(block(b"h2", 1) + block(b"http/1.1", 1))) == (b"h2", b"http/1.1")
    assert ext.offered_versions(b"\x04\x03\x04\x03\x03") == (0x0304, 0x0303)
    assert ext.selected_version(b"\x03\x04") == 0x0304
    assert ext.groups(block(b"\x00\x1d\x11\xec")) == (0x1D, 0x11EC)
    assert ext.point_formats(b"\x01\x00") == (0,)
    shares = block(b"\x0a\x0a" + block(b"\0") + b"\x00\x1d" + block(b"share"))
    assert ext.offered_key_shares(shares) == ((0x0A0A, b"\0"), (0x1D, b"share"))
    assert ext.selected_key_share(b"\x00\x1d" + block(b"share")) == (0x1D, b"share")
    assert ext.retry_group(b"\x00\x17") == 0x17
    assert ext.stapled_response(b"\x01" + block(b"der", 3)) == b"der"
    assert ext.stapled_response(b"\x02 other kind") == b""


def test_names_of_other_kinds():
    """The first host name counts; names of other kinds are passed over."""
    names = block(b"\x07" + block(b"?") + b"\0" + block(b"a.example") + b"\0" + block(b"b.example"))
    assert ext.server_name(names) == "a.example"
    assert ext.server_name(block(b"\x07" + block(b"?"))) is None
    assert ext.server_name(block(b"")) is None


def test_a_name_that_is_no_text():
    """Bytes that no host name has are kept as escapes, so that they can break no report."""
    assert ext.server_name(block(b"\0" + block(b"\xff\xfe.example"))) == r"\xff\xfe.example"
