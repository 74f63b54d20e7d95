"""The large captures that everything is measured on: built by a recipe, and checked."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from benchmarks.measure import NotMeasuredError, last_words

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
BUILT = ROOT / ".bench-captures"
"""Where they are kept: more than two gigabytes, which `make clean` removes."""

_SIZE, _QUICK_SIZE = 1_000_000_000, 50_000_000
_SEED, _OTHER_SEED = 7, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Big:
    """A capture for measuring, and what is known to be in it."""

    path: Path
    packets: int
    tls_flows: int

    @property
    def megabytes(self) -> str:
        """Its size in words."""
        return f"{self.path.stat().st_size / 1e6:,.0f} MB"


def build(*, quick: bool) -> tuple[Big, Big]:
    """Two large captures, of which the truth file knows the first.

    Raises `NotMeasuredError` where the corpus that they are made from is absent, or what is made of
    it is not what it should be.
    """
    recipe = CORPUS / "make_big.sh"
    if not recipe.exists():
        raise NotMeasuredError(f"{recipe} is missing: expected the corpus beside this repository")
    if not shutil.which("editcap"):
        raise NotMeasuredError("editcap is not installed: apt-get install wireshark-common")
    size = _QUICK_SIZE if quick else _SIZE
    first, second = (_built(recipe, size, seed) for seed in (_SEED, _OTHER_SEED))
    if not quick:
        _check(first)
    return first, second


def _built(recipe: Path, size: int, seed: int) -> Big:
    """A capture of that size: made now, unless it was made before."""
    BUILT.mkdir(exist_ok=True)
    path = BUILT / f"{size // 1_000_000}-{seed}.pcap"
    said = path.with_suffix(".txt")
    if not (path.exists() and said.exists()):
        print(f"bench: building {path.relative_to(ROOT)}", file=sys.stderr, flush=True)
        draft = path.with_suffix(".draft")
        command = [str(recipe), str(draft), str(size), str(seed)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            raise NotMeasuredError(f"{recipe.name} failed: {last_words(done.stderr)}")
        said.write_bytes(done.stdout)
        draft.rename(path)
    # "...: 1000321720 bytes, 1121449 packets, 8824 TLS flows from 686 distinct, ..."
    words = said.read_text().rpartition(": ")[2].split()
    return Big(path=path, packets=int(words[2]), tls_flows=int(words[4]))


def _check(big: Big) -> None:
    truth = json.loads((CORPUS / "big_truth.json").read_text())
    with big.path.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if (found, big.packets, big.tls_flows) != (
        truth["sha256"], truth["packets"], truth["tls_flows"],
    ):  # fmt: skip
        raise NotMeasuredError(f"{big.path} is not what big_truth.json says: {found}")
