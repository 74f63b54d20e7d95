"""Patterns with ``*`` and ``?``."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.model.wildcard import fits


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*.contoso.com", "www.contoso.com", True),
        ("*.contoso.com", "contoso.com", False),
        ("10.*", "10.1.2.3", True),
        ("10.*", "110.1.2.3", False),
        ("w?w", "wxw", True),
        ("w?w", "ww", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("*a*b", "aab", True),
        ("[a]", "a", False),
    ],
)
def test_what_fits(pattern, text, expected):
    """A star is anything, a question mark one character, all else itself."""
    assert fits(pattern, text) is expected


@given(st.text(alphabet="ab*?.", max_size=8), st.text(alphabet="ab.", max_size=8))
def test_it_agrees_with_an_expression(pattern, text):
    """It says what the regular expression of the same meaning says."""
    meaning = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert fits(pattern, text) is bool(re.fullmatch(meaning, text, re.DOTALL))


def test_no_pattern_takes_long():
    """What sends an expression into endless tries is answered in the product of both lengths."""
    assert not fits("*a" * 2000 + "b", "a" * 4000)
