"""The way to an endpoint as a picture: a line a hop, and what was answered there."""

from collections.abc import Iterator

from msgspec import Struct

from tlsprobe.model.hop_endings import Endings, Outcome, endings, places_of, sentence
from tlsprobe.model.hops import Hops, Kind, Reply
from tlsprobe.model.places import Place
from tlsprobe.model.round_trips import round_trips
from tlsprobe.report.labelled import MAX_LIST, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

NUMBER, SIGN, ADDRESS, PLACE = 1, 4, 7, 48
MAX_WHO = 60
_TONES = {Outcome.NEARER: Tone.BAD, Outcome.SAME: Tone.GOOD, Outcome.UNKNOWN: Tone.LABEL}


class Signs(Struct, frozen=True, kw_only=True):
    """What the line of the path is drawn with."""

    way: str
    beyond: str
    """The way behind a box: what comes there is no longer the client's TCP."""
    router: str
    silent: str
    box: str
    endpoint: str


DRAWN = Signs(
    way="\u2502", beyond="\u250a", router="\u25cb", silent="\u00b7", box="\u25a0", endpoint="\u25cf"
)
ASCII = Signs(way="|", beyond=":", router="o", silent=".", box="#", endpoint="*")


def signs_for(encoding: str) -> Signs:
    """The signs that a stream of that character set can show."""
    try:
        "".join((DRAWN.way, DRAWN.beyond, DRAWN.router, DRAWN.box, DRAWN.endpoint)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return DRAWN


def rows(hops: Hops, signs: Signs) -> Iterator[Row]:
    """What a trace comes to, the picture, and what could not be told."""
    if hops.unavailable:
        yield labelled("not traced:", hops.unavailable)
        return
    found = endings(hops)
    yield Row(
        heads=((0, Span(f"{found.outcome.value}:", _TONES[found.outcome])),),
        spans=(Span(sentence(hops, found)),),
        hang=2,
    )
    yield Row()
    yield from _picture(hops, found, signs)
    yield Row()
    yield from _times(hops)
    label = "not told"
    for one in found.limits:
        yield labelled(label, one)
        label = ""


def line(hops: Hops | None) -> Iterator[Row]:
    """The same in a line of a report."""
    if hops is None:
        return
    if hops.unavailable:
        yield labelled("path", f"not traced: {hops.unavailable}")
        return
    found = endings(hops)
    yield labelled("path", sentence(hops, found))


def _picture(hops: Hops, found: Endings, signs: Signs) -> Iterator[Row]:
    yield Row(heads=((SIGN, Span(signs.way)), (ADDRESS, Span("you"))))
    names = dict(hops.names)
    last = max(found.endpoint or 0, found.tcp or 0, found.at_least or 0)
    placed = places_of(hops)
    for ttl in range(1, (last or len(placed)) + 1):
        address = hops.router(ttl)
        ends = [_called(hops, kind) for kind in Kind if hops.of(kind).ends_at == ttl]
        box, endpoint = ttl == found.box, ttl == found.endpoint
        who = address or (hops.address if endpoint and not box else "(silent)")
        if address is not None and address in names:
            who = shortened(f"{address} {names[address]}", MAX_WHO)
        sign = signs.router if address else signs.silent
        sign = signs.box if box else signs.endpoint if ends else sign
        tone = Tone.BAD if box else Tone.PLAIN if address or ends else Tone.QUIET
        place = placed[ttl - 1] if ttl <= len(placed) else Place.UNKNOWN
        heads = [(NUMBER, Span(f"{ttl:>2}", Tone.QUIET)), (SIGN, Span(sign, tone))]
        heads.append((ADDRESS, Span(who, tone)))
        told = (
            "the endpoint"
            if endpoint and not box
            else ""
            if place is Place.UNKNOWN
            else place.value
        )
        text = "; ".join(one for one in (told, f"answers {', '.join(ends)}" if ends else "") if one)
        if text:
            heads.append((PLACE, Span(text, tone)))
        yield Row(heads=tuple(heads))
        if ttl < last and found.box is not None and ttl >= found.box:
            yield Row(heads=((SIGN, Span(signs.beyond, Tone.QUIET)),))
    if not last:
        yield Row(heads=((SIGN, Span(signs.beyond, Tone.QUIET)),))


def _called(hops: Hops, kind: Kind) -> str:
    sweep = hops.of(kind)
    port = sweep.port if sweep.port is not None else hops.port
    refused = any(one.reply is Reply.REFUSED for one in sweep.at(sweep.ends_at or 0))
    match kind:
        case Kind.TCP:
            return f"TCP {port} (refused)" if refused else f"TCP {port}"
        case Kind.REFERENCE:
            return f"TCP {port} (refused)" if refused else f"TCP {port}"
        case Kind.UDP:
            return "UDP"
        case Kind.ECHO:
            return "echo"
        case Kind.TLS:
            return "TLS (refused)" if refused else "TLS"


def _times(hops: Hops) -> Iterator[Row]:
    times = round_trips(hops)
    named = (("tcp", times.tcp), ("tls", times.tls), ("endpoint", times.endpoint))
    least = [f"{name} {ms:.1f} ms" for name, ms in named if ms is not None]
    if times.floor is not None:
        least.append(f"light {times.floor:g} ms")
    if least:
        yield labelled("at the least", ", ".join(least), limit=MAX_LIST)
    if times.tls_below_floor or times.tls_too_soon:
        yield labelled("", Span("TLS is answered sooner than the endpoint can", Tone.BAD))
