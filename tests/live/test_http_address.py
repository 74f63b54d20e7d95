from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live.http_address import HttpAddress, follow, parse


def test_the_parts_of_an_address():
    """The Host field has the port only where it is another than 80, and brackets where it must."""
    assert parse("http://crl.example") == HttpAddress("crl.example", 80, "/")
    assert parse("HTTP://CRL.example:80/a?b#c") == HttpAddress("crl.example", 80, "/a?b")
    six = parse("http://[2001:db8::1]:8080/x")
    assert six == HttpAddress("2001:db8::1", 8080, "/x")
    assert (six.authority, six.url) == ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080/x")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text(url, location):
    """Total; what is taken for an address can be written into a request."""
    for one in (url, f"http://{url}", follow(f"http://a/{url}", location) or ""):
        address = parse(one)
        assert address is None or (
            address.url.isascii() and address.url.isprintable() and " " not in address.url
        )
