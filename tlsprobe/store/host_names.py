"""Host names as a user writes them, brought to the spelling that they are looked up by."""

import re
from ipaddress import ip_address

from tlsprobe.model.reference import host_key
from tlsprobe.wire.ip_literals import is_ip_literal

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LONGEST = 253


def host_name(text: str) -> str:
    """A DNS name or an IP address, in lower case and without the final dot.

    Raises:
        ValueError: it is neither; the message says what was expected.
    """
    name = host_key(text.strip())
    if is_ip_literal(name):
        return str(ip_address(name))
    labels = name.split(".")
    # A last label of digits alone is no name but an address gone wrong (RFC 3696 section 2).
    if (
        len(name) > _LONGEST
        or labels[-1].isdecimal()
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        raise ValueError("expected a host name, in ASCII as DNS has it, or an IP address")
    return name


def host_pattern(text: str) -> str:
    """A host name, or a wildcard for every name below one: ``*.example.com``.

    Raises:
        ValueError: it is neither.
    """
    name = text.strip()
    if not name.startswith("*."):
        return host_name(name)
    below = host_name(name[2:])
    if is_ip_literal(below):
        raise ValueError("expected a host name behind the *.")
    return f"*.{below}"
