"""The fuzz targets: what was found stays mended, and a short look for more."""

import importlib.util
import platform
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import scripts
from tests.fuzz.__main__ import CORPUS, corpus, guided, write_seeds
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS
from tlsprobe.handshake.transcript import Direction, Gap, Segment

FOUND = [file for target in TARGETS for file in corpus(target) if file.name.startswith("found-")]

# So many that each takes some seconds: the slow ones open files.
RUNS = {
    "container": 2_000, "packets": 4_000, "reassembly": 20_000, "connections": 1_500,
    "capture": 2_000, "reports": 1_000, "reader": 10_000, "certificate": 3_000, "keylog": 20_000, "preludes": 8_000,
    "revocations": 20_000,
}  # fmt: skip

_NO_ATHERIS = (
    f"atheris is not installed: it has wheels for Linux on x86_64, this is Python"
    f" {platform.python_version()} on {sys.platform}, {platform.machine()}"
)


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}-{file.name[6:]}")
def test_what_once_broke_holds(file):
    """An input that broke something once breaks nothing now."""
    TARGETS[file.parent.name](file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_seen_holds(target):
    """The seeds, and inputs that reach far, break nothing."""
    seen = [file.read_bytes() for file in corpus(target)]
    for data in (*seeds(target), *seen, b"", b"\xff" * 99):
        TARGETS[target](data)


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason=_NO_ATHERIS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_short_look_for_more(target, tmp_path):
    """Inputs that are led on by coverage break nothing, within bounds of memory and time."""
    new = tmp_path / "new"
    new.mkdir()
    folders = [new, write_seeds(target, tmp_path / "seeds")]
    folders += [CORPUS / target] if corpus(target) else []
    done = guided(target, folders, f"-runs={RUNS[target]}", "-seed=1", keep=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(new.iterdir()), "nothing was reached beyond the seeds: is anything instrumented?"


def test_the_corpus_is_small():
    """What is committed is for replaying, not an archive."""
    assert sum(file.stat().st_size for file in CORPUS.rglob("*")) < 100_000


@given(st.lists(st.tuples(st.sampled_from(scripts.LINKS), st.binary(max_size=20))))
def test_packets_and_their_bytes(packets):
    """Bytes that are made of packets mean these packets."""
    assert scripts.packets_of(scripts.of_packets(packets)) == packets


SENT = st.builds(
    scripts.Sent,
    st.integers(0, 3), st.booleans(), st.integers(0, 255), st.integers(-(2**15), 2**15 - 1),
    st.binary(max_size=9), st.booleans(),
)  # fmt: skip


@given(st.lists(SENT))
def test_segments_and_their_bytes(segments):
    """Bytes that are made of segments mean these segments."""
    assert scripts.segments_of(scripts.of_segments(segments)) == segments


@given(
    st.lists(
        st.builds(Segment, st.sampled_from(Direction), st.binary(max_size=9))
        | st.builds(Gap, st.sampled_from(Direction), st.integers(1, 2**16))
    )
)
def test_transcripts_and_their_bytes(transcript):
    """Bytes that are made of a transcript mean it."""
    assert scripts.transcript_of(scripts.of_transcript(transcript)) == transcript
