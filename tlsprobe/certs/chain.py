"""Which known key, if any, stands behind a presented chain.

Servers send chains out of order, with doubles, with members too many or too few, and all of this is
honest. So the presented certificates are a heap to draw from: names select who might have signed
(RFC 5280 section 7.1), the signature decides, and a path is anchored where it meets a *key* that the
store knows, whichever certificate of that key was presented. A search in breadth finds the shortest
path; every certificate is visited once and verifications are counted, so that no chain, however
hostile, costs more than a hundred of them.
"""

from collections import deque
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import remembered
from tlsprobe.certs.trust import KnownCA, TrustStore, name_key

MAX_LINKS = 16
"""Public chains have up to five links; OpenSSL builds up to a hundred."""
MAX_VERIFICATIONS = 100
"""An honest chain takes about one for each link."""


class PathEnd(Enum):
    """How a path ended."""

    ANCHORED = "anchored"
    """Under a key that the store knows."""
    SELF_SIGNED = "self-signed"
    """The topmost certificate verifies under its own key, which the store does not know."""
    ISSUER_NOT_PRESENTED = "issuer-not-presented"
    """No certificate of the issuer's name is there."""
    SIGNATURE_FAILED = "signature-failed"
    """Certificates of the issuer's name are there, but none of their keys verifies the signature."""
    UNVERIFIABLE = "unverifiable"
    """A certificate of the issuer's name is there, but its key or the algorithm is not supported."""
    NOT_PERMITTED = "not-permitted"
    """It would lead to a known key, but over a certificate that may not sign others: somebody used
    the key of a mere server's certificate as a CA. Clients refuse that, and so it is no anchor."""
    UNREADABLE = "unreadable"
    """The topmost certificate is so broken that its issuer or its signature cannot be read."""
    LOOP = "loop"
    """Certificates that signed each other, with no known key among them."""
    TOO_LONG = "too-long"
    """Given up: more links or more candidates than any honest chain has."""
    NO_CERTIFICATE = "no-certificate"
    """Nothing was presented."""


class Path(Struct, frozen=True, kw_only=True):
    """The best path from the leaf upwards."""

    links: tuple[Certificate, ...]
    """Presented certificates, leaf first, each with a signature that verifies under the next."""
    anchor: KnownCA | None
    """The store's CA whose key verified the topmost link, or whose key the topmost link is for."""
    ends: PathEnd
    refused: tuple[Certificate, ...] = ()
    """Certificates of the topmost link's issuer name, presented or known to the store, whose keys do
    not verify its signature. Those of the store count only if their key identifier does not say that
    another key of the same name was meant."""
    claimed: tuple[KnownCA, ...] = ()
    """Known CAs with the issuer's name and key identifier whose keys are not at hand. A copy claims
    as much: this never speaks for the origin."""
    unused: tuple[Certificate, ...] = ()
    """Presented, but not on the path."""
    disordered: bool = False
    """Whether the links were presented in another order than the path's."""
    doubles: int = 0
    """How many certificates were presented that had been before."""
    root_included: bool = False
    """Whether a self-signed certificate above the leaf was presented: needless, not wrong."""

    @property
    def missing_intermediate(self) -> bool:
        """Whether the issuer of the last link was left out though it is no root.

        The store knows its key, so the path is anchored, but a client that knows roots only cannot
        complete it.
        """
        return self.anchor is not None and not self.anchor.root and not self._ends_at_its_anchor

    @property
    def ca_keys(self) -> tuple[bytes, ...]:
        """SPKI hashes of the keys that the path is verified under, lowest first.

        Where it is not anchored, they end with the first that may not sign: whoever signed *that*
        one did not vouch for what it signs in its turn.
        """
        keys: list[bytes] = []
        for link in self.links[1:]:
            keys.append(link.spki_sha256)
            if self.anchor is None and not _is_signer(link):
                break
        if self.anchor is not None:
            keys.append(self.anchor.spki_sha256)
        return tuple(dict.fromkeys(keys))

    @property
    def needed(self) -> tuple[Certificate, ...]:
        """The links whose contents a client relies on: all but a presented certificate of the root.

        It has its own certificate of that key, so that an expired cross-sign does no harm.
        """
        at_root = self.anchor is not None and self.anchor.root and self._ends_at_its_anchor
        return self.links[:-1] if at_root and len(self.links) > 1 else self.links

    def expired_at(self, moment: datetime) -> tuple[Certificate, ...]:
        """Links that are not valid at `moment` (aware): past their end, or before their begin."""
        return tuple(one for one in self.needed if one.valid_at(moment) is False)

    @property
    def _ends_at_its_anchor(self) -> bool:
        return self.anchor is not None and self.links[-1].spki_sha256 == self.anchor.spki_sha256


