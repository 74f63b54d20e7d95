from dataclasses import replace

import pytest

from tests.report import samples
from tests.report.goldens import same_as_golden
from tlsprobe.certs.certificate import parse
from tlsprobe.handshake.events import KeyProof
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_text
from tlsprobe.report.page import plain


@pytest.mark.parametrize("name", samples.ALL)
def test_report(name):
    """A report reads as its golden does."""
    same_as_golden(name, plain(as_text.rows(samples.ALL[name]()), 100))


def test_verbose_report():
    """A verbose report has every fact, the checks' names, and more of the certificates."""
    rows = as_text.rows(samples.inspected(), verbose=True)
    same_as_golden("inspected-verbose", plain(rows, 100))


@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_names(verbose):
    """Names that a peer chose bring nothing to the terminal but letters, and no line of their own."""
    text = plain(as_text.rows(samples.hostile(), verbose=verbose), 100)
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.startswith("direct") for line in text.split("\n"))


def test_long_chain_is_cut_short():
    """A normal report shows the beginning of a long chain and how much is left; a verbose one all."""
    chain = samples.MINTED * 5
    report = samples.report(samples.observation(chain), Conclusion.UNDECIDED, "nothing is known")
    assert "and 4 more certificates" in plain(as_text.rows(report), 100)
    assert "\n                9  CN=" in plain(as_text.rows(report, verbose=True), 100)


def test_certificate_without_anything():
    """Bytes that are no certificate are shown as what they are."""
    chain = (parse(b"\x30\x03\x02\x01\x01"),)
    report = samples.report(samples.observation(chain), Conclusion.UNDECIDED, "nothing is known")
    text = plain(as_text.rows(report, verbose=True), 100)
    assert "0  (unreadable name)" in text
    assert "valid (unreadable) to (unreadable)" in text
    assert "broken: " in text


def test_reason_stands_once():
    """What stands among the reasons is not said in the first line as well."""
    text = plain(as_text.rows(samples.inspected()), 1000)
    assert text.count("no public CA's key stands behind the chain") == 1


@pytest.mark.parametrize("proof", KeyProof)
def test_every_proof_has_words(proof):
    """Whatever became of the proof of the key, the report says it."""
    shaken = replace(samples.handshake(samples.MINTED), key_proof=proof)
    report = samples.report(
        samples.observation(samples.MINTED, shaken=shaken), Conclusion.UNDECIDED, "x"
    )
    assert "key" in next(
        line for line in plain(as_text.rows(report), 1000).splitlines() if line.startswith("tls ")
    )


def test_every_conclusion_has_a_tone():
    """Every verdict has a colour."""
    assert set(as_text.TONES) == set(Conclusion)
