"""Which expressions may be run over names that an attacker chooses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.store.expressions import refusal


@pytest.mark.parametrize(
    "expression",
    ["(a+)+", "(a|b)*", "(a*)*b", "([a-z]+){10}", r"(\w+\s?)*$", "(?:a?){30}", "((a+))+", "(a|b){2}",
     "(?i:a+)+", "(?P<x>a+)*", ".*.*.*x", r"(a)\1", "(?P<x>a)(?P=x)", "(a)?(?(1)b|c)", "(", "[z-a]",
     "a**", "[[]a]", "(?x)a", "x" * 257, "(?:(?:a{2,3})){2,}"],
)  # fmt: skip
def test_costly_and_broken_expressions_are_refused(expression: str) -> None:
    """Nested repetitions, references, too many open ends and what does not compile are refused."""
    said = refusal(expression)

    assert said is not None
    assert said.startswith("expected ")
    assert said.isprintable()


@pytest.mark.parametrize(
    "expression",
    ["^Acme CA$", "(?i)acme", r"^Acme \(.+\)$", "(a|b)?c", "[0-9a-f]{32}", "(ab)+", r"\(a+\)+", "[)]+",
     "[]a]+", "[^]]+x", "a{", "{", "a.*b.*c", "(?!.*Acme)", r"a\d{1,3}.\d{1,3}.\d{1,3}", "é+"],
)  # fmt: skip
def test_plain_expressions_may_be_used(expression: str) -> None:
    """What labels are written with is let through."""
    assert refusal(expression) is None


@given(st.text(alphabet="ab()[]{}|*+?.^$\\,12!:=<>ixP#", max_size=20))
def test_an_expression_is_used_only_if_it_compiles(expression: str) -> None:
    """Whatever is let through compiles, and nothing raises."""
    if refusal(expression) is None:
        re.compile(expression)
