"""Goldens: files that a person reads, compared with what is rendered now.

``TLSPROBE_UPDATE_GOLDENS=1 pytest tests/report`` writes them anew; the diff is then to be read.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "goldens"


def same_as_golden(name: str, text: str) -> None:
    """Hold `text` against the golden of that name."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("TLSPROBE_UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")
