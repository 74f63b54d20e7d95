"""The index of public CAs: every CA key that the CCADB lists, in a text file searched where it lies.

It is text, one key a line, so that a change can be read in a diff, and the whole with ``less`` or
`tlsprobe reference show --all`; binary records would be a third smaller, and nobody could review
them. Each section is sorted, so that a line is found by halving: to load it is to read the file, and
nothing is parsed but the lines that somebody asks for.

    # tlsprobe.public_cas/2
    # as of 2026-08-21
    # from CCADB, all certificate records as PEM
    [keys]
    KEY <tab> KEY IDS <tab> CLOUD <tab> CN <tab> O <tab> CERTIFICATES ...
    [names]
    NAME KEY
    [key ids]
    KEY-ID KEY
    [root keys]
    KEY <tab> SUBJECTPUBLICKEYINFO

KEY is the SHA-256 of the SubjectPublicKeyInfo in base64, KEY IDS the subject key identifiers of its
certificates, CLOUD in whose services' chains it stands (``microsoft:current``: and is in Microsoft's
own list). For each name that its certificates bear follow that name and the certificates, such as
``RMA20060115-20380115``: root or intermediate (R, I); its chain leads to a root of Mozilla's
programme, of another, or to none (M, P, -); its extended key usage is for TLS servers, is not there,
is for something else, or cannot be read (S, A, N, ?); first and last day. Base64 stands without ``=``.

The other sections tell which keys bear a name (by the beginning of a hash of its parts) or have a key
identifier (by its own beginning), each by the key's beginning. Beginnings may fit several, so that
what is found is compared in full. Only public CAs are found by a name, and only by a whole one.

Roots are not sent, so that a chain to one is verified by what is at hand of it: [root keys] has the
whole key of every root whose certificate was there when the index was made. Number 1 of the schema
lacks that section.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.certs.distinguished_name import folded
from tlsprobe.certs.trust import KnownCA, label
from tlsprobe.errors import InputError
from tlsprobe.store.listed_ca import ListedCA, digits, line, names, parsed

SCHEMA = "tlsprobe.public_cas"
NEWEST = 2
"""The newest number of the schema that is understood."""
_WITHOUT_ROOT_KEYS = 1
LARGEST = 64 * 1024 * 1024
"""Bytes of a file; the shipped one has one and a half million."""
_NEAR = 4096
"""Bytes that are searched through at once: halving goes on in Python, and takes longer than that."""
_SECTIONS = (b"[names]\n", b"[key ids]\n", b"[root keys]\n")
"""What follows the keys."""
_BEGINNING = 8
"""Characters of a hash, a key or a key identifier that the lesser sections have."""

_HEAD = re.compile(
    rb"# tlsprobe\.public_cas/(?P<schema>[0-9]{1,4})\n"
    rb"# as of (?P<as_of>[0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    rb"# from (?P<origin>[^\n]+)\n"
    rb"\[keys\]\n"
)


class Section(Struct, frozen=True, kw_only=True):
    """Where the sorted lines of one kind lie."""

    start: int
    stop: int


class CAIndex:
    """The CAs of one file; it is read when something is first asked for. Compared by identity.

    Raises, whatever is asked:
        InputError: the file cannot be used; the message names the line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def as_of(self) -> date:
        """The day of the lists that it was made of."""
        return self._head[0]

    @property
    def origin(self) -> str:
        """The lists that it was made of, as a person would cite them."""
        return self._head[1]

    def __len__(self) -> int:
        """The number of keys."""
        return self._text.count(b"\n", self._keys.start, self._keys.stop)

    def __iter__(self) -> Iterator[ListedCA]:
        """Every CA, by key."""
        return map(self._parsed, self._lines(self._keys, b""))

    def by_key(self, spki_sha256: bytes) -> ListedCA | None:
        """The CA with this key."""
        return _remembered(self, spki_sha256)

    def find(self, spki_sha256: bytes) -> ListedCA | None:
        """The same, looked up each time."""
        found = self._lines(self._keys, f"{digits(spki_sha256)}\t".encode())
        return next(map(self._parsed, found), None)

    def by_name(self, common_name: str, organisation: str) -> tuple[ListedCA, ...]:
        """Public CAs one of whose counting certificates bears this name; none without both parts."""
        wanted = folded(common_name), folded(organisation)
        if not all(wanted):
            return ()
        return tuple(
            ca
            for ca in self._referred(self._names, _name_mark(*wanted))
            if any(wanted == (folded(cn), folded(o)) for cn, o in names(ca.counting))
        )

    def by_key_id(self, key_id: bytes) -> tuple[ListedCA, ...]:
        """CAs with this subject key identifier. Anybody can write one: it is only a hint."""
        found = self._referred(self._key_ids, digits(key_id)[:_BEGINNING])
        return tuple(ca for ca in found if key_id in ca.key_ids)

    def bearers(self, name_der: bytes) -> tuple[KnownCA, ...]:
        """Public CAs that bear the encoded name, by common name and organisation."""
        return _all_known(self.by_name(*label(name_der)), self.vouching)

    def claimed(self, name_der: bytes, key_id: bytes) -> tuple[KnownCA, ...]:
        """Those of them that have the key identifier as well."""
        found = (ca for ca in self.by_name(*label(name_der)) if key_id in ca.key_ids)
        return _all_known(found, self.vouching)

    def lists(self, spki_sha256: bytes) -> bool:
        """Whether the key is listed at all, be it of a public CA or not."""
        return self.by_key(spki_sha256) is not None

    @property
    def vouching(self) -> str:
        """Who vouches for its CAs, in short."""
        return f"CCADB {self.as_of}"

    @cached_property
    def roots(self) -> "PublicCAs":
        """Its roots."""
        return PublicCAs(self, self.vouching, lambda ca: ca.root)

    @cached_property
    def public(self) -> "PublicCAs":
        """All of its public CAs."""
        return PublicCAs(self, self.vouching, lambda _: True)

    @cached_property
    def intermediates(self) -> "PublicCAs":
        """Its public CAs that are no roots."""
        return PublicCAs(self, f"{self.vouching}, intermediates", lambda ca: not ca.root)

    def intermediates_on(self, day: date) -> "PublicCAs":
        """Those of its intermediates that have a certificate which lasts until that day."""
        return PublicCAs(
            self,
            self.intermediates.origin,
            lambda ca: not ca.root and any(one.last >= day for one in ca.counting),
        )

    def check(self) -> None:
        """Hold the whole file against its form, which look-ups do line by line only.

        Raises:
            InputError: a line is malformed, a key stands twice, or sections contradict each other.
        """
        first = self._text.count(b"\n", 0, self._keys.start) + 1
        lines = self._lines(self._keys, b"")
        for number, (one, other) in enumerate(pairwise(lines), start=first + 1):
            if _key(one) >= _key(other):
                fault = "stands twice" if _key(one) == _key(other) else "is not in its place"
                key = _key(other).decode("ascii", "backslashreplace")
                raise InputError(str(self.path), f"line {number}: the key sha256/{key} {fault}")
        try:
            fits = (
                text(self, as_of=self.as_of, origin=self.origin, schema=self._schema) == self._text
            )
        except ValueError as error:
            raise InputError(str(self.path), str(error)) from None
        if not fits:
            raise InputError(str(self.path), "expected the other sections to fit [keys]")

    def _referred(self, section: Section, beginning: str) -> Iterator[ListedCA]:
        """The CAs that a lesser section names behind this beginning."""
        for found in self._lines(section, f"{beginning} ".encode()):
            key = found.partition(b" ")[2]
            yield from map(self._parsed, self._lines(self._keys, key))

    def _lines(self, section: Section, beginning: bytes) -> Iterator[bytes]:
        """The lines of a sorted section that begin so, without their ends."""
        text, low, high = self._text, section.start, section.stop
        while high - low > _NEAR:
            middle = (low + high) // 2
            start = max(text.rfind(b"\n", low, middle) + 1, low)
            if text[start : start + len(beginning)] < beginning:
                low = text.index(b"\n", start) + 1
            else:
                high = start
        # A line end stands before every line, also before the first.
        at = text.find(b"\n" + beginning, low - 1, high + len(beginning)) + 1
        while at and at < section.stop and text.startswith(beginning, at):
            end = text.index(b"\n", at)
            yield text[at:end]
            at = end + 1

    def _parsed(self, raw: bytes) -> ListedCA:
        try:
            ca = parsed(raw.decode("utf-8"))
            return replace(ca, spki_der=self._root_key(raw)) if ca.root else ca
        except ValueError as error:
            number = self._text.count(b"\n", 0, self._text.index(raw)) + 1
            raise InputError(str(self.path), f"line {number}: {error}") from None

    def _root_key(self, raw: bytes) -> bytes:
        """The whole key of the CA of a line; empty where it is not there."""
        for found in self._lines(self._sections[3], _key(raw) + b"\t"):
            return _whole_key(found)
        return b""

    @cached_property
    def _text(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                text = file.read(LARGEST + 1)
        except OSError as error:
            raise InputError(str(self.path), f"cannot be read: {error.strerror}") from None
        if len(text) > LARGEST or not text.endswith(b"\n"):
            raise InputError(str(self.path), "expected an index of CAs that is whole")
        return text

    @cached_property
    def _schema(self) -> int:
        """Its number; 0 where the file is something else."""
        head = _HEAD.match(self._text)
        return int(head["schema"]) if head else 0

    @cached_property
    def _head(self) -> tuple[date, str, int]:
        """As of when, from where, and where the keys begin."""
        head, number = _HEAD.match(self._text), self._schema
        if head is None or number == 0:
            raise InputError(str(self.path), f'line 1: expected "# {SCHEMA}/{NEWEST}" and its head')
        if number > NEWEST:
            raise InputError(
                str(self.path),
                f"line 1: schema is {SCHEMA}/{number}: expected {SCHEMA}/{NEWEST}, the newest that"
                " this version knows",
            )
        try:
            as_of = date.fromisoformat(head["as_of"].decode())
            return as_of, head["origin"].decode("utf-8"), head.end()
        except ValueError as error:
            raise InputError(str(self.path), f"line 2 or 3: {error}") from None

    @cached_property
    def _sections(self) -> tuple[Section, ...]:
        """What follows the head, in the order of the file."""
        sections: list[Section] = []
        start = self._head[2]
        for name in _SECTIONS[: -1 if self._schema == _WITHOUT_ROOT_KEYS else None]:
            at = self._text.find(name, start)
            if at < 0:
                expected = "expected the sections [keys], [names], [key ids] and [root keys]"
                raise InputError(str(self.path), expected)
            sections.append(Section(start=start, stop=at))
            start = at + len(name)
        sections.append(Section(start=start, stop=len(self._text)))
        if self._schema == _WITHOUT_ROOT_KEYS:
            sections.append(Section(start=len(self._text), stop=len(self._text)))
        return tuple(sections)

    @property
    def _keys(self) -> Section:
        return self._sections[0]

    @property
    def _names(self) -> Section:
        return self._sections[1]

    @property
    def _key_ids(self) -> Section:
        return self._sections[2]


class PublicCAs:
    """Public CAs of an index as trust stores have them. Compared by identity."""

    def __init__(self, index: CAIndex, origin: str, wanted: Callable[[ListedCA], bool]) -> None:
        self.index = index
        self._wanted = wanted
        self.origin = origin

    def find(self, spki_sha256: bytes) -> KnownCA | None:
        """The CA with this key."""
        return _known(self, spki_sha256)

    def of(self, ca: ListedCA | None) -> KnownCA | None:
        """A listed CA as trust stores have it; None where it is none of these."""
        return ca.known(self.origin) if ca is not None and self._wanted(ca) else None

    def named(self, common_name: str, organisation: str) -> tuple[KnownCA, ...]:
        """The CAs that bear this name, in any case and spacing; none without both parts."""
        found = filter(self._wanted, self.index.by_name(common_name, organisation))
        return _all_known(found, self.origin)

    def identified(self, key_id: bytes) -> tuple[KnownCA, ...]:
        """The CAs that have this subject key identifier."""
        return _all_known(filter(self._wanted, self.index.by_key_id(key_id)), self.origin)


# One chain after another asks for the same keys, most of which are in no list.


@lru_cache(maxsize=1024)
def _remembered(index: CAIndex, spki_sha256: bytes) -> ListedCA | None:
    return index.find(spki_sha256)


@lru_cache(maxsize=1024)
def _known(cas: PublicCAs, spki_sha256: bytes) -> KnownCA | None:
    return cas.of(cas.index.by_key(spki_sha256))


def text(cas: Iterable[ListedCA], *, as_of: date, origin: str, schema: int = NEWEST) -> bytes:
    """The file that holds these CAs, each key once; an older number of the schema holds less.

    Raises:
        ValueError: a key stands twice, or a name would break its line.
    """
    keys: dict[str, str] = {}
    by_name: set[str] = set()
    by_key_id: set[str] = set()
    whole: list[str] = []
    for ca in cas:
        key = digits(ca.spki_sha256)
        if key in keys:
            raise ValueError(f"sha256/{key} stands there twice")
        keys[key] = line(ca)
        beginning = key[:_BEGINNING]
        by_name |= {
            f"{_name_mark(folded(cn), folded(o))} {beginning}"
            for cn, o in names(ca.counting)
            if cn and o
        }
        by_key_id |= {f"{digits(one)[:_BEGINNING]} {beginning}" for one in ca.key_ids}
        if ca.root and ca.spki_der:
            whole.append(f"{key}\t{digits(ca.spki_der)}")
    head = (f"# {SCHEMA}/{schema}", f"# as of {as_of}", f"# from {origin}")
    body = ("[keys]", *sorted(keys.values()), "[names]", *sorted(by_name), "[key ids]",
            *sorted(by_key_id))  # fmt: skip
    if schema > _WITHOUT_ROOT_KEYS:
        body = (*body, "[root keys]", *sorted(whole))
    return "".join(f"{one}\n" for one in (*head, *body)).encode("utf-8")


def _all_known(cas: Iterable[ListedCA], origin: str) -> tuple[KnownCA, ...]:
    known = (ca.known(origin) for ca in cas)
    return tuple(ca for ca in known if ca is not None)


def _key(raw: bytes) -> bytes:
    return raw.partition(b"\t")[0]


def _whole_key(raw: bytes) -> bytes:
    """The key of a line of [root keys].

    Raises:
        ValueError: it is none, or another than the line is for.
    """
    key, _, encoded = raw.decode("ascii").partition("\t")
    spki = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    if digits(sha256(spki).digest()) != key:
        raise ValueError("expected the key whose hash stands before it")
    return spki


def _name_mark(common_name: str, organisation: str) -> str:
    """What stands for a folded name in the index."""
    mark = sha256(f"{common_name}\n{organisation}".encode()).digest()
    return b64encode(mark).decode("ascii")[:_BEGINNING]
