"""How `tlsprobe reference show` words what is known: rows for people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.reference import SHELF_LIFE, Choices, Expectation, Issuance
from tlsprobe.report.labelled import MAX_LIST, labelled
from tlsprobe.report.page import Row, Span, Tone
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.listed_ca import ListedCA, ListedCertificate, Reach, Serving
from tlsprobe.store.tables import Table
from tlsprobe.wire.codepoints import group_name, version_name

_ISSUANCE = {
    Issuance.PUBLIC: "a CA of the public root programmes",
    Issuance.PRIVATE: "the owner's own PKI",
}
_REACH = {
    Reach.MOZILLA: "a root of Mozilla's programme",
    Reach.OTHER: "a root of another public programme, or of one that was dropped",
    Reach.NOWHERE: "no public root",
}
_SERVING = {
    Serving.NAMED: "for TLS servers",
    Serving.ANY: "for any use",
    Serving.NOT: "not for TLS servers",
    Serving.UNREADABLE: "for a use that cannot be read",
}


def table_rows(table: Table, today: date) -> Iterator[Row]:
    """One table of the reference: how much, from when, from where."""
    yield Row(heads=((0, Span(table.name, Tone.LABEL)),), spans=(Span(table.size),), hang=24)
    age = table.age(today)
    if table.as_of is not None and age is not None:
        stale = table.stale(today)
        limit = "" if table.shelf_life is None else f", keeps for {table.shelf_life.days} days"
        yield Row(
            spans=(
                Span(f"as of {table.as_of}, {age.days} days old{limit}"),
                *((Span(": PAST ITS SHELF LIFE, update it", Tone.WARN),) if stale else ()),
            ),
            hang=24,
        )
    yield Row(spans=(Span(f"from {table.origin}"),), hang=24)
    yield Row(spans=(Span(table.place, Tone.QUIET),), hang=24)
    yield Row()


def expectation_rows(
    host: str, expectation: Expectation, place: str, *, index: CAIndex, today: date
) -> Iterator[Row]:
    """What is expected of a host. What an expectation learns to say is a line here."""
    yield Row(heads=((0, Span(host, Tone.LABEL)),))
    yield labelled("owner", expectation.owner)
    yield labelled("issued by", _ISSUANCE[expectation.issuance])
    names = ", ".join(expectation.names)
    yield labelled("names", f"{len(expectation.names)}: {names}", limit=MAX_LIST)
    yield labelled("since", f"{expectation.as_of}, {(today - expectation.as_of).days} days ago")
    yield labelled("from", expectation.origin)
    yield labelled("file", Span(place, Tone.QUIET))
    if expectation.least_version is not None:
        yield labelled("accepts", f"{version_name(expectation.least_version)} and newer")
    yield from _keys("CA keys", expectation.ca_keys, index, today)
    if expectation.ca_keys:
        yield from _standing_of_keys(expectation, today)
    yield from _keys("pins", expectation.pins, index, today)
    for use in expectation.uses:
        yield labelled(
            "used by",
            f"{use.feature} ({use.requirement}); inspection: {use.inspection}; client certificate:"
            f" {use.client_certificate}",
        )
    if expectation.choices is not None:
        yield from _choices(expectation.choices)


def ca_rows(
    ca: ListedCA, index: CAIndex, today: date, used: Iterable[Expectation]
) -> Iterator[Row]:
    """A CA key and its certificates."""
    yield Row(heads=((0, Span(title(ca), Tone.LABEL)),))
    yield labelled("key", spki_pin(ca.spki_sha256))
    for key_id in ca.key_ids:
        yield labelled("key identifier", key_id.hex(":"))
    yield labelled("counts as", standing(ca))
    if ca.cloud:
        yield labelled("stands behind", _behind(ca))
    for one in ca.certificates:
        yield labelled("certificate", _certificate(one, today))
    for owner, names in by_owner(used).items():
        yield labelled("expected of", f"{owner}: {', '.join(names)}", limit=MAX_LIST)
    yield labelled("from", f"{index.origin}, as of {index.as_of}")
    yield labelled("file", Span(str(index.path), Tone.QUIET))
    yield Row()


def ca_line(ca: ListedCA, today: date) -> Row:
    """A CA on one line: key, name, how long, what it counts as."""
    return Row(spans=(Span(f"{spki_pin(ca.spki_sha256)}  {_short(ca, today)}"),))


def title(ca: ListedCA) -> str:
    """The name of a CA: that of its certificate that lasts longest."""
    best = max(ca.certificates, key=lambda one: one.last)
    return _name(best)


def standing(ca: ListedCA) -> str:
    """What a CA counts as."""
    if not ca.public:
        return "no public CA: listed, but it leads to no public root, or is not for TLS servers"
    kind = "a public root" if ca.root else "a public CA below a root"
    return f"{kind}; a chain leads to {_REACH[Reach.MOZILLA if ca.mozilla else Reach.OTHER]}"


def _keys(label: str, keys: Iterable[bytes], index: CAIndex, today: date) -> Iterator[Row]:
    """Keys with their CAs' names, those that last longest first; of expired ones how many."""
    found = [(key, index.by_key(key)) for key in sorted(keys)]
    if not found:
        yield labelled(label, "none known")
    good = [one for one in found if _latest(one) >= today]
    for key, ca in sorted(good, key=_latest, reverse=True):
        name = "" if ca is None else f"{_short(ca, today)}: "
        yield labelled(label, f"{name}{spki_pin(key)}")
        label = ""
    if len(found) > len(good):
        gone = len(found) - len(good)
        yield labelled(label, f"{gone} whose certificates have expired (--json has them)")


