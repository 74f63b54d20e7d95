"""`python -m tests.fuzz [TARGET...]`: fuzz for some time; what is new is kept in `.fuzz/TARGET`.

An input that breaks something is left as `.fuzz/TARGET/found-...`. Once mended it belongs into
`tests/fuzz/corpus/TARGET`, under a name that says what it shows, where the tests replay it.
`--merge` chooses anew which inputs of `.fuzz`, that reach what no seed does, lie there beside them.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic

from tests.fuzz.seeds import MAX_SIZE, seeds
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
KEPT = ROOT / ".fuzz"
SLICE = 45
"""Seconds of one process: atheris 3 never lets go of what a comparison of arrays gives, so that memory
grows with every input."""
MERGED_SIZE, MERGED_TOTAL, MERGED = 1000, 8000, 30
"""Bytes of an input that is worth committing, and of all those of a target; and how many they are."""


def main() -> int:
    """Run what the arguments ask for; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all"
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--merge", action="store_true", help="keep what was reached, do not fuzz")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.targets) - set(TARGETS))
    if unknown:
        parser.error(f"{unknown[0]}: expected one of {', '.join(TARGETS)}")
    broken = 0
    for target in arguments.targets or TARGETS:
        kept = KEPT / target
        kept.mkdir(parents=True, exist_ok=True)
        if arguments.merge:
            _merge(target, kept)
        else:
            broken += _fuzz(target, kept, arguments.seconds)
    return 1 if broken else 0


def guided(
    target: str, folders: Sequence[Path], *options: str, keep: Path
) -> subprocess.CompletedProcess[str]:
    """Run a target under atheris; `folders` hold inputs, and new ones go into the first.

    An input that breaks something is put into `keep`.
    """
    command = [
        sys.executable, "-m", "tests.fuzz.guided", target,
        f"-max_len={MAX_SIZE}", "-timeout=300", "-rss_limit_mb=2048", "-verbosity=0",
        f"-artifact_prefix={keep}/found-", *options, *map(str, folders),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def write_seeds(target: str, folder: Path) -> Path:
    """Put the seeds of a target into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in seeds(target):
        (folder / sha256(one).hexdigest()[:16]).write_bytes(one)
    return folder


def corpus(target: str) -> list[Path]:
    """What is committed for a target: inputs that were found, and inputs that reach far."""
    return sorted((CORPUS / target).glob("*-*"))


def _fuzz(target: str, kept: Path, seconds: int) -> int:
    """Fuzz one target for some time, a slice after another; 1 where something broke."""
    runs, before, end = 0, len(list(kept.iterdir())), monotonic() + seconds
    code = 0
    with tempfile.TemporaryDirectory(prefix="tlsprobe-fuzz-") as temporary:
        begin = write_seeds(target, Path(temporary) / "seeds")
        folders = [kept, begin, *([CORPUS / target] if corpus(target) else [])]
        while not code and (left := round(end - monotonic())) > 0:
            length = f"-max_total_time={min(left, SLICE)}"
            done = guided(target, folders, length, "-print_final_stats=1", keep=kept)
            code = done.returncode
            counted = re.search(r"number_of_executed_units: (\d+)", done.stderr)
            runs += int(counted[1]) if counted else 0
    print(f"{target}: {runs:,} inputs, {len(list(kept.iterdir())) - before} new", flush=True)
    if code:
        print(done.stderr[-3000:], file=sys.stderr, flush=True)
    return int(code != 0)


def _merge(target: str, kept: Path) -> None:
    """Choose anew what is committed of a target: few small inputs that reach what no seed does."""
    with tempfile.TemporaryDirectory(prefix="tlsprobe-fuzz-") as temporary:
        merged, small = Path(temporary) / "merged", Path(temporary) / "small"
        small.mkdir()
        begin = write_seeds(target, merged)
        for one in corpus(target):
            to = begin if one.name.startswith("found-") else small
            (to / one.name).write_bytes(one.read_bytes())
        for one in kept.iterdir():
            if one.stat().st_size <= MERGED_SIZE and not one.name.startswith("found-"):
                (small / one.name).write_bytes(one.read_bytes())
        known = {one.name for one in merged.iterdir()}
        # By places alone: how often each was passed would choose thousands.
        done = guided(target, [merged, small], "-merge=1", "-use_counters=0", keep=kept)
        if done.returncode:
            print(done.stderr[-3000:], file=sys.stderr)
            return
        new = (one.read_bytes() for one in merged.iterdir() if one.name not in known)
        chosen = sorted(new, key=len)
        chosen = chosen[:: -(-len(chosen) // MERGED) or 1]
    for one in corpus(target):
        if one.name.startswith("seen-"):
            one.unlink()
    (CORPUS / target).mkdir(parents=True, exist_ok=True)
    room = MERGED_TOTAL
    for count, data in enumerate(chosen):
        room -= len(data)
        if room < 0:
            chosen = chosen[:count]
            break
        (CORPUS / target / f"seen-{sha256(data).hexdigest()[:12]}").write_bytes(data)
    print(f"{target}: {len(chosen)} inputs")


if __name__ == "__main__":
    sys.exit(main())
