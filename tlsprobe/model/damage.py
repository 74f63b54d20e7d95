"""Where a capture may be damaged: a lost bit breaks a signature as a forger's key does.

A segment that was damaged on its way was dropped by its receiver, and a capture has it all the same;
files are damaged, too. A signature that holds proves that nothing below it was, and what TLS 1.3 seals
is opened as it was sent or not at all. All else that a broken chain shows is a hint and no more.
"""

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path, PathEnd, build, name_holders
from tlsprobe.certs.trust import TrustStore, name_key
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import namesakes, public_path, public_path_of, public_store
from tlsprobe.model.reference import Reference
from tlsprobe.wire.codepoints import TLS_1_3

MAY_BE_DAMAGED = "the capture may be damaged"

_BROKEN = (
    PathEnd.SIGNATURE_FAILED, PathEnd.ISSUER_NOT_PRESENTED, PathEnd.UNVERIFIABLE,
    PathEnd.UNREADABLE,
)  # fmt: skip
"""Ends of a path that a lost bit can make; the others take signatures that hold."""


def is_intact(observation: Observation) -> bool:
    """Whether no bit of the leaf can have been lost on its way into a capture.

    What TLS 1.3 seals is opened as it was sent, or not at all.
    """
    return observation.captured is None or observation.handshake.version == TLS_1_3


def may_be_damaged(observation: Observation, reference: Reference) -> bool:
    """Whether damage to a capture explains as well as a copy that no public key is met.

    So it does where bytes of the server's came twice and differently, and nothing says which are right;
    and where the topmost link of the path is not signed by the CA that it names, though that one was
    presented, or is known, and leads up to a public root.
    """
    if observation.captured is None or is_intact(observation) or not observation.chain:
        return False
    path = public_path(observation, reference)
    if path.anchor is not None or path.ends not in _BROKEN:
        return False
    if observation.captured.disputed:
        return True
    public = public_store(observation, reference)
    if any(_leads_up(one, observation, reference) for one in _named_above(path)):
        return True
    top = path.links[-1]
    meant = top.authority_key_id is not None and bool(public.by_key_id(top.authority_key_id))
    # The name alone says nothing of a leaf that nobody verified or logged: whoever mints can write it.
    vouched = len(path.links) > 1 or bool(observation.scts)
    return meant or (vouched and bool(name_holders(public, top)))


def signer_may_be_public(observation: Observation, reference: Reference) -> bool:
    """The same, unless a key has signed the leaf of which a list says that it is not the named CA's."""
    if not may_be_damaged(observation, reference):
        return False
    links = public_path(observation, reference).links
    return not any(namesakes(one, observation, reference) for one in links[1:])


def _named_above(path: Path) -> tuple[Certificate, ...]:
    """Certificates that the topmost link names as its issuer's, or may have named while it was whole.

    One that names no key by its identifier may have lost its extensions; every public leaf has one.
    """
    top = path.links[-1]
    named = [
        one
        for one in path.unused
        if top.authority_key_id in (None, one.subject_key_id)
        or name_key(one.subject_der) == name_key(top.issuer_der)
        or _is_unreadable(one)
    ]
    return (*dict.fromkeys((*path.refused, *named)),)


def _leads_up(one: Certificate, observation: Observation, reference: Reference) -> bool:
    """Whether a certificate is public, or would be but for a bit of its own."""
    if _is_unreadable(one):
        return True
    path = public_path_of((one, *observation.chain), observation, reference)
    if path.anchor is not None:
        return True
    public = public_store(observation, reference)
    return path.ends in _BROKEN and _is_named_public(path, public)


def _is_unreadable(one: Certificate) -> bool:
    return not (one.subject_der and one.issuer_der and one.spki_der and one.outline.signature)


def _is_named_public(path: Path, public: TrustStore) -> bool:
    above = (build((one,), public).anchor for one in path.refused)
    return bool(name_holders(public, path.links[-1])) or any(one is not None for one in above)
