"""How the endpoint was found and reached: what resolvers say, other addresses that were tried, the hello's size."""

from collections.abc import Iterator

from tlsprobe.model.names import NO_ERROR, NameAnswer
from tlsprobe.model.observation import Observation
from tlsprobe.report.labelled import MAX_LIST, labelled
from tlsprobe.report.page import Row

MAX_ADDRESSES = 4
"""Addresses of one answer in a normal report."""


def names(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """What each resolver says, and this machine where it says otherwise."""
    said = observation.names
    if said is None:
        return
    if not said.resolvers:
        yield labelled("resolvers", "none is configured that could be asked")
    label = "resolvers"
    for answer in said.resolvers:
        yield labelled(label, _answer(answer, verbose=verbose), limit=MAX_LIST)
        label = ""
    answered = {address for one in said.resolvers for address in one.addresses}
    if verbose or (said.system and answered.isdisjoint(said.system)):
        own = _listed(said.system, verbose=verbose) or "no address"
        listed = f"; its hosts file says {', '.join(said.hosts_file)}" if said.hosts_file else ""
        yield labelled("", f"this machine makes {own} of it{listed}", limit=MAX_LIST)


def unreached(observation: Observation) -> Iterator[Row]:
    """Other addresses that were tried in vain."""
    label = "unreached"
    for one in observation.unreached:
        yield labelled(label, one.failure.detail)
        label = ""


def slower(observation: Observation) -> Iterator[Row]:
    """Other addresses that stood as well, and too late to be taken."""
    label = "slower"
    for one in observation.slower:
        yield labelled(
            label,
            f"{one.address} stood after {one.took:.1f} ms, {one.instead} after"
            f" {one.instead_took:.1f} ms",
        )
        label = ""


def hello(observation: Observation) -> Iterator[Row]:
    """How many packets the hello takes."""
    size = observation.hello_size
    if size is None:
        return
    text = f"{size.size:,} bytes"
    if size.segments is not None:
        plural = "s" if size.segments > 1 else ""
        text += f" in {size.segments} TCP segment{plural} of at most {size.segment_size:,}"
    yield labelled("hello", text)


def _answer(answer: NameAnswer, *, verbose: bool) -> str:
    parts: list[str] = []
    if answer.addresses:
        parts.append(_listed(answer.addresses, verbose=verbose))
    if answer.rcode is not None and (not answer.addresses or answer.rcode != NO_ERROR):
        parts.append(answer.rcode)
    if answer.aliases:
        parts.append(f"by way of {', '.join(answer.aliases)}")
    if answer.failure:
        parts.append(answer.failure)
    if answer.invented:
        made_up = _listed(answer.invented, verbose=verbose)
        parts.append(f"and makes up {made_up} for a name that nobody has")
    if verbose:
        if answer.ttl is not None:
            parts.append(f"for {answer.ttl} s")
        parts.append(f"within {answer.elapsed:.1f} ms")
    return f"{answer.resolver}: {', '.join(parts)}"


def _listed(addresses: tuple[str, ...], *, verbose: bool) -> str:
    shown = addresses if verbose else addresses[:MAX_ADDRESSES]
    left = len(addresses) - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left else "")
