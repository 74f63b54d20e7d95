"""The ready-made records of the profiles, one ``NAME.hex`` each.

`python -m tlsprobe.hello.craft` writes them from the specs; a test holds them against what scapy
builds. Whoever sends a hello starts here and never needs scapy.
"""

from functools import cache
from pkgutil import get_data

from tlsprobe.errors import UsageError
from tlsprobe.hello import profiles
from tlsprobe.hello.template import Template


def names() -> tuple[str, ...]:
    """The profiles that `load` knows."""
    return tuple(profiles.PROFILES)


@cache
def load(name: str = "default") -> Template:
    """The template of a profile; ``default`` is `profiles.DEFAULT`.

    Raises `UsageError` with the known names for any other.
    """
    known = profiles.DEFAULT if name == "default" else name
    if known not in profiles.PROFILES:
        message = f"hello {name!r}: expected one of {', '.join(names())}, or FILE#FRAME"
        raise UsageError(message)
    # importlib.resources would cost more time than all else that is done here.
    text = get_data(__name__, f"{known}.hex")
    assert text is not None  # noqa: S101 - what a loader without data would give
    return Template.parse(bytes.fromhex(text.decode("ascii")), profile=known)


def choose(text: str) -> Template:
    """The template that an argument names: a profile, or the hello of a capture as ``FILE#FRAME``.

    Raises `UsageError` for what is neither and `InputError` for a capture that cannot be used.
    """
    path, mark, frame = text.rpartition("#")
    if not mark:
        return load(text)
    if not path or not frame.isascii() or not frame.isdigit():
        message = f"hello {text!r}: expected FILE#FRAME with the 1-based number of a packet"
        raise UsageError(message)
    from tlsprobe.hello.craft import hello_of_capture  # noqa: PLC0415 - brings scapy

    return Template.parse(hello_of_capture(path, int(frame)), profile=text)
