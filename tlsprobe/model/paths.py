"""The observed chain held against the reference's stores: what most checks begin with."""

from msgspec.structs import replace

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path, PathEnd, build, name_holders
from tlsprobe.certs.names import common_name_only, covers, expected_names
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.reference import LISTED_SINCE, SHELF_LIFE, Reference, expectation_for
from tlsprobe.model.revocation import fetched_issuers
from tlsprobe.wire.ip_literals import is_ip_literal


def public_store(observation: Observation, reference: Reference) -> TrustStore:
    """The CAs that count as public for this observation: for a capture, also those of before."""
    if observation.captured is None or reference.recorded is None:
        return reference.public
    return reference.recorded


def public_path(observation: Observation, reference: Reference) -> Path:
    """The best path of the presented chain to a key that counts as public.

    A server that sends its intermediates only sometimes is whole if one look saw them: what another
    look at the same leaf was sent counts as well, since a signature holds wherever it was seen. So
    does a certificate that was fetched from where another says that its issuer's stands. A root is
    not sent, and lists may have no more of it than its key's hash: then the machine's own store may
    have what the signature takes.
    """
    return public_path_of(_presented(observation, reference), observation, reference)


def public_path_of(
    chain: tuple[Certificate, ...], observation: Observation, reference: Reference
) -> Path:
    """The same for another chain that is judged beside that of the observation."""
    public = public_store(observation, reference)
    path = build(chain, public)
    if reference.machine is None or (path.anchor is not None and path.anchor.root):
        return path
    here = build(chain, reference.machine)
    root = None if here.anchor is None else public.by_key(here.anchor.spki_sha256)
    return path if root is None or not root.root else replace(here, anchor=root)


def anchor_name(path: Path) -> str:
    """The name of the CA at the top of an anchored path, for people."""
    known = "" if path.anchor is None else path.anchor.subject
    # A CA that is known by its key only was presented: else it could not have been met.
    return known or path.links[-1].subject


def is_cut(observation: Observation) -> bool:
    """Whether loss in the capture has cut the chain: what is missing may have been sent."""
    return observation.handshake.certificates_cut


def machine_path(observation: Observation, reference: Reference) -> Path | None:
    """The same to a key of the machine's own store; None where there is no store.

    Of a capture that is the store of the machine whose sessions it shows: whoever reads one mostly
    sits elsewhere, and has to name it.
    """
    if reference.machine is None:
        return None
    return build(_presented(observation, reference), reference.machine)


def same_leaf(observation: Observation, reference: Reference) -> tuple[Observation, ...]:
    """The other looks that were shown the same leaf."""
    return tuple(
        control
        for control in reference.controls
        if control.chain and control.chain[:1] == observation.chain[:1]
    )


_ELSEWHERE = (
    SourceKind.BASELINE, SourceKind.OTHER_NAME, SourceKind.OTHER_OWNER, SourceKind.NOWHERE,
    SourceKind.OTHER_ROUTE,
)  # fmt: skip


def other_looks(reference: Reference) -> tuple[Observation, ...]:
    """The other looks at the same endpoint, under the same name and over the same route, in this run."""
    return tuple(one for one in reference.controls if one.source not in _ELSEWHERE)


def _presented(observation: Observation, reference: Reference) -> tuple[Certificate, ...]:
    fetched = fetched_issuers(observation.revocation)
    if not reference.controls and not fetched:
        return observation.chain
    others = [one for control in same_leaf(observation, reference) for one in control.chain]
    others += fetched
    more = dict.fromkeys(one for one in others if one not in observation.chain)
    return (*observation.chain, *more)


def verified_keys(observation: Observation, reference: Reference) -> tuple[bytes, ...]:
    """SPKI hashes of the leaf and of every key that verifies it, lowest first.

    Certificates that are merely sent along are not among them: anybody can send the owner's.
    """
    if not observation.chain:
        return ()
    return (observation.chain[0].spki_sha256, *public_path(observation, reference).ca_keys)


def owners_keys(observation: Observation, reference: Reference) -> tuple[bytes, ...]:
    """Of the CA keys that verify the chain, those that the owner is known to use.

    The root may be known to the machine's store alone, and need not be sent.
    """
    expectation = expectation_for(reference, observation.target.host)
    if expectation is None or not expectation.ca_keys:
        return ()
    machine = machine_path(observation, reference)
    keys = public_path(observation, reference).ca_keys + (
        () if machine is None else machine.ca_keys
    )
    return tuple(dict.fromkeys(key for key in keys if key in expectation.ca_keys))


