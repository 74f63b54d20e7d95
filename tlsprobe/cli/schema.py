"""`tlsprobe schema`: the JSON Schema of a report's record, as `probe`, `pcap` and `demo` write it."""

from tlsprobe.cli.console import Console


def command() -> None:
    """Print the JSON Schema of the records of `probe --json`, `pcap --json` and `demo --json`.

    The records of `checks --json` are others.
    """
    import json  # noqa: PLC0415 - not needed for help

    from tlsprobe.model.jsonable import schema  # noqa: PLC0415

    Console().text(json.dumps(schema(), indent=2) + "\n")
