"""What somebody answered in plain HTTP: evidence of who it was, whatever it said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
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
        who = named.get("via") or named.get("server")
        return ", ".join([*parts, *([f"by {who}"] if who else [])])