def impersonated(certificate: Certificate, public: TrustStore) -> tuple[KnownCA, ...]:
    """Public CAs by whose name the certificate is signed, but by none of their keys.

    None of them where one key is not at hand or not supported here: it may have signed. It has not
    where another is seen to have: where the certificate is self-signed.
    """
    holders = name_holders(public, certificate)
    if all(_did_not_sign(holder, certificate) for holder in holders):
        return holders
    return ()


def _did_not_sign(holder: KnownCA, certificate: Certificate) -> bool:
    if holder.verifying_key:
        return certificate.signed_by(holder.verifying_key) is False
    own_key = certificate.spki_sha256 != holder.spki_sha256
    return own_key and certificate.signed_by(certificate.spki_der) is True


def too_old_for_the_list(observation: Observation) -> bool:
    """Whether a public CA of that time may be missing in the list of public CAs."""
    return observation.taken < LISTED_SINCE


def too_new_for_the_list(observation: Observation, reference: Reference) -> bool:
    """Whether a CA that is not in the list of public CAs may be public all the same.

    That takes a list beyond its shelf life, and a leaf that was logged: no public CA issues others,
    and who mints has no timestamps but copied ones.
    """
    listed = reference.public_as_of
    late = listed is not None and observation.taken.date() > listed + SHELF_LIFE
    return late and bool(observation.scts)


def is_for_the_host(observation: Observation) -> bool:
    """Whether the leaf covers the name that was asked for, as far as its names can be read.

    Who mints makes it do so, or every client refuses it. One that does not is another server's own
    certificate: a captive portal, a block page, a default that was left in place.
    """
    leaf, host = observation.chain[0], observation.target.host
    if is_ip_literal(host) or not (expected_names(leaf) or leaf.subject_common_names):
        return True
    return covers(leaf, host) or common_name_only(leaf, host)


def ends_below_unread_root(observation: Observation, reference: Reference) -> bool:
    """Whether the chain names a public root above it of which the lists know the key's hash alone.

    Roots are not sent, so that it may have signed, and nobody here can say. A copy names it as well.
    """
    if public_path(observation, reference).anchor is not None:
        return False
    return any(ca.root for ca in claimed_issuers(observation, reference))


def claimed_issuers(observation: Observation, reference: Reference) -> tuple[KnownCA, ...]:
    """Listed public CAs that the topmost link says signed it, by name and key identifier.

    Only where nothing of the issuer was presented, and its key is not at hand. The topmost link may
    be that of a listed CA, whose own issuer is asked for then. Their keys are known by hash alone, so that no
    signature can be verified: a copy claims as much, and this never speaks for the origin. But the
    hash is what a log puts into a timestamp (RFC 6962 section 3.2), and a log can be asked.
    """
    path = public_path(observation, reference)
    top = path.links[-1] if path.links else None
    if top is None or top.authority_key_id is None or reference.listed is None:
        return ()
    if path.anchor is None and path.ends is not PathEnd.ISSUER_NOT_PRESENTED:
        return ()
    if path.anchor is not None and (path.anchor.root or path.missing_intermediate):
        return ()
    claimed = reference.listed.claimed(top.issuer_der, top.authority_key_id)
    return tuple(ca for ca in claimed if not ca.verifying_key)


def namesakes(
    signer: Certificate, observation: Observation, reference: Reference
) -> tuple[KnownCA, ...]:
    """Listed public CAs of the signer's name, valid then, where its own key is in no list."""
    listed = reference.listed
    if listed is None or listed.lists(signer.spki_sha256):
        return ()
    bearers = listed.bearers(signer.subject_der)
    return tuple(ca for ca in bearers if ca.valid_at(observation.taken))


def callers_own(anchor: KnownCA, reference: Reference) -> bool:
    """Whether only the caller counts this CA as public, and no root programme does."""
    added = reference.added
    return added is not None and all(
        known in added.cas for known in reference.public.all_by_key(anchor.spki_sha256)
    )


def second_opinion(observation: Observation, reference: Reference) -> Observation | None:
    """What a TLS library saw of the same endpoint, where it was asked.

    That may be the observation itself, where only the library's hello got through.
    """
    for control in (observation, *reference.controls):
        if control.source is SourceKind.SECOND_OPINION:
            return control
    return None
