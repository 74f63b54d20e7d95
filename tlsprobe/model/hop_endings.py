"""What a trace comes to: where TCP and TLS end, where the endpoint is, and whether that is one place.

The endpoint's own hop is the one where its *address* answers, UDP or echo; where it answers neither,
the one where another port does, and no nearer than the last router that dropped something on the way
to it. Somebody who ends TCP to the port before that is a box. Each of these has an honest double:

* The port is filtered, or the only one that is open: then less is known, and nobody is blamed.
* A port of the address is passed on to a machine behind it, and the other is not: where the address
  itself answers no farther than TCP ends, the difference lies behind the endpoint.
* The endpoint answers so many packets a second and no more: its silence counts only where it answers all
  that is sent over the whole way at the same time, and so does how far it answers.
* Routes of unequal length are used side by side: no packet of several flows may reach the endpoint
  with the TTL where TCP ends, and every SYN with it must be answered.
* A box resets the TTL of what it passes on, so that everything arrives: then the answers come back
  over more hops than the box is away, as their own TTL shows.
"""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from tlsprobe.model.hops import Hops, Kind, Reply, Step, Sweep
from tlsprobe.model.places import Place, places

_PORTS = (Kind.TCP, Kind.REFERENCE)
REFERENCES = (Kind.UDP, Kind.ECHO, Kind.REFERENCE)
MIN_FLOWS = 3
"""So many packets of references must have missed the endpoint with the TTL where TCP ends."""


class Outcome(Enum):
    """What a trace says. The words are part of the JSON and never renamed."""

    NEARER = "ends-nearer"
    """TCP or TLS end nearer than the endpoint is."""
    SAME = "ends-at-the-endpoint"
    UNKNOWN = "unknown"


class Endings(Struct, frozen=True, kw_only=True):
    """Where things end, in hops from 1; None where that is not known."""

    outcome: Outcome
    tcp: int | None = None
    """The first hop that answers a SYN to the port."""
    tls: int | None = None
    """The first hop that answers a hello, no farther than TCP ends."""
    endpoint: int | None = None
    """The hop of the endpoint, where something of it answered but TCP to the port."""
    at_least: int | None = None
    """The endpoint is no nearer: a router before it dropped something."""
    box: int | None = None
    """The hop that answers in the endpoint's name."""
    box_address: str | None = None
    place: Place = Place.UNKNOWN
    """Where the box stands."""
    measured: bool = False
    """Whether answers were seen to come back from no farther than the box."""
    anew: bool = False
    """Whether a box on the way sets TTLs anew, so that TCP only seems to end at `tcp`."""
    limits: tuple[str, ...] = ()
    """What could not be told, and why: clauses."""

    @property
    def reads_along(self) -> bool:
        """Whether the box answers hellos and does not end TCP, which no relay does."""
        return self.box is not None and self.tcp is not None and self.box < self.tcp

    @property
    def gap(self) -> int:
        """Hops from the box to the endpoint, at the least."""
        return 0 if self.box is None else max((self.endpoint or self.at_least or 0) - self.box, 0)


def endings(hops: Hops) -> Endings:
    """What `hops` comes to."""
    tcp = _accepted_at(hops)
    endpoint, at_least = _endpoint(hops), _at_least(hops)
    limits: list[str] = []
    suspect = None if tcp is None else _suspect(hops, tcp, endpoint or at_least, limits)
    anew = suspect is not None and _set_anew(hops, suspect)
    box = None if suspect is None or anew else suspect.box
    seeming = suspect is not None and anew and suspect.box == tcp
    limits = [*_limits(hops, endpoint, at_least, anew=seeming), *limits]
    if suspect is not None and anew:
        limits.append(
            f"a box on the way sets TTLs anew: answers that seem to come from hop {suspect.box} come"
            f" back over {hops.of(Kind.TLS).back} hops"
        )
    if box is not None:
        outcome = Outcome.NEARER
        if box == tcp:
            limits.append("by TTL nobody can say whether TLS ends there too, or is passed on")
    elif tcp is None or endpoint is None:
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.SAME
    back = hops.of(Kind.TLS).back
    return Endings(
        outcome=outcome,
        tcp=tcp,
        tls=hops.of(Kind.TLS).ends_at,
        endpoint=endpoint,
        at_least=at_least,
        box=box,
        box_address=None if box is None else hops.router(box),
        place=Place.UNKNOWN if box is None else places_of(hops)[box - 1],
        measured=box is not None and back is not None and back <= box + 1,
        anew=seeming,
        limits=tuple(limits),
    )