def _latest(found: tuple[bytes, ListedCA | None]) -> date:
    """A key that is in no list of CAs has no end that is known."""
    ca = found[1]
    return date.max if ca is None else max(one.last for one in ca.certificates)


def _standing_of_keys(one: Expectation, today: date) -> Iterator[Row]:
    """Who tells of the CA keys, since when, and whether no other signs."""
    whole = "no other CA signs for it" if one.all_keys else "others may sign for it as well"
    stale = ": PAST THEIR SHELF LIFE, one that is not among them says nothing"
    yield labelled(
        "", f"as of {one.known_since}; {whole}",
        *((Span(stale, Tone.WARN),) if today > one.known_since + SHELF_LIFE else ()),
    )  # fmt: skip
    if one.keys_origin:
        yield labelled("", f"from {one.keys_origin}")


def by_owner(used: Iterable[Expectation]) -> dict[str, list[str]]:
    """The names of expectations, by owner."""
    names = defaultdict[str, list[str]](list)
    for one in used:
        names[one.owner] += one.names
    return dict(names)


def _short(ca: ListedCA, today: date) -> str:
    first = min(one.first for one in ca.certificates)
    last = max(one.last for one in ca.certificates)
    kind = "not public" if not ca.public else "root" if ca.root else "public"
    gone = ", expired" if last < today else ""
    return f"{title(ca)}, {first} to {last}{gone}, {kind}"


def _behind(ca: ListedCA) -> str:
    documented = {
        "current": "; it is in that cloud's own list of CAs",
        "removed": "; it was taken off that cloud's own list of CAs",
    }
    return f"services of {ca.cloud}{documented.get(ca.documented, '')}"


def _certificate(one: ListedCertificate, today: date) -> str:
    kind = "root" if one.root else "intermediate"
    gone = " (expired)" if one.last < today else ""
    return f"{_name(one)}: {kind}, {one.first} to {one.last}{gone}, {_SERVING[one.serving]}" + (
        "" if one.root else f", leads to {_REACH[one.reach]}"
    )


def _name(one: ListedCertificate) -> str:
    parts = (("CN", one.common_name), ("O", one.organisation))
    return ", ".join(f"{kind}={value}" for kind, value in parts if value) or "(no name)"


def _choices(choices: Choices) -> Iterator[Row]:
    spoken = ", ".join(map(version_name, sorted(choices.versions)))
    groups = ", ".join(map(group_name, sorted(choices.groups)))
    alpn = ", ".join(
        sorted(one.decode("ascii", "replace") or "no protocol" for one in choices.alpn)
    )
    words = (("version", spoken), ("group", groups), ("ALPN", alpn))
    yield labelled("chooses", "; ".join(f"{kind} {what}" for kind, what in words if what))
    yield labelled("", f"as of {choices.as_of}, from {choices.origin}")
