import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live.web_page import MAX_TITLE, plain, title


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (
            b"<html><TITLE lang=en>\n Web &amp; <b>Page</b>\tBlocked </title>",
            "",
            "Web & <b>Page</b> Blocked",
        ),
        (b"\xef\xbb\xbf  <!doctype html><title>a</title>", "", "a"),
        (b"<html><body>no", "", ""),
        (b"Access denied by policy", "text/plain", ""),
        (b"<title>" + b"x" * 500 + b"</title>", "", "x" * MAX_TITLE),
        (b"<html><title>\xff\x1b]0;owned\x07</title>", "", "??]0;owned?"),
        (b"\x30\x82\x01\x00", "application/pkix-crl", None),
        (b"", "", None),
    ],
)
def test_what_a_page_says_of_itself(body, kind, expected):
    """Its title, one without, and what is no page."""
    assert title(body, kind) == expected


@given(st.binary(), st.text())
def test_any_bytes(body, kind):
    """What is shown of them is one line of printable ASCII."""
    for text in (title(b"<html><title>" + body, kind), plain(kind)):
        assert text.isprintable()
        assert text.isascii()
