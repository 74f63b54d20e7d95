"""One key signs and serves for names that have nothing in common."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference

OTHERS = 2
"""Domains beside its own. Somebody careless with a small PKI may have a second one."""


@check(
    Need.CHAIN,
    Need.COMPANY,
    ground=Ground.COMPARISON,
    cites="Waked et al., To Intercept or Not to Intercept (2018)",
)
def one_key_signs_for_many_domains(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """In this run, leafs for three public domains held the key that signed them, and it was one key.

    A small PKI may be careless once. Who answers for many domains with the key that signs for all of
    them mints what he is asked for. It needs no list of owners.
    """
    company = reference.company
    if company is None:
        return
    others = company.shared(observation, reference).own_signers_key
    if len(others) < OTHERS:
        return
    leaf = observation.chain[0]
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.STRONG,
        summary=f"names under {', '.join(others)} came in this run with the very key that serves here"
        f" and signs as {leaf.issuer}",
        facts={"domains": list(others), "key": spki_pin(leaf.spki_sha256)},
    )