@remembered(512)
def build(chain: tuple[Certificate, ...], store: TrustStore) -> Path:
    """The best path for `chain`, whose first certificate is the leaf (RFC 8446 section 4.4.2).

    A path to a root of the store is better than one to another known CA, and that is better than
    one to no known key. Among the first the shortest is taken, among the others the longest, since
    it shows the most. Only CAs lead to an anchor. Validity and all other constraints are left to
    the caller: see `Path.expired_at` and `constraints.breaches`.
    """
    if not chain:
        return Path(links=(), anchor=None, ends=PathEnd.NO_CERTIFICATE)
    presented = tuple(dict.fromkeys(chain))
    search = _Search(presented, store, lenient=False)
    found = search.run()
    if found.anchor is None and search.turned_away:
        # Who signed it is of interest also where he was no CA.
        found = _Search(presented, store, lenient=True).run()
        if found.anchor is not None:
            found = _Found(links=found.links, ends=PathEnd.NOT_PERMITTED)
    places = [presented.index(link) for link in found.links]
    return Path(
        links=found.links,
        anchor=found.anchor,
        ends=found.ends,
        refused=found.refused,
        claimed=found.claimed,
        unused=tuple(one for one in presented if one not in found.links),
        disordered=places != sorted(places),
        doubles=len(chain) - len(presented),
        root_included=any(_self_signed(link) for link in found.links[1:]),
    )


def name_holders(store: TrustStore, certificate: Certificate) -> tuple[KnownCA, ...]:
    """Known CAs that bear the name of the certificate's issuer, whatever their keys."""
    return store.by_name(certificate.issuer_der)


def _is_signer(certificate: Certificate) -> bool:
    """Whether a certificate says that its key signs others."""
    usage = certificate.key_usage
    return certificate.is_ca and (usage is None or "keyCertSign" in usage)


def _self_signed(certificate: Certificate) -> bool:
    return certificate.self_issued and certificate.signed_by(certificate.spki_der) is True


class _Found(Struct, frozen=True, kw_only=True):
    """A path before it is described."""

    links: tuple[Certificate, ...]
    anchor: KnownCA | None = None
    ends: PathEnd = PathEnd.ANCHORED
    refused: tuple[Certificate, ...] = ()
    claimed: tuple[KnownCA, ...] = ()


