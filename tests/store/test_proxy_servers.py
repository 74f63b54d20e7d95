"""Lists of proxies as Windows writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.store.proxy_servers import MOST_ENTRIES, parse_exceptions, parse_servers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("proxy:8080", {"": "http://proxy:8080"}),
        ("proxy", {"": "http://proxy:80"}),
        ("http://192.168.5.45:3128", {"": "http://192.168.5.45:3128"}),
        ("http=a:80;https=b:3128", {"http": "http://a:80", "https": "http://b:3128"}),
        ("HTTP=a  HTTPS=http://b:1 ;", {"http": "http://a:80", "https": "http://b:1"}),
        ("https=a;https=b", {"https": "http://a:80"}),
        ("socks=s:1081", {"socks": "socks4://s:1081"}),
        ("socks=s", {"socks": "socks4://s:1080"}),
        ("socks=socks5://s:9", {"socks": "socks5://s:9"}),
        ("[2001:db8::1]:3128", {"": "http://[2001:db8::1]:3128"}),
    ],
)
def test_servers(text, expected):
    """One for all schemes, or one for each; the first of a scheme counts."""
    assert {scheme: one.url for scheme, one in parse_servers(text).items()} == expected


def test_exceptions():
    """They stand between semicolons and blanks, and case does not matter."""
    found = parse_exceptions("<LOCAL>;*.Contoso.com 10.*\n;;")
    assert found == ("<local>", "*.contoso.com", "10.*")


@pytest.mark.parametrize(
    "text", ["https=horse:x", "a;horse:0", "=", "https=", "a=b=c", "horse@x:y", "ftp://horse"]
)
def test_what_is_malformed(text):
    """The entry is counted, not repeated: any part may be a password that went astray."""
    with pytest.raises(ValueError, match=r"^proxy [12]: ") as caught:
        parse_servers(text)
    assert "horse" not in str(caught.value)


def test_lists_are_bounded():
    """No list is longer than anybody needs."""
    for parse in (parse_servers, parse_exceptions):
        with pytest.raises(ValueError, match="at most"):
            parse("a;" * (MOST_ENTRIES + 1))


@given(st.text(alphabet=st.characters() | st.sampled_from("=;: <>[]/@.")))
def test_no_text_does_more_than_be_refused(text):
    """Whatever stands there is a list or is refused."""
    assert all(entry == entry.lower() for entry in parse_exceptions(text))
    try:
        said = "".join(one.url for one in parse_servers(text).values())
    except ValueError as error:
        said = str(error)
    assert said.isprintable()
