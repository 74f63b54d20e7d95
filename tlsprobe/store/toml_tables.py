"""TOML files of the user, read strictly: what is not asked for is refused, in one line.

TOML's parser tells no line once it is done, so a table's line is that of its ``[[header]]``.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar, cast

from tlsprobe.errors import InputError

LARGEST = 8 * 1024 * 1024
"""Bytes of a file."""
_LONGEST_TEXT = 512
_SHOWN = 60

_Value = TypeVar("_Value")


class Table:
    """One table of a file. Hands out its values by type; raises `InputError` for any other."""

    __slots__ = ("_place", "_source", "_text", "_values")

    def __init__(
        self, values: Mapping[str, object], *, source: str, place: str = "", text: str = ""
    ) -> None:
        self._values = values
        self._source = source
        self._place = place
        self._text = text

    def __contains__(self, key: str) -> bool:
        """Whether the table has this key."""
        return key in self._values

    def only(self, *keys: str) -> None:
        """Refuse every key but these."""
        for key in self._values:
            if key not in keys:
                known = " or ".join((", ".join(keys[:-1]), keys[-1])) if keys[1:] else keys[0]
                raise self.refused(f"no such key {_shown(key)}: expected {known}")

    def text(self, key: str) -> str:
        """A text that can be printed on a line, not empty."""
        return self._checked(key, self._value(key, "a text"))

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts."""
        return tuple(
            self._checked(f"{key}[{at}]", value) for at, value in enumerate(self._array(key))
        )

    def each(self, key: str, read: Callable[[str], _Value]) -> tuple[_Value, ...]:
        """An array of texts, each as `read` takes it; what `read` refuses by ValueError is refused.

        The error says what was expected.
        """
        return tuple(
            self._read(f"{key}[{at}]", text, read) for at, text in enumerate(self.texts(key))
        )

    def one(self, key: str, read: Callable[[str], _Value]) -> _Value:
        """A text, as `read` takes it; see `each`."""
        return self._read(key, self.text(key), read)

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self._value(key, "a date, such as 2026-11-22")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self.refused(f"{key} is {_shown(value)}: expected a date, such as 2026-11-22")

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value(key, "true or false")
        if isinstance(value, bool):
            return value
        raise self.refused(f"{key} is {_shown(value)}: expected true or false")

    def number(self, key: str, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        expected = f"a whole number from {least} to {most}"
        value = self._value(key, expected)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise self.refused(f"{key} is {_shown(value)}: expected {expected}")

    def tables(self, key: str) -> Iterator["Table"]:
        """An array of tables, empty where there is none."""
        entries = self._array(key) if key in self._values else ()
        lines = _header_lines(self._text, key)
        for at, entry in enumerate(entries):
            # People count entries of a file from 1, and index what stands inside one from 0.
            name = f"{key}[{at}]" if self._place else f"{key} {at + 1}"
            if not isinstance(entry, dict):
                raise self.refused(f"{name} is {_shown(entry)}: expected a table")
            line = f" (line {lines[at]})" if len(lines) == len(entries) else ""
            place = f"{self._place}, {name}" if self._place else name + line
            yield Table(cast("dict[str, object]", entry), source=self._source, place=place)

    def refused(self, message: str, *, key: str = "") -> InputError:
        """The error that says `message` of this table, or of a `key` of it."""
        line = _key_line(self._text, key) if key else None
        place = self._place or ("" if line is None else f"line {line}")
        return InputError(self._source, f"{place}: {message}" if place else message)

    def _value(self, key: str, expected: str) -> object:
        if key not in self._values:
            raise self.refused(f"no {key}: expected {expected}")
        return self._values[key]

    def _array(self, key: str) -> Sequence[object]:
        value = self._value(key, "an array")
        if not isinstance(value, list):
            raise self.refused(f"{key} is {_shown(value)}: expected an array")
        return cast("list[object]", value)

    def _checked(self, place: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.refused(f"{place} is {_shown(value)}: expected a text")
        if not value.strip() or not value.isprintable() or len(value) > _LONGEST_TEXT:
            limits = f"one line of 1 to {_LONGEST_TEXT} characters"
            raise self.refused(f"{place} is {_shown(value)}: expected {limits}")
        return value

    def _read(self, place: str, text: str, read: Callable[[str], _Value]) -> _Value:
        try:
            return read(text)
        except ValueError as error:
            raise self.refused(f"{place} is {_shown(text)}: {error}") from None


def parse(path: Path) -> Table:
    """The outermost table of the file at `path`.

    Raises:
        InputError: it cannot be read, or is no TOML.
    """
    source = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(source, f"cannot be read: {reason}") from None
    if len(raw) > LARGEST:
        raise InputError(source, f"expected a TOML file of at most {LARGEST >> 20} MiB")
    try:
        text = raw.decode("utf-8")
        return Table(tomllib.loads(text), source=source, text=text)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(source, f"line {line}: expected TOML in UTF-8") from None
    except RecursionError:
        raise InputError(source, "expected TOML that is not nested hundreds deep") from None
    except ValueError as error:  # TOMLDecodeError, and what int() and the like refuse
        raise InputError(source, f"expected TOML: {_one_line(str(error))}") from None


def _header_lines(text: str, key: str) -> list[int]:
    """The lines of the headers ``[[key]]``."""
    header = re.compile(rf"^[ \t]*\[\[[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*\]\]", re.MULTILINE)
    return [text.count("\n", 0, match.start()) + 1 for match in header.finditer(text)]


def _key_line(text: str, key: str) -> int | None:
    """The line of a key of the outermost table, which comes before any header; None if not found."""
    before = re.split(r"^[ \t]*\[", text, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*=", before, re.MULTILINE)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _shown(value: object) -> str:
    """A value as TOML's user would know it again, short and on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number"
    text = ascii(value) if isinstance(value, str) else _one_line(str(value))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
