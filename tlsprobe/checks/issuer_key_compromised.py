"""A CA whose key vouches for nobody: everybody has it, or it was made to intercept."""

from collections.abc import Iterator

from tlsprobe.certs.names import covers
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.minting import is_public_name
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import machine_path, public_path
from tlsprobe.model.reference import CompromisedCA, Reference


@check(
    Need.CHAIN,
    Need.COMPROMISED,
    ground=Ground.ISSUER,
    cites="chromium net/data/ssl/blocklist/README.md, RFC 5280 section 5.3.1",
)
def issuer_key_compromised(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The chain verifies under a CA key that was published, or that was made to intercept.

    Anybody can sign with a key that came with every machine of a maker; nobody honest does, so this
    is proof without any list of names. Strong only where the product's own servers
    were delivered with certificates by the same key. A hint where the list does not say for sure
    what it gives the hash of, and for names and addresses of the inner network, where the product
    itself may answer. A certificate that is merely sent along, or bears such a CA's name, is nothing.
    """
    found = _compromised(observation, reference)
    if found is None:
        return
    key, ca = found
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=_weight(observation, ca),
        summary=f"the chain verifies under a CA key of {ca.vendor} {ca.product}, by which"
        " anybody can be impersonated",
        facts={"vendor": ca.vendor, "product": ca.product, "category": ca.category,
               "confidence": "documented" if ca.checked else "weak",
               "key": spki_pin(key), "as_of": ca.as_of.isoformat(), "origin": ca.origin},
    )  # fmt: skip


def _compromised(
    observation: Observation, reference: Reference
) -> tuple[bytes, CompromisedCA] | None:
    """The first such CA that signed, and its key; roots that are not sent may be in the store."""
    for path in (public_path(observation, reference), machine_path(observation, reference)):
        if path is None:
            continue
        for key in path.ca_keys:
            known = reference.compromised.get(key)
            if known is not None and not known.of_certificate:
                return key, known
        certificates = list(path.links[1:])
        if path.anchor is not None and path.anchor.certificate is not None:
            certificates.append(path.anchor.certificate)
        for one in certificates:
            known = reference.compromised.get(one.sha256)
            if known is not None and known.of_certificate and one.spki_sha256 in path.ca_keys:
                return one.spki_sha256, known
    return None


def _weight(observation: Observation, ca: CompromisedCA) -> Weight:
    asked_for = covers(observation.chain[0], observation.target.host)
    if not ca.checked or not asked_for or not is_public_name(observation):
        return Weight.HINT
    return Weight.STRONG if ca.serves else Weight.PROOF
