"""The other programs that read captures: what each is asked for, and why one is missing."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.big import Big
from benchmarks.measure import Cost, Missing, NotMeasuredError, Subject, whole_cost
from benchmarks.peers import version
from benchmarks.program import PROGRAM
from tlsprobe._version import __version__

OURS = "tlsprobe, JSON"
SCAN = "tlsprobe, the scan alone"
WALK = "bare bulk walk"
NDPI = "ndpiReader"
TSHARK = "tshark, certificates"

ANY_VERDICT = (0, 3, 4, 5)
"""Exit codes of a run that read its captures: the highest of all verdicts."""

_HERE = Path(__file__).parent
_PYTHON = ".".join(map(str, sys.version_info[:3]))
# Out-of-order reassembly is off by default; without it, tshark loses a tenth of the certificates.
_CERTIFICATES = (
    "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "tls.handshake.type==11",
    "-T", "fields", "-e", "tcp.stream", "-e", "tls.handshake.certificate",
)  # fmt: skip

_Check = Callable[[Path], None]


def subjects(big: Big, folder: Path) -> Iterator[Subject | Missing]:
    """Everything that reads `big`, ourselves first; output goes into `folder`."""
    see = partial(_seen, big, folder)
    yield see(OURS, __version__, PROGRAM, "pcap", big.path, "--json",
              check=partial(_lines, big.tls_flows), codes=ANY_VERDICT)  # fmt: skip
    yield see("tlsprobe, text", __version__, PROGRAM, "pcap", big.path, codes=ANY_VERDICT)
    yield see(SCAN, __version__, sys.executable, _HERE / "scan.py", big.path,
              check=partial(_second_number, big.tls_flows))  # fmt: skip
    yield see(WALK, _PYTHON, sys.executable, _HERE / "walk.py", big.path,
              check=partial(_first_number, big.packets))  # fmt: skip
    yield _peer(see, "cat", ["cat", big.path], "coreutils")
    yield _peer(see, NDPI, ["ndpiReader", "-i", big.path, "-v", "2"], "libndpi-bin",
                asked=["ndpiReader", "-h"], check=partial(_lines, big.tls_flows))  # fmt: skip
    yield _peer(see, "ssldump -j", ["ssldump", "-n", "-j", "-r", big.path], "ssldump",
                asked=["ssldump", "-v"], check=partial(_lines, 1))  # fmt: skip
    yield _peer(see, TSHARK, ["tshark", "-n", "-r", big.path, *_CERTIFICATES], "tshark",
                check=partial(_lines, 1))  # fmt: skip


def _peer(
    see: Callable[..., Subject],
    name: str,
    command: Sequence[str | Path],
    package: str,
    *,
    asked: Sequence[str] | None = None,
    check: _Check | None = None,
) -> Subject | Missing:
    program = str(command[0])
    if shutil.which(program) is None:
        return Missing(name=name, reason=f"{program} is not installed: apt-get install {package}")
    its_version = version(asked or [program, "--version"])
    return see(name, its_version, *command, check=check)


def _seen(
    big: Big,
    folder: Path,
    name: str,
    its_version: str,
    *command: str | Path,
    check: _Check | None = None,
    codes: Sequence[int] = (0,),
) -> Subject:
    def run() -> Cost:
        output = folder / "output"
        cost = whole_cost(command, output=output, codes=codes)
        (check or partial(_bytes, 1))(output)
        return cost

    words = [_word(one, big) for one in command]
    return Subject(name=name, version=its_version, command=" ".join(words), run=run)


def _word(word: str | Path, big: Big) -> str:
    if word == big.path:
        return "FILE"
    if word in (PROGRAM, sys.executable):
        return Path(word).name
    return f"benchmarks/{word.name}" if isinstance(word, Path) else word


# What was asked for must be there, or it was not measured.


def _lines(expected: int, output: Path) -> None:
    with output.open("rb") as file:
        found = sum(1 for _ in file)
    _at_least(expected, found, "lines")


def _bytes(expected: int, output: Path) -> None:
    _at_least(expected, output.stat().st_size, "bytes")


def _first_number(expected: int, output: Path) -> None:
    _at_least(expected, int(output.read_text().split()[0]), "packets")


def _second_number(expected: int, output: Path) -> None:
    _at_least(expected, int(output.read_text().split()[1]), "connections that speak TLS")


def _at_least(expected: int, found: int, what: str) -> None:
    if found < expected:
        raise NotMeasuredError(f"gives {found} of {expected} {what}")
