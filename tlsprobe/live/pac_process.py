"""The process in which a PAC script runs: one question on stdin, a line of JSON for each answer.

A line has the `answer` for a place, or the `error` that came instead; one line alone says why the script
is `broken` as a whole.

The script meets an engine without files, network or modules; all that it can reach are the functions
of `pac_functions`. The engine bounds its memory and its stack. Nothing bounds its time in here: the
process that started this one ends it.
"""

import contextlib
import json
import re
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from tlsprobe.live.pac_functions import Surroundings

MEMORY = 64 * 1024 * 1024
"""Bytes that a script may hold."""
STACK = 512 * 1024
LONGEST = 64 * 1024
"""Characters of an answer."""
LONGEST_ERROR = 200
NO_ENGINE = "no engine"
_LINE = re.compile(r"<input>:(\d+)")
_ENTRIES = ("FindProxyForURL", "FindProxyForURLEx")
_ELSEWHERE = "192.0.2.1"
"""Of TEST-NET-1: no packet goes there, but the system says which address it would use."""


class _Context(Protocol):
    """The engine, whose package has no types."""

    def set_memory_limit(self, limit: int) -> None: ...
    def set_max_stack_size(self, size: int) -> None: ...
    def add_callable(self, name: str, function: Callable[..., object]) -> None: ...
    def eval(self, code: str) -> object: ...


def main() -> None:
    """Answer what stands on stdin."""
    question = json.loads(sys.stdin.buffer.read())
    for answer in _answers(question):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answers(question: dict[str, Any]) -> Sequence[dict[str, object]]:
    try:
        quickjs = import_module("quickjs")  # not there on every system
    except ImportError:
        return [{"broken": NO_ENGINE}]
    now = datetime.fromisoformat(question["now"])
    world = Surroundings(now=now, lookup=_lookup, own_addresses=_own_addresses)
    context: _Context = quickjs.Context()
    broken: type[Exception] = quickjs.JSException
    context.set_memory_limit(MEMORY)
    context.set_max_stack_size(STACK)
    for name, function in world.functions().items():
        context.add_callable(name, function)
    try:
        context.eval(question["script"])
        find = _entry(context)
    except (broken, ValueError) as error:
        return [_fault("broken", error)]
    if find is None:
        return [{"broken": f"expected a function {_ENTRIES[0]}(url, host)"}]
    said: list[dict[str, object]] = []
    for url, host in question["places"]:
        try:
            said.append({"answer": _said(find(url, host))})
        except (broken, ValueError) as error:
            said.append(_fault("error", error))
    return said


def _entry(context: _Context) -> Callable[[str, str], object] | None:
    """The function that decides, however the script defines it."""
    for name in _ENTRIES:
        if context.eval(f"typeof {name}") == "function":
            return cast("Callable[[str, str], object]", context.eval(name))
    return None


def _said(answer: object) -> str:
    """What the function gave; nothing at all means that no proxy is needed."""
    if answer is None:
        return ""
    if not isinstance(answer, str):
        raise ValueError("expected a text of what FindProxyForURL returns")  # noqa: TRY004 - the script's fault
    if len(answer) > LONGEST:
        raise ValueError(f"expected at most {LONGEST} characters of what FindProxyForURL returns")
    return answer


def _fault(kind: str, error: Exception) -> dict[str, object]:
    """The first line of an error, and where in the script it came up."""
    if isinstance(error, UnicodeError):
        return {kind: "expected text without halves of characters"}
    text = str(error)
    line = _LINE.search(text)
    return {
        kind: text.partition("\n")[0][:LONGEST_ERROR],
        "line": int(line[1]) if line else None,
    }


def _lookup(host: str) -> Sequence[str]:
    # Python hands on what stands before a NUL as if it were the name.
    if not host or not host.isprintable() or " " in host:
        return ()
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


def _own_addresses() -> Sequence[str]:
    """The address that this machine goes out with, then those of its name."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect((_ELSEWHERE, 9))
        found.append(str(out.getsockname()[0]))
    return tuple(dict.fromkeys((*found, *_lookup(socket.gethostname()))))


if __name__ == "__main__":
    main()
