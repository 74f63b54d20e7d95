"""Whether answers come sooner than the endpoint can give them, by repeated measurements.

Only the least of several times counts: everything on the way makes a packet late, and nothing makes
it early.
"""

from msgspec import Struct

from tlsprobe.model.delays import LONGER, TIMES
from tlsprobe.model.hops import Hops, Kind, Sweep

MIN_SAMPLES = 3
SOONER = 2
"""An answer is too soon where the endpoint takes this many times as long ..."""
MARGIN = 5.0
"""... and so many milliseconds longer: more than queues and schedulers vary by."""


class RoundTrips(Struct, frozen=True, kw_only=True):
    """The least milliseconds of each; None where there were too few measurements."""

    tcp: float | None
    """From SYN to SYN-ACK of the port."""
    tls: float | None
    """From the hello to the first byte of its answer."""
    endpoint: float | None
    """Of the endpoint's address: UDP or echo, or else another port of it."""
    floor: float | None
    """What the user says that light needs to the place and back."""

    @property
    def tls_too_soon(self) -> bool:
        """Whether TLS is answered sooner than the endpoint answers anything."""
        return _sooner(self.tls, self.endpoint)

    @property
    def tls_below_floor(self) -> bool:
        """Whether TLS is answered sooner than light comes back from the place."""
        return self.tls is not None and self.floor is not None and self.tls < self.floor

    @property
    def tcp_below_floor(self) -> bool:
        """The same of TCP."""
        return self.tcp is not None and self.floor is not None and self.tcp < self.floor

    @property
    def tls_late(self) -> bool:
        """Whether TLS takes much longer than TCP each time, as where somebody asks upstream first."""
        if self.tcp is None or self.tls is None:
            return False
        return self.tls >= TIMES * self.tcp and self.tls - self.tcp >= LONGER


def round_trips(hops: Hops) -> RoundTrips:
    """The times of a trace."""
    own = [_least(hops.of(kind)) for kind in (Kind.UDP, Kind.ECHO)]
    known = [one for one in own if one is not None]
    return RoundTrips(
        tcp=_least(hops.of(Kind.TCP)),
        tls=_least(hops.of(Kind.TLS)),
        endpoint=min(known) if known else _least(hops.of(Kind.REFERENCE)),
        floor=hops.floor_ms,
    )


def _least(sweep: Sweep) -> float | None:
    return min(sweep.times) if len(sweep.times) >= MIN_SAMPLES else None


def _sooner(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return other >= SOONER * one and other - one >= MARGIN
