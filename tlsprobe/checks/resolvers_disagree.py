"""One resolver says one kind of thing of the name, another another."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.names import NameAnswer, Sort
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(Need.NAMES, ground=Ground.ADDRESS, cites="RFC 9499 section 6 (split DNS)")
def resolvers_disagree(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The resolvers that this machine may ask give different kinds of answers to one question.

    Then it hangs on which of them is asked at the moment where a connection goes, and whether there is
    one. Kinds are public addresses, addresses of no public network, and none. Different addresses of
    one kind are no disagreement: content networks answer by who asks. A resolver that fails says
    nothing.
    """
    if observation.names is None:
        return
    answers = [one for one in observation.names.resolvers if one.sort is not Sort.NO_ANSWER]
    if len({one.sort for one in answers}) < 2:
        return
    said = [f"{one.resolver} answers with {_in_words(one)}" for one in answers]
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.HINT,
        summary=f"resolvers disagree on the name: {'; '.join(said)}",
        facts={
            "answers": [
                f"{one.resolver}: {', '.join(one.addresses) or _in_words(one)}" for one in answers
            ]
        },
    )


def _in_words(answer: NameAnswer) -> str:
    if answer.sort is Sort.NOTHING:
        return f"no address ({answer.rcode})"
    words: str = answer.sort.value
    return words
