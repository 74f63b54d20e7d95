"""Which product writes such issuer names: a label for people, never a reason for a verdict.

A pattern is a pair of a field and a regular expression. The field says where to look and at what:
``issuer.*`` is the name that the leaf says it was signed by, ``chain.*`` every CA name that the
chain shows; ``cn``, ``o``, ``ou`` and ``email`` are the values of that attribute, ``dn`` is the
whole name as RFC 4514 writes it. The expression is searched for, so one that means a whole value
says so with ``^`` and ``$``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.distinguished_name import COMMON_NAME, EMAIL, ORGANISATION, UNIT, decode
from tlsprobe.model.reference import Confidence, IssuerLabel

FIELDS = frozenset(
    f"{place}.{part}" for place in ("issuer", "chain") for part in ("cn", "o", "ou", "email", "dn")
)
"""Every field that a pattern may name."""

LONGEST_VALUE = 256
"""Characters of an attribute that are searched; RFC 5280 appendix A.1 allows 64, 255 for e-mail."""
LONGEST_NAME = 512
"""Characters of a whole name that are searched."""
LONGEST_CHAIN = 16
"""Certificates of a chain that are looked at: names are hostile input, and more is no chain."""

MOST_REMEMBERED = 4096
"""Bytes of a chain's names that are kept; honest ones have some hundreds."""

Name = Mapping[str, tuple[str, ...]]
"""One CA's name: the values of ``cn``, ``o``, ``ou``, ``email`` and ``dn``."""
_RANK = {confidence: rank for rank, confidence in enumerate(Confidence)}


def naming(labels: Iterable[IssuerLabel], chain: Sequence[Certificate]) -> IssuerLabel | None:
    """The label that the names in `chain` (leaf first) bear: the surest, and of those the first.

    None where no label fits, and where there is no chain. Whether anything is intercepted at all
    must be known before: a name is free text, and anybody may bear it.
    """
    looked_at = chain[:LONGEST_CHAIN]
    encoded = [one.issuer_der for one in looked_at] + [one.subject_der for one in looked_at[1:]]
    names = tuple(dict.fromkeys(encoded))
    find = _surest if sum(map(len, names)) <= MOST_REMEMBERED else _surest.__wrapped__
    return find(tuple(labels), names)


@lru_cache(maxsize=256)
def _surest(labels: tuple[IssuerLabel, ...], encoded: tuple[bytes, ...]) -> IssuerLabel | None:
    """Remembered: whoever mints has few names for many leaves."""
    names = [_name(one) for one in encoded]
    fitting = (label for label in labels if names and fits(label, names))
    return min(fitting, key=lambda label: _RANK[label.confidence], default=None)


def fits(label: IssuerLabel, names: Sequence[Name]) -> bool:
    """Whether the label's patterns match `names`, the issuer of the leaf first.

    All patterns of one place must match the *same* name, so that two honest CAs do not make up
    one dishonest one between them.
    """
    quantifier = all if label.every else any
    of_issuer = [pattern for pattern in label.patterns if pattern[0].startswith("issuer.")]
    of_chain = [pattern for pattern in label.patterns if not pattern[0].startswith("issuer.")]
    return bool(label.patterns) and quantifier(
        any(quantifier(_matches(name, pattern) for pattern in patterns) for name in candidates)
        for patterns, candidates in ((of_issuer, names[:1]), (of_chain, names))
        if patterns
    )


def _matches(name: Name, pattern: tuple[str, str]) -> bool:
    field, expression = pattern
    search = compiled(expression).search
    return any(search(value) for value in name[field.partition(".")[2]])


@lru_cache(maxsize=1024)
def compiled(expression: str) -> re.Pattern[str]:
    """The expression, compiled when a label that has it is first asked for."""
    return re.compile(expression)


def _name(encoded: bytes) -> Name:
    name = decode(encoded)
    return {
        "cn": _cut(name.values(COMMON_NAME)),
        "o": _cut(name.values(ORGANISATION)),
        "ou": _cut(name.values(UNIT)),
        "email": _cut(name.values(EMAIL)),
        "dn": (name.text[:LONGEST_NAME],),
    }


def _cut(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value[:LONGEST_VALUE] for value in values[:LONGEST_CHAIN])
