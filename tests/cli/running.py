"""The program as a user runs it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "tlsprobe")
# What would make the program write in another way than most users see.
NOT_USUAL = {
    "NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8",
}  # fmt: skip
ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if key not in NOT_USUAL and not key.lower().endswith("_proxy")
} | {
    "PYTHONPATH": str(ROOT),
    "XDG_DATA_HOME": str(ROOT / "tests" / "nothing"),
}


def tlsprobe(*arguments, stdin=b"", environment=None, folder=None):
    """Run it to its end; (exit code, stdout, stderr), both as text."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=ENVIRONMENT | (environment or {}),
        cwd=folder or ROOT,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
