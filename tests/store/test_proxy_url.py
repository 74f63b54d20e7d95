"""URLs of proxies, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import UsageError
from tlsprobe.model.route import Credentials, Proxy
from tlsprobe.store.proxy_url import parse_proxy


def parsed(text: str) -> Proxy:
    """The proxy of an option."""
    return parse_proxy(text, source="--via")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("HTTP://Proxy.Example.", "http://proxy.example:80"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("socks5://192.0.2.1", "socks5://192.0.2.1:1080"),
        ("socks5h://proxy:9050/", "socks5://proxy:9050"),
        ("socks4a://proxy", "socks4://proxy:1080"),
        ("http://[2001:DB8::1]:8080/some/path?x#y", "http://[2001:db8::1]:8080"),
        ("http://[::1]", "http://[::1]:80"),
        ("  http://proxy:3128\n", "http://proxy:3128"),
    ],
)
def test_what_stands_for_a_proxy(text: str, url: str) -> None:
    """A scheme, a host and a port, with the defaults of the scheme."""
    found = parsed(text)
    assert (found.url, found.credentials) == (url, None)


@pytest.mark.parametrize(
    ("login", "user", "password"),
    [
        ("anna:horse", "anna", "horse"),
        ("anna", "anna", ""),
        ("CORP\\anna:horse", "CORP\\anna", "horse"),
        ("CORP%5Canna:p%40ss%3aword", "CORP\\anna", "p@ss:word"),
        ("anna:p@ss:w/or#d?", "anna", "p@ss:w/or#d?"),
        ("J%C3%BCrgen:%E2%82%AC", "Jürgen", "€"),
        (":", "", ""),
    ],
)
def test_the_login_is_kept_apart(login: str, user: str, password: str) -> None:
    """What stands before the last @ is the login, with %XX decoded."""
    found = parsed(f"http://{login}@proxy:3128")
    assert found.url == "http://proxy:3128"
    assert found.credentials == Credentials(user=user, password=password)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected http://"),
        ("http://", "expected http://"),
        ("ftp://horse", "expected http://"),
        ("http://anna:horse", "the port: expected a number from 1 to 65535"),
        ("anna:horse@:3128", "expected http://"),
        ("http://anna:horse@proxy:0", "the port: expected"),
        ("http://anna:horse@proxy:99999", "the port: expected"),
        ("http://anna:horse@pro xy", "expected a host name"),
        ("http://anna:horse%ff@proxy", "the login: expected %XX of UTF-8"),
        ("http://anna:horse\udcff@proxy", "the login: expected %XX of UTF-8"),
        ("http://[horse]:1", "expected http://"),
        ("http://[::horse]:1", "expected an IPv6 address in the brackets"),
        ("http://[::1]horse", "expected http://"),
        ("http://2001:db8::horse", "expected http://"),
        ("socks5://anna@proxy", "the login: SOCKS 5 takes"),
        (f"socks5://anna:{'horse' * 60}@proxy", "the login: SOCKS 5 takes"),
        ("socks4://an%00na:horse@proxy", "the login: SOCKS 4 takes"),
    ],
)
def test_a_malformed_url_is_refused_without_a_word_of_it(text: str, said: str) -> None:
    """The line names the option and says what was expected: all else might be a password."""
    with pytest.raises(UsageError) as caught:
        parsed(text)

    line = str(caught.value)
    assert line.startswith(f"--via: {said}")
    assert "horse" not in line
    assert "anna" not in line
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@given(st.text() | st.builds("http://{}@{}:{}".format, st.text(), st.text(), st.text()))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    """Whatever is given, it is a proxy or is refused in one line."""
    try:
        said = parsed(text).url
    except UsageError as error:
        said = str(error)
    assert said.isprintable()
