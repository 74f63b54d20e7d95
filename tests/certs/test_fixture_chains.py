import subprocess
import sys
from pathlib import Path

import pytest

_FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_the_chains_are_as_their_recipe_makes_them():
    """Rebuilt byte for byte: nobody edits a fixture by hand, and no library changes one unseen."""
    command = [sys.executable, str(_FIXTURES / "build.py"), "--check", "chains"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("pattern", ["chains/**/*.pem", "chains/**/*.der"])
def test_every_file_has_a_row_in_the_readme(pattern):
    """It says what is special about the file."""
    readme = (_FIXTURES / "README.md").read_text(encoding="utf-8")
    files = [str(path.relative_to(_FIXTURES)) for path in _FIXTURES.glob(pattern)]
    assert files
    assert [name for name in files if f"`{name}`" not in readme] == []


def test_an_unknown_part_gets_one_line():
    """It names the parts that there are."""
    command = [sys.executable, str(_FIXTURES / "build.py"), "--check", "nonsense"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 2
    assert "no such part: nonsense; expected captures, chains" in checked.stderr
