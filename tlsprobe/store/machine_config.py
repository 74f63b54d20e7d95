"""``machine.config`` of .NET Framework, read for its ``defaultProxy`` as .NET reads it.

The sync engine of Entra Connect takes its proxy from there. .NET refuses a section with an attribute
that it does not know, with an element twice, or with an exception that is no regular expression, and
with it every request that the program makes; so such a file is refused here too, with the line.

Origin: Microsoft's pages on the network settings schema (read 2026-11-25).
"""

import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

from msgspec import Struct

from tlsprobe.errors import InputError, UsageError
from tlsprobe.model.dotnet_proxy import DefaultProxy, Exemption
from tlsprobe.model.route import Proxy
from tlsprobe.store import expressions
from tlsprobe.store.pac_file import shown_place
from tlsprobe.store.proxy_url import parse_proxy

LARGEST = 4 * 1024 * 1024
"""Bytes of a file: .NET's own has some 40,000."""
_SECTION = ("configuration", "system.net", "defaultProxy")
_LOCKS = frozenset(
    (
        "lockAttributes",
        "lockAllAttributesExcept",
        "lockElements",
        "lockAllElementsExcept",
        "lockItem",
    )
)
"""What any element may have."""
_KNOWN: Mapping[tuple[str, ...], frozenset[str]] = {
    (): frozenset(("enabled", "useDefaultCredentials", "configSource")),
    ("proxy",): frozenset(
        ("usesystemdefault", "proxyaddress", "bypassonlocal", "scriptLocation", "autoDetect")
    ),
    ("module",): frozenset(("type",)),
    ("bypasslist",): frozenset(),
    ("bypasslist", "add"): frozenset(("address",)),
    ("bypasslist", "remove"): frozenset(("address",)),
    ("bypasslist", "clear"): frozenset(),
}
"""What may stand in the section, by the path below it, and the attributes that it may have."""
_ONCE = frozenset(path for path in _KNOWN if len(path) == 1)
"""What .NET refuses a second time, even where the second says the same."""
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")
_SHOWN = 60

_Value = TypeVar("_Value")


def load(path: Path) -> DefaultProxy | None:
    """What the file says of the proxy; None where it has no ``defaultProxy``.

    Raises:
        InputError: it cannot be read, is no configuration file, or .NET would refuse it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            str(path), f"cannot be read ({reason}); expected a machine.config"
        ) from None
    return parse(content, source=str(path))


def parse(content: bytes, *, source: str) -> DefaultProxy | None:
    """The same for the bytes of a file called `source`; see `load`."""
    if len(content) > LARGEST:
        raise InputError(source, f"expected at most {LARGEST} bytes")
    reader = _Reader(source)
    reader.read(content)
    return None if reader.section is None else _proxy_of(reader.section, source)


def usual_place(environment: Mapping[str, str]) -> Path | None:
    """Where .NET Framework 4 keeps it for programs of 64 bits; None where this is no Windows."""
    root = environment.get("SystemRoot") or environment.get("windir")
    if os.name != "nt" or not root:
        return None
    return Path(root, "Microsoft.NET", "Framework64", "v4.0.30319", "Config", "machine.config")


@dataclass(slots=True, kw_only=True)
class _Element:
    """An element of the section."""

    path: tuple[str, ...]
    """Below ``defaultProxy``."""
    line: int
    attributes: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class _Section:
    """The section, in the order of the file."""

    line: int
    elements: list[_Element] = field(default_factory=list[_Element])


class _Reader:
    """Collects the section from a parser that knows neither entities nor DTDs."""

    def __init__(self, source: str) -> None:
        self.section: _Section | None = None
        self._source = source
        self._path: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, content: bytes) -> None:
        """Read a whole file."""
        try:
            self._parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError as error:
            said = expat.errors.messages.get(error.code, "not well-formed")
            raise self.refused(error.lineno, f"expected XML, but: {said}") from None
        except (LookupError, ValueError):
            # An encoding that Python does not know, or that takes several bytes a character.
            raise self.refused(1, "expected XML in UTF-8, UTF-16 or one byte a character") from None

    def refused(self, line: int, message: str) -> InputError:
        """The error that says `message` of a line."""
        return InputError(self._source, f"line {line}: {message}")

    def _doctype(self, *_: object) -> None:
        # Its entities could stand for gigabytes, or for other files.
        raise self.refused(self._parser.CurrentLineNumber, "expected no document type declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if not self._path and name != _SECTION[0]:
            raise self.refused(line, f"expected <{_SECTION[0]}>, not <{_shown(name)}>")
        self._path.append(name)
        if tuple(self._path[: len(_SECTION)]) != _SECTION:
            return
        path = tuple(self._path[len(_SECTION) :])
        if not path:
            if self.section is not None:
                raise self.refused(line, "expected one <defaultProxy> only")
            self.section = _Section(line=line)
        element = _Element(path=path, line=line, attributes=attributes)
        self._check(element, name)
        if self.section is not None:
            if path in _ONCE and any(one.path == path for one in self.section.elements):
                raise self.refused(line, f"<{name}> may only appear once in <defaultProxy>")
            self.section.elements.append(element)

    def _end(self, _: str) -> None:
        self._path.pop()

    def _check(self, element: _Element, name: str) -> None:
        """Refuse what .NET does not know."""
        known = _KNOWN.get(element.path)
        if known is None:
            raise self.refused(element.line, f"<{_shown(name)}> has no place in <defaultProxy>")
        for key in element.attributes:
            if key not in known | _LOCKS:
                expected = " or ".join(sorted(known)) or "none"
                said = f"<{name}> has no attribute {_shown(key)}: expected {expected}"
                raise self.refused(element.line, said)


def _proxy_of(section: _Section, source: str) -> DefaultProxy:
    """The section's meaning."""
    elements = {one.path: one for one in section.elements}
    top = _Attributes(elements[()], source)
    proxy = _Attributes(elements.get(("proxy",), elements[()]), source)
    module = _Attributes(elements.get(("module",), elements[()]), source)
    if "configSource" in elements[()].attributes:
        raise top.refused("configSource", "the section stands in another file; expected it in here")
    return DefaultProxy(
        origin=f"{source} line {section.line}",
        enabled=top.one("enabled", _flag) is not False,
        use_default_credentials=top.one("useDefaultCredentials", _flag) is True,
        module=module.one("type", _text) or None,
        use_system=proxy.one("usesystemdefault", _perhaps),
        address=proxy.one("proxyaddress", _address),
        bypass_local=proxy.one("bypassonlocal", _perhaps),
        script=proxy.one("scriptLocation", shown_place) or None,
        detect=proxy.one("autoDetect", _perhaps),
        bypass=_exemptions(section, source),
    )


