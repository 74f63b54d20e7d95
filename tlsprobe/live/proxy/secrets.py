"""What must not be shown, and how it is taken out of what a proxy sends back.

Block pages and headers may repeat the request, and with it the login (squid's did, CVE-2025-62168).
"""

import html
import re
from urllib.parse import quote

from tlsprobe.model.route import Credentials

HIDDEN = "***"
SHORTEST = 3
"""Characters of a secret that is searched for: a shorter one stands in every text by chance, and to
take it out there would tell which letters it has."""


class Secrets:
    """The parts of a login and all that was sent of it, in the spellings that texts give them."""

    __slots__ = ("_pattern", "_spellings")

    def __init__(self) -> None:
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        """Hide it from now on."""
        # Without the filling of base64, which is spelled in several ways.
        bare = secret.rstrip("=")
        if len(bare) >= SHORTEST:
            spellings = (bare, quote(bare, safe=""), html.escape(bare))
            # Others decode bytes of a login in their own way.
            encoded = bare.encode()
            self._spellings.update(
                (*spellings, encoded.decode("latin-1"), encoded.hex(), encoded.hex(" "))
            )
            # So libraries quote the bytes that they complain of.
            self._spellings.update(
                repr(one)[2:-1] for one in (encoded, bare.encode("latin-1", "replace"))
            )
            longest_first = sorted(self._spellings, key=len, reverse=True)
            found = "|".join(map(re.escape, longest_first))
            self._pattern = re.compile(f"(?:{found})(?:=|%3D)*", re.IGNORECASE)

    @classmethod
    def of(cls, login: Credentials) -> "Secrets":
        """Those of a login, before anything of it was sent."""
        secrets = cls()
        user, password = login.user, login.password
        for part in (
            user, user.rpartition("\\")[2], user.partition("@")[0], password, login.basic,
        ):  # fmt: skip
            secrets.add(part)
        return secrets

    @property
    def longest(self) -> int:
        """Characters of the longest spelling: where a text was cut off, so much may be part of one."""
        return max(map(len, self._spellings), default=0)

    def hide(self, text: str) -> str:
        """`text` without them."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)
