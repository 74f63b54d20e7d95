"""A stapled response that no client can use."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tlsprobe.certs.ocsp import Authority, SingleResponse
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.staple import Staple, staple
from tlsprobe.model.transparency import publicly_signed

SLACK = timedelta(minutes=5)
"""Clocks differ that much without anything being wrong."""


@check(Need.CHAIN, ground=Ground.REVOCATION, cites="RFC 6960 section 3.2")
def staple_unfit(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The staple is no answer, out of date, for another certificate, or signed by nobody who may.

    Servers go on stapling what they once fetched: an old answer, or the one for the certificate that
    they had before. That is honest carelessness, and most clients ask for themselves or do not mind:
    a hint, of a leaf that a public CA signed. Of others see `staple-contradicts-chain`.
    """
    found = staple(observation, reference)
    if found is None or not publicly_signed(observation, reference):
        return
    fault = _fault(found, observation)
    if fault is not None:
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"the response that the server staples is of no use: {fault}",
            facts={"responder": found.response.responder, "signed_by": found.authority.value},
        )


def _fault(found: Staple, observation: Observation) -> str | None:
    response, answer = found.response, found.answer
    if response.refusal is not None:
        return f"the responder refused, {response.refusal}"
    if not response.responses:
        return "; ".join(response.faults) or "there is no answer in it"
    if answer is None or found.about is False:
        return "it is about another certificate"
    if found.authority is Authority.NOBODY:
        return "nobody signed it who may speak for the certificate's CA"
    return _out_of_date(answer, observation.taken)


def _out_of_date(answer: SingleResponse, taken: datetime) -> str | None:
    if answer.next_update is not None and answer.next_update < taken:
        return f"it ended on {answer.next_update:%Y-%m-%d}, or the clock here is wrong"
    if answer.this_update is not None and answer.this_update - SLACK > taken:
        return f"it begins on {answer.this_update:%Y-%m-%d}, or the clock here is wrong"
    return None
