"""Every check, by its id: found, not listed.

A check is a generator function in a file of its own. Its id is the file's name with hyphens, its
docstring is the text that `tlsprobe checks` prints, and `@check` says what it needs, so that
"could not be looked at" is the runner's answer and not every check's own concern.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules

from msgspec import Struct

from tlsprobe.model.finding import Finding, Ground
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference

Function = Callable[[Observation, Reference], Iterator[Finding]]


class Need(Enum):
    """What a check cannot do without; the value is how a report words its absence."""

    __hash__ = object.__hash__  # as `Direction`: every observation is asked for all of them

    CHAIN = "a certificate chain"
    PUBLIC_NAME = "a name of which the reference says that public CAs sign for it"
    OWNERS_KEYS = "the CA keys that sign for this name, in the reference"
    ALL_OWNERS_KEYS = "every CA key that signs for this name, in the reference"
    CLIENT_CERTIFICATE = (
        "a name of which the reference says that it asks for a client's certificate"
    )
    COMPROMISED = "a list of CAs whose keys vouch for nobody"
    PORTALS = "a list of captive portals' keys"
    PINS = "pins for this host"
    LABELS = "a list of interceptors' issuer names"
    MACHINE_STORE = "the machine's own store"
    CONTROLS = "another look at the same endpoint"
    OTHER_HELLOS = "the same endpoint asked by other hellos"
    OTHER_ROUTES = "the same endpoint over another route (`--compare-routes`)"
    OTHER_NAMES = "the same address asked for other names"
    NOWHERE = "a look at an address that nobody has"
    SECOND_OPINION = "a second opinion by a TLS library"
    HOPS = "a trace of the hops to this endpoint"
    PACKETS = "the packets of a capture"
    CHOICES = "what this server is known to choose, in the reference"
    CT_LOGS = "a list of the logs of certificate transparency"
    REVOCATION = "the revocation services that the chain names asked (`--revocation`)"
    JARM = "the endpoint's JARM (`--jarm`)"
    BASELINE = "a baseline of this endpoint"
    NAMES = "what each resolver says of the name"
    COMPANY = "other sessions of the same run"
    CANARY = "an answer of the canary at the far end"


class RegisteredCheck(Struct, frozen=True, kw_only=True, eq=False):
    """A check and what is said of it. Compared and hashed by identity."""

    id: str
    needs: frozenset[Need]
    ground: Ground
    cites: str
    text: str
    function: Function


_checks: dict[str, RegisteredCheck] = {}


def check(*needs: Need, ground: Ground, cites: str) -> Callable[[Function], Function]:
    """Register the decorated function as the check of its file."""

    def register(function: Function) -> Function:
        name = function.__module__.rpartition(".")[2]
        if function.__name__ != name:
            raise TypeError(f"check {function.__name__} must be named for its file, {name}")
        _checks[name] = RegisteredCheck(
            id=name.replace("_", "-"),
            needs=frozenset(needs),
            ground=ground,
            cites=cites,
            text=getdoc(function) or "",
            function=function,
        )
        return function

    return register


@cache
def all_checks() -> tuple[RegisteredCheck, ...]:
    """Every check beside this file, sorted by id."""
    for name in module_names():
        import_module(name)
    return tuple(_checks[name] for name in sorted(_checks))


def all_ids() -> tuple[str, ...]:
    """The ids of all of them, sorted, without loading any."""
    return tuple(sorted(name.rpartition(".")[2].replace("_", "-") for name in module_names()))


@cache
def module_names() -> tuple[str, ...]:
    """The module of each: one file, one check."""
    package = __package__ or "tlsprobe.checks"
    found = iter_modules(import_module(package).__path__)
    return tuple(f"{package}.{one.name}" for one in found if not one.name.startswith("_"))
