"""The exceptions of `tlsprobe`: for callers' mistakes only.

What a network does is a value (`model.observation.Failure`), and so is a byte that breaks rules
(`handshake.events.Anomaly`). Only a caller's mistake is raised, in one line that names the thing.
"""


def without_login(text: str) -> str:
    """An argument as messages may show it: what stands before an ``@`` may be a login."""
    head, at, rest = text.rpartition("@")
    if not at:
        return text
    scheme, separator, _ = head.partition("://")
    return f"{scheme}{separator}***@{rest}" if separator else f"***@{rest}"


class TlsprobeError(Exception):
    """Base of everything that `tlsprobe` raises on purpose."""


class UsageError(TlsprobeError):
    """An argument is malformed: the message names it and says what was expected."""


class InputError(TlsprobeError):
    """A named file cannot be used: the message starts with its name."""

    def __init__(self, source: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source


class DecodeError(TlsprobeError):
    """Bytes do not have the form that their specification asks for.

    Raised below the reader and caught in it: it never reaches a caller of `handshake.read`.
    """

    def __init__(self, what: str, at: int) -> None:
        super().__init__(f"{what} (at byte {at})")
        self.what = what
        self.at = at
