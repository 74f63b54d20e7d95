"""Proxy-Authenticate: which logins a proxy takes, and what it says within one (RFC 9110 11.6.1)."""

import re
from collections.abc import Iterable

NEGOTIATE, NTLM, BASIC = "Negotiate", "NTLM", "Basic"
PREFERRED = (NEGOTIATE, NTLM, BASIC)
"""The better ones first, as curl's `--proxy-anyauth` has it."""

MAX_FIELDS = 32
"""Header fields that are looked at."""
MAX_SCHEMES = 32
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')
_SCHEME = re.compile(r"\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:[ \t]+(?![ \t]*=)(.*))?\s*", re.DOTALL)
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def challenges(values: Iterable[str]) -> dict[str, str | None]:
    """Scheme to token for each login that is offered, in their order; no token where none is sent.

    Several may stand in one value, with commas between them that also part a scheme's parameters.
    """
    found: dict[str, str | None] = {}
    for value in list(values)[:MAX_FIELDS]:
        for part in _PART.findall(value):
            match = _SCHEME.fullmatch(part)
            if match is None:
                continue  # a parameter of the scheme before it: name=value
            name, rest = match[1], (match[2] or "").strip()
            spelled = next((one for one in PREFERRED if one.lower() == name.lower()), name)
            token = rest if _TOKEN68.fullmatch(rest) else None
            if len(found) < MAX_SCHEMES:
                found[spelled] = found.get(spelled) or token
    return found
