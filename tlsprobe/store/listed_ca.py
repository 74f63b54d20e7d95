"""A CA key of the public lists, with all that is known of it, and the line of text that holds it."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from itertools import groupby

from msgspec import Struct

from tlsprobe.certs.trust import KnownCA


class Reach(Enum):
    """Whose root the chain of a CA's certificate leads to; the value is its letter in the file."""

    MOZILLA = "M"
    OTHER = "P"
    """That of another public programme, or one that programmes have dropped."""
    NOWHERE = "-"
    """None: the CCADB lists the certificate all the same."""


class Serving(Enum):
    """Whether a CA's certificate lets it sign for TLS servers (RFC 5280 section 4.2.1.12)."""

    NAMED = "S"
    """Its extended key usage says so."""
    ANY = "A"
    """It has no extended key usage."""
    NOT = "N"
    """It is for something else."""
    UNREADABLE = "?"


class ListedCertificate(Struct, frozen=True, kw_only=True):
    """One certificate of a CA key; another of the same key is a reissue or a cross-sign."""

    common_name: str
    organisation: str
    first: date
    last: date
    """First and last day of its validity."""
    root: bool
    """Whether it is self-signed."""
    reach: Reach
    serving: Serving

    @property
    def counts(self) -> bool:
        """Whether it makes its key a public CA for TLS servers: as a root, or below one."""
        return self.reach is not Reach.NOWHERE and (self.root or self.serving is not Serving.NOT)


class ListedCA(Struct, frozen=True, kw_only=True):
    """A CA key of the public lists."""

    spki_sha256: bytes
    key_ids: tuple[bytes, ...]
    """What its certificates call it; mostly one."""
    cloud: str = ""
    """In whose services' chains it stands: ``microsoft``, ``aws`` ...; empty where in nobody's."""
    documented: str = ""
    """Its standing in the cloud's own list of CAs: ``current``, ``removed``; empty: not in it."""
    spki_der: bytes = b""
    """The key itself, as encoded: roots are not sent, so that it is what verifies a chain to one.
    Empty where nobody needs it, or only its hash is known."""
    certificates: tuple[ListedCertificate, ...]

    @property
    def root(self) -> bool:
        """Whether it is a public root's key, whatever other certificates it has."""
        return any(one.root and one.counts for one in self.certificates)

    @property
    def counting(self) -> tuple[ListedCertificate, ...]:
        """The certificates that make it public; of a root's key its own ones only."""
        root = self.root
        return tuple(one for one in self.certificates if one.counts and one.root >= root)

    @property
    def public(self) -> bool:
        """Whether it counts as a public CA for TLS servers."""
        return bool(self.counting)

    @property
    def mozilla(self) -> bool:
        """Whether a chain leads from it to a root of Mozilla's programme."""
        return any(one.reach is Reach.MOZILLA for one in self.certificates)

    def known(self, origin: str) -> KnownCA | None:
        """The CA as trust stores have it, vouched for by `origin`; None where it is not public.

        Its name is that of the certificate that lasts longest. One without both parts is left out:
        ``Government CA`` could be anybody's, and must not look as if it had been copied.
        """
        counting = self.counting
        if not counting:
            return None
        named = [one for one in counting if one.common_name and one.organisation]
        name = max(named, key=lambda one: one.last, default=None)
        return KnownCA(
            spki_sha256=self.spki_sha256,
            origin=origin,
            root=self.root,
            spki_der=self.spki_der,
            common_name=name.common_name if name else "",
            organisation=name.organisation if name else "",
            key_id=self.key_ids[0] if self.key_ids else None,
            lifetime=(min(one.first for one in counting), max(one.last for one in counting)),
        )


def digits(raw: bytes) -> str:
    """Base64 without the ``=`` at its end."""
    return b64encode(raw).decode("ascii").rstrip("=")


def line(ca: ListedCA) -> str:
    """The CA as one line of text, without its end.

    Raises:
        ValueError: a name holds what would break the line.
    """
    cloud = f"{ca.cloud}:{ca.documented}" if ca.documented else ca.cloud
    fields = [digits(ca.spki_sha256), ",".join(map(digits, ca.key_ids)), cloud]
    ordered = sorted(
        ca.certificates,
        key=lambda one: (one.common_name, one.organisation, one.first, one.last, _mark(one)),
    )
    for name, group in groupby(ordered, lambda one: (one.common_name, one.organisation)):
        fields += (*name, ",".join(map(_mark, group)))
    text = "\t".join(fields)
    if text.count("\t") != len(fields) - 1 or len(text.splitlines()) != 1:
        raise ValueError(f"a name with a tab or a line end in it: {text!a}")
    return text


def parsed(text: str) -> ListedCA:
    """The CA of one line.

    Raises:
        ValueError: it is no such line.
    """
    key, key_ids, cloud, *names = text.split("\t")
    if not names or len(names) % 3:
        raise ValueError("expected names and certificates by threes")
    cloud, _, documented = cloud.partition(":")
    return ListedCA(
        spki_sha256=_hash(key),
        key_ids=tuple(_raw(one) for one in key_ids.split(",") if one),
        cloud=cloud,
        documented=documented,
        certificates=tuple(
            certificate
            for at in range(0, len(names), 3)
            for certificate in _certificates(*names[at : at + 3])
        ),
    )


def _mark(one: ListedCertificate) -> str:
    letters = f"{'R' if one.root else 'I'}{one.reach.value}{one.serving.value}"
    return f"{letters}{one.first:%Y%m%d}-{one.last:%Y%m%d}"


_MARK = re.compile(r"([RI])([MP-])([SAN?])([0-9]{8})-([0-9]{8})")


def _certificates(common_name: str, organisation: str, marks: str) -> Iterator[ListedCertificate]:
    for mark in marks.split(","):
        match = _MARK.fullmatch(mark)
        if match is None:
            raise ValueError(f"{mark!a}: expected a certificate such as IMS20200101-20301231")
        role, reach, serving, first, last = match.groups()
        yield ListedCertificate(
            common_name=common_name,
            organisation=organisation,
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            root=role == "R",
            reach=Reach(reach),
            serving=Serving(serving),
        )


def _raw(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def _hash(text: str) -> bytes:
    raw = _raw(text)
    if len(raw) != 32:
        raise ValueError(f"{text!a}: expected the SHA-256 of a key in base64")
    return raw


def names(cas: Iterable[ListedCertificate]) -> tuple[tuple[str, str], ...]:
    """The names that certificates bear: common name and organisation, each pair once."""
    return tuple(dict.fromkeys((one.common_name, one.organisation) for one in cas))
