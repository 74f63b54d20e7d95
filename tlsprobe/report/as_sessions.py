"""The sessions of a capture, a line each: where it stands, who asked whom, and what is to be said."""

from msgspec import Struct

from tlsprobe.certs.distinguished_name import COMMON_NAME, ORGANISATION, DistinguishedName
from tlsprobe.model.observation import Observation, Target
from tlsprobe.model.report import Report
from tlsprobe.report.as_table import VERDICT_WIDTH
from tlsprobe.report.as_text import TONES, endpoint
from tlsprobe.report.labelled import MAX_NAME, MAX_TEXT, NO_NAME
from tlsprobe.report.page import Row, Span, Tone, shortened

HTTPS = 443
REFUSAL = "client-refused-the-chain"
"""The check whose findings stand in the line beside the reason for the verdict."""


class Columns(Struct, frozen=True, kw_only=True):
    """How wide the columns are; what is 0 is left out."""

    server: int = 40
    frame: int = 7
    client: int = 15
    longest: int = MAX_NAME
    """Characters of a server name that are shown: its end, which says whose it is."""

    @staticmethod
    def within(width: int) -> "Columns":
        """Columns that leave room for the reason in a line of `width`; 0 is without an end."""
        if not width:
            return Columns()
        if width < NARROW:
            return Columns(server=28, client=0, longest=28)
        return Columns(server=30 if width < WIDE else 34, longest=30 if width < WIDE else 34)

    @property
    def places(self) -> tuple[int, int, int, int]:
        """Where server, frame, client and reason begin."""
        server = VERDICT_WIDTH + 2
        frame = server + self.server + 1
        client = frame + self.frame + 2
        return server, frame, client, client + (self.client + 2 if self.client else 0)


NARROW = 96
WIDE = 120


def heading(file: str) -> Row:
    """What stands over the lines of a file."""
    return Row(spans=(Span(file, Tone.LABEL),))


def titles(columns: Columns) -> Row:
    """What stands over the columns."""
    server, frame, client, reason = columns.places
    named = [(0, "verdict"), (server, "server"), (frame, "frame".rjust(columns.frame))]
    if columns.client:
        named.append((client, "client"))
    return Row(
        heads=tuple((at, Span(text, Tone.LABEL)) for at, text in named),
        spans=(Span("who signs, and why", Tone.LABEL),),
        hang=reason,
    )


def row(report: Report, columns: Columns) -> Row:
    """The session in one line: verdict, server, frame, client, who signs, and the foremost reason."""
    conclusion, observation = report.verdict.conclusion, report.observation
    captured = observation.captured
    at_server, at_frame, at_client, at_reason = columns.places
    number = "" if captured is None else str(captured.frame)
    heads = [
        (0, Span(conclusion.value, TONES[conclusion])),
        (at_server, Span(end_of(server(observation.target), columns.longest))),
        (at_frame, Span(number.rjust(columns.frame), Tone.QUIET)),
    ]
    if columns.client and captured is not None:
        heads.append((at_client, Span(_address(captured.client))))
    return Row(heads=tuple(heads), spans=(Span(why(report)),), hang=at_reason)


def server(target: Target) -> str:
    """The endpoint, without the port that nearly all have."""
    return target.host if target.port == HTTPS else endpoint(target)


def why(report: Report) -> str:
    """Who signs, and the foremost reason for the verdict; or why no certificate is there."""
    observation = report.observation
    signed = signer(observation)
    reason = shortened("; ".join((*_refusal(report), _reason(report))), MAX_TEXT)
    return reason if signed is None else f"{shortened(signed, MAX_NAME)}: {reason}"


def signer(observation: Observation) -> str | None:
    """The issuer of the leaf in few words; None where no leaf was seen, or not so much of it."""
    if observation.chain:
        return _short(observation.chain[0].issuer_name)
    cut = observation.cut_leaf
    return None if cut is None or cut.issuer_name is None else _short(cut.issuer_name)


def _refusal(report: Report) -> list[str]:
    """What the client said against the certificate: whoever signed, it is why nothing works."""
    if report.verdict.because and report.verdict.because[0][0].check == REFUSAL:
        return []
    found = [one.findings for one in report.results if one.check == REFUSAL]
    return [finding.summary for findings in found for finding in findings]


def _reason(report: Report) -> str:
    observation, verdict = report.observation, report.verdict
    failure = observation.failure
    if verdict.because and (observation.chain or failure is not None):
        return verdict.because[0][1].summary
    if failure is not None:
        return failure.detail
    # The judge's sentence names the host, which stands in the line already.
    return verdict.summary.partition(f"{observation.target.host}: ")[2] or verdict.summary


def _short(name: DistinguishedName) -> str:
    """The common name, or else the organisation, or else all of the name."""
    names = (*name.values(COMMON_NAME), *name.values(ORGANISATION), name.text)
    return next((one for one in names if one.strip()), NO_NAME)


def _address(text: str) -> str:
    """The address of `address:port`."""
    return text.rpartition(":")[0].strip("[]")


def end_of(text: str, limit: int) -> str:
    """The text, cut where it is longer: its end stays, which says whose a name is."""
    return text if len(text) <= limit else f"...{text[3 - limit :]}"
