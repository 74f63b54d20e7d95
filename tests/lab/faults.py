"""Single faults of a network, a proxy, a server or a machine, and the one cause that each is.

Every fault stages itself: what resolvers and the hosts file say is written down before anybody is
asked, and programs, firewalls and links stand as long as the fault does. It gives the options that
the command needs to meet it. To add one, write it among its kind with the words that must be said of
it, and of which hosts.
"""

import contextlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.laboratory import Laboratory
from tests.lab.proxies import Proxy
from tests.lab.routers import ruled
from tests.lab.twins import NAMES, RECORDS, Cast, Twin, address

Options = tuple[str | Path, ...]


@dataclass(kw_only=True)
class Stage:
    """The lab as one fault finds it, and what it may change there."""

    lab: Laboratory
    cast: Cast
    folder: Path
    """Empty, and its own."""

    proxy_url: Callable[[Proxy, str], str]
    """Where a proxy is, with this login (which may be empty) in its URL."""

    records: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(RECORDS))
    """What the client's resolver knows."""

    others: str | None = None
    """Where that leads with all other names; they do not exist where it is None."""

    asked_first: tuple[str, ...] = ()
    """Resolvers that the machine is set to ask before that one."""

    hosts: dict[str, str] = field(default_factory=dict[str, str])
    """The client's hosts file."""

    floor: str = "1.2"
    """The oldest TLS that the service accepts."""

    asking: tuple[str, ...] = ()
    """Where the service is documented to ask for a client certificate."""

    store: Path
    """What this machine trusts: the roots of the lab, if nothing else is said."""

    listed: bool = False
    """Whether the machine's own lists have the lab's root among the public ones, and no option does."""

    environment: dict[str, str] = field(default_factory=dict[str, str])
    """What the command finds in its environment beside the usual."""

    def meets(self, twin: Twin, *names: str) -> None:
        """Have the client meet a twin under these names."""
        self.records |= {name: (address(name, twin),) for name in names}

    @contextlib.contextmanager
    def forbidding(
        self, rule: str, how: str = "DROP", program: str = "iptables"
    ) -> Generator[None]:
        """A firewall in the middle that lets some packets not through."""
        with ruled(self.lab.network.mbox, f"filter FORWARD {rule} -j {how}", program=program):
            yield


Staged = Callable[[Stage], contextlib.AbstractContextManager[Options]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, and what has to be said of it."""

    name: str
    causes: Mapping[str, frozenset[str]]
    """The hosts by the word for what is wrong there."""

    staged: Staged


class Faults:
    """The faults of one kind, as decorators have put them in."""

    def __init__(self) -> None:
        """None yet."""
        self.all: list[Fault] = []

    def __call__(
        self, cause: str | None, *hosts: str
    ) -> Callable[[Callable[[Stage], Generator[Options]]], Staged]:
        """Count a function among them: it is this cause at these hosts, and no other anywhere.

        Without hosts it is one at all of them, and without a cause there is none.
        """
        return self.several({} if cause is None else {cause: frozenset(hosts or NAMES)})

    def several(
        self, causes: Mapping[str, frozenset[str]]
    ) -> Callable[[Callable[[Stage], Generator[Options]]], Staged]:
        """The same for one that goes by another word at another host."""

        def registered(stages: Callable[[Stage], Generator[Options]]) -> Staged:
            staged = contextlib.contextmanager(stages)
            self.all.append(Fault(name=stages.__name__, causes=causes, staged=staged))
            return staged

        return registered