def _exemptions(section: _Section, source: str) -> tuple[Exemption, ...]:
    """The list as it stands once everything was added, removed and cleared, in that order."""
    found: dict[str, Exemption] = {}
    for element in section.elements:
        attributes = _Attributes(element, source)
        match element.path:
            case ("bypasslist", "clear"):
                found.clear()
            case ("bypasslist", "remove"):
                found.pop(attributes.one("address", _text) or "", None)
            case ("bypasslist", "add"):
                entry = attributes.one("address", _exemption)
                if entry is None:
                    raise attributes.refused("address", "expected a regular expression")
                found[entry.text] = entry
            case _:
                pass
    return tuple(found.values())


class _Attributes(Struct, frozen=True):
    """The attributes of an element, each read in its own way."""

    element: _Element
    source: str

    def one(self, key: str, read: Callable[[str], _Value]) -> _Value | None:
        """What `read` makes of an attribute; None where it is not there."""
        if key not in self.element.attributes:
            return None
        try:
            return read(self.element.attributes[key])
        except ValueError as error:
            raise self.refused(key, str(error)) from None

    def refused(self, key: str, message: str) -> InputError:
        """The error that says `message` of an attribute."""
        return InputError(self.source, f"line {self.element.line}: {key}: {message}")


def _text(text: str) -> str:
    return text.strip()


def _flag(text: str) -> bool:
    found = _perhaps(text)
    if found is None:
        raise ValueError(f"{_shown(text)}: expected true or false")
    return found


def _perhaps(text: str) -> bool | None:
    match text.strip().lower():
        case "true":
            return True
        case "false":
            return False
        case "unspecified":
            return None
        case _:
            raise ValueError(f"{_shown(text)}: expected True, False or Unspecified")


def _address(text: str) -> Proxy | None:
    """The proxy. .NET Framework speaks to proxies in plain HTTP only, and wants that to be said."""
    if not text.strip():
        return None
    if not text.strip().lower().startswith("http://"):
        raise ValueError(
            "expected http://HOST[:PORT]: .NET takes what stands before the first colon for the"
            " scheme, and knows no other for a proxy"
        )
    try:
        return parse_proxy(text, source="the proxy")
    except UsageError as error:
        raise ValueError(str(error)) from None


def _exemption(text: str) -> Exemption:
    """An exception. Differences to .NET's expressions: names of groups, which are rewritten."""
    # They look for a part, in any case.
    pattern = _NAMED_GROUP.sub("(?P<", text)
    try:
        with warnings.catch_warnings(action="ignore"):
            compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise ValueError(f"{_shown(text)}: expected a regular expression, but {said}") from None
    costly = expressions.refusal(pattern) is not None
    return Exemption(text=text, pattern=compiled, costly=costly)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")
