"""The check `hosts-file-overrides`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import answered, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.names import NameAnswer

PUBLIC, OTHER, PRIVATE = "93.184.215.14", "93.184.215.99", "10.0.0.4"
DUMB = NameAnswer(resolver="192.0.2.9:53", failure="no answer within 5 s")


@pytest.mark.parametrize(
    ("answers", "system", "hosts_file", "words"),
    [
        ([[PUBLIC]], [OTHER], [OTHER], "by its hosts file, and no resolver says so"),
        ([[PUBLIC]], [PRIVATE], [PRIVATE], "takes the name to 10.0.0.4 by its hosts file"),
        ([()], [PRIVATE], [PRIVATE], "by its hosts file, and the resolvers know no address"),
        ([[PUBLIC], DUMB], [PRIVATE], [], "by something on it, and no resolver says so"),
        ([()], [PUBLIC], [], "by something on it"),
    ],
)
def test_finding(answers, system, hosts_file, words, look):
    """Where the machine goes its own way is told, with what sends it there."""
    seen = answered(*answers, system=tuple(system), hosts_file=tuple(hosts_file))
    result = look(seen, reference())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert words in finding(result).summary


@pytest.mark.parametrize(
    ("answers", "system", "hosts_file"),
    [
        ([[PUBLIC]], [PUBLIC], []),
        ([[PUBLIC], [OTHER]], [OTHER], [OTHER]),
        ([[PUBLIC]], [OTHER], []),
        ([[PUBLIC]], [], [OTHER]),
        ([DUMB], [OTHER], [OTHER]),
        ([], [OTHER], [OTHER]),
    ],
    ids=["agreed", "one agrees", "a content network", "unresolved", "dumb", "nobody asked"],
)
def test_silence(answers, system, hosts_file, look):
    """Nothing is overridden where one agrees, nobody says otherwise, or answers may just change."""
    seen = answered(*answers, system=tuple(system), hosts_file=tuple(hosts_file))
    assert silent(look(seen, reference()))


def test_localhost(look):
    """No resolver need know the machine itself."""
    seen = answered(
        (), to=unanswered(host="localhost"), system=("127.0.0.1",), hosts_file=("127.0.0.1",)
    )
    assert silent(look(seen, reference()))


def test_not_applicable(look):
    """It takes answers."""
    assert lacked(look(unanswered(), reference())) == "what each resolver says of the name"
