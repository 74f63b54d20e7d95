"""A scenario: what stands on a path, whether that is interception, and how it is played."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

if TYPE_CHECKING:  # the laboratory needs what only a Linux has
    from tests.lab.laboratory import Laboratory

Record = Mapping[str, Any]
"""A report as `tlsprobe --json` writes it (`tlsprobe.report/1`)."""


class Label(Enum):
    """What a scenario is in truth, whatever anybody says of it."""

    INTERCEPTION = "interception"
    """Somebody on the path ends the TLS in the owner's place."""
    HONEST = "honest"
    """TLS ends at its owner, or at whom he has put there; whatever else may be wrong."""


class Place(Enum):
    """What it takes to play a scenario."""

    HERE = "here"
    """Nothing: loopback, and captures of the project's own."""
    LAB = "lab"
    """Root on Linux, and the programs that `make lab` installs."""
    CORPUS = "corpus"
    """The captures of others, which lie beside the repository."""


class SkippedError(Exception):
    """A scenario cannot be played here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of a scenario: what `tlsprobe` says, and what the simple rules go by."""

    told: Record
    """With the reference."""
    told_bare: Record
    """Of the same handshake, without any reference."""
    host: str
    taken: datetime
    chain: tuple[bytes, ...] = ()
    """DER, as presented."""
    public: tuple[bytes, ...] = ()
    """DER of the roots that count as public beside certifi's."""
    machine: tuple[bytes, ...] | None = None
    """DER of what the machine's own store holds; None where nobody knows."""
    elsewhere: bytes | None = None
    """DER of the leaf that another place sees of the same host at that time."""


class Stage(Struct, frozen=True, kw_only=True):
    """What there is to play on."""

    folder: Path
    """Takes the files that a play needs."""
    lab: "Laboratory | None" = None
    lab_lacks: str = ""
    """Why there is no lab."""


class Play(Protocol):
    """One way to play a scenario."""

    @property
    def variant(self) -> str:
        """What is special about it among the plays of its scenario; empty where it is the only one."""
        ...

    @property
    def place(self) -> Place:
        """What it takes."""
        ...

    def run(self, stage: Stage) -> Seen:
        """Play it.

        Raises `SkippedError` where that cannot be done here.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a file of `scenarios/` says, in its one name `SCENARIO`."""

    label: Label
    plays: Sequence[Play]
    """Each is judged and counted as a case of its own."""
    product: str | None = None
    """The vendor that a report should name, as the reference spells him, where the evidence does."""
    verdict: str | None = None
    """What `tlsprobe` has to say with the reference; None leaves honest ones all but an alarm."""
    verdict_bare: str | None = None
    """The same without any reference."""
    pinned: bool = False
    """Whether pins were given, so that `pin-broken` is no alarm."""


class Case(Struct, frozen=True, kw_only=True):
    """A scenario and one of its plays."""

    file: str
    """Name of the scenario's file, with hyphens."""
    about: str
    """The sentence of the scenario's docstring."""
    scenario: Scenario
    play: Play

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.file} ({self.play.variant})" if self.play.variant else self.file


def cases() -> Iterator[Case]:
    """Every case, in the order of the files' names."""
    package = import_module("benchmarks.accuracy.scenarios")
    for module in sorted(iter_modules(package.__path__), key=lambda found: found.name):
        loaded = import_module(f"{package.__name__}.{module.name}")
        scenario: Scenario = loaded.SCENARIO
        about = " ".join((inspect.getdoc(loaded) or "").split())
        for play in scenario.plays:
            yield Case(
                file=module.name.replace("_", "-"), about=about, scenario=scenario, play=play
            )
