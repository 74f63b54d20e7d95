"""What README shows works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tlsprobe.hello import templates
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store import pack_file, reference_file

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def help_of(*command):
    """The help text of a command."""
    run = [sys.executable, "-m", "tlsprobe", *command, "--help"]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout


def test_the_files_are_accepted(tmp_path):
    """The examples of a pack and of a reference file are what they are called."""
    pack, reference = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    file = tmp_path / "example.toml"
    file.write_text(pack)
    assert len(pack_file.load(file, checks=()).endpoints) == 2
    file.write_text(reference)
    loaded = reference_file.load(file)
    assert len(loaded.expectations) == len(loaded.labels) == 1


def test_the_options_exist():
    """Every option that README names is one of the commands, or of pip or openssl."""
    commands = (
        "probe", "trace", "check", "serve-canary", "pcap", "demo", "baseline diff", "reference update", "routes",
    )  # fmt: skip
    shown = "".join(help_of(*command.split()) for command in commands)
    known = set(re.findall(r"--[a-z-]+", shown))
    named = set(re.findall(r"`(--[a-z-]+)", README))
    assert named
    assert named <= known


def test_the_commands_exist():
    """Every command that README names is in the program's help."""
    listed = help_of()
    named = set(re.findall(r"tlsprobe ([a-z]+)", README)) - {"is"}
    assert named
    for command in named:
        assert re.search(rf"^  {command}\b", listed, re.MULTILINE), command


def test_the_demo_prints_what_is_shown():
    """The first thing that a reader sees is what the demo prints, but for how long it took."""
    run = [sys.executable, "-m", "tlsprobe", "demo"]
    printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    (shown,) = re.findall(r"^\$ tlsprobe demo\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

    def steady(text):
        text = re.sub(r"[\d.]+ m?s\b", "N", text)
        return re.sub(r"\d{4}-\d\d-\d\d", "DAY", text).split()

    assert steady(printed) == steady(shown)


def test_every_profile_is_named():
    """README names every profile that can be sent."""
    for name in templates.names():
        assert f"`{name}`" in README or name == "probe"


@pytest.mark.parametrize("conclusion", Conclusion)
def test_every_verdict_is_explained(conclusion):
    """Each verdict has its row."""
    assert f"| `{conclusion.value}` |" in README


def test_nothing_is_left_to_fill_in():
    """No placeholder stands where output or a figure should."""
    assert "@@" not in README
