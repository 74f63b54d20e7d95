"""The binary values of proxy settings."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import InputError
from tlsprobe.model.windows_proxy import WindowsProxy
from tlsprobe.store.connection_settings import LARGEST, parse

SHIPPED = bytes.fromhex("1800000000000000010000000000000000000000")
"""WinHttpSettings of a machine where nobody set a proxy."""
NETSH = bytes.fromhex(
    "28000000000000000300000016000000687474703d3139322e3136382e352e34353a3331323800000000"
)
"""After ``netsh winhttp set proxy http=192.168.5.45:3128``."""


def value(flags, *texts, version=0x46, counter=7):
    """A value with these texts, as Windows would write it."""
    parts = [pack("<I", len(one)) + one.encode("latin-1") for one in texts]
    return pack("<III", version, counter, flags) + b"".join(parts)


def read(data, **options):
    """What a value says."""
    return parse(data, origin="HKCU", **options)


def test_what_windows_ships():
    """No proxy, no exceptions, no script."""
    assert read(SHIPPED, winhttp=True) == WindowsProxy(origin="HKCU", socks=False)


def test_what_netsh_writes():
    """The length stands before the text, the exceptions behind it."""
    found = read(NETSH, winhttp=True)
    assert {scheme: one.url for scheme, one in found.proxies.items()} == {
        "http": "http://192.168.5.45:3128"
    }
    assert (found.bypass, found.script, found.proxy) == ((), None, None)


@pytest.mark.parametrize(
    ("flags", "detect", "script", "proxy"),
    [
        (0x01, False, None, None),
        (0x03, False, None, "http://proxy:8080"),
        (0x05, False, "http://wpad/x.pac", None),
        (0x09, True, None, None),
        (0x0F, True, "http://wpad/x.pac", "http://proxy:8080"),
    ],
)
def test_flags(flags, detect, script, proxy):
    """What the flags do not turn on is kept in the value, and does not count."""
    data = value(flags, "proxy:8080", "<local>;*.corp.example", "http://wpad/x.pac")
    found = read(data + bytes(32))
    assert (found.detect, found.script) == (detect, script)
    assert (found.proxy and found.proxy.url) == proxy
    assert found.bypass == (("<local>", "*.corp.example") if proxy else ())


def test_a_script_shows_no_login():
    """A password in its address stays out of every text."""
    assert read(value(5, "", "", "http://anna:horse@wpad/x")).script == "http://wpad/x"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "expected 12 bytes at least"),
        (value(3), "the length of the list of proxies is cut off (at byte 12)"),
        (value(3, "proxy")[:-1], "the list of proxies is cut off (at byte 16)"),
        (value(3, "proxy"), "the length of the list of exceptions is cut off (at byte 21)"),
        (value(3, "a") + pack("<I", 2**31), "the list of exceptions is cut off"),
        (value(3, "a:horse", ""), "proxy 1: the port"),
        (value(3, "a", "", "") + bytes(LARGEST), f"expected at most {LARGEST} bytes"),
    ],
)
def test_what_is_malformed(data, said):
    """It is told where the value breaks, and nothing of a proxy is repeated."""
    with pytest.raises(InputError) as caught:
        read(data)
    assert said in str(caught.value)
    assert "horse" not in str(caught.value)


TEXT = st.binary(max_size=20) | st.sampled_from([b"a:1", b"https=b:2;http=c", b"<local>;*.x"])


@given(
    st.binary()
    | st.builds(
        lambda flags, texts: (
            pack("<III", 0x46, 0, flags) + b"".join(pack("<I", len(one)) + one for one in texts)
        ),
        st.integers(0, 15),
        st.lists(TEXT, max_size=4),
    )
)
def test_no_bytes_raise_anything_else(data):
    """Any bytes are settings or are refused."""
    try:
        said = read(data).origin
    except InputError as error:
        said = str(error)
    assert said.startswith("HKCU")
    assert said.isprintable()
