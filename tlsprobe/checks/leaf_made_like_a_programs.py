"""Which program makes leaves like this one: its handwriting, where its CA has a customer's name."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.handwriting import written_by
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Confidence, Reference


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 5280 section 4.2")
def leaf_made_like_a_programs(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf has the parts, their order and the dates that a known program gives its leaves.

    It names the program, or whatever is built on it, and decides nothing by itself: nobody keeps an
    honest CA from writing the same. Known are squid, sslsplit and mitmproxy.
    """
    if public_path(observation, reference).anchor is not None:
        return
    program = written_by(observation.chain[0])
    if program is not None:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"the leaf is made the way {program} makes them, or a product built on it",
            facts={"vendor": program, "product": f"{program}, or a product built on it",
                   "category": "debugging-proxy", "confidence": Confidence.WEAK.value},
        )  # fmt: skip
