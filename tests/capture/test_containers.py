"""What `tlsprobe.capture.containers` opens."""

import gzip
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import (
    enhanced,
    interface,
    packets,
    pcap_header,
    record,
    section,
)
from tlsprobe.capture.containers import open_capture
from tlsprobe.errors import InputError

PCAP = pcap_header() + record(b"one") + record(b"two")
PCAPNG = section() + interface() + enhanced(b"one") + enhanced(b"two")
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "a"
CAPTURES = sorted(
    path for path in CORPUS.rglob("*") if path.suffix in {".pcap", ".pcapng", ".gz", ".cap"}
)
# capinfos ends at the damaged packet; behind it stand as many more.
DAMAGED = {"tls_DER-incomplete-header.pcap": 13, "tls_DER-incomplete-content.pcap": 13}


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its name, which says nothing."""

    def write(data):
        path = tmp_path / "capture.txt"
        path.write_bytes(data)
        return str(path)

    return write


def read(name):
    """The bytes of all packets, and what is wrong with the file."""
    with open_capture(name) as container:
        return [packet.data for batch in container for packet in packets(batch)], container.problems


@pytest.mark.parametrize("data", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_kinds(file, data, pack):
    """Captures are told by what is in them, packed or not."""
    assert read(file(pack(data))) == ([b"one", b"two"], [])


def test_progress(file):
    """The size and the position are those of the file as it lies there."""
    packed = gzip.compress(PCAP)
    with open_capture(name := file(packed)) as container:
        assert (container.name, container.size) == (name, len(packed))
        list(container)
        assert container.position == len(packed)


def test_once(file):
    """The packets are gone through once."""
    with open_capture(file(PCAP)) as container:
        assert [batch.starts.size for batch in container] == [2]
        assert list(container) == []


def test_problems_grow(file):
    """What is wrong is known when it was reached."""
    with open_capture(file(PCAP[:-1])) as container:
        assert container.problems == []
        list(container)
        assert len(container.problems) == 1


@pytest.mark.parametrize("data", [PCAP, gzip.compress(PCAPNG)], ids=["pcap", "pcapng"])
def test_stdin(data):
    """`-` is stdin, through which anything may come."""
    code = (
        "from tlsprobe.capture.containers import open_capture\n"
        "with open_capture('-') as container:\n"
        "    print(sum(batch.starts.size for batch in container), container.size, container.problems)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert done.stdout == b"2 None []\n"


class TestUnusable:
    """What cannot be read at all."""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"%PDF-1.7", "not a capture: expected pcap or pcapng, found 25 50 44 46"),
            (b"", "not a capture: expected pcap or pcapng, found an empty file"),
            (b"\n", "not a capture: expected pcap or pcapng, found 0a"),
            (PCAPNG[:8], "not a capture: expected pcap or pcapng, found 0a 0d 0d 0a"),
            (PCAP[:10], "not a capture: cut off in its header, 10 of 24 bytes are there"),
            (gzip.compress(b"text"), "not a capture: expected pcap or pcapng, found 74 65 78 74"),
            (
                gzip.compress(PCAP)[:8],
                "not a capture: expected pcap or pcapng, but the gzip stream is cut off at byte 8",
            ),
        ],
    )
    def test_no_capture(self, file, data, reason):
        """What is no capture is refused in one line that names the file."""
        with pytest.raises(InputError) as raised:
            read(name := file(data))
        assert str(raised.value) == f"{name}: {reason}"

    def test_missing(self, tmp_path):
        """So is a file that is not there."""
        with pytest.raises(InputError, match=r"none\.pcap: cannot be read: No such file"):
            open_capture(str(tmp_path / "none.pcap"))


@given(
    st.sampled_from(
        [b"", PCAP[:4], PCAP[:24], PCAP, PCAPNG[:12], PCAPNG[:28], PCAPNG, b"\x1f\x8b"]
    ),
    st.binary(max_size=300),
)
def test_any_bytes(tmp_path_factory, head, data):
    """Bytes are a capture or an `InputError` and nothing else."""
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(head + data)
    with suppress(InputError):
        read(str(path))


def alike(time, printed):
    """Whether a time is the printed one, in as many digits as that has."""
    seconds, _, digits = printed.partition(".")
    return time // 10 ** (9 - len(digits)) == int(seconds + digits)


def capinfos(path):
    """Number of packets, and between which times, as capinfos has it."""
    command = ["capinfos", "-M", "-T", "-r", "-S", "-c", "-a", "-e", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    _, count, first, last = done.stdout.rstrip("\n").split("\t")
    return int(count), first, last


@pytest.mark.skipif(not CAPTURES, reason="the corpus of captures is not here")
@pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not here")
class TestCorpus:
    """Captures of others, held against what others read."""

    @pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
    def test_counts(self, path):
        """As many packets are read as capinfos counts, with the same first and last time."""
        with open_capture(str(path)) as container:
            found = [packet for batch in container for packet in packets(batch)]
        assert [packet.frame for packet in found] == sorted({packet.frame for packet in found})
        if path.name in DAMAGED:
            assert len(found) == DAMAGED[path.name]
            return
        count, first, last = capinfos(path)
        assert len(found) == count
        times = [packet.time for packet in found]
        for mine, theirs in ((min(times), first), (max(times), last)):
            assert theirs == "n/a" or alike(mine, theirs)

    @pytest.mark.skipif(not shutil.which("editcap"), reason="editcap is not here")
    @pytest.mark.parametrize("kind", ["pcap", "nsecpcap", "modpcap", "pcapng"])
    def test_conversions(self, kind, tmp_path):
        """A capture in any format has the same packets at the same times."""
        source = CORPUS / "derived" / "ms_login.nsec.pcap"
        source = source if source.exists() else CAPTURES[0]
        target = tmp_path / kind
        subprocess.run(["editcap", "-F", kind, source, target], check=True, capture_output=True)
        with open_capture(str(source)) as before, open_capture(str(target)) as after:
            expected = [packet for batch in before for packet in packets(batch)]
            found = [packet for batch in after for packet in packets(batch)]
        assert [(packet.frame, packet.link, packet.data) for packet in found] == [
            (packet.frame, packet.link, packet.data) for packet in expected
        ]
        assert all(
            0 <= old.time - new.time < 1000 for old, new in zip(expected, found, strict=True)
        )
