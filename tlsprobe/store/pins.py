"""Pins as they are given on the command line."""

from collections import defaultdict
from collections.abc import Iterable

from tlsprobe.certs.pins import parse_pin
from tlsprobe.errors import UsageError
from tlsprobe.store.host_names import host_name

EVERY_HOST = ""
"""The key of pins that hold for every host."""


def parse_pins(arguments: Iterable[str]) -> dict[str, frozenset[bytes]]:
    """Pins by host from ``[HOST=]sha256/BASE64``, as `model.reference.Reference.pins` holds them.

    Raises:
        UsageError: one is malformed; in one line that names it.
    """
    pins = defaultdict[str, set[bytes]](set)
    for argument in arguments:
        host, pin = _parted(argument)
        pins[_host(host, argument)].add(_key(pin, argument))
    return {host: frozenset(keys) for host, keys in pins.items()}


def _parted(argument: str) -> tuple[str | None, str]:
    """Host and pin. Base64 ends in ``=``, so the one that parts them stands before any slash."""
    host, parted, pin = argument.partition("=")
    return (host, pin) if parted and "/" not in host else (None, argument)


def _host(host: str | None, argument: str) -> str:
    if host is None:
        return EVERY_HOST
    try:
        return host_name(host)
    except ValueError as error:
        raise UsageError(f"--pin {argument!a}: {host!a} is no host: {error}") from None


def _key(pin: str, argument: str) -> bytes:
    try:
        return parse_pin(pin)
    except UsageError:
        expected = "expected [HOST=]sha256/ and 44 characters of base64"
        raise UsageError(f"--pin {argument!a}: {expected}") from None