class _Search:
    """One search in breadth, from the leaf upwards; a lenient one goes on above what is no CA."""

    def __init__(
        self, presented: tuple[Certificate, ...], store: TrustStore, *, lenient: bool
    ) -> None:
        self._store = store
        self._lenient = lenient
        self._leaf = presented[0]
        self._bearers: dict[Hashable, list[Certificate]] = {}
        for one in presented:
            self._bearers.setdefault(name_key(one.subject_der), []).append(one)
        self._verifications_left = MAX_VERIFICATIONS
        self.turned_away = False
        """Whether a certificate was passed over since it is no CA's."""

    def run(self) -> _Found:
        """The best path there is."""
        below_root: _Found | None = None
        tops: list[tuple[Certificate, ...]] = []
        joined: list[tuple[Certificate, ...]] = []
        seen = {self._leaf}
        queue: deque[tuple[Certificate, ...]] = deque([(self._leaf,)])
        while queue:
            links = queue.popleft()
            anchor = self._anchor(links[-1])
            if anchor is not None and anchor.root:
                return _Found(links=links, anchor=anchor)
            issuers = self._issuers(links[-1]) if len(links) < MAX_LINKS else []
            if not issuers:
                anchor = self._listed_signer(links[-1]) or anchor
            if anchor is not None:
                found = _Found(links=links, anchor=anchor)
                if anchor.root:
                    return found
                below_root = found
            fresh = [issuer for issuer in issuers if issuer not in seen]
            seen.update(fresh)
            queue.extend((*links, issuer) for issuer in fresh)
            if not fresh:
                # Where another path goes on from here, that one tells how it ends.
                (tops if set(issuers) <= set(links) else joined).append(links)
        return below_root or self._unanchored(tops or joined)

    def _anchor(self, top: Certificate) -> KnownCA | None:
        """The known CA that `top` is, or that signed it; a root before others."""
        itself = self._known(top)
        if itself is not None and itself.root:
            return itself
        # A key that is also presented under this name will be met there.
        presented = {one.spki_sha256 for one in self._bearers.get(name_key(top.issuer_der), ())}
        signers = (
            ca
            for ca in self._store.by_encoded_name(top.issuer_der)
            if ca.certificate is not None
            and ca.spki_sha256 not in presented
            and self._signed(top, ca.certificate)
        )
        return next(signers, itself)

    def _listed_signer(self, top: Certificate) -> KnownCA | None:
        """The known CA without a certificate that signed `top`, where nobody presented did."""
        listed = self._store.listed_signers(top)
        return next((ca for ca in listed if self._verified(top, ca.spki_der)), None)

    def _known(self, top: Certificate) -> KnownCA | None:
        """The known CA that `top` is a certificate of.

        Above the leaf a signature has been verified under its key. The leaf's own key proves
        nothing yet, and anybody can write a CA's public key into a certificate: so the leaf must be
        the very certificate that is known, or be signed by that key.
        """
        known = self._store.all_by_key(top.spki_sha256)
        if not known or top is not self._leaf:
            return known[0] if known else None
        if any(ca.certificate == top for ca in known) or self._signed(top, top):
            return known[0]
        return None

    def _issuers(self, child: Certificate) -> list[Certificate]:
        """Presented certificates that signed `child`, itself excepted, the likeliest first."""
        return [
            one
            for one in self._candidates(child)
            if one != child and self._may_sign(one) and self._signed(child, one)
        ]

    def _may_sign(self, issuer: Certificate) -> bool:
        """Whether a presented certificate counts as a CA's: by what it says, or by its known key."""
        if self._lenient or self._store.by_key(issuer.spki_sha256) is not None:
            return True
        is_signer = _is_signer(issuer)
        self.turned_away = self.turned_away or not is_signer
        return is_signer

    def _candidates(self, child: Certificate) -> list[Certificate]:
        """Presented certificates that bear the name of the child's issuer, the likeliest first."""
        wanted = child.authority_key_id
        bearers = self._bearers.get(name_key(child.issuer_der), ()) if child.issuer_der else ()
        if len(bearers) < 2:
            return list(bearers)
        return sorted(
            bearers, key=lambda one: (_names_another(one.subject_key_id, wanted), _age(one))
        )

    def _signed(self, child: Certificate, issuer: Certificate) -> bool:
        return self._verified(child, issuer.spki_der)

    def _verified(self, child: Certificate, key: bytes) -> bool:
        if self._verifications_left == 0:
            return False
        self._verifications_left -= 1
        return child.signed_by(key) is True

    def _unanchored(self, tops: list[tuple[Certificate, ...]]) -> _Found:
        """Of the paths to no known key the longest; of these one to a self-signed certificate."""
        length = max(map(len, tops))
        longest = [links for links in tops if len(links) == length]
        links = next((links for links in longest if _self_signed(links[-1])), longest[0])
        top = links[-1]
        if not top.issuer_der or not top.outline.signature:
            return _Found(links=links, ends=PathEnd.UNREADABLE)
        if _self_signed(top):
            return _Found(links=links, ends=PathEnd.SELF_SIGNED)
        if self._verifications_left == 0 or length >= MAX_LINKS:
            return _Found(links=links, ends=PathEnd.TOO_LONG)
        bearers = [*self._candidates(top), *self._known_bearers(top)]
        answers = [(bearer, top.signed_by(bearer.spki_der)) for bearer in bearers]
        refused = tuple(dict.fromkeys(bearer for bearer, answer in answers if answer is False))
        return _Found(
            links=links,
            ends=_ending([answer for _, answer in answers]),
            refused=refused,
            claimed=tuple(self._claimed(top)),
        )

    def _known_bearers(self, top: Certificate) -> Iterator[Certificate]:
        """Certificates of the store that bear the issuer's name and may be the key that is meant."""
        for ca in self._store.by_encoded_name(top.issuer_der):
            if ca.certificate is not None and not _names_another(
                ca.subject_key_id, top.authority_key_id
            ):
                yield ca.certificate

    def _claimed(self, top: Certificate) -> Iterator[KnownCA]:
        for ca in self._store.by_name(top.issuer_der):
            if not ca.verifying_key and ca.subject_key_id == top.authority_key_id is not None:
                yield ca


def _ending(answers: list[bool | None]) -> PathEnd:
    """How a path ended whose topmost link is not self-signed, from what each candidate's key says."""
    if True in answers:
        # The key that signed it is further down on the path: everything else has been followed.
        return PathEnd.LOOP
    if None in answers:
        return PathEnd.UNVERIFIABLE
    return PathEnd.SIGNATURE_FAILED if answers else PathEnd.ISSUER_NOT_PRESENTED


def _names_another(key_id: bytes | None, wanted: bytes | None) -> bool:
    """Whether two key identifiers are there and differ."""
    return key_id is not None and wanted is not None and key_id != wanted


def _age(certificate: Certificate) -> float:
    """Sorts certificates that last longer to the front."""
    return -(certificate.not_after or datetime.min.replace(tzinfo=UTC)).timestamp()
