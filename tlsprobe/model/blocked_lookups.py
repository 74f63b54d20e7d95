"""Lookups of revocation that nobody answers, over a whole survey, and where a firewall would open."""

from collections.abc import Iterator

from msgspec import Struct

from tlsprobe.model.finding import Weight
from tlsprobe.model.survey import Answer, Survey

CHECK = "revocation-lookup-blocked"
REMEDY = (
    "turning revocation checks off is no remedy: every client would then accept what was revoked"
)


class BlockedLookup(Struct, frozen=True, kw_only=True):
    """What one certificate names, and nobody answers at."""

    answer: Answer
    certificate: str
    """Its subject."""
    places: tuple[tuple[str, int], ...]
    """Host and port to open."""
    alone: bool
    """Whether no other way tells of the certificate: then clients that insist refuse it."""


def blocked_lookups(survey: Survey) -> Iterator[BlockedLookup]:
    """All of them. What a box on the path has signed is left out: its addresses are the box's own."""
    for answer in survey.answers:
        if answer.report is None or answer.intercepted:
            continue
        for result in answer.report.results:
            for finding in result.findings if result.check == CHECK else ():
                to_open = finding.facts.get("to_open")
                yield BlockedLookup(
                    answer=answer,
                    certificate=str(finding.facts.get("certificate", "")),
                    places=tuple(map(_place, to_open if isinstance(to_open, list) else ())),
                    alone=finding.weight >= Weight.STRONG,
                )


def _place(text: str) -> tuple[str, int]:
    """Host and port of ``crl.example:80``; the port of HTTP where a certificate writes none to read."""
    host, _, port = text.rpartition(":")
    readable = port.isascii() and port.isdigit() and len(port) <= len("65535")
    return host.strip("[]").lower(), int(port) if readable else 80
