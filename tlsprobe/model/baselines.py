"""What a clean place saw of endpoints: other observations to hold new ones against.

A baseline is the caller's word for how an endpoint looks where nobody is on the path. Its observations
are controls like any others, but of another place or day: leafs are renewed, owners use several CAs,
and machines are replaced, so what is merely different says little.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tlsprobe.model.observation import Observation, SourceKind, Target

if TYPE_CHECKING:  # a reference holds a baseline
    from tlsprobe.model.reference import Reference

Endpoint = tuple[str, int, str | None]


class Baseline:
    """Observations, found by endpoint: host, port and the server name sent. Compared by identity."""

    __slots__ = ("_by_endpoint",)

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._by_endpoint: dict[Endpoint, tuple[Observation, ...]] = {}
        for one in observations:
            key = endpoint_of(one.target)
            self._by_endpoint[key] = (*self._by_endpoint.get(key, ()), one)

    def __iter__(self) -> Iterator[Observation]:
        """Every observation, those of one endpoint together."""
        for observations in self._by_endpoint.values():
            yield from observations

    def __len__(self) -> int:
        """The number of endpoints."""
        return len(self._by_endpoint)

    def of(self, target: Target) -> tuple[Observation, ...]:
        """What was seen of that endpoint, at whichever addresses and times."""
        return self._by_endpoint.get(endpoint_of(target), ())


def endpoint_of(target: Target) -> Endpoint:
    """What a baseline knows an endpoint by: each of its addresses counts for all."""
    sni = None if target.sni is None else _key(target.sni)
    return _key(target.host), target.port, sni


def seen_before(reference: "Reference") -> tuple[Observation, ...]:
    """What the baseline shows of the endpoint that is looked at, where it had an answer there."""
    return tuple(one for one in observed_before(reference.controls) if one.chain)


def observed_before(controls: Iterable[Observation]) -> tuple[Observation, ...]:
    """Of other looks at an endpoint those of the baseline, failures among them."""
    return tuple(one for one in controls if one.source is SourceKind.BASELINE)


def _key(host: str) -> str:
    return host.lower().removesuffix(".")
