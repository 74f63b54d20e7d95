"""`tlsprobe pcap` as a process among others: workers, pipes, interrupts, a full disk, a terminal."""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.capture_fixtures import CAPTURES, EVERY, HONEST, KNOWN, MINTED, TLS13
from tests.cli.running import ENVIRONMENT, PROGRAM, ROOT, tlsprobe
from tlsprobe.cli import console

FULL = Path("/dev/full")
"""A disk without room."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipes nor signals")


@pytest.mark.parametrize("shape", [["--json"], ["--quiet"], ["--verbose"], []])
def test_any_number_of_processes(shape):
    """However many processes read, stdout and stderr have the same bytes, and the code is the same."""
    files = [*EVERY, CAPTURES / "recipe.py", *EVERY[::-1], CAPTURES]
    one, *others = (tlsprobe("pcap", *shape, "--jobs", jobs, *files, *KNOWN) for jobs in (1, 2, 5))
    assert one[0] == 5
    assert len(one[1].splitlines()) > len(files)
    assert all(other == one for other in others)


@pytest.fixture
def pipe(tmp_path):
    """A pipe that nobody writes to: who reads it as a capture waits."""
    path = tmp_path / "endless"
    os.mkfifo(path)
    return path


@pytest.fixture
def temporary(tmp_path):
    """The folder for temporary files."""
    path = tmp_path / "temporary"
    path.mkdir()
    return path


def started(*arguments, temporary, stdin=None):
    """The program, with pipes for its streams."""
    return subprocess.Popen(
        [*PROGRAM, "pcap", *map(str, (*arguments, *KNOWN))],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | {"TMPDIR": str(temporary)},
        cwd=ROOT,
    )


def read_by(process, pipe):
    """Wait until the program has read all that is in the pipe: no event tells, so the kernel is asked."""
    import fcntl  # not on Windows
    import termios

    while process.poll() is None:
        unread = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
        if not int.from_bytes(unread, sys.byteorder):
            return
        time.sleep(0.01)
    pytest.fail("nobody reads")


def opened_for_writing(path, process):
    """The pipe, when somebody has opened it for reading; to wait inside `open` would outwait his end."""
    while process.poll() is None:
        with suppress(OSError):
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    pytest.fail("nobody reads")


def children(process):
    """The processes that a process has started."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(one) for one in listed.split()]


def reader_of(pipe, process):
    """Which child of a process has the pipe open: it is opened for both ends before it has a handle.

    No event tells of that, so all handles are looked at.
    """
    while process.poll() is None:
        for pid in children(process):
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if handle.readlink() == pipe:
                        return pid
        time.sleep(0.01)
    pytest.fail("nobody has it open")


linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@linux
def test_the_first_interrupt_ends_only_who_writes(temporary):
    """Ctrl-C goes to both ends of a pipe: what was written into it by then is judged all the same."""
    with started("-q", "-", temporary=temporary, stdin=subprocess.PIPE) as process:
        process.stdin.write(HONEST.read_bytes())
        process.stdin.flush()
        read_by(process, process.stdin)
        process.send_signal(signal.SIGINT)
        assert b"reading what is still in the pipe" in process.stderr.readline()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(b"direct")


@linux
def test_a_process_that_dies(pipe, temporary):
    """A process that ends in the middle costs its own capture: one line, code 2, all others read."""
    files = (HONEST, pipe, MINTED, TLS13)
    with started("-q", "--jobs", "2", *files, temporary=temporary) as process:
        writing = opened_for_writing(pipe, process)
        os.kill(reader_of(pipe, process), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        os.close(writing)
    assert process.returncode == 5
    assert [line.split()[0] for line in out.decode().splitlines()] == [
        "direct", "inspected", "undecided",
    ]  # fmt: skip
    first, _ = err.decode().splitlines()
    assert first == (
        f"tlsprobe: {pipe}: not read to its end: the process that read it ended with signal 9"
    )
    assert list(temporary.iterdir()) == []


@linux
@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt(pipe, temporary, jobs):
    """Ctrl-C ends everything at once; what was found stands, no process or file is left behind."""
    with started("--jobs", jobs, HONEST, pipe, MINTED, temporary=temporary) as process:
        writing = opened_for_writing(pipe, process)
        working = children(process)
        assert len(working) == (2 if jobs == 2 else 0)
        for line in process.stdout:
            if line.startswith(b"direct"):
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        os.close(writing)
    assert (process.returncode, err) == (console.INTERRUPTED, b"")
    assert jobs == 2 or b"\n1 session: 1 direct\n" in out
    assert not any(Path(f"/proc/{pid}").exists() for pid in working)
    assert list(temporary.iterdir()) == []


@linux
def test_a_program_that_dies(pipe, temporary):
    """Processes whose program was killed end by themselves."""
    with started("--jobs", "2", pipe, HONEST, temporary=temporary) as process:
        writing = opened_for_writing(pipe, process)
        working = [os.pidfd_open(pid) for pid in children(process)]
        process.kill()
        process.communicate(timeout=60)
    assert len(working) == 2
    for one in working:
        ended, _, _ = select.select([one], [], [], 30)
        assert ended
        os.close(one)
    os.close(writing)


@posix
def test_results_of_a_pipe_come_at_once(pipe, temporary):
    """What is found in a pipe is written when its end is seen, and not kept for company."""
    with started("-q", pipe, "-", temporary=temporary) as process:
        writing = opened_for_writing(pipe, process)
        os.set_blocking(writing, True)
        os.write(writing, MINTED.read_bytes())
        os.close(writing)
        line = process.stdout.readline()
        process.kill()
        process.communicate(timeout=60)
    assert line.startswith(b"inspected ")


@posix
def test_reader_that_goes_away(temporary):
    """Whoever reads stdout may stop: no traceback, and the code of a broken pipe."""
    for jobs in ("1", "2"):
        with started("--json", "--jobs", jobs, *EVERY, *EVERY, temporary=temporary) as process:
            process.stdout.close()
            err = process.stderr.read()
            assert (process.wait(60), err) == (console.HUNG_UP, b"")
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason=f"needs {FULL}")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_full_disk(jobs, temporary):
    """Results that cannot be written are an error in one line, and end the run."""
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "pcap", "--json", "--jobs", jobs, *map(str, EVERY)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=ENVIRONMENT | {"TMPDIR": str(temporary)},
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        b"tlsprobe: stdout: cannot be written: No space left on device"
    )


@posix
def test_progress():
    """Results that go elsewhere leave a terminal on stderr to the bar, which counts bytes."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "pcap", "--json", "-", str(CAPTURES / "cut-off.pcap")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=ENVIRONMENT | {"TERM": "xterm-256color"},
        cwd=ROOT,
    ) as process:
        os.close(theirs)
        process.stdin.write(HONEST.read_bytes())
        process.stdin.flush()
        shown = b""
        with suppress(OSError):
            while b"/?" not in shown and (chunk := os.read(ours, 4096)):
                shown += chunk
        process.stdin.close()
        out = process.stdout.read()
        with suppress(OSError):
            while chunk := os.read(ours, 4096):
                shown += chunk
        process.wait(60)
    os.close(ours)
    assert len(out.splitlines()) == 2
    assert b"tlsprobe: " in shown
    assert b"cut-off.pcap: ends at byte" in shown
