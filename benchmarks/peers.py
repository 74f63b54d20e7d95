"""The other programs: how each is asked for a chain, and why one is missing.

Each is asked for as little as its options allow. The slow ones are asked fewer endpoints; what
counts is CPU per endpoint.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import NOTHING, Cost, Missing, NotMeasuredError, Subject, child
from benchmarks.nginx import ADDRESS, MORE_ADDRESSES, Site

BENCH_VENV = Path(__file__).parents[1] / ".bench-venv"
SSLYZE = "sslyze"

NAME = "NAME"
"""Stands for the host name in a command."""

_ONE_BY_ONE = "for each name"
_WITHOUT_ROOTS = ("-no-CAfile", "-no-CApath", "-no-CAstore")
_ONLY_THE_CERTIFICATE = (
    "--show-certificate", "--tls13", "--no-ciphersuites", "--no-cipher-details", "--no-groups",
    "--no-renegotiation", "--no-compression", "--no-heartbleed", "--no-fallback", "--no-colour",
)  # fmt: skip

BASELINE = "openssl s_client"
"""What the ratios are against."""


def peers(site: Site, *, quick: bool) -> Iterator[Subject | Missing]:
    """Every peer that a thousand targets are compared with."""
    few = 5 if quick else 50
    yield from _openssl(site, few)
    yield _sslscan(site, few // 2)
    yield _nmap(site, 5 if quick else 20)
    yield _sslyze(site, 5 if quick else 20)


def version(command: Sequence[str | Path], pattern: str = r"\d+\.\d[\w.]*") -> str:
    """What a program says of its version; "?" where that cannot be made out."""
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError:
        return "?"
    found = re.search(pattern, said.stdout + said.stderr)
    return found[0] if found else "?"


def _program(name: str) -> str | None:
    # Users' PATH lacks what Debian keeps for root.
    return shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def _openssl(site: Site, count: int) -> Iterator[Subject | Missing]:
    program = _program("openssl")
    if program is None:
        yield Missing(name=BASELINE, reason="openssl is not installed")
        return
    for name, port, more in (
        (BASELINE, site.rsa, ()),
        (f"{BASELINE}, ECDSA leaf", site.ecdsa, ()),
        (f"{BASELINE}, its roots not loaded", site.rsa, _WITHOUT_ROOTS),
    ):
        words = [
            program, "s_client", "-connect", f"{ADDRESS}:{port}", "-servername", NAME,
            "-showcerts", *more,
        ]  # fmt: skip
        yield Subject(
            name=name,
            version=version([program, "version"]),
            endpoints=count,
            command=_shown(words, port),
            note=_ONE_BY_ONE,
            run=partial(_one_by_one, site, count, words, b"BEGIN CERTIFICATE"),
        )


def _sslscan(site: Site, count: int) -> Subject | Missing:
    program = _program("sslscan")
    if program is None:
        return Missing(name="sslscan", reason="it is not installed: apt-get install sslscan")
    words = [program, *_ONLY_THE_CERTIFICATE, f"--sni-name={NAME}", f"{ADDRESS}:{site.rsa}"]
    return Subject(
        name="sslscan",
        version=version([program, "--version"]),
        endpoints=count,
        command=_shown(words, site.rsa),
        note=_ONE_BY_ONE,
        run=partial(_one_by_one, site, count, words, b"BEGIN CERTIFICATE"),
    )


def _shown(words: Sequence[str], port: int) -> str:
    """A command that takes one target, as a reader would type it."""
    text = " ".join([Path(words[0]).name, *words[1:]])
    return text.replace(f":{port}", ":PORT") + " </dev/null"


def _one_by_one(site: Site, count: int, words: Sequence[str], wanted: bytes) -> Cost:
    """A process for each of `count` names, which stands where `words` say `NAME`."""
    total = NOTHING
    output = site.folder / "output"
    for name in site.names[:count]:
        # Exit codes of s_client tell what it thinks of the chain.
        command = [word.replace(NAME, name) for word in words]
        total += child(command, output=output, codes=(0, 1))
        if wanted not in output.read_bytes():
            raise NotMeasuredError(f"{words[0]} shows no certificate")
    return total


def _nmap(site: Site, count: int) -> Subject | Missing:
    program = _program("nmap")
    if program is None:
        return Missing(name="nmap ssl-cert", reason="it is not installed: apt-get install nmap")
    # "+" runs the script on a port that is not known for TLS.
    options = ["-n", "-Pn", "-sT", "--script", "+ssl-cert", "-p", str(site.rsa)]
    addresses = [ADDRESS, *MORE_ADDRESSES][:count]

    def run() -> Cost:
        output = site.folder / "output"
        cost = child([program, *options, *addresses], output=output)
        _expect(output, b"ssl-cert: Subject", count, "nmap")
        return cost

    return Subject(
        name="nmap ssl-cert",
        version=version([program, "--version"]),
        endpoints=count,
        command="nmap -n -Pn -sT --script +ssl-cert -p PORT ADDRESS...",
        note=f"with {count} loopback addresses at once and no names",
        run=run,
    )


def _sslyze(site: Site, count: int) -> Subject | Missing:
    program = BENCH_VENV / "bin" / SSLYZE
    reason = _install_sslyze(program)
    if reason:
        return Missing(name="sslyze --certinfo", reason=reason)
    options = ["--certinfo", "--mozilla_config=disable", "--quiet"]
    targets = site.folder / "sslyze-targets"
    names = site.names[:count]
    targets.write_text("".join(f"{name}:{site.rsa}{{{ADDRESS}}}\n" for name in names))
    written = site.folder / "sslyze.json"

    def run() -> Cost:
        cost = child(
            [program, *options, f"--json_out={written}", f"--targets_in={targets}"],
            codes=(0, 1),
        )
        _expect(written, b'"received_certificate_chain"', count, SSLYZE)
        return cost

    return Subject(
        name="sslyze --certinfo",
        version=version([BENCH_VENV / "bin" / "pip", "show", SSLYZE]),
        endpoints=count,
        command=f"sslyze {' '.join(options)} --json_out=FILE --targets_in=FILE",
        note=f"with {count} NAME:PORT{{{ADDRESS}}} at once",
        run=run,
    )


def _install_sslyze(program: Path) -> str:
    """Have it in an environment of its own, as it wants older libraries; why not, where it fails."""
    if program.exists():
        return ""
    print(f"bench: installing {SSLYZE} into {BENCH_VENV.name}", file=sys.stderr)
    commands: tuple[list[str | Path], ...] = (
        [sys.executable, "-m", "venv", "--clear", BENCH_VENV],
        [BENCH_VENV / "bin" / "pip", "install", "--quiet", SSLYZE],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            return f"it cannot be installed: {(errors or ['no reason was given'])[-1]}"
    return "" if program.exists() else "its installation left no program"


def _expect(output: Path, wanted: bytes, count: int, who: str) -> None:
    found = output.read_bytes().count(wanted)
    if found < count:
        raise NotMeasuredError(f"{who} shows {found} of {count} certificates")