def sentence(hops: Hops, found: Endings) -> str:
    """What it comes to, as a clause for somebody who reads nothing else."""
    port = f"port {hops.port}"
    if found.box is not None:
        who = "" if found.box_address is None else f" ({found.box_address})"
        place = "" if found.place is Place.UNKNOWN else f" {found.place.value}"
        at = f"at hop {found.box}{who}{place}"
        if found.reads_along:
            return f"hellos to {port} are answered {at}, though TCP ends at hop {found.tcp}"
        far = f"at hop {found.endpoint or found.at_least}{'' if found.endpoint else ' or farther'}"
        return f"TCP to {port} ends {at}, but the endpoint is {far}"
    if found.tcp is None:
        ends = hops.of(Kind.TCP).ends_at
        return f"TCP to {port} is {'not answered' if ends is None else f'refused at hop {ends}'}"
    if found.anew:
        return (
            f"TCP to {port} seems to end at hop {found.tcp}, but its answers come from as far as the"
            " endpoint"
        )
    if found.outcome is Outcome.SAME:
        return f"TCP to {port} ends at hop {found.tcp}, no nearer than the endpoint does"
    return f"TCP to {port} ends at hop {found.tcp}; where the endpoint is could not be seen"


def places_of(hops: Hops) -> tuple[Place, ...]:
    """Where each hop lies, up to the farthest that anything is known of."""
    routers = [hops.router(ttl) for ttl in range(1, hops.reaches + 1)]
    return places(routers, hops.address)


def _accepted_at(hops: Hops) -> int | None:
    """Where a SYN to the port is answered by a SYN-ACK; None where it is refused or silent."""
    sweep = hops.of(Kind.TCP)
    ends = sweep.ends_at
    if ends is None or not any(one.reply is Reply.ANSWERED for one in sweep.at(ends)):
        return None
    return ends


def _endpoint(hops: Hops) -> int | None:
    udp, echo, port = (_answers_at(hops, kind) for kind in REFERENCES)
    of_address = [one for one in (udp, echo) if one is not None]
    if of_address:
        return min(of_address)
    at_least = _at_least(hops)
    if port is None or (at_least is not None and port < at_least):
        return None
    return port


def _answers_at(hops: Hops, kind: Kind) -> int | None:
    """The first hop that answers such packets; None too where nearer ones may only have had no answer."""
    sweep = hops.of(kind)
    ends = sweep.ends_at
    if ends is None or sweep.answers_all or ends == 1:
        return ends
    before = any(one.reply is Reply.EXPIRED for one in sweep.at(ends - 1))
    return ends if before else None


def _at_least(hops: Hops) -> int | None:
    """One hop more than the farthest router that dropped a reference."""
    dropped = (
        one.ttl for kind in REFERENCES for one in hops.of(kind).steps if one.reply is Reply.EXPIRED
    )
    farthest = max(dropped, default=None)
    return None if farthest is None else farthest + 1


class _Suspect(Struct, frozen=True):
    """A hop that answers in the endpoint's name, and how far away whoever it answers for is."""

    box: int
    whence: int


