"""What a page says of itself that came in another answer's place, in plain text and briefly."""

import html
import re

MAX_TITLE = 120
"""Characters that are kept of a title."""
MAX_VALUE = 200
"""The same of a header field."""

_LOOKED_AT = 64 * 1024
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(
    rb"\s{0,64}(?:<!doctype\s+html|<html|<head|<body|<title|<meta|<script)", re.IGNORECASE
)


def title(body: bytes, content_type: str) -> str | None:
    """The title of a page; empty where it has none, None where `body` is no page."""
    head = body[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    if not (_TEXT.match(head) or content_type.lower().startswith("text/")):
        return None
    found = _TITLE.search(head)
    if found is None:
        return ""
    return plain(html.unescape(found[1].decode("utf-8", "replace")), MAX_TITLE)


def plain(text: str, limit: int = MAX_VALUE) -> str:
    """One line of printable ASCII: what a peer wrote can do nothing to a terminal."""
    line = " ".join(text.split())[:limit]
    return "".join(one if " " <= one <= "~" else "?" for one in line)
