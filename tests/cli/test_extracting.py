import errno
import os
import sys

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from msgspec.structs import replace

from tests.report import samples
from tlsprobe.cli.extracting import LONGEST_HOST, Extract, file_name
from tlsprobe.errors import InputError


def with_host(host, chain=samples.MINTED):
    """A report on a chain that was presented for a host."""
    report = samples.inspected()
    seen = report.observation
    return replace(
        report,
        observation=replace(seen, chain=chain, target=replace(seen.target, host=host)),
    )


def test_a_chain(tmp_path):
    """A chain is one file, named by host and leaf, in the order presented; and is written once."""
    folder = tmp_path / "new" / "folder"
    extract = Extract(folder)
    for _ in range(3):
        extract.add(with_host("login.example.com"))
    Extract(folder).add(with_host("login.example.com"))
    [file] = folder.iterdir()
    assert file.name.startswith(f"login.example.com-{samples.MINTED[0].sha256.hex()[:16]}-")
    found = load_pem_x509_certificates(file.read_bytes())
    assert [one.public_bytes(Encoding.DER) for one in found] == [one.der for one in samples.MINTED]


def test_every_chain_has_its_file(tmp_path):
    """Another host, leaf, or order of the others is another file."""
    extract = Extract(tmp_path)
    extract.add(with_host("a.example"))
    extract.add(with_host("b.example"))
    extract.add(with_host("a.example", samples.HONEST))
    extract.add(with_host("a.example", (samples.HONEST[0], *samples.HONEST[:0:-1])))
    extract.add(with_host("a.example", ()))
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "host",
    [
        "../../etc/passwd", "/etc/passwd", "..", ".", "", "a\0b", "a\nb", "C:\\x", "nul", "con.example",
        "COM1", "*.example.com", "\u202egpj.exe", "~root", "-rf", "2001:db8::7", "x" * 300,
        "aux-1.example", "lpt9",
    ],
)  # fmt: skip
def test_hostile_names(host, tmp_path):
    """Nothing of a name gets into a file's but letters and digits, and no device's name."""
    extract = Extract(tmp_path / "out")
    extract.add(with_host(host))
    [file] = (tmp_path / "out").iterdir()
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert file.name.isascii()
    assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert file.name[0] not in ".-"
    assert len(file.name) <= LONGEST_HOST + 40
    assert file.name.split("-")[0].split(".")[0] not in {"con", "nul", "aux", "com1", "lpt9"}


def test_what_stands_there_stays(tmp_path):
    """A file of that name that is there already is not touched."""
    report = with_host("a.example")
    path = tmp_path / file_name("a.example", samples.MINTED)
    path.write_text("mine")
    Extract(tmp_path).add(report)
    assert path.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_left_overs(tmp_path):
    """What a run that was ended in the middle left behind does no harm, and nothing is left behind."""
    name = file_name("a.example", samples.MINTED)
    Extract(tmp_path).add(with_host("a.example"))
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    extract = Extract(tmp_path)

    (tmp_path / f".{name}.{os.getpid()}.partial").write_bytes(whole[:100])
    extract.add(with_host("a.example"))
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == whole


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_nowhere_to_write(tmp_path):
    """A folder that cannot be made or written to is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/x: cannot be written: Not a directory"):
        Extract(tmp_path / "file" / "x")
    extract = Extract(tmp_path / "out")
    (tmp_path / "out").rmdir()
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        extract.add(with_host("a.example"))


@pytest.mark.parametrize("there", [False, True])
def test_without_hard_links(tmp_path, monkeypatch, there):
    """Where a file system has no hard links, the file gets its name all the same, unless it is taken."""

    def link(source, target):
        if there:
            target.write_text("mine")
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    Extract(tmp_path).add(with_host("a.example"))
    [file] = tmp_path.iterdir()
    assert file.read_text().startswith("mine" if there else "-----BEGIN CERTIFICATE-----")
