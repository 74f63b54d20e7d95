"""CA keys that somebody vouches for, found by key, by name or by key identifier.

A CA is its *key*: several certificates may carry one key (cross-signs, reissues), and several keys
may bear one name. So a store is a set of keys with labels. A CA of which no certificate is at hand
fits as well: a list may know it by its SPKI hash, parts of its name and its key identifier only.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Protocol, TypeVar

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.distinguished_name import COMMON_NAME, ORGANISATION, decode, folded
from tlsprobe.certs.remembering import remembered

K = TypeVar("K", bound=Hashable)


class KnownCA(Struct, frozen=True, kw_only=True):
    """A CA key and what is known of it."""

    spki_sha256: bytes
    origin: str
    """Who vouches for it, as a person would cite it: ``certifi 2026.10.18``, ``--ca-file lab.pem``."""
    root: bool
    """Whether it is a trust anchor there, and not only a CA below one."""
    certificate: Certificate | None = None
    """One certificate of this key."""
    spki_der: bytes = b""
    """Its key as encoded, where there is no certificate to read it from; empty where only the hash
    is known: then no signature can be verified under it."""
    subject_der: bytes | None = None
    """Its name as encoded; None where only parts of it are known."""
    common_name: str = ""
    organisation: str = ""
    key_id: bytes | None = None
    """Its subject key identifier, where there is no certificate to read it from."""
    lifetime: tuple[date, date] | None = None
    """First and last day of its certificates, where there is none to read them from."""

    @classmethod
    def of(cls, certificate: Certificate, *, root: bool, origin: str) -> "KnownCA":
        """The CA that a certificate speaks for."""
        return cls(
            spki_sha256=certificate.spki_sha256,
            origin=origin,
            root=root,
            certificate=certificate,
            subject_der=certificate.subject_der,
        )

    @property
    def verifying_key(self) -> bytes:
        """Its SubjectPublicKeyInfo; empty where only the hash of it is known."""
        return self.spki_der if self.certificate is None else self.certificate.spki_der

    @property
    def subject_key_id(self) -> bytes | None:
        """The identifier that its certificates give its key."""
        return self.key_id if self.certificate is None else self.certificate.subject_key_id

    def valid_at(self, moment: datetime) -> bool | None:
        """Whether one of its certificates was valid at `moment` (aware); None where nobody knows.

        To the day, between the first and the last of them.
        """
        if self.certificate is not None:
            return self.certificate.valid_at(moment)
        if self.lifetime is None:
            return None
        return self.lifetime[0] <= moment.astimezone(UTC).date() <= self.lifetime[1]

    @property
    def subject(self) -> str:
        """Its name for people; empty where only its key is known."""
        if self.subject_der is not None:
            return decode(self.subject_der).text
        parts = (("CN", self.common_name), ("O", self.organisation))
        return ",".join(f"{kind}={value}" for kind, value in parts if value)

    @property
    def house(self) -> str:
        """The organisation that runs it, by its name; empty where that is not known."""
        if self.subject_der is None:
            return self.organisation
        return next(iter(decode(self.subject_der).values(ORGANISATION)), "")


class KeyTable(Protocol):
    """CA keys that are too many to be held as values: each is looked up when it is asked for."""

    def find(self, spki_sha256: bytes) -> KnownCA | None:
        """The CA with this key."""
        ...


class NameTable(Protocol):
    """The same for names of which parts are known."""

    def named(self, common_name: str, organisation: str) -> tuple[KnownCA, ...]:
        """The CAs with these two parts of a name, in any case and spacing."""
        ...


class KeyIdTable(Protocol):
    """The same for key identifiers."""

    def identified(self, key_id: bytes) -> tuple[KnownCA, ...]:
        """The CAs with this subject key identifier."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrustStore:
    """CA keys from one origin. Compared and hashed by identity, so that caches stay cheap."""

    name: str
    """What a report calls it: ``public roots``, ``this machine's store``."""
    origin: str
    cas: tuple[KnownCA, ...]
    complete: bool = True
    """False where absence says little: Windows fetches roots when they are first needed."""
    doubt: str = ""
    """Why it may hold other CAs than its origin published; empty where nothing speaks for that."""
    tables: tuple[KeyTable, ...] = ()
    """More CAs, which are found by their key."""
    names: tuple[NameTable, ...] = ()
    """More CAs, which are found by their name; keys among `cas` are not looked for there."""
    key_ids: tuple[KeyIdTable, ...] = ()
    """More CAs, which are found by their key identifier only."""
    _index: "_Index" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Give it the index that its look-ups go through."""
        object.__setattr__(self, "_index", _Index(self.cas))

    def by_key(self, spki_sha256: bytes) -> KnownCA | None:
        """The CA with this key, by the SHA-256 of its SubjectPublicKeyInfo; a root before others."""
        found = self.all_by_key(spki_sha256)
        return found[0] if found else None

    def all_by_key(self, spki_sha256: bytes) -> tuple[KnownCA, ...]:
        """Every entry with this key: one for each certificate of it, roots first."""
        found = self._index.by_key.get(spki_sha256, ())
        if not self.tables:
            return found
        listed = [ca for table in self.tables if (ca := table.find(spki_sha256)) is not None]
        if not listed:
            return found
        both = (*found, *listed)
        return tuple(sorted(both, key=lambda ca: not ca.root)) if found else both

    def by_name(self, name_der: bytes) -> tuple[KnownCA, ...]:
        """CAs that bear the encoded name: the same bytes, or equal by RFC 5280 section 7.1.

        A CA of which only common name and organisation are known is found by these two.
        """
        whole = self.by_encoded_name(name_der)
        if not self._index.by_label and not self.names:
            return whole
        parts = label(name_der)
        found = (*whole, *self._index.by_label.get(parts, ()))
        listed = (ca for table in self.names for ca in table.named(*parts))
        return (*found, *(ca for ca in listed if ca.spki_sha256 not in self._index.by_key))

    def by_encoded_name(self, name_der: bytes) -> tuple[KnownCA, ...]:
        """Those of them whose whole name is known: all whose certificate is at hand are."""
        return self._index.by_name.get(name_key(name_der), ())

    def listed_signers(self, certificate: Certificate) -> tuple[KnownCA, ...]:
        """CAs of which there is no certificate but the key, and that may have signed this one.

        By the issuer's name, as far as that is known, or by the key identifier; each key once.
        """
        key_id = certificate.authority_key_id
        named = self.by_name(certificate.issuer_der)
        found = (*named, *(() if key_id is None else self.by_key_id(key_id)))
        keys = {ca.spki_sha256: ca for ca in found if ca.certificate is None and ca.spki_der}
        return tuple(keys.values())

    def by_key_id(self, key_id: bytes) -> tuple[KnownCA, ...]:
        """CAs with this subject key identifier. Anybody can write one: it is only a hint."""
        found = self._index.by_key_id.get(key_id, ())
        return (*found, *(ca for table in self.key_ids for ca in table.identified(key_id)))

    @property
    def encoded(self) -> list[bytes]:
        """DER of every CA whose certificate is at hand."""
        return [ca.certificate.der for ca in self.cas if ca.certificate is not None]

    @staticmethod
    def merge(*stores: "TrustStore") -> "TrustStore":
        """One store with the CAs of all, each with its own origin; complete if all of them are."""
        return TrustStore(
            name=" + ".join(dict.fromkeys(store.name for store in stores)),
            origin=" + ".join(dict.fromkeys(store.origin for store in stores)),
            cas=tuple(ca for store in stores for ca in store.cas),
            complete=all(store.complete for store in stores),
            doubt="; ".join(dict.fromkeys(store.doubt for store in stores if store.doubt)),
            tables=tuple(dict.fromkeys(table for store in stores for table in store.tables)),
            names=tuple(dict.fromkeys(table for store in stores for table in store.names)),
            key_ids=tuple(dict.fromkeys(table for store in stores for table in store.key_ids)),
        )


@remembered(2048)
def name_key(name_der: bytes) -> Hashable:
    """A value that is equal for two encoded names that RFC 5280 section 7.1 calls equal."""
    name = decode(name_der)
    return name.normalised if name.whole and name.parts else name_der


@remembered(2048)
def label(name_der: bytes) -> tuple[str, str]:
    """Common name and organisation, folded: all that some lists know of a CA's name.

    Empty where the encoded name has none.
    """
    name = decode(name_der)
    common, organisation = name.values(COMMON_NAME), name.values(ORGANISATION)
    return folded(common[0]) if common else "", folded(organisation[0]) if organisation else ""


class _Index:
    """What a store is searched by; each part is made when it is first asked for."""

    def __init__(self, cas: tuple[KnownCA, ...]) -> None:
        # Roots first, then those whose certificate is at hand: the better answers.
        self._cas = sorted(cas, key=lambda ca: (not ca.root, ca.certificate is None))

    @cached_property
    def by_key(self) -> Mapping[bytes, tuple[KnownCA, ...]]:
        return _grouped((ca.spki_sha256, ca) for ca in self._cas)

    @cached_property
    def by_name(self) -> Mapping[Hashable, tuple[KnownCA, ...]]:
        return _grouped(
            (name_key(ca.subject_der), ca) for ca in self._cas if ca.subject_der is not None
        )

    @cached_property
    def by_label(self) -> Mapping[tuple[str, str], tuple[KnownCA, ...]]:
        return _grouped(
            ((folded(ca.common_name), folded(ca.organisation)), ca)
            for ca in self._cas
            if ca.subject_der is None and (ca.common_name or ca.organisation)
        )

    @cached_property
    def by_key_id(self) -> Mapping[bytes, tuple[KnownCA, ...]]:
        pairs = ((ca.subject_key_id, ca) for ca in self._cas)
        return _grouped((key_id, ca) for key_id, ca in pairs if key_id is not None)


def _grouped(pairs: Iterable[tuple[K, KnownCA]]) -> Mapping[K, tuple[KnownCA, ...]]:
    groups: dict[K, list[KnownCA]] = {}
    for key, ca in pairs:
        groups.setdefault(key, []).append(ca)
    return {key: tuple(cas) for key, cas in groups.items()}
