"""What must not be shown, and how it is taken out of what a proxy sends back.

Block pages and headers may repeat the request, and with it the login (squid's did, CVE-2025-62168).
Each writes some characters as they are and others as a URL, a page or a program's message has them,
so every character of a secret is looked for in each of its spellings, and not the whole in a few.
"""

import re
from base64 import b64encode, urlsafe_b64encode
from functools import lru_cache
from html.entities import codepoint2name
from itertools import groupby

from tlsprobe.model.route import Credentials

HIDDEN = "***"
SHORTEST = 2
"""Characters of a secret that is searched for: a shorter one stands in every text by chance, and to
take it out there would tell which letters it has."""
ANYWHERE = 3
"""Characters of one that is searched for within words too, for the same reason."""
_LONGEST_SPELLING = 6
"""Characters for a byte of a secret in UTF-8: ``&#x26;``, ``\\u00e9`` of two."""
_LETTER = r"[^\W_]"
_QUOTED_BEFORE = "(?<=%[0-9a-f]{2})"
_FILLING = "(?:=|%(?:25)?3D)*"


class Secrets:
    """The parts of a login and all that was sent of it, in the spellings that texts give them."""

    __slots__ = ("_found", "_pattern")

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        """Hide it from now on."""
        # Without the filling of base64, which is spelled in several ways.
        bare = secret.rstrip("=")
        if len(bare) < ANYWHERE:
            bare = secret
        if len(bare) >= SHORTEST and bare not in self._found:
            self._found.add(bare)
            self._pattern = None

    @classmethod
    def of(cls, login: Credentials) -> "Secrets":
        """Those of a login, before anything of it was sent."""
        secrets = cls()
        user, password = login.user, login.password
        pair = f"{user}:{password}"
        for part in (
            user, user.rpartition("\\")[2], user.partition("@")[0], password, pair, login.basic,
        ):  # fmt: skip
            secrets.add(part)
        for whole in (password, pair):
            if len(whole) >= SHORTEST:
                for token in _tokens(whole):
                    secrets.add(token)
        return secrets

    @property
    def longest(self) -> int:
        """Characters of the longest spelling: where a text was cut off, so much may be part of one."""
        return max((_LONGEST_SPELLING * len(_bytes(one)) for one in self._found), default=0)

    def hide(self, text: str) -> str:
        """`text` without them."""
        if not self._found:
            return text
        if self._pattern is None:
            longest_first = sorted(self._found, key=lambda one: (-len(one), one))
            found = "|".join(map(_spelled, longest_first))
            self._pattern = re.compile(f"(?:{found}){_FILLING}", re.IGNORECASE)
        return self._pattern.sub(HIDDEN, text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _tokens(text: str) -> set[str]:
    """It in base64; programs differ in how they make bytes of it, and some make it for URLs."""
    encodings = (_bytes(text), text.encode("latin-1", "replace"))
    return {encode(one).decode() for one in encodings for encode in (b64encode, urlsafe_b64encode)}


@lru_cache(maxsize=256)
def _spelled(secret: str) -> str:
    """A regular expression of every way to write it, each character in a way of its own.

    It does no more than go along a text once for every place where it may begin: no text is two
    spellings of a character, or of two in a row. Of backslashes and spaces a row is one part.
    """
    parts: list[str] = []
    for one, row in groupby(secret, _kind):
        count = len(list(row))
        if one == "\\":
            # As such, or doubled by a program.
            parts.append(rf"(?>(?:\\|%(?:25)?5C|&#(?:92|x5c);){{{count},{2 * count}}})")
        elif one == " ":
            # A page shows any number of them as one.
            any_of = r"(?:[\s+]|%(?:25)?(?:20|09|0A|0D)|&#(?:32|x20);|\\[tnr])"
            parts.append(rf"(?>{any_of}{{{count}}}\s?|\s{{1,{count}}})")
        else:
            mark = "" if one.isalnum() else r"\\?"
            parts.append(f"(?:{mark}(?:{_written(one)})){{{count}}}")
    spelled = "".join(parts)
    if len(secret) < ANYWHERE:
        before = f"(?:(?<!{_LETTER})|{_QUOTED_BEFORE})" if secret[0].isalnum() else ""
        after = f"(?!{_LETTER})" if secret[-1].isalnum() else ""
        spelled = f"{before}{spelled}{after}"
    in_hex = {separator.join(f"{each:02x}" for each in _bytes(secret)) for separator in ("", " ")}
    return "|".join((spelled, *sorted(in_hex)))


def _kind(one: str) -> str:
    """Itself, but one and the same for all that pages show as a space."""
    return " " if one in " \t\r\n" else one


def _written(one: str) -> str:
    """The spellings of a character, none of which is another's beginning but for ``%`` and ``&``."""
    number = ord(one)
    named = (codepoint2name.get(number), "apos" if one == "'" else None)
    # Byte by byte. Others decode bytes of a login in their own way, and libraries quote them like
    # Python when they complain of them.
    encodings = {_bytes(one), *([bytes((number,))] if number < 256 else [])}
    return "|".join(
        (
            re.escape(one),
            f"&#(?:{number}|x{number:x});",
            f"\\\\u{number:04x}",
            *(f"&{name};" for name in named if name),
            *map(_by_bytes, sorted(encodings)),
        )
    )


def _by_bytes(encoded: bytes) -> str:
    """Each as a URL or Python has it, or as the character of that number; alone it would be itself."""
    quoted = [rf"%(?:25)?{each:02x}|\\x{each:02x}" for each in encoded]
    if len(encoded) == 1:
        return quoted[0]
    pairs = zip(encoded, quoted, strict=True)
    return "".join(f"(?:{re.escape(chr(each))}|{spelled})" for each, spelled in pairs)
