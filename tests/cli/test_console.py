import os
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import suppress

import pytest

from tests.cli.running import ENVIRONMENT, PROGRAM, ROOT, tlsprobe
from tlsprobe.cli import console
from tlsprobe.model.verdict import Conclusion


def on_terminal(*arguments, columns=100, environment=None):
    """What the program writes to a terminal of that width, stdout and stderr together."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=ENVIRONMENT | {"TERM": "xterm-256color"} | (environment or {}),
        cwd=ROOT,
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    process.wait(60)
    return shown.decode().replace("\r\n", "\n")


def started(*arguments):
    """The program, started with pipes for all its streams."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        cwd=ROOT,
    )


def test_codes():
    """Every verdict has the exit code that users were promised."""
    assert {one.value: console.code_of(one) for one in Conclusion} == {
        "direct": 0, "inspected": 5, "terminated": 5, "pin-broken": 4, "faulty": 4,
        "blocked": 3, "undecided": 3,
    }  # fmt: skip


def test_terminal_has_colour(closed_port):
    """A terminal sees colour; one that wants none, or knows none, sees the text alone."""
    target = f"127.0.0.1:{closed_port}"
    coloured = on_terminal("probe", target)
    assert "\x1b[1mblocked:\x1b[0m" in coloured
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("probe", target, environment=environment)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_terminal_width(closed_port, columns):
    """On a terminal no line is wider than it is."""
    shown = on_terminal(
        "probe", f"127.0.0.1:{closed_port}", columns=columns, environment={"NO_COLOR": "1"}
    )
    assert max(map(len, shown.split("\n"))) <= min(columns, console.MAX_WIDTH)


def test_table_on_terminal(closed_port):
    """A line of a table is cut off where a terminal ends, and stays one line."""
    targets = [f"127.0.0.{number}:{closed_port}" for number in range(1, 6)]
    shown = on_terminal("probe", *targets, columns=60, environment={"NO_COLOR": "1"})
    lines = shown.split("\n")
    assert [line.split()[1] for line in lines[:5]] == targets
    assert all(len(line) <= 60 and line.endswith("...") for line in lines[:5])


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("ascii", b"O=Pr\\xfcfstelle \\u691c\\u67fb"),
        ("cp1252", b"O=Pr\xfcfstelle \\u691c\\u67fb"),
        ("utf-8", "O=Pr\u00fcfstelle \u691c\u67fb".encode()),
    ],
)
def test_any_character_set(server, encoding, name):
    """A stream that lacks a letter of a name gets its escape, and nothing breaks."""
    done = subprocess.run(
        [*PROGRAM, "probe", server.target],
        capture_output=True,
        check=False,
        env=ENVIRONMENT | {"PYTHONIOENCODING": encoding},
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (3, b"")
    assert name in done.stdout


def test_reader_that_goes_away(server):
    """Whoever reads stdout may stop: no traceback, and the code of a broken pipe."""
    with started("probe", "-", "--quiet") as process:
        process.stdout.close()
        process.stdin.write(f"{server.target}\n".encode() * 20)
        process.stdin.close()
        err = process.stderr.read()
        assert (process.wait(60), err) == (console.HUNG_UP, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_interrupt(server):
    """Ctrl-C ends a run that waits for its list: results so far stand, no traceback, code 130."""
    with started("probe", "-") as process:
        process.stdin.write(f"{server.target}\n".encode())
        process.stdin.flush()
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert line.startswith(b"undecided ")
    assert (process.returncode, err) == (console.INTERRUPTED, b"")
    assert out == b"\n1 endpoint: 1 undecided\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_full_disk(closed_port):
    """Results that cannot be written are an error in one line."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PROGRAM, "probe", f"127.0.0.1:{closed_port}", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=ENVIRONMENT,
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert done.stderr == b"tlsprobe: stdout: cannot be written: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
@pytest.mark.parametrize(
    "arguments", [["--help"], ["probe", "--help"], ["--version"], ["schema"], ["checks"]]
)
def test_full_disk_without_results(arguments):
    """Help and the like that cannot be written are the same error."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=ENVIRONMENT,
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert done.stderr == b"tlsprobe: stdout: cannot be written: No space left on device\n"


INTERRUPTED_IMPORT = """
import os, pkgutil, runpy, signal, sys

class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
"""
SCRIPT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["tlsprobe"]
STARTS = {
    "module": "runpy.run_module('tlsprobe', run_name='__main__')",
    "script": f"sys.exit(pkgutil.resolve_name({SCRIPT!r})())",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_interrupt_at_the_start(start):
    """Ctrl-C while the program is still being imported ends it without a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT + start],
        capture_output=True,
        check=False,
        timeout=60,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (console.INTERRUPTED, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_interrupt_of_named_targets(server):
    """Ctrl-C says how many targets have no answer: one that does not answer, and those behind it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = f"127.0.0.1:{silent.getsockname()[1]}"
        with started("probe", "-q", server.target, mute, server.target, server.target) as process:
            line = process.stdout.readline()
            asking, _ = silent.accept()
            with asking:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=60)
    assert line.startswith(b"undecided ")
    assert (process.returncode, out) == (console.INTERRUPTED, b"")
    assert err == b"tlsprobe: interrupted: 3 targets were not answered\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shell")
def test_no_streams(closed_port):
    """A program that is started without stdout and stderr still has its exit code."""
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" >&- 2>&-', "sh", *PROGRAM, "probe", f"127.0.0.1:{closed_port}"],
        check=False,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    assert done.returncode == 3


def test_hostile_arguments():
    """What a message quotes cannot write to the terminal."""
    for arguments in (["probe", "\x1b[2Jx"], ["\x1b[2J"], ["probe", "x", "--\x1b[2J"]):
        code, out, err = tlsprobe(*arguments)
        assert (code, out) == (2, "")
        assert err[:-1].isprintable()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shell")
def test_closed_stdin():
    """A list on stdin that is not there is named."""
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *PROGRAM, "probe", "-"],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"tlsprobe: stdin: is closed; expected a list of targets\n"


def test_progress(closed_port):
    """A long run whose results go elsewhere tells a terminal on stderr how far it is."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "probe", "-", "--quiet"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=ENVIRONMENT | {"TERM": "xterm-256color"},
        cwd=ROOT,
    ) as process:
        os.close(theirs)
        targets = [f"127.0.0.1:{closed_port}"] * 30
        out, _ = process.communicate("\n".join([*targets, "a b", targets[0]]).encode(), timeout=60)
    shown = b""
    with suppress(OSError):
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    assert len(out.splitlines()) == 31
    assert b"21 endpoints" in shown
    assert b"tlsprobe: stdin line 31: target 'a b': expected" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["probe", "x", "--connections", "abc"],
            "invalid value for '--connections': 'abc' is no whole number (see tlsprobe probe --help)",
        ),
        (
            ["check", "--timeout", "x"],
            "invalid value for '--timeout': 'x' is no number (see tlsprobe check --help)",
        ),
        (
            ["probe", "x", "--sni"],
            "option '--sni' requires an argument (see tlsprobe probe --help)",
        ),
        (
            ["reference", "show", "--reference"],
            "option '--reference' requires an argument (see tlsprobe reference show --help)",
        ),
    ],
)
def test_wrong_options(arguments, said):
    """Said in plain words, with the command whose help has more."""
    assert tlsprobe(*arguments) == (2, "", f"tlsprobe: {said}\n")
