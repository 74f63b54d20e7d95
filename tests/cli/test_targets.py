import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.cli.targets import (
    Endpoint,
    parse_address,
    parse_endpoint,
    parse_resolver,
    parse_server_name,
)
from tlsprobe.errors import UsageError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("login.example.com", "login.example.com", 443),
        ("LOGIN.Example.com.:8443", "login.example.com", 8443),
        (" localhost:1 ", "localhost", 1),
        ("192.0.2.7", "192.0.2.7", 443),
        ("192.0.2.7:65535", "192.0.2.7", 65535),
        ("2001:DB8::7", "2001:db8::7", 443),
        ("[2001:db8:0::7]", "2001:db8::7", 443),
        ("[::1]:8443", "::1", 8443),
        ("fe80::1%eth0", "fe80::1%eth0", 443),
        ("[fe80::1%Eth0]:636", "fe80::1%Eth0", 636),
        ("https://login.example.com", "login.example.com", 443),
        ("https://login.example.com:8443/path?query#part", "login.example.com", 8443),
        ("HTTPS://[2001:db8::7]:8443/", "2001:db8::7", 8443),
        ("https://[2001:db8::7]/", "2001:db8::7", 443),
        ("a_b.example.com", "a_b.example.com", 443),
        ("bücher.example", "xn--bcher-kva.example", 443),
        ("https://Straße.example:444/", "xn--strae-oqa.example", 444),
        ("\u691c\u67fb\uff0eexample", "xn--5vvzy.example", 443),
    ],
)
def test_targets(text, host, port):
    """A target is a name, an address or a URL, with or without a port, in any spelling."""
    assert parse_endpoint(text) == Endpoint(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "", ":443", "host:", "host:0", "host:65536", "host:https", "host:\u0664\u0664\u0663", "host:443:1x",
        "[::1", "[::1]x", "[192.0.2.7]:443", "[]:443", "::1::", "192.0.2.256", "10.0.0", "a..b",
        ".example.com", "-a.example", "a b", "*.example.com", "a" * 64, "a/b", "user@host",
        "http://example.com", "https://", "https://u:p@example.com", "https://[::1", "https://a:b/",
        "https://a:99999", "\x1b[2J", "x\u202ey", "a" * 300, "%zz", "xn--\udcff.example", "ldaps://a",
    ],
)  # fmt: skip
def test_malformed_targets(text):
    """A malformed target is refused in one line of ASCII that names it and says what was expected."""
    with pytest.raises(UsageError) as refused:
        parse_endpoint(text)
    message = str(refused.value)
    assert message.startswith("target ")
    assert "expected" in message
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 300


@given(st.text() | st.from_regex(r"(https://)?(\[.*\]|.*)(:\d*)?/?", fullmatch=True))
def test_any_text(text):
    """Whatever is typed, it is an endpoint or refused, and an endpoint can be typed again."""
    try:
        endpoint = parse_endpoint(text)
    except UsageError:
        return
    assert 0 < endpoint.port < 65536
    assert endpoint.host.isascii()
    again = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    assert parse_endpoint(f"{again}:{endpoint.port}") == endpoint


def test_named():
    """A name is told from an address."""
    assert parse_endpoint("localhost").named
    assert not parse_endpoint("127.0.0.1").named
    assert not parse_endpoint("fe80::1%eth0").named


def test_server_name():
    """A server name is a host name; an address must not stand there."""
    assert parse_server_name("Bücher.example.") == "xn--bcher-kva.example"
    for text in ("127.0.0.1", "::1", "", "a b"):
        with pytest.raises(UsageError, match=r"^--sni "):
            parse_server_name(text)


def test_address():
    """An address is an IP address, with or without brackets."""
    assert parse_address("[2001:DB8::7]") == "2001:db8::7"
    assert parse_address("192.0.2.7") == "192.0.2.7"
    for text in ("localhost", "", "192.0.2.7:443"):
        with pytest.raises(UsageError, match=r"^--address .*expected an IP address"):
            parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://anna:S3cr3tPw@host/", "anna:S3cr3tPw@host:443", "https://anna:S3cr@3tPw@host",
        "http://anna:S3cr3tPw@host",
    ],
)  # fmt: skip
def test_a_login_is_not_repeated(text):
    """What looks like a login stands in no message."""
    with pytest.raises(UsageError) as error:
        parse_endpoint(text)
    assert "S3cr" not in str(error.value)
    assert "anna" not in str(error.value)
    assert "@host" in str(error.value)


@pytest.mark.parametrize("text", ["::1:443", "2001:db8::1:8443", "fe80::1:53"])
def test_an_address_that_may_have_a_port(text):
    """Without brackets it is an address and one with a port as well: neither is taken for meant."""
    host, _, port = text.rpartition(":")
    said = re.escape(f"ambiguous without brackets: expected [{host}]:{port} or [{text}]")
    with pytest.raises(UsageError, match=f"^target '{text}': {said}$"):
        parse_endpoint(text)
    with pytest.raises(UsageError, match=f"^--resolver '{text}': {said}$"):
        parse_resolver(text)
    assert parse_endpoint(f"[{text}]").host == text


@pytest.mark.parametrize(
    "text", ["::1", "2001:db8::443", "1:2:3:4:5:6:7:8", "fe80::1:84e5", "2620:fe::fe:10"]
)
def test_an_address_that_has_none(text):
    """Where the last group is hardly meant as a port, no brackets are needed."""
    assert parse_endpoint(text) == (text, 443)
