"""A canary: the user's own server at the far end of a path, which tells what reached it.

What was sent here and what arrived there are held against each other. A box that ends TLS has to make
a hello of its own, and so a session of its own, whatever certificate it shows and whichever CA stands
behind it: no list is needed to see it.
"""

from collections import Counter
from enum import Enum
from functools import cached_property

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.model.hello_differences import HelloDifference, differences
from tlsprobe.wire.codepoints import TLS_1_3

Headers = tuple[tuple[str, str], ...]
"""Names as written and values, in order."""


class Sent(Struct, frozen=True, kw_only=True):
    """What left this end, and what came back to it."""

    hellos: tuple[bytes, ...]
    """ClientHello messages with their headers; two after a HelloRetryRequest."""
    request: str = ""
    """The request line; empty where the handshake did not come so far."""
    headers: Headers = ()
    session: bytes | None = None
    """What both ends of one TLS session, and nobody else, can work out (RFC 5705, RFC 8446 section 7.5)."""
    version: int | None = None
    """As negotiated, such as 0x0304."""
    answer_headers: Headers = ()
    """Those of the answer, as they came."""
    chain: tuple[Certificate, ...] = ()
    """As presented in this very handshake."""


class Received(Struct, frozen=True, kw_only=True):
    """What the canary says that reached it."""

    hellos: tuple[bytes, ...]
    request: str
    headers: Headers
    session: bytes | None
    version: str
    cipher: str
    seen_from: str
    """Address and port that the connection came from."""
    key: bytes | None
    """SHA-256 of the SPKI of its own key."""
    answer_headers: Headers
    """Those that it put into its answer."""


class Arrival(Enum):
    """What became of the TLS session on its way."""

    WHOLE = "the same TLS session at both ends"
    OTHER = "another TLS session arrived: it ends in between"
    AT_ITS_KEY = "TLS ends before the canary, at somebody who holds its key"
    UNCLEAR = "what arrived does not tell whether it is the same TLS session"


class HeaderChange(Enum):
    """What was done to a header."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class HeaderDifference(Struct, frozen=True):
    """A header that did not arrive as it was sent; names are in lower case, values joined."""

    change: HeaderChange
    name: str
    sent: str
    received: str

    def __str__(self) -> str:
        """For people: ``via: 1.1 box``."""
        return f"{self.name}: {self.sent if self.change is HeaderChange.REMOVED else self.received}"


class Canary(Struct, frozen=True, kw_only=True, dict=True):
    """A canary that was asked: what was sent and what arrived, or why that is not known."""

    sent: Sent
    received: Received | None = None
    failure: str = ""
    """Why nothing is known, in one line; empty where a canary answered."""

    @cached_property
    def hello_differences(self) -> tuple[HelloDifference, ...]:
        """In what the hello that arrived is another one."""
        if self.received is None:
            return ()
        return differences(self.sent.hellos, self.received.hellos)

    @cached_property
    def request_changes(self) -> tuple[HeaderDifference, ...]:
        """What was done to the headers of the request."""
        if self.received is None:
            return ()
        return header_differences(self.sent.headers, self.received.headers)

    @cached_property
    def answer_changes(self) -> tuple[HeaderDifference, ...]:
        """What was done to the headers of the answer, on its way back."""
        if self.received is None:
            return ()
        return header_differences(self.received.answer_headers, self.sent.answer_headers)

    def arrival(self, pins: frozenset[bytes] = frozenset()) -> Arrival | None:
        """What became of the session; None where no canary answered.

        `pins` are hashes of keys that are known for the canary's own.
        """
        received, sent = self.received, self.sent
        if received is None:
            return None
        same_hello = not self.hello_differences
        if sent.session is not None and received.session is not None:
            if sent.session == received.session:
                # Both ends hash the hello into it: who says otherwise contradicts himself.
                return Arrival.WHOLE if same_hello else Arrival.UNCLEAR
        elif same_hello:
            # Who repeats the hello of TLS 1.3 lacks the private half of its key share. Before, a
            # hello holds nothing that somebody else could not go on with.
            return Arrival.WHOLE if sent.version == TLS_1_3 else Arrival.UNCLEAR
        shown = sent.chain[0].spki_sha256 if sent.chain else None
        own = shown is not None and (shown == received.key or shown in pins)
        return Arrival.AT_ITS_KEY if own else Arrival.OTHER


def header_differences(sent: Headers, received: Headers) -> tuple[HeaderDifference, ...]:
    """What is other in the headers that arrived; order and spelling of names are nothing to HTTP."""
    ours, theirs = _by_name(sent), _by_name(received)
    found: list[HeaderDifference] = []
    for name in dict.fromkeys((*ours, *theirs)):
        mine, other = ours.get(name), theirs.get(name)
        if mine is None:
            found.append(HeaderDifference(HeaderChange.ADDED, name, "", _joined(other)))
        elif other is None:
            found.append(HeaderDifference(HeaderChange.REMOVED, name, _joined(mine), ""))
        elif Counter(mine) != Counter(other):
            change = HeaderDifference(HeaderChange.CHANGED, name, _joined(mine), _joined(other))
            found.append(change)
    return tuple(found)


def _by_name(headers: Headers) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value.strip())
    return named


def _joined(values: list[str] | None) -> str:
    return ", ".join(values or ())
