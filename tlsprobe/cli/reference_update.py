"""`tlsprobe reference update`: refresh the lists from public exports, offline."""

from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.errors import UsageError


def command(
    *,
    ccadb: Annotated[
        list[Path] | None,
        typer.Option(
            "--ccadb",
            metavar="FILE.csv",
            help="An export of the CCADB with certificates as PEM: AllCertificatePEMsCSVFormat, of a"
            " year or a decade. With all decades every CA is known; AllCertificateRecordsCSVFormatV4a"
            " and so on beside them tell which roots were ever in a programme. Repeatable.",
            show_default=False,
        ),
    ] = None,
    ct_logs: Annotated[
        Path | None,
        typer.Option(
            "--ct-logs",
            metavar="FILE.json",
            help="Chrome's list of the logs of certificate transparency (schema v3): log_list.json or"
            " all_logs_list.json.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The day when the exports were fetched.",
            show_default="the oldest file's",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="DIR",
            help="Write there instead of into your own data directory, where it counts if it is newer"
            " than what ships.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Refresh the public CAs from exports of the CCADB, and the logs from Chrome's list.

    Nothing is fetched (see www.ccadb.org/resources). What the files do not hold stays known. All is
    written beside what is there and swapped in whole: what fails leaves the old one.
    """
    from tlsprobe.cli.reference_updating import update  # noqa: PLC0415 - nothing of it is needed for help

    if not ccadb and ct_logs is None:
        raise UsageError("reference update: expected --ccadb FILE.csv or --ct-logs FILE.json")
    update(ccadb=ccadb or (), ct_logs=ct_logs, as_of=as_of, to=to)
