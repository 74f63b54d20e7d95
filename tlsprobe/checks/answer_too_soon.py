"""Answers come sooner than the endpoint can give them, or as if from two places."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.round_trips import RoundTrips, round_trips


@check(Need.HOPS, ground=Ground.DELAY, cites="openssl/openssl pull request 20248")
def answer_too_soon(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """TLS is answered in less time than the endpoint itself needs, at the best of several samples.

    Strong, and no proof: a host may be slow to answer anything but TLS. Where only TCP is answered so
    soon, or TLS takes much longer than TCP, a relay may stand between, or a busy server: a hint.
    """
    if observation.hops is None:
        return
    times = round_trips(observation.hops)
    if times.tls is not None and (times.tls_below_floor or times.tls_too_soon):
        yield _finding(
            Weight.STRONG, f"TLS is answered within {_ms(times.tls)}, {_least(times)}", times
        )
    elif times.tcp is not None and times.tcp_below_floor:
        yield _finding(
            Weight.HINT, f"TCP is answered within {_ms(times.tcp)}, {_least(times)}", times
        )
    elif times.tcp is not None and times.tls is not None and times.tls_late:
        yield _finding(
            Weight.HINT,
            f"TCP is answered within {_ms(times.tcp)}, but TLS each time after {_ms(times.tls)} or more",
            times,
        )


def _finding(weight: Weight, summary: str, times: RoundTrips) -> Finding:
    return Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=summary,
        facts={
            "tcp_ms": _rounded(times.tcp),
            "tls_ms": _rounded(times.tls),
            "endpoint_ms": _rounded(times.endpoint),
            "floor_ms": times.floor,
        },
    )


def _least(times: RoundTrips) -> str:
    """What it should have taken at the least."""
    if times.tls_below_floor or times.tcp_below_floor:
        return f"sooner than light comes back from the place, which takes {_ms(times.floor)}"
    return f"while the endpoint's address answers nothing else before {_ms(times.endpoint)}"


def _ms(value: float | None) -> str:
    return "an unknown time" if value is None else f"{value:.1f} ms"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
