"""Names in certificates: read, shown to people, compared by the rules (RFC 5280 section 7.1).

The text form is RFC 4514, most specific part first, as ``openssl x509 -nameopt
RFC2253,utf8,-esc_msb`` prints it, with two differences for readers: an attribute type without a
short name still shows its text, and characters that a terminal would act on are escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

from tlsprobe.certs import der
from tlsprobe.certs.remembering import remembered

COMMON_NAME = "2.5.4.3"
ORGANISATION = "2.5.4.10"
UNIT = "2.5.4.11"
EMAIL = "1.2.840.113549.1.9.1"

_SHORT = {
    COMMON_NAME: "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    ORGANISATION: "O",
    UNIT: "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    EMAIL: "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

_SPECIAL = frozenset('"+,;<>\\')


class Attribute(NamedTuple):
    """One part of a name."""

    kind: str
    """The type's object identifier in dotted form; ``?`` where even that cannot be read."""
    text: str | None
    """The value, or None where it is no string that can be decoded."""
    raw: bytes
    """The value as encoded, with tag and length."""


@dataclass(frozen=True)
class DistinguishedName:
    """A name, made by `decode`; not slotted, since `cached_property` keeps what was read."""

    parts: tuple[tuple[Attribute, ...], ...]
    """Relative names in the order of the encoding, most general first; mostly of one attribute."""
    whole: bool
    """Whether all of it could be read."""

    @property
    def readable(self) -> bool:
        """Whether every attribute has a value that is text."""
        return self.whole and all(one.text is not None for part in self.parts for one in part)

    def values(self, kind: str) -> tuple[str, ...]:
        """The values of every attribute of a type, in the order of the encoding."""
        return tuple(
            one.text
            for part in self.parts
            for one in part
            if one.kind == kind and one.text is not None
        )

    @cached_property
    def text(self) -> str:
        """The name for people; `…` at its end where the rest cannot be read."""
        shown = ",".join("+".join(map(_shown, part)) for part in reversed(self.parts))
        return shown if self.whole else f"{shown}…"

    @cached_property
    def normalised(self) -> str:
        """A form that is equal for names that RFC 5280 section 7.1 calls equal.

        String types, case and the amount of white space make no difference there.
        """
        return "\n".join("\t".join(sorted(map(_folded, part))) for part in self.parts)


@remembered(2048)
def decode(name: bytes) -> DistinguishedName:
    """The name in the bytes of a DER ``Name``; total, as far as it can be read."""
    outer = der.element(name, 0, len(name))
    if outer is None or outer.tag != der.SEQUENCE:
        return DistinguishedName(parts=(), whole=False)
    sets, whole = der.elements(name, outer.start, outer.stop)
    parts: list[tuple[Attribute, ...]] = []
    for one in sets:
        part = tuple(_attributes(name, one))
        parts.append(part)
        whole = whole and bool(part)
    return DistinguishedName(parts=tuple(parts), whole=whole and outer.stop == len(name))


def _attributes(name: bytes, relative: der.Element) -> Iterator[Attribute]:
    """The attributes of one RelativeDistinguishedName."""
    for pair in der.elements(name, relative.start, relative.stop)[0]:
        members = der.elements(name, pair.start, pair.stop)[0]
        if len(members) == 2 and members[0].tag == der.OBJECT_IDENTIFIER:
            kind, value = members
            yield Attribute(
                der.oid(der.value(name, kind)) or "?",
                der.text(value.tag, der.value(name, value)),
                der.whole(name, value),
            )
        else:
            yield Attribute("?", None, der.whole(name, pair))


def _shown(attribute: Attribute) -> str:
    """One attribute as RFC 4514 sections 2.3 and 2.4 write it."""
    kind = _SHORT.get(attribute.kind, attribute.kind)
    if attribute.text is None:
        return f"{kind}=#{attribute.raw.hex()}"
    return f"{kind}={_escaped(attribute.text)}"


def _escaped(text: str) -> str:
    """A value with what RFC 4514 section 2.4 reserves, and what cannot be printed, escaped."""
    if text.isprintable() and _SPECIAL.isdisjoint(text):
        shown = text
    else:
        shown = "".join(map(_escaped_character, text))
    if shown.endswith(" "):
        shown = f"{shown[:-1]}\\ "
    return f"\\{shown}" if shown.startswith((" ", "#")) else shown


def _escaped_character(character: str) -> str:
    if character in _SPECIAL:
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _folded(attribute: Attribute) -> str:
    """An attribute in the form that is compared (RFC 4518 section 2, as far as it matters here)."""
    if attribute.text is None:
        return f"{attribute.kind}=#{attribute.raw.hex()}"
    text = attribute.text if attribute.text.isascii() else normalize("NFKC", attribute.text)
    return f"{attribute.kind}={folded(text)}"


def folded(text: str) -> str:
    """Text without regard to case and to how much white space parts its words."""
    return " ".join(text.casefold().split())
