from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.wire.ip_literals import is_ip_literal


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "::", "2001:db8::abcd", "fe80::1%eth0", "::ffff:192.0.2.1"]
)
def test_addresses(text):
    """Both families, with a zone and in every form that people write."""
    assert is_ip_literal(text)


@pytest.mark.parametrize(
    "text", ["", "example.com", "host1", "1.2.3", "[::1]", "a:b", "192.0.2.1."]
)
def test_no_addresses(text):
    """A name may end in a digit or hold a colon and still be none."""
    assert not is_ip_literal(text)


@given(st.text(alphabet="0123456789abcdef.:%²٣", max_size=24) | st.ip_addresses().map(str))
def test_the_library_agrees(text):
    """The quick look before it changes no answer."""
    try:
        ip_address(text)
    except ValueError:
        assert not is_ip_literal(text)
    else:
        assert is_ip_literal(text)