def _suspect(hops: Hops, tcp: int, far: int | None, limits: list[str]) -> _Suspect | None:
    """The hop that answers in the endpoint's name; what excuses it goes to `limits`."""
    tls = hops.of(Kind.TLS)
    reads_along = tls.ends_at is not None and tls.ends_at < tcp
    if reads_along and not (_always(tls, tcp - 1) and not _any(hops.of(Kind.TCP), tcp - 1)):
        limits.append("some hellos were answered early and some were not: flows differ")
        reads_along = False
    if reads_along:
        return _Suspect(tls.ends_at or tcp, tcp)
    if far is None or far <= tcp:
        return None
    if not _settled(hops, tcp):
        limits.append("routes of unequal length are in use, or replies were lost")
        return None
    return _Suspect(tcp, far)


def _set_anew(hops: Hops, suspect: _Suspect) -> bool:
    """Whether answers that seem to be its own come from where the endpoint is."""
    back = hops.of(Kind.TLS).back
    return back is not None and back > suspect.box and _from_afar(hops, back, suspect.whence)


def _settled(hops: Hops, tcp: int) -> bool:
    """Whether every flow to the port ends at `tcp`, and none of the references so near."""
    # Where the address itself answers farther away, another port may well be ended by the box too.
    asked = [one for kind in _telling(hops, tcp) for one in _told(hops.of(kind), tcp)]
    return (
        len(asked) >= MIN_FLOWS
        and not any(one.ended for one in asked)
        and _always(hops.of(Kind.TCP), tcp)
    )


def _told(sweep: Sweep, ttl: int) -> tuple[Step, ...]:
    """The packets of that TTL of which is known whether they came to an end."""
    unknown = {Reply.UNSENT} if sweep.answers_all else {Reply.UNSENT, Reply.SILENT}
    return tuple(one for one in sweep.at(ttl) if one.reply not in unknown)


def _telling(hops: Hops, tcp: int) -> tuple[Kind, ...]:
    """The references that tell of the endpoint: another port only where it is not ended as well."""
    port = hops.of(Kind.REFERENCE)
    ended = all(one.ended for one in port.at(tcp))
    return tuple(kind for kind in REFERENCES if kind is not Kind.REFERENCE or not ended)


def _always(sweep: Sweep, ttl: int) -> bool:
    """Whether several packets of that TTL were sent, and each came to an end."""
    steps = [one for one in sweep.at(ttl) if one.reply is not Reply.UNSENT]
    return len(steps) >= 2 and all(one.ended for one in steps)


def _any(sweep: Sweep, ttl: int) -> bool:
    return any(one.ended for one in sweep.at(ttl))


def _from_afar(hops: Hops, back: int, far: int) -> bool:
    """Whether answers that come back over `back` hops come from where the endpoint is."""
    own = [hops.of(kind).back for kind in (Kind.UDP, Kind.ECHO)]
    return back >= far - 1 or any(one is not None and abs(back - one) <= 1 for one in own)


def _limits(hops: Hops, endpoint: int | None, at_least: int | None, *, anew: bool) -> Iterator[str]:
    yield from (sweep.lacked for sweep in hops.sweeps if sweep.lacked)
    if not hops.reaches:
        yield "no packet got an answer, not even of a router: is there a route?"
    elif endpoint is None:
        answered = [str(hops.of(one).port or hops.port) for one in _PORTS if hops.of(one).ends_at]
        beside = f" beside TCP to {' and '.join(answered)}" if answered else ""
        beyond = "" if at_least is None else f" beyond hop {at_least - 1}"
        some = any(hops.of(kind).ends_at for kind in (Kind.UDP, Kind.ECHO))
        what = (
            "the address answers now and then only"
            if some
            else f"nothing of the address answers{beside}"
        )
        yield f"{what}: how far{beyond} it is nobody can say"
    if hops.untold:
        yield "too few connections were allowed to ask whether a hop before it reads along as well"
    port = hops.of(Kind.REFERENCE)
    if endpoint is not None and port.ends_at is not None and port.ends_at < endpoint:
        ends = "seems to end" if anew else "ends"
        yield f"TCP to port {port.port} {ends} at hop {port.ends_at}, before the endpoint"
