"""The check `timestamps-verified`."""

from datetime import UTC, datetime

import pytest

from fixtures.chains.cast import SERVER
from fixtures.chains.timestamps import logged_certificate, sct_list
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    CHAINS,
    KNOWN_LOGS,
    captured,
    chain,
    listing,
    logs,
    observation,
    reference,
    unanswered,
)
from tests.server13 import block, extension
from tlsprobe.certs.ct_log import LogState, Standing
from tlsprobe.model.finding import Leaning, Weight

HELD = reference(ct_logs=KNOWN_LOGS)
LEAF, INTERMEDIATE = chain("with-scts")
SCTS = sct_list(logged_certificate(SERVER))
STAPLE = (CHAINS / "staples" / "good-with-scts.der").read_bytes()


def test_finding(look):
    """A public log's timestamp over this certificate is strong evidence of a public CA."""
    result = look(observation("with-scts"), HELD)
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert finding(result).facts["timestamp"] == "Operator 1 Log 1, 2026-10-01 00:00:00: verifies"
    assert finding(result).facts["from"] == "certificate"


def test_the_ca_need_not_be_sent(look):
    """Where a list knows the key that the leaf names, the log's signature says that it signed."""
    alone = observation((LEAF,))
    held = reference(public=listing(INTERMEDIATE), ct_logs=KNOWN_LOGS)
    assert said(look(alone, held)) == (Leaning.ORIGIN, Weight.STRONG)
    assert silent(look(alone, HELD))


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (extension(18, SCTS), "tls-extension"),
        (extension(5, b"\1" + block(STAPLE, 3)), "ocsp-response"),
    ],
)
def test_beside_the_certificate(place, word, look):
    """Timestamps over the whole certificate need no issuer at all."""
    result = look(observation("missing-intermediate", leaf_extensions=place), HELD)
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert finding(result).facts["from"] == word


@pytest.mark.parametrize(
    "name",
    [
        "honest",
        "copied-timestamps",
        "copied-timestamps-leaf-only",
        "copied-to-the-letter-leaf-only",
    ],
)
def test_silence(name, look):
    """A leaf without timestamps, or with another's, has none that verifies."""
    assert silent(
        look(observation(name), reference(public=listing(INTERMEDIATE), ct_logs=KNOWN_LOGS))
    )


OUT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "taken", "found"),
    [
        (LogState.RETIRED, "2026-10-20", True),
        (LogState.RETIRED, "2026-11-23", False),
        (LogState.PENDING, "2026-11-23", False),
    ],
)
def test_a_log_counts_while_browsers_take_it(state, taken, found, look):
    """A log that has been thrown out may have had its key stolen; what it said before stands."""
    held = reference(ct_logs=logs(standings=(Standing("chrome", state, OUT),)))
    seen = captured("with-scts", taken=datetime.fromisoformat(taken).replace(tzinfo=UTC))
    assert silent(look(seen, held)) == (not found)


def test_not_applicable(look):
    """Without a list of logs, or without a chain, nothing can be said."""
    assert lacked(look(observation("with-scts"), reference())).startswith("a list of the logs")
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
