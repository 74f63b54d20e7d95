"""What `tlsprobe serve-canary` does: an identity, a listening server, a line for each answer."""

import asyncio
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs.names import expected_names
from tlsprobe.certs.pins import spki_pin
from tlsprobe.cli.console import OK, Console
from tlsprobe.cli.targets import DEFAULT_PORT, shown
from tlsprobe.errors import UsageError
from tlsprobe.live.canary_identity import Identity
from tlsprobe.live.canary_server import serving
from tlsprobe.model.canary import Received
from tlsprobe.model.hello_differences import ja4_of
from tlsprobe.report.labelled import labelled
from tlsprobe.report.page import Row, Span, Tone
from tlsprobe.store.host_names import host_name
from tlsprobe.wire.ip_literals import bracketed, join_host_port

_PLACE = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:\[\]]+))?:(?P<port>[0-9]{1,5})", re.ASCII)
_EXPECTED = "expected ADDR:PORT, [IPV6]:PORT or :PORT"


class Place(Struct, frozen=True, kw_only=True):
    """Where to listen."""

    address: str | None
    """None is every address of this machine."""
    port: int


def run(
    *,
    listen: str,
    names: Sequence[str],
    certificate: Path | None,
    key: Path | None,
    quiet: bool,
) -> int:
    """Serve until Ctrl-C; the exit code.

    Raises:
        UsageError: an argument is malformed, or nobody can listen there.
        InputError: a file cannot be used.
    """
    place = parse_place(listen)
    called = tuple(_name(one) for one in names)
    if (certificate is None) != (key is None):
        raise UsageError("--cert and --key: expected both of them, or none")
    if certificate is not None and key is not None:
        identity = Identity.load(key=key, certificates=certificate)
        called = called or _of_certificate(identity) or (_own_name(place),)
    else:
        called = called or (_own_name(place),)
        identity = Identity.new(called, now=_now())
    try:
        asyncio.run(_serve(Console(), place, identity, called[0], quiet=quiet))
    except KeyboardInterrupt:
        pass  # the way to end it
    except OSError as error:
        # Without the words that asyncio puts before it.
        reason = str(error) if error.errno is None else os.strerror(error.errno)
        raise UsageError(f"--listen {shown(listen)}: {reason[:1].lower()}{reason[1:]}") from None
    return OK


def parse_place(text: str) -> Place:
    """What `--listen` says.

    Raises:
        UsageError: it is malformed.
    """
    place = _PLACE.fullmatch(text.strip())
    if place is not None and int(place["port"]) <= 65535:
        bare = place["six"] or place["four"]
        with suppress(ValueError):
            address = None if bare is None else str(ip_address(bare))
            return Place(address=address, port=int(place["port"]))
    raise UsageError(f"--listen {shown(text)}: {_EXPECTED}")


async def _serve(
    console: Console, place: Place, identity: Identity, name: str, *, quiet: bool
) -> None:
    answered: asyncio.Queue[Received] = asyncio.Queue()
    async with serving(
        identity, address=place.address, port=place.port, told=answered.put_nowait
    ) as places:
        console.rows(_introduction(places, identity, name))
        # As it is, to be copied: no terminal is to fold it.
        console.text(f"\nask from inside:\n  {_command(places, identity, name)}\n\n")
        while True:
            received = await answered.get()
            if not quiet:
                console.rows((_answered(received),), one_line=True)


def _introduction(places: Sequence[str], identity: Identity, name: str) -> Iterator[Row]:
    """Who this is."""
    yield labelled("listening", f"{', '.join(places)}; ends on Ctrl-C")
    yield labelled("name", name)
    yield labelled("key", spki_pin(identity.leaf.spki_sha256))


def _command(places: Sequence[str], identity: Identity, name: str) -> str:
    """How it is asked."""
    port = int(places[0].rpartition(":")[2])
    canary = join_host_port(name, port)
    if port == DEFAULT_PORT:
        canary = bracketed(name)
    return f"tlsprobe probe --canary {canary} --pin {name}={spki_pin(identity.leaf.spki_sha256)}"


def _answered(received: Received) -> Row:
    hello = ja4_of(received.hellos[0]) if received.hellos else None
    when = f"{_now():%Y-%m-%d %H:%M:%S} UTC"
    return Row(
        spans=(
            Span(f"{when}  ", Tone.QUIET),
            Span(f"{received.seen_from}  {received.version}  JA4 {hello or 'not readable'}"),
        )
    )


def _name(text: str) -> str:
    """A name that it is given, as DNS has it."""
    try:
        return host_name(text.removeprefix("[").removesuffix("]"))
    except ValueError as error:
        raise UsageError(f"--name {shown(text)}: {error}") from None


def _of_certificate(identity: Identity) -> tuple[str, ...]:
    """A name that the certificate has and a client can ask for."""
    for one in expected_names(identity.leaf):
        with suppress(ValueError):  # a wildcard, say
            return (host_name(one),)
    return ()


def _own_name(place: Place) -> str:
    """The address that it listens at, or what this machine calls itself."""
    if place.address is not None and not ip_address(place.address).is_unspecified:
        return place.address
    try:
        return host_name(socket.gethostname())
    except ValueError:
        return "localhost"


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the clock comes in here
