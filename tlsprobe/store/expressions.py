"""Which regular expressions may be run over names that an attacker chooses.

Python's `re` tries every way to divide a text among repetitions. What is let through here takes
at most the third power of the text's length, and `model.naming` bounds that length.
"""

import re
import warnings
from dataclasses import dataclass

LONGEST = 256
"""Characters of an expression."""
MOST_REPETITIONS = 2
"""Open-ended repetitions in one expression."""

_NARROW = 16
"""A repetition with no more choices than this is not open-ended."""

_TOKEN = re.compile(
    r"""
      (?P<reference> \\[1-9] | \(\?P=\w+\) | \(\?\( )
    | (?P<verbose>   \(\?[a-zA-Z]*x )
    | (?P<flags>     \(\?[a-zA-Z]+\) )
    | (?P<open>      \( (?: \?(?: P<\w+> | <?[=!] | > | [a-zA-Z]*(?:-[a-z]+)?: ) )? )
    | (?P<close>     \) )
    | (?P<either>    \| )
    | (?P<atom>      \\. | \[\^?\]?(?: \\. | [^\]\\] )*\] | [^*+?] )
    | (?P<quantifier> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<least>\d*),(?P<most>\d*)\}|\{(?P<exactly>\d+)\})[?+]?")


@dataclass(slots=True)
class _Group:
    """What has been seen of a group, or of the whole."""

    varies: bool = False
    """Whether it can match the same text in several ways."""


def refusal(expression: str) -> str | None:
    """What is wrong with an expression, as "expected ..."; None where it may be used."""
    if len(expression) > LONGEST:
        return f"expected at most {LONGEST} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(expression)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return f"expected a regular expression, but {' '.join(str(error).split())}"
    return _costly(expression)


def _costly(expression: str) -> str | None:
    """The same for a valid expression that could take too long."""
    groups = [_Group()]
    repetitions = 0
    at = 0
    while token := _TOKEN.match(expression, at):
        at = token.end()
        atom = _Group()
        match token.lastgroup:
            case "reference":
                return "expected no reference to a group"
            case "verbose":
                return "expected no verbose expression, (?x)"
            case "open":
                groups.append(_Group())
                continue
            case "either":
                groups[-1].varies = True
                continue
            case "close" if len(groups) > 1:
                atom = groups.pop()
                groups[-1].varies |= atom.varies
            case _:
                pass
        if not (quantifier := _QUANTIFIER.match(expression, at)):
            continue
        at = quantifier.end()
        if _repeats(quantifier) and atom.varies:
            return "expected no repetition of a group that itself repeats or has alternatives"
        groups[-1].varies |= quantifier["exactly"] is None
        repetitions += _open_ended(quantifier)
    if repetitions > MOST_REPETITIONS:
        return f"expected at most {MOST_REPETITIONS} open-ended repetitions"
    return None


def _repeats(quantifier: re.Match[str]) -> bool:
    """Whether it asks for more than one."""
    return not quantifier[0].startswith("?") and quantifier[0] not in {"{0,1}", "{,1}", "{1}"}


def _open_ended(quantifier: re.Match[str]) -> bool:
    """Whether it leaves many choices."""
    if quantifier[0][0] != "{":
        return quantifier[0][0] != "?"
    if quantifier["exactly"]:
        return False
    most = quantifier["most"]
    return not most or int(most) - int(quantifier["least"] or 0) > _NARROW
