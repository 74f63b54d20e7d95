"""Routes: what is said of one never shows its login."""

import pytest

from tlsprobe.model.route import DIRECT, Credentials, Proxy, ProxyScheme, Route

LOGIN = Credentials(user="CORP\\anna", password="correct horse")


def proxy(**changes: object) -> Proxy:
    """A proxy with a login."""
    given = {
        "scheme": ProxyScheme.HTTP, "host": "proxy.example", "port": 3128, "credentials": LOGIN
    }  # fmt: skip
    return Proxy(**{**given, **changes})  # type: ignore[arg-type]


def test_a_proxy_is_shown_as_a_url() -> None:
    """The URL has scheme, host and port, and no login."""
    assert proxy().url == "http://proxy.example:3128"
    assert proxy(scheme=ProxyScheme.SOCKS5, host="2001:db8::1").url == "socks5://[2001:db8::1]:3128"


@pytest.mark.parametrize("value", [LOGIN, proxy(), Route(proxy=proxy(), why="--via")])
def test_no_text_of_a_value_shows_the_login(value: object) -> None:
    """Neither the name nor the password stands in `repr`, `str` or a format."""
    for text in (repr(value), str(value), f"{value}", repr([value]), repr({"a": value})):
        assert "anna" not in text
        assert "horse" not in text


def test_a_route_is_where_it_goes() -> None:
    """Who says so makes no other route of it; another login does."""
    assert Route(proxy=proxy(), why="--via") == Route(proxy=proxy(), why="HTTPS_PROXY")
    assert Route(proxy=proxy()) != Route(proxy=proxy(credentials=None))
    assert DIRECT.via is None
