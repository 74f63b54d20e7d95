"""Writes the chains that sessions showed into a folder, each once, as PEM."""

import errno
import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from tlsprobe.certs.certificate import Certificate
from tlsprobe.errors import InputError
from tlsprobe.model.json_parts import pem
from tlsprobe.model.memory import Memory
from tlsprobe.model.report import Report

LONGEST_HOST = 100
"""Characters of a host that go into a file's name; a DNS name may have 253."""
ROOM = 2**20
"""Bytes for what is known to be written already."""

_ODD = re.compile(r"[^a-z0-9._-]+")
# Names that Windows takes for devices, whatever follows behind the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|-|$)")


class Extract:
    """Takes reports, and writes the chain of each to `folder`, if it is not there yet.

    A file's name is made of the host, the leaf's hash and the chain's: it tells what is inside, it is
    the same in every run, and nothing that a stranger wrote gets into it but letters and digits.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder, if it is not there.

        Raises:
            InputError: it cannot be made.
        """
        self._folder = folder
        self._written: Memory[str, Path] = Memory(ROOM)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritten(folder, error) from None

    def add(self, report: Report) -> None:
        """Write its chain.

        Raises:
            InputError: it cannot be written.
        """
        chain = report.observation.chain
        if not chain:
            return
        name = file_name(report.observation.target.host, chain)
        if self._written.recall(name):
            return
        path = self._folder / name
        self._write(path, "".join(pem(one.der) for one in chain).encode("ascii"))
        self._written.keep(name, path, 4 * len(name))

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all; what stands there already stays."""
        if path.exists():
            return
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            partial.unlink(missing_ok=True)
            with partial.open("xb") as file:
                file.write(content)
            _move(partial, path)
        except OSError as error:
            raise _unwritten(path, error) from None
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def file_name(host: str, chain: tuple[Certificate, ...]) -> str:
    """Of the file for a chain: `login.example.com-1f0c...-9a3b....pem`."""
    tame = _ODD.sub("_", host.lower())[:LONGEST_HOST].strip(".-") or "_"
    if _DEVICE.match(tame):
        tame = f"_{tame}"
    whole = sha256(b"".join(one.sha256 for one in chain)).hexdigest()
    return f"{tame}-{chain[0].sha256.hex()[:16]}-{whole[:8]}.pem"


def _move(partial: Path, path: Path) -> None:
    """Give the file its name, unless another has it: another process wrote the same."""
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    except OSError as error:
        # No hard links here; what a rename would replace was made by somebody else a moment ago.
        if error.errno not in (
            errno.EPERM,
            errno.ENOTSUP,
            errno.ENOSYS,
            errno.EINVAL,
            errno.EMLINK,
        ):
            raise
        if not path.exists():
            partial.replace(path)


def _unwritten(path: Path, error: OSError) -> InputError:
    return InputError(str(path), f"cannot be written: {error.strerror or error}")
