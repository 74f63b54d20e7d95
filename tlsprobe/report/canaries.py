"""What a canary says that reached it, in rows."""

from collections.abc import Iterator

from tlsprobe.model.canary import Arrival, Canary, HeaderDifference
from tlsprobe.model.hello_differences import ja4_of
from tlsprobe.report.labelled import MAX_LIST, MAX_NAME, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

_TONES = {Arrival.WHOLE: Tone.PLAIN, Arrival.OTHER: Tone.BAD, Arrival.AT_ITS_KEY: Tone.WARN}
_MAX_CHANGES = 4


def rows(canary: Canary | None, pins: frozenset[bytes], *, verbose: bool) -> Iterator[Row]:
    """The canary's part of a report; `pins` are those that were given for it."""
    if canary is None:
        return
    received, arrival = canary.received, canary.arrival(pins)
    if received is None or arrival is None:
        yield labelled("canary", Span(f"no answer of one: {canary.failure}", Tone.WARN))
        return
    yield labelled("canary", Span(arrival.value, _TONES.get(arrival, Tone.WARN)))
    over = shortened(f"{received.version}, {received.cipher}", MAX_NAME)
    yield labelled("", f"it saw {shortened(received.seen_from, MAX_NAME)} over {over}")
    differences = canary.hello_differences
    if differences:
        what = ", ".join(one.what for one in differences)
        yield labelled("", f"hello sent {_hello(canary.sent.hellos)}", limit=MAX_LIST)
        yield labelled("", f"hello received {_hello(received.hellos)}", limit=MAX_LIST)
        yield labelled("", f"they differ in {what}", limit=MAX_LIST)
    else:
        yield labelled("", f"hello {_hello(canary.sent.hellos)}, unchanged")
    if verbose:
        for one in differences:
            yield labelled("", Span(f"{one.what}: sent {one.sent}", Tone.QUIET))
            yield labelled("", Span(f"received {one.received}", Tone.QUIET), hang=18)
    yield from _headers("request", canary.request_changes, verbose=verbose)
    yield from _headers("answer", canary.answer_changes, verbose=verbose)


def _hello(hellos: tuple[bytes, ...]) -> str:
    if not hellos:
        return "not readable"
    return f"{len(hellos[0])} bytes, JA4 {ja4_of(hellos[0])}"


def _headers(where: str, changes: tuple[HeaderDifference, ...], *, verbose: bool) -> Iterator[Row]:
    shown = changes if verbose else changes[:_MAX_CHANGES]
    for one in shown:
        yield labelled("", f"{where}: {one.change.value} {one}")
    if len(shown) < len(changes):
        yield labelled("", f"{where}: {len(changes) - len(shown)} more headers changed")
