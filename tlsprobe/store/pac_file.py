"""PAC scripts in files, and where settings say that they lie."""

import codecs
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tlsprobe.errors import InputError, without_login

LARGEST = 1024 * 1024
"""Bytes of a script, as WinHTTP and Chromium take them."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def load(path: Path) -> str:
    """The script, as text.

    Raises:
        InputError: it cannot be read, is too large, or is no text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            without_login(str(path)), f"cannot be read ({reason}); expected a PAC script"
        ) from None
    if len(content) > LARGEST:
        raise InputError(str(path), f"expected at most {LARGEST} bytes")
    return _decoded(content, str(path))


def _decoded(content: bytes, source: str) -> str:
    """The text. Without a mark it is UTF-8, or else one byte a character, which any bytes are."""
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(source, f"line {line}: expected JavaScript, not a NUL")
    return text


def shown_place(text: str) -> str:
    """Where a script lies, as settings say, without a login that may stand in its URL."""
    scheme, found, rest = text.strip().partition("://")
    if not found:
        return text.strip()
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def local_file(place: str) -> Path | None:
    """The file of this machine that `place` names by a ``file:`` URL; None where it is elsewhere."""
    try:
        parts = urlsplit(place)
    except ValueError:
        return None
    if parts.scheme.lower() != "file" or parts.netloc not in {"", "localhost"}:
        return None
    path = unquote(parts.path)
    # file:///C:/proxy.pac
    drive = path[2:3] == ":" and path[:1] == "/"
    return Path(path[1:] if drive else path)
