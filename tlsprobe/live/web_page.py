"""What a page says of itself that came in another answer's place, in plain text and briefly."""

import html
import re
from collections.abc import Callable

MAX_TITLE = 120
"""Characters that are kept of a title."""
MAX_VALUE = 200
"""The same of a header field."""

_LOOKED_AT = 64 * 1024
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(
    rb"\s{0,64}(?:<!doctype\s+html|<html|<head|<body|<title|<meta|<script)", re.IGNORECASE
)


def title(body: bytes, content_type: str, hide: Callable[[str], str] = str) -> str | None:
    """The title of a page; empty where it has none, None where `body` is no page.

    `hide` takes out of the text what must not be shown.
    """
    head = body[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    if not (_TEXT.match(head) or content_type.lower().startswith("text/")):
        return None
    # Before anything in it that looks like markup goes, and once more when it is spelled out.
    found = _TITLE.search(hide(decoded(head)))
    return "" if found is None else plain(hide(html.unescape(found[1])), MAX_TITLE)


def plain(text: str, limit: int = MAX_VALUE) -> str:
    """One line of printable ASCII: what a peer wrote can do nothing to a terminal."""
    line = " ".join(text.split())[:limit]
    return "".join(one if " " <= one <= "~" else "?" for one in line)


def decoded(data: bytes) -> str:
    """The text of a page, or of its beginning: in UTF-8, or else in Latin-1."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        cut_off = error.start >= len(data) - 3  # within its last character
        return data[: error.start].decode() if cut_off else data.decode("latin-1")
