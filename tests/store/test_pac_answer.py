"""What PAC scripts answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.store.pac_answer import MOST, parse_answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", [None]),
        (" ; ", [None]),
        ("DIRECT", [None]),
        ("direct;", [None]),
        ("PROXY w3proxy.netscape.com:8080", ["http://w3proxy.netscape.com:8080"]),
        ("PROXY a:1; SOCKS b:2;DIRECT", ["http://a:1", "socks4://b:2", None]),
        ("proxy a; HTTP b; HTTPS c", ["http://a:80", "http://b:80", "https://c:443"]),
        ("SOCKS5 d;SOCKS4 e", ["socks5://d:1080", "socks4://e:1080"]),
        ("DIRECT; PROXY a:1", [None, "http://a:1"]),
        ("PROXY\t[2001:db8::1]:3128".replace("\t", "  "), ["http://[2001:db8::1]:3128"]),
    ],
)
def test_answers(answer, expected):
    """Every way in its order, with the port that is usual where none is given."""
    assert [route.via for route in parse_answer(answer)] == expected


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("horse:8080", "way 1: expected DIRECT, or PROXY"),
        ("DIRECT; PROXY", "way 2: expected DIRECT, or PROXY"),
        ("DIRECT horse", "way 1: expected DIRECT"),
        ("PROXY http://horse:1", "way 1: expected DIRECT"),
        ("PROXY horse:x", "way 1: the port"),
        ("undefined", "way 1: expected"),
        ("DIRECT;" * (MOST + 1), f"expected at most {MOST} ways"),
    ],
)
def test_what_is_malformed(answer, said):
    """A way that is none is counted, and not repeated; nothing is half used."""
    with pytest.raises(ValueError, match=said) as caught:
        parse_answer(answer)
    assert "horse" not in str(caught.value)


@given(
    st.text()
    | st.lists(st.sampled_from(["PROXY ", "SOCKS ", "DIRECT", "a:1", ";", "é", "@", "[::1]"])).map(
        "".join
    )
)
def test_no_answer_does_more_than_be_refused(answer):
    """Whatever a script says is one route at least or is refused."""
    try:
        said = [route.why for route in parse_answer(answer)]
    except ValueError as error:
        said = [str(error)]
    assert said
    assert all(one.isprintable() for one in said)
