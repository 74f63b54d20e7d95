"""From exports of the CCADB to an index of public CAs: whose certificates lead to which roots.

Signatures decide: a certificate leads where the key leads that verifies it. Where the hash of a
signature is too old to be verified, the key identifiers have to fit. Every self-signed certificate
of the CCADB is a root, unless records say that no programme ever had it; Mozilla's are those that
certifi has.

What an export does not hold stays as it was: an index is only added to, since captures are judged as
of their time, and a CA that was public once stays known.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.distinguished_name import folded
from tlsprobe.certs.trust import TrustStore, label, name_key
from tlsprobe.certs.x509_extensions import ANY_USAGE, EXTENDED_KEY_USAGE, SERVER_AUTH
from tlsprobe.store.ca_index import CAIndex, text
from tlsprobe.store.ccadb_export import Export, Recorded
from tlsprobe.store.listed_ca import ListedCA, ListedCertificate, Reach, Serving, names

ROOT = "Root Certificate"


class Rebuilt(Struct, frozen=True, kw_only=True):
    """A new index, and what became of the exports."""

    content: bytes
    keys: int
    """CA keys in it."""
    new: int
    """Of them those that were not known before."""
    nowhere: int
    """Certificates of the exports that lead to no public root."""
    unreadable: int
    """Certificates of the exports that were left out, as key, name or dates cannot be read."""


def rebuilt(
    exports: Sequence[Export], *, before: CAIndex, mozilla: TrustStore, as_of: date, origin: str
) -> Rebuilt:
    """The index with what the exports know beside what `before` knew.

    `mozilla` has the roots of Mozilla's programme, with their certificates. The same arguments give
    the same bytes.
    """
    given = tuple(dict.fromkeys(one for export in exports for one in export.certificates))
    usable = tuple(filter(_usable, given))
    known = {ca.spki_sha256: ca for ca in before}
    strangers = _strangers(exports)
    reach = _reach(usable, known, mozilla, strangers)
    found: dict[bytes, list[Certificate]] = defaultdict(list)
    for one in usable:
        found[one.spki_sha256].append(one)
    listed = {
        key: _listed(key, [(one, reach[one]) for one in group], known.get(key))
        for key, group in found.items()
    }
    cas = known | listed
    return Rebuilt(
        content=text(cas.values(), as_of=as_of, origin=origin),
        keys=len(cas),
        new=len(cas) - len(known),
        nowhere=sum(reach[one] is Reach.NOWHERE for one in usable),
        unreadable=len(given) - len(usable),
    )


def _usable(one: Certificate) -> bool:
    return bool(one.spki_der and one.subject_der and one.not_before and one.not_after)


def _strangers(exports: Iterable[Export]) -> frozenset[bytes]:
    """Roots, by the SHA-256 of the certificate, that the records know and no programme ever had."""
    records: dict[bytes, Recorded] = {}
    for export in exports:
        records |= export.records or {}
    return frozenset(
        fingerprint
        for fingerprint, record in records.items()
        if record.kind == ROOT and not record.in_programme
    )


def _reach(
    certificates: Sequence[Certificate],
    known: Mapping[bytes, ListedCA],
    mozilla: TrustStore,
    strangers: frozenset[bytes],
) -> dict[Certificate, Reach]:
    """Where each certificate's chain leads."""
    signed = _signed(certificates, mozilla, known.values())
    roots = [one for one in certificates if _is_root(one)]
    refused = {one.spki_sha256 for one in roots if one.sha256 in strangers}
    public = {one.spki_sha256 for one in roots} | {key for key, ca in known.items() if ca.public}
    programme = {ca.spki_sha256 for ca in mozilla.cas}
    theirs = programme | {key for key, ca in known.items() if ca.public and ca.mozilla}
    reached: dict[Certificate, Reach] = {}
    keys: set[bytes] = set()
    for begin, reach in ((theirs, Reach.MOZILLA), (public - refused, Reach.OTHER)):
        keys |= begin
        queue = deque(begin)
        while queue:
            for one in signed.get(queue.popleft(), ()):
                reached.setdefault(one, reach)
                if one.spki_sha256 not in keys:
                    keys.add(one.spki_sha256)
                    queue.append(one.spki_sha256)
    for one in roots:
        stranger = Reach.NOWHERE if one.sha256 in strangers else Reach.OTHER
        reached[one] = Reach.MOZILLA if one.spki_sha256 in programme else stranger
    return {one: reached.get(one, Reach.NOWHERE) for one in certificates}


