"""JSON Lines: one record of the schema `tlsprobe.report/1` on a line of its own."""

from tlsprobe.model.jsonable import encode
from tlsprobe.model.report import Report


def line(report: Report) -> bytes:
    """The report's record with its line end, in ASCII."""
    return encode(report) + b"\n"
