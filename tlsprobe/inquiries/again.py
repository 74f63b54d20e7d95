"""The same hello once more: whether two chains went with two hellos, or with the nodes of a pool.

Of a pool of which one node has a certificate of an internal CA, a look sees the one or the other, by
chance or in turn. A box that decides by the look of a hello shows the same to the same. So where nothing
else is proof, both hellos are sent again, each one some times in a row: nodes that are asked in turn
would show the two chains in step with two hellos that take turns. Where two routes differ, that of this
one is.
"""

from itertools import islice

from tlsprobe.inquiries import other_hellos, second_opinion
from tlsprobe.inquiries._inquiry import Asked
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.report import Report

TIMES = 3
"""How often each hello is sent again at most: of two nodes that are met by chance, one in 64 pools shows
the same all the while."""
CONTRASTS = ("other-hello-sees-other-chain", "other-route-sees-other-chain")
"""The checks that convict by one look beside another."""


async def asked_again(asked: Asked, report: Report) -> tuple[Observation, ...]:
    """More looks by the hellos of a contrast that convicts by itself, within `asked.connections`."""
    left, looks = asked.connections, list[Observation]()
    for before in (one for one in _contrasted(report) for _ in range(TIMES)):
        cost = _cost(before)
        if cost > left:
            continue
        left -= cost
        seen = await _again(asked, before)
        if seen is not None and seen.chain:
            looks.append(seen)
    return tuple(looks)


def _contrasted(report: Report) -> tuple[Observation, ...]:
    """The first look, and one by another hello that was shown another chain, where there is one.

    None of them where there is no such contrast, or other proof beside it.
    """
    first, because = report.observation, report.verdict.because
    convicts = [
        (result.check, finding)
        for result, finding in because
        if finding.leaning is Leaning.INTERCEPTION and finding.weight >= Weight.STRONG
    ]
    proved = {check for check, finding in convicts if finding.weight is Weight.PROOF}
    keys = {
        finding.minted.spki_sha256
        for check, finding in convicts
        if check in CONTRASTS and finding.minted is not None
    }
    if not keys or not proved.issubset(CONTRASTS):
        return ()
    private = first.chain[0].spki_sha256 in keys
    others = (
        look
        for look in report.controls
        if look.source in (SourceKind.OTHER_HELLO, SourceKind.SECOND_OPINION)
        and look.chain
        and (look.chain[0].spki_sha256 in keys) is not private
    )
    return (first, *islice(others, 1))


def _cost(before: Observation) -> int:
    return second_opinion.SECOND_OPINION.least if before.source is SourceKind.SECOND_OPINION else 1


async def _again(asked: Asked, before: Observation) -> Observation | None:
    """A look by the same hello; None where that cannot be made again."""
    if before.source is SourceKind.SECOND_OPINION:
        learned = await second_opinion.SECOND_OPINION.inquire(asked)
        return next(iter(learned.controls), None)
    return await other_hellos.once_more(asked, before.profile)
