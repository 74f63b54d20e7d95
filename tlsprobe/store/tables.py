"""What the reference is made of: each table with its size, its day and the file where it stands.

Judging asks a `model.reference.Reference`, where files of the user lie over shipped facts and nobody
needs to know which was which. Whoever asks *why* something is expected needs to know just that.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs.distinguished_name import folded
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.reference import SHELF_LIFE, Expectation, Expectations, IssuerLabel
from tlsprobe.store import reference_file, shipped
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.ct_logs import load
from tlsprobe.store.listed_ca import ListedCA, names
from tlsprobe.store.updates import authorities, ct_logs


class Table(Struct, frozen=True, kw_only=True):
    """One table of the reference."""

    name: str
    size: str
    """How much is in it, in words: ``34 entries of 250 names``."""
    as_of: date | None
    """Its newest fact; None for an empty one, and where the origin tells no day."""
    origin: str
    place: str
    """The file that holds it."""
    shelf_life: timedelta | None = None
    """How old it may be before what it lacks says nothing; None for what does not age."""

    def age(self, today: date) -> timedelta | None:
        """How old its newest fact is."""
        return None if self.as_of is None else today - self.as_of

    def stale(self, today: date) -> bool:
        """Whether it is past its shelf life."""
        age = self.age(today)
        return age is not None and self.shelf_life is not None and age > self.shelf_life


class Facts(Struct, frozen=True, kw_only=True):
    """The expectations and labels of one file, or of the shipped ones."""

    place: str
    labels_place: str
    """The same for a user's file."""
    expectations: tuple[Expectation, ...]
    labels: tuple[IssuerLabel, ...]


class Tables:
    """Every table that there is, those that win first.

    Raises, when it is made or asked:
        InputError: a file cannot be used.
    """

    def __init__(
        self, *, roots: TrustStore, files: Iterable[Path] = (), updates: Path | None = None
    ) -> None:
        self._roots = roots
        self._updates = updates
        self.index: CAIndex = authorities(updates)
        """The index of public CAs that counts."""
        read = [(str(path), reference_file.load(path)) for path in files][::-1]
        self._facts = (
            *(
                Facts(
                    place=place,
                    labels_place=place,
                    expectations=file.expectations,
                    labels=file.labels,
                )
                for place, file in read
            ),
            Facts(
                place=str(shipped.DATA / "expectations.json"),
                labels_place=str(shipped.DATA / "labels.json"),
                expectations=shipped.expectations(),
                labels=shipped.labels(),
            ),
        )

    def check(self) -> None:
        """Hold the long lists as a whole against their form; look-ups read them line by line.

        Raises:
            InputError: one is malformed or contradicts itself.
        """
        self.index.check()
        load(Path(ct_logs(self._updates).source))

    def expected(self, host: str) -> tuple[Expectation, str] | None:
        """What is expected of a host, and the file that says so."""
        for facts in self._facts:
            found = Expectations(facts.expectations).of(host)
            if found is not None:
                return found, facts.place
        return None

    def using(self, spki_sha256: bytes) -> tuple[Expectation, ...]:
        """The expectations that this key is a CA key or a pin of."""
        return tuple(
            one
            for facts in self._facts
            for one in facts.expectations
            if spki_sha256 in one.ca_keys or spki_sha256 in one.pins
        )

    def named(self, part: str) -> tuple[ListedCA, ...]:
        """The listed CAs in one of whose names this part stands, in any case and spacing."""
        wanted = folded(part)
        return tuple(
            ca
            for ca in self.index
            if any(wanted in folded(f"{cn}\n{o}") for cn, o in names(ca.certificates))
        )

    def __iter__(self) -> Iterator[Table]:
        """The tables, for an overview. A new one is a line here."""
        for facts in self._facts:
            yield _expectations(facts)
            yield _labels(facts)
        yield self._public_cas
        yield _ct_logs(self._updates)
        yield from _known_keys()
        yield Table(
            name="public roots of today",
            size=f"{len(self._roots.cas)} certificates",
            as_of=None,
            origin=self._roots.origin,
            place=self._roots.doubt or "as certifi installed it",
        )

    @cached_property
    def _public_cas(self) -> Table:
        cas = tuple(self.index)
        roots, below = _count(cas, lambda ca: ca.root), _count(cas, lambda ca: ca.public)
        certificates = sum(len(ca.certificates) for ca in cas)
        return Table(
            name="public CAs",
            size=f"{len(cas)} keys of {certificates} certificates: {roots} roots,"
            f" {below - roots} public CAs below them, {len(cas) - below} that are not public",
            as_of=self.index.as_of,
            origin=self.index.origin,
            place=str(self.index.path),
            shelf_life=SHELF_LIFE,
        )


def _count(cas: Iterable[ListedCA], wanted: Callable[[ListedCA], bool]) -> int:
    return sum(map(wanted, cas))


def _expectations(facts: Facts) -> Table:
    entries = facts.expectations
    count = sum(len(one.names) for one in entries)
    keys = {key for one in entries for key in (*one.ca_keys, *one.pins)}
    return Table(
        name="expectations",
        size=f"{len(entries)} entries of {count} names, with {len(keys)} keys",
        as_of=max((one.as_of for one in entries), default=None),
        origin=_origins(one.origin for one in entries),
        place=facts.place,
        shelf_life=SHELF_LIFE,
    )


def _labels(facts: Facts) -> Table:
    return Table(
        name="labels",
        size=f"{len(facts.labels)} products",
        as_of=max((one.as_of for one in facts.labels), default=None),
        origin=_origins(one.origin for one in facts.labels),
        place=facts.labels_place,
    )


def _ct_logs(updates: Path | None) -> Table:
    logs = ct_logs(updates)
    return Table(
        name="transparency logs",
        size=f"{len(logs)} logs",
        as_of=logs.as_of,
        origin=logs.origin,
        place=logs.source,
        shelf_life=SHELF_LIFE,
    )


def _known_keys() -> Iterator[Table]:
    """Keys that are known for something else than for signing for an owner."""
    place = str(shipped.DATA / "known_keys.json")
    for name, known in (
        ("compromised CAs", tuple(shipped.compromised().values())),
        ("captive portals", tuple(shipped.portals().values())),
    ):
        yield Table(
            name=name,
            size=f"{len(known)} keys",
            as_of=max((one.as_of for one in known), default=None),
            origin=_origins(one.origin for one in known),
            place=place,
        )


def _origins(origins: Iterable[str]) -> str:
    """The only origin, or how many there are."""
    different = tuple(dict.fromkeys(origins))
    if not different:
        return "nobody"
    return (
        different[0]
        if len(different) == 1
        else f"{len(different)} sources, each entry with its own"
    )
