"""Rows with a label before them, and how much of strangers' text they show."""

from tlsprobe.report.page import Row, Span, Tone, shortened

COLUMN = 16
"""Where the text beside the labels begins."""
MAX_NAME = 160
"""Characters of a name that are shown in a normal report."""
MAX_TEXT = 400
"""Characters of a sentence or a fact: names may be as long as a peer likes. JSON has them whole."""
MAX_LIST = 10 * MAX_TEXT
"""Characters of what is made of several sentences, facts or names."""
NO_NAME = "(no name)"


def labelled(
    label: str,
    *pieces: str | Span,
    inner: Span | None = None,
    hang: int = COLUMN,
    limit: int = MAX_TEXT,
) -> Row:
    """A labelled row; each piece is cut off at `limit` characters."""
    heads = [(0, Span(label, Tone.LABEL))] if label else []
    if inner is not None:
        heads.append((COLUMN, inner))
    whole = (one if isinstance(one, Span) else Span(one) for one in pieces)
    spans = tuple(Span(shortened(one.text, limit), one.tone) for one in whole)
    return Row(heads=tuple(heads), spans=spans, hang=hang)
