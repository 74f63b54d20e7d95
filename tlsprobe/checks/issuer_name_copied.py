"""A public CA's name on somebody else's key."""

from collections.abc import Iterator
from itertools import pairwise

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path, PathEnd, build
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.trust import TrustStore
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import MAY_BE_DAMAGED, may_be_damaged
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import (
    impersonated,
    is_cut,
    namesakes,
    public_path,
    public_store,
)
from tlsprobe.model.reference import LISTED_SINCE, Reference
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, ground=Ground.ISSUER, cites="RFC 5280 section 4.1.2.4")
def issuer_name_copied(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The chain names a public CA as its issuer, but that CA's key did not sign it.

    A name is free text; only the key is the CA. Whoever writes a public CA's name over a key of his
    own wants to be taken for it: nothing honest does that. Only strong where the key was not shown
    and the certificate says that another one of the same name is meant, or where the public CA is
    known only from its certificate, sent along, and the copy does not name that key by its identifier:
    CAs do change keys. A hint where loss in a capture
    has cut the chain: the key may have been shown; and where damage to a capture breaks the CA's own
    signature as well, since it is at hand and the one that is named.

    The names of intermediates count as well, where their keys are listed and another key, which is in
    no list, signed under such a name. That is strong only: the list may lack a key.
    """
    if publicly_signed(observation, reference):
        return
    path = public_path(observation, reference)
    public = public_store(observation, reference)
    for link in path.links:
        holders = [known.spki_sha256 for known in impersonated(link, public)]
        sent = _sent_along(path, link, public)
        true_keys = holders or [one.spki_sha256 for one in sent]
        if true_keys:
            shown = link != path.links[-1] or path.ends is not PathEnd.ISSUER_NOT_PRESENTED
            meant = any(one.subject_key_id == link.authority_key_id is not None for one in sent)
            damaged = link == path.links[-1] and may_be_damaged(observation, reference)
            otherwise = Weight.HINT if is_cut(observation) else Weight.STRONG
            otherwise = Weight.PROOF if (holders and shown) or meant else otherwise
            yield Finding(
                leaning=Leaning.INTERCEPTION,
                weight=Weight.HINT if damaged else otherwise,
                summary=f"the name of the public CA {link.issuer} was copied:"
                " its key did not sign the certificate"
                + (f", or {MAY_BE_DAMAGED}" if damaged else ""),
                facts={"issuer": link.issuer, "signed": link.subject,
                       "true_keys": [spki_pin(key) for key in true_keys]},
            )  # fmt: skip
            if not damaged:
                return
    yield from _of_intermediates(path, observation, reference)


def _of_intermediates(
    path: Path, observation: Observation, reference: Reference
) -> Iterator[Finding]:
    for link, signer in pairwise(path.links):
        known = namesakes(signer, observation, reference)
        if known:
            unlisted = observation.taken < LISTED_SINCE
            yield Finding(
                leaning=Leaning.INTERCEPTION,
                weight=Weight.HINT if unlisted else Weight.STRONG,
                summary=f"the name of the public CA {signer.subject} stands on another key than any"
                " that it is known to have",
                facts={"issuer": signer.subject, "signed": link.subject,
                       "key": spki_pin(signer.spki_sha256),
                       "true_keys": [spki_pin(ca.spki_sha256) for ca in known]},
            )  # fmt: skip
            return


def _sent_along(path: Path, link: Certificate, public: TrustStore) -> list[Certificate]:
    """Public CAs of the issuer's name that were presented and did not sign it."""
    refused = path.refused if link == path.links[-1] else ()
    return [one for one in refused if one.is_ca and build((one,), public).anchor is not None]
