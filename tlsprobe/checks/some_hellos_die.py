"""A hello that another client would send comes to nothing, though ours is answered."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Change, Observation, Variation
from tlsprobe.model.other_hellos import by_other_hellos, died
from tlsprobe.model.reference import Reference

_OF_ONE_KIND = (Change.CLIENT, Change.SEGMENTS, Change.RECORDS)


@check(Need.CHAIN, Need.OTHER_HELLOS, ground=Ground.BEHAVIOUR, cites="tldr.fail")
def some_hellos_die(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A hello was reset, closed or left without an answer, though another one was answered.

    Something on the way, or the server, cannot take it: the size of a young client's hello, which since
    X25519MLKEM768 is longer than one segment, a hello in two pieces, or one thing in it. What it is was
    found by halving, and breaks the clients that send it. It speaks of a parser, not of decryption; an
    alert is the answer of who has read the hello, and no sign.
    """
    looks = [
        (one, one.variation) for one in by_other_hellos(reference) if one.variation is not None
    ]
    dead = [(one, how) for one, how in looks if how.change in _OF_ONE_KIND and died(one)]
    for look, how in dead:
        cause, facts = _cause(how, looks)
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the hello of {look.profile} dies on the way or at the server, while that of"
            f" {observation.profile} is answered{cause}",
            facts={"died": look.profile, "bytes": how.size, **facts},
            breaks="other-hellos" if how.change is not Change.CLIENT else "large-hellos",
        )


def _cause(
    how: Variation, looks: list[tuple[Observation, Variation]]
) -> tuple[str, dict[str, Fact]]:
    if how.change is Change.SEGMENTS:
        return ": the same one in two segments", {}
    if how.change is Change.RECORDS:
        return ": the same one in two records", {}
    filled = [(one, each.size) for one, each in looks if each.change is Change.SIZE]
    too_large = [size for one, size in filled if died(one)]
    if too_large:
        dies = min(too_large)
        lives = max((size for one, size in filled if not died(one)), default=0)
        arrives = f" and of {lives} arrives" if lives else ""
        facts: dict[str, Fact] = {"lives": lives or None, "dies": dies}
        return f": it is too large, one of {dies} bytes dies{arrives}", facts
    culprits = [each.lacks for one, each in looks if each.change is Change.LACKS and not died(one)]
    if culprits:
        return f": without {' or '.join(culprits)} it is answered", {"without": culprits}
    return "", {}
