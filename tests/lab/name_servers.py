"""dnsmasq as a resolver: it knows what it is told, and nobody else is asked."""

import contextlib
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from tests.lab.network import Namespace
from tests.lab.programs import running


@contextlib.contextmanager
def resolver(
    place: Namespace,
    address: str,
    records: Mapping[str, Sequence[str]],
    *,
    folder: Path,
    port: int = 53,
    others: str | None = None,
) -> Generator[str]:
    """Run it at that address; gives it as ``--resolver`` takes it.

    Names have addresses. All others are unknown, or lead to the address of `others`.
    """
    known = [f"--host-record={','.join((name, *has))}" for name, has in records.items()]
    rest = [f"--address=/#/{others}" if others else "--local=/#/"]
    command = [
        *("dnsmasq", "--keep-in-foreground", "--log-facility=-", "--user=root"),
        *("--conf-file=/dev/null", "--pid-file", "--no-resolv", "--no-hosts"),
        *("--bind-interfaces", "--except-interface=lo", "--cache-size=0"),
        *(f"--listen-address={address}", f"--port={port}"),
        *known,
        *rest,
    ]
    with running(command, place=place, port=port, log=folder / f"dnsmasq-{port}.log"):
        yield f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
