"""What `tlsprobe trace` does: a target -> a trace -> stdout, and an exit code."""

import asyncio
import os
import time
from datetime import UTC, datetime

from msgspec import Struct

from tlsprobe._version import __version__
from tlsprobe.cli.console import Console
from tlsprobe.cli.floor import parse_floor
from tlsprobe.cli.targets import parse_address, parse_endpoint, parse_server_name
from tlsprobe.errors import UsageError
from tlsprobe.hello import templates
from tlsprobe.hello.template import Template
from tlsprobe.live.hop_probes import Way
from tlsprobe.live.hops import trace
from tlsprobe.live.limits import Limits
from tlsprobe.live.resolve import resolve
from tlsprobe.model.hop_endings import Outcome, endings
from tlsprobe.model.hops import Hops, Wish
from tlsprobe.model.json_parts import moment
from tlsprobe.model.json_trace import trace_record
from tlsprobe.model.jsonable import encoded
from tlsprobe.model.observation import Failure, Target
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_path
from tlsprobe.report.as_text import endpoint
from tlsprobe.report.labelled import labelled
from tlsprobe.report.page import Row

_COUNTS_AS = {
    Outcome.NEARER: Conclusion.TERMINATED,
    Outcome.SAME: Conclusion.DIRECT,
    Outcome.UNKNOWN: Conclusion.UNDECIDED,
}


class Naming(Struct, frozen=True, kw_only=True):
    """Where it goes, and under which name it asks."""

    address: str | None
    sni: str | None
    no_sni: bool


def run(*, target: str, naming: Naming, hello: str, wish: Wish, json: bool) -> int:
    """Trace; the exit code.

    Raises:
        UsageError: an argument is malformed, before anything was sent.
        InputError: a file cannot be used, likewise.
    """
    parse_floor(wish.floor_ms)
    asked, given = _target(target, naming)
    template = templates.choose(hello)
    taken = datetime.now(UTC)  # noqa: TID251 - the clock comes in here
    asked, hops, failure = asyncio.run(_traced(asked, given, template, wish))
    console = Console()
    if json:
        record = trace_record(
            tool=f"tlsprobe {__version__}",
            taken=moment(taken),
            target=asked,
            hops=hops,
            failure=failure,
        )
        console.record(encoded(record) + b"\n")
    else:
        _show(console, asked, hops, failure)
    known = hops is not None and not hops.unavailable
    console.note(_COUNTS_AS[endings(hops).outcome] if hops and known else Conclusion.BLOCKED)
    return console.worst


def _target(text: str, naming: Naming) -> tuple[Target, str | None]:
    """The target, and the address that was given for it."""
    if naming.sni is not None and naming.no_sni:
        raise UsageError("--sni and --no-sni: expected one of them")
    asked = parse_endpoint(text)
    name = asked.host if asked.named else None
    if naming.sni is not None:
        name = parse_server_name(naming.sni)
    address = None if naming.address is None else parse_address(naming.address)
    sni = None if naming.no_sni else name
    return Target(host=asked.host, port=asked.port, sni=sni), address


async def _traced(
    asked: Target, given: str | None, template: Template, wish: Wish
) -> tuple[Target, Hops | None, Failure | None]:
    """The way to the first address that packets can be sent to."""

    def record() -> bytes:
        return template.stamp(server_name=asked.sni, entropy=os.urandom).record  # noqa: TID251

    found = await resolve(given or asked.host, timeout=Limits().lookup)
    hops: Hops | None = None
    for address in found.addresses:
        hops = await trace(Way(address=address, clock=time.perf_counter), asked.port, record, wish)
        if hops.unavailable or hops.reaches:
            break
    reached = None if hops is None else hops.address
    return (
        Target(host=asked.host, port=asked.port, sni=asked.sni, address=reached),
        hops,
        found.failure,
    )


def _show(console: Console, asked: Target, hops: Hops | None, failure: Failure | None) -> None:
    if hops is None:
        console.rows((labelled("not traced:", "" if failure is None else failure.detail),))
        return
    where = f" at {hops.address}" if hops.address != asked.host else ""
    console.rows(as_path.rows(hops, as_path.signs_for(console.look.encoding)))
    console.rows((Row(), labelled("traced", f"{endpoint(asked)}{where}")))
