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

Name = Mapping[str, tuple[str, ...]]
"""One CA's name: the values of ``cn``, ``o``, ``ou``, ``email`` and ``dn``."""
_RANK = {confidence: rank for rank, confidence in enumerate(Confidence)}


def naming(labels: Iterable[IssuerLabel], chain: Sequence[Certificate]) -> IssuerLabel | None:
    """The label that the names in `chain` (leaf first) bear: the surest, and of those the first.

    None where no label fits, and where there is no chain. Whether anything is intercepted at all
    must be known before: a name is free text, and anybody may bear it.
    """
    names = _authority_names(chain)
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


def _authority_names(chain: Sequence[Certificate]) -> list[Name]:
    """Every CA's name in the chain once, the issuer of the leaf first."""
    looked_at = chain[:LONGEST_CHAIN]
    names = {one.issuer_der: _issuer(one) for one in looked_at}
    names |= {one.subject_der: _subject(one) for one in looked_at[1:]}
    return list(names.values())


def _issuer(certificate: Certificate) -> Name:
    return {
        "cn": _cut(certificate.issuer_common_names),
        "o": _cut(certificate.issuer_organisations),
        "ou": _cut(certificate.issuer_units),
        "email": _cut(certificate.issuer_emails),
        "dn": (certificate.issuer[:LONGEST_NAME],),
    }


def _subject(certificate: Certificate) -> Name:
    return {
        "cn": _cut(certificate.subject_common_names),
        "o": _cut(certificate.subject_organisations),
        "ou": _cut(certificate.subject_units),
        "email": _cut(certificate.subject_emails),
        "dn": (certificate.subject[:LONGEST_NAME],),
    }


def _cut(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value[:LONGEST_VALUE] for value in values[:LONGEST_CHAIN])
