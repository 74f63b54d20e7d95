"""Packs: TOML files of the schema ``tlsprobe.pack/1``.

schema = "tlsprobe.pack/1"
name = "example-sync"
title = "Example Sync"
as_of = 2026-11-22
clouds = ["worldwide", "china"]          # optional: separate instances, the usual one first

[[variable]]                             # optional: what is another for every customer
name = "tenant"
meaning = "the first label of your Example domain"

[[source]]
name = "ports"
title = "Ports of Example Sync"
url = "https://docs.example.com/ports"
as_of = 2026-05-26                       # optional: that of the pack

[[feature]]
name = "sync"
title = "Synchronisation"
breaks = "changes no longer reach the cloud"
condition = "only where ..."             # optional: asked about by name only

[[effect]]                               # optional: how a failure looks
text = "Event 7: the client certificate is not valid"
place = "event log of the agent"
cause = "a box that ends the TLS cannot pass the agent's certificate on"
features = ["sync"]                      # optional, as are all of these: all features
verdicts = ["inspected", "terminated"]   # all but direct
failures = ["reset"]                     # whatever the network did
checks = ["intermediate-missing"]        # whatever was found
protocol = "tls"                         # or "http"

[[endpoint]]
hosts = ["{tenant}.example.com", "*.sync.example.com"]
examples = ["eu1.sync.example.com"]      # asked in the wildcards' place
port = 443                               # optional: 443, and 80 for protocol "http"
protocol = "tls"                         # optional; or "http"
features = ["sync"]
clouds = ["worldwide"]                   # optional: all
need = "required"                        # optional; or "recommended"
inspection = "unsupported"               # optional; or may-fail, tolerated, required, not-stated
asks_for_client_certificate = true       # optional: false
tls_floor = "1.2"                        # optional
breaks = "..."                           # optional: what more than its features say
shared = true                            # optional: strangers' hosts are below the wildcard too
note = "..."                             # optional
sources = ["ports"]
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from tlsprobe.model.observation import FailureKind
from tlsprobe.model.pack import (
    PLACEHOLDER,
    Effect,
    Endpoint,
    Feature,
    Inspection,
    Pack,
    Protocol,
    Requirement,
    Source,
    Variable,
)
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store.host_names import host_pattern
from tlsprobe.store.toml_tables import Table, parse

SCHEMA = "tlsprobe.pack/1"
MOST_ENDPOINTS = 4096
"""Hosts of one pack: every one of them is asked."""
MOST_SHOWN = 16
"""Names that an error lists."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}
_Member = TypeVar("_Member", bound=Enum)
_Value = TypeVar("_Value")
_Named = TypeVar("_Named", Source, Variable, Feature)


class _Known(Struct, frozen=True, kw_only=True):
    """What entries may refer to."""

    sources: dict[str, Source]
    variables: dict[str, Variable]
    features: dict[str, Feature]
    clouds: tuple[str, ...]
    checks: Collection[str]


def load(path: Path, *, checks: Collection[str], today: date | None = None) -> Pack:
    """The pack in the file at `path`; `checks` are those that it may name.

    No day of it is after `today`; None believes it whatever the clock says.

    Raises:
        InputError: it cannot be used; in one line that names the file, the entry and what was
            expected.
    """
    table = parse(path)
    if table.text("schema") != SCHEMA:
        raise table.refused(f'schema is {table.text("schema")!a}: expected "{SCHEMA}"')
    table.only(
        "schema", "name", "title", "as_of", "clouds", "variable", "source", "feature", "effect",
        "endpoint",
    )  # fmt: skip
    known = _Known(
        sources=_named(table, "source", lambda entry: _source(entry, table, today)),
        variables=_named(table, "variable", _variable),
        features=_named(table, "feature", _feature),
        clouds=table.each("clouds", _name) if "clouds" in table else (),
        checks=checks,
    )
    pack = Pack(
        name=table.one("name", _name),
        title=table.text("title"),
        as_of=_day(table, today),
        place=str(path),
        clouds=known.clouds,
        variables=tuple(known.variables.values()),
        sources=tuple(known.sources.values()),
        features=tuple(known.features.values()),
        effects=tuple(_effect(entry, known) for entry in table.tables("effect")),
        endpoints=tuple(
            endpoint for entry in table.tables("endpoint") for endpoint in _endpoints(entry, known)
        ),
    )
    if not pack.features or not pack.endpoints:
        lacking = "endpoint" if pack.features else "feature"
        raise table.refused(f"no {lacking}: expected at least one [[{lacking}]]")
    if len(pack.endpoints) > MOST_ENDPOINTS:
        raise table.refused(f"{len(pack.endpoints)} hosts: expected at most {MOST_ENDPOINTS}")
    return pack


def _named(table: Table, key: str, read: Callable[[Table], _Named]) -> dict[str, _Named]:
    """Entries by their names, each of which may be there once."""
    found: dict[str, _Named] = {}
    for entry in table.tables(key):
        one = read(entry)
        if one.name in found:
            raise entry.refused(f"name is {one.name!a} a second time: expected each {key} once")
        found[one.name] = one
    return found


def _day(table: Table, today: date | None) -> date:
    """What a page will say nobody knows; time zones are a day apart."""
    found = table.day("as_of")
    if today is not None and found > today + timedelta(days=1):
        raise table.refused(
            f"as_of is {found.isoformat()}: expected a day that has come, and today is"
            f" {today.isoformat()} by this machine's clock",
            key="as_of",
        )
    return found


def _source(entry: Table, pack: Table, today: date | None) -> Source:
    entry.only("name", "title", "url", "as_of")
    return Source(
        name=entry.one("name", _name),
        title=entry.text("title"),
        url=entry.one("url", _url),
        as_of=_day(entry if "as_of" in entry else pack, today),
    )


