"""tlsprobe as its users run it: the installed program, in a process of its own."""

import compileall
import sys
from pathlib import Path

import tlsprobe
from benchmarks.measure import Cost, NotMeasuredError, Subject, child
from benchmarks.nginx import ADDRESS, Site
from tlsprobe._version import __version__

PROGRAM = Path(sys.executable).with_name("tlsprobe")


def prepare() -> None:
    """Compile its byte code, as an installation does.

    Raises `NotMeasuredError` where it is not installed beside this interpreter.
    """
    if not PROGRAM.exists():
        raise NotMeasuredError(
            f"{PROGRAM} is missing: expected tlsprobe to be installed for {sys.executable}"
        )
    compileall.compile_dir(Path(tlsprobe.__file__).parent, quiet=2)


def options(site: Site) -> list[str]:
    """What every probe of the site takes."""
    return ["--address", ADDRESS, "--ca-file", str(site.root)]


def of_a_list(site: Site, name: str, port: int, count: int, *more: str | Path) -> Subject:
    """A run over a list of `count` names at `port`, with every check and JSON."""
    targets = site.targets(port, count)
    command = [PROGRAM, "probe", "-", *options(site), *more, "--json"]

    def run() -> Cost:
        output = site.folder / "records"
        cost = child(command, given=targets, output=output)
        expect_direct(output, count)
        return cost

    words = ["FILE" if isinstance(word, Path) else word for word in more]
    return Subject(
        name=name,
        version=__version__,
        endpoints=count,
        command=shown("probe", "-", *words, "--json"),
        note=f"with {count:,} NAME:PORT on stdin",
        run=run,
    )


def shown(command: str, target: str, *more: str) -> str:
    """A command as a reader would type it."""
    words = ["tlsprobe", command, target, "--address", ADDRESS, "--ca-file", "ROOT", *more]
    return " ".join(words)


def expect_direct(records: Path, count: int) -> None:
    """Raise `NotMeasuredError` unless `records` holds so many records, all of them `direct`."""
    text = records.read_bytes()
    lines, direct = text.count(b"\n"), text.count(b'"verdict":"direct"')
    if not lines == direct == count:
        raise NotMeasuredError(f"of {count} targets {lines} have a record and {direct} are direct")
