"""What somebody answered in plain HTTP: evidence of who it was, whatever it said."""

from collections.abc import Sequence

from msgspec import Struct

REFUSING = frozenset((401, 403, 407, 451, 511))
"""Status codes of whoever will not let something through."""
OF_A_PROXY = ("x-squid-error", "proxy-agent", "proxy-authenticate")
"""Fields of a refusal that a proxy makes itself; ``Via`` has also what it only passes on."""


def may_be_the_servers(status: int, fields: Sequence[str], *, sent_on: bool) -> bool:
    """Whether a failing status is a server's own word: what it has not, or that it is out of order.

    `fields` are the names of the answer's fields, in lower case. Whoever refuses, who sends on
    elsewhere, and a proxy that says that it is one, are on the way.
    """
    marked = any(name in OF_A_PROXY for name in fields)
    return status >= 400 and status not in REFUSING and not marked and not sent_on


class HttpReply(Struct, frozen=True, kw_only=True):
    """The last answer to a question. All text is printable ASCII."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Those that tell who answers, and where else one shall go: names in lower case."""
    title: str | None = None
    """Of the page that came; empty where it has none, None where no page came."""
    redirects: tuple[str, ...] = ()
    """The addresses that the question was sent on to."""

    @property
    def text(self) -> str:
        """For people: ``403 Forbidden, a page titled "Access denied", by squid/5.7``."""
        named = dict(self.headers)
        parts = [f"{self.status} {self.reason}".rstrip()]
        if self.title is not None:
            parts.append(
                f'a page titled "{self.title}"' if self.title else "a page without a title"
            )
        if self.redirects:
            parts.append(f"sent on to {self.redirects[-1]}")
        elif "location" in named:
            parts.append(f"which sends on to {named['location']}")
        server, via = named.get("server"), named.get("via")
        if server:
            parts.append(f"by {server}")
        if via:
            parts.append(f"via {via}" if server else f"by {via}")
        return ", ".join(parts)