def _variable(entry: Table) -> Variable:
    entry.only("name", "meaning")
    return Variable(name=entry.one("name", _variable_name), meaning=entry.text("meaning"))


def _feature(entry: Table) -> Feature:
    entry.only("name", "title", "breaks", "condition")
    return Feature(
        name=entry.one("name", _name),
        title=entry.text("title"),
        breaks=entry.text("breaks"),
        condition=entry.text("condition") if "condition" in entry else "",
    )


def _effect(entry: Table, known: _Known) -> Effect:
    entry.only("text", "place", "cause", "features", "verdicts", "failures", "checks", "protocol")
    return Effect(
        text=entry.text("text"),
        place=entry.text("place"),
        cause=entry.text("cause"),
        features=frozenset(_several(entry, "features", _of(known.features, "feature"))),
        verdicts=frozenset(_several(entry, "verdicts", _member(Conclusion))),
        failures=frozenset(_several(entry, "failures", _member(FailureKind))),
        checks=frozenset(_several(entry, "checks", _of(known.checks, "check"))),
        protocol=entry.one("protocol", _member(Protocol)) if "protocol" in entry else None,
    )


def _endpoints(entry: Table, known: _Known) -> tuple[Endpoint, ...]:
    """One for each host of the entry."""
    entry.only(
        "hosts", "examples", "port", "protocol", "features", "clouds", "need", "inspection",
        "asks_for_client_certificate", "tls_floor", "breaks", "shared", "note", "sources",
    )  # fmt: skip
    host = _template(known)
    hosts = dict.fromkeys(_several(entry, "hosts", host, least=1))
    examples = _several(entry, "examples", host)
    for example in examples:
        if example.startswith("*.") or not any(_below(example, wildcard) for wildcard in hosts):
            raise entry.refused(
                f"examples has {example!a}: expected hosts below a wildcard of hosts"
            )
    protocol = entry.one("protocol", _member(Protocol)) if "protocol" in entry else Protocol.TLS
    usual = 80 if protocol is Protocol.HTTP else 443
    features = _several(entry, "features", _of(known.features, "feature"), least=1)
    sources = _several(entry, "sources", _of(known.sources, "source"), least=1)
    return tuple(
        Endpoint(
            host=name,
            examples=tuple(one for one in examples if _below(one, name)),
            port=entry.number("port", least=1, most=65535) if "port" in entry else usual,
            protocol=protocol,
            features=features,
            clouds=_several(entry, "clouds", _of(known.clouds, "cloud")),
            requirement=_choice(entry, "need", Requirement.REQUIRED),
            inspection=_choice(entry, "inspection", Inspection.NOT_STATED),
            asks_for_client_certificate=_true(entry, "asks_for_client_certificate"),
            tls_floor=entry.one("tls_floor", _version) if "tls_floor" in entry else None,
            breaks=entry.text("breaks") if "breaks" in entry else "",
            shared=_true(entry, "shared"),
            note=entry.text("note") if "note" in entry else "",
            sources=tuple(known.sources[one] for one in sources),
        )
        for name in hosts
    )


def _several(
    entry: Table, key: str, read: Callable[[str], _Value], *, least: int = 0
) -> tuple[_Value, ...]:
    """An array that may be left out where `least` is 0."""
    if key not in entry and not least:
        return ()
    found = entry.each(key, read)
    if len(found) < least:
        raise entry.refused(f"{key} is empty: expected at least one")
    return found


def _choice(entry: Table, key: str, usual: _Member) -> _Member:
    return entry.one(key, _member(type(usual))) if key in entry else usual


def _true(entry: Table, key: str) -> bool:
    return key in entry and entry.flag(key)


def _member(kind: type[_Member]) -> Callable[[str], _Member]:
    """Reads a value of an enumeration."""

    def read(text: str) -> _Member:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"expected {_either(str(one.value) for one in kind)}") from None

    return read


def _of(known: Collection[str], what: str) -> Callable[[str], str]:
    """Reads the name of something that is there."""

    def read(text: str) -> str:
        if text not in known:
            # All checks are more than a line has room for.
            some = _either(known) if 0 < len(known) <= MOST_SHOWN else f"the name of a {what}"
            raise ValueError(f"no such {what}; expected {some}")
        return text

    return read


def _template(known: _Known) -> Callable[[str], str]:
    """Reads a host or a wildcard, with variables of the pack in it."""

    def read(text: str) -> str:
        for name in PLACEHOLDER.findall(text):
            if name not in known.variables:
                raise ValueError(f"no such variable as {name}; expected one of [[variable]]")
        # What stands for anything is checked as if it were a label, and put back.
        names = PLACEHOLDER.findall(text)
        marked = PLACEHOLDER.sub(lambda match: _mark(names.index(match[1])), text)
        host = host_pattern(marked)
        for at, name in enumerate(names):
            host = host.replace(_mark(at), f"{{{name}}}")
        return host

    return read


def _mark(at: int) -> str:
    return f"x--{at}--x"


def _below(host: str, wildcard: str) -> bool:
    return wildcard.startswith("*.") and host.endswith(wildcard[1:])


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("expected a name of a-z, 0-9 and -")
    return text


def _variable_name(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError("expected a name of a-z, 0-9 and _")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("expected the URL of a page")
    return text


def _version(text: str) -> int:
    if text not in _VERSIONS:
        raise ValueError(f"expected {_either(_VERSIONS)}")
    return _VERSIONS[text]


def _either(names: Iterable[str]) -> str:
    known = list(names)
    return " or ".join((", ".join(known[:-1]), known[-1])) if known[1:] else "".join(known)