def _signed(
    certificates: Sequence[Certificate], mozilla: TrustStore, known: Iterable[ListedCA]
) -> dict[bytes, list[Certificate]]:
    """What each key signed, whether its certificate is at hand or it alone was kept."""
    kept: dict[tuple[str, str], list[ListedCA]] = defaultdict(list)
    for ca in known:
        for common_name, organisation in names(ca.counting) if ca.spki_der else ():
            kept[folded(common_name), folded(organisation)].append(ca)
    bearers: dict[Hashable, dict[bytes, Certificate]] = defaultdict(dict)
    held = (ca.certificate for ca in mozilla.cas if ca.certificate is not None)
    for one in (*certificates, *held):
        bearers[name_key(one.subject_der)].setdefault(one.spki_sha256, one)
    signed: dict[bytes, list[Certificate]] = defaultdict(list)
    for one in certificates:
        for issuer in bearers.get(name_key(one.issuer_der), {}).values():
            # Its own key's word for it leads nowhere.
            if issuer.spki_sha256 != one.spki_sha256 and _signs(issuer, one):
                signed[issuer.spki_sha256].append(one)
        for ca in kept.get(label(one.issuer_der), ()):
            if ca.spki_sha256 != one.spki_sha256 and one.signed_by(ca.spki_der) is True:
                signed[ca.spki_sha256].append(one)
    return signed


def _signs(issuer: Certificate, one: Certificate) -> bool:
    verified = one.signed_by(issuer.spki_der)
    if verified is None:
        return issuer.subject_key_id == one.authority_key_id is not None
    return verified


def _is_root(one: Certificate) -> bool:
    """Self-signed; where that cannot be verified, it says so and nobody else is named."""
    if not one.self_issued:
        return False
    verified = one.signed_by(one.spki_der)
    return one.authority_key_id in (None, one.subject_key_id) if verified is None else verified


def _listed(
    key: bytes, certificates: Sequence[tuple[Certificate, Reach]], before: ListedCA | None
) -> ListedCA:
    kept = () if before is None else before.certificates
    led = {_identity(one): one for one in kept if one.reach is not Reach.NOWHERE}
    # The export may lack an issuer that was there before. A root has none.
    new = [
        led.get(_identity(one), one) if one.reach is Reach.NOWHERE and not one.root else one
        for one in (_certificate(*pair) for pair in certificates)
    ]
    seen = set(map(_identity, new))
    ids = {one.subject_key_id for one, _ in certificates} | set(before.key_ids if before else ())
    return ListedCA(
        spki_sha256=key,
        key_ids=tuple(sorted(one for one in ids if one)),
        cloud=before.cloud if before else "",
        documented=before.documented if before else "",
        spki_der=certificates[0][0].spki_der,
        certificates=(*new, *(one for one in kept if _identity(one) not in seen)),
    )


def _identity(one: ListedCertificate) -> tuple[object, ...]:
    """What tells certificates of a key apart, whatever their chains lead to by now."""
    return one.common_name, one.organisation, one.first, one.last, one.root


def _certificate(one: Certificate, reach: Reach) -> ListedCertificate:
    if one.not_before is None or one.not_after is None:
        raise AssertionError("a certificate without dates is left out before")
    return ListedCertificate(
        # Some old roots are named by their unit.
        common_name=_first(one.subject_common_names or one.subject_units),
        organisation=_first(one.subject_organisations),
        first=one.not_before.date(),
        last=one.not_after.date(),
        root=_is_root(one),
        reach=reach,
        serving=_serving(one),
    )


def _first(values: Iterable[str]) -> str:
    """The first value of a name's part, on one line."""
    return next((" ".join(value.split()) for value in values), "")


def _serving(one: Certificate) -> Serving:
    usages = one.extended_key_usage
    if usages is not None:
        named = SERVER_AUTH in usages or ANY_USAGE in usages
        return Serving.NAMED if named else Serving.NOT
    unreadable = one.extension(EXTENDED_KEY_USAGE) is not None or not one.extensions_whole
    return Serving.UNREADABLE if unreadable else Serving.ANY
