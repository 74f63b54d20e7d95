import pytest
from msgspec.structs import replace

from tests.report import samples
from tests.report.goldens import same_as_golden
from tlsprobe.certs.certificate import parse
from tlsprobe.handshake.events import KeyProof
from tlsprobe.model.finding import Ran
from tlsprobe.model.jsonable import record
from tlsprobe.model.observation import Slower
from tlsprobe.model.verdict import Conclusion, Interceptor
from tlsprobe.report import as_table, as_text
from tlsprobe.report.page import plain


@pytest.mark.parametrize("name", samples.ALL)
def test_report(name):
    """A report reads as its golden does."""
    same_as_golden(name, plain(as_text.rows(samples.ALL[name]()), 100))


def test_verbose_report():
    """A verbose report has every fact, the checks' names, and more of the certificates."""
    rows = as_text.rows(samples.inspected(), verbose=True)
    same_as_golden("inspected-verbose", plain(rows, 100))


def test_ways():
    """A verbose report has all that resolvers said, and how many packets the hello takes."""
    same_as_golden("astray-verbose", plain(as_text.rows(samples.astray(), verbose=True), 100))


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


def test_left_out():
    """What was wanted and not asked for want of connections stands in a line, and in the JSON."""
    seen = replace(samples.direct().observation, left_out=("the endpoint's JARM", "a trace"))
    report = replace(samples.direct(), observation=seen)
    text = plain(as_text.rows(report), 100)
    assert "left out        for want of connections: the endpoint's JARM; a trace\n" in text
    assert record(report).left_out == ["the endpoint's JARM", "a trace"]
    assert "left out" not in plain(as_text.rows(samples.direct()), 100)


def test_slower_address():
    """An address that stood as well, and later, stands in a line and in the JSON, and is no fault."""
    slower = (Slower("2001:db8::9", 412.3456, "192.0.2.1", 20.0),)
    report = replace(
        samples.direct(), observation=replace(samples.direct().observation, slower=slower)
    )
    text = plain(as_text.rows(report), 100)
    assert "slower          2001:db8::9 stood after 412.3 ms, 192.0.2.1 after 20.0 ms\n" in text
    (written,) = record(report).slower
    assert (written.address, written.ms, written.instead) == ("2001:db8::9", 412.346, "192.0.2.1")
    assert "slower" not in plain(as_text.rows(samples.direct()), 100)


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


@pytest.mark.parametrize("verbose", [False, True])
def test_long_names(verbose):
    """A name of any length costs no sentence more than some lines."""
    name = "CN=" + "x" * 20_000
    found = samples.reason(
        "issuer-key-not-public", f"{name} signed", facts={"a": name, "b": [name]}
    )
    report = samples.report(
        samples.observation(samples.MINTED),
        Conclusion.INSPECTED,
        f"TLS is re-signed on the path, under the name {name}: {name} signed",
        because=(found, found),
        not_looked_at=(samples.lacking("name-not-covered", name, Ran.BROKE),),
        interceptor=Interceptor(issuer=name, vendor=name),
        controls=(samples.opinion(samples.HONEST, public_error=name, machine_error="x"),),
    )
    text = plain(as_text.rows(report, verbose=verbose), 100)
    assert len(text) < 10_000
    assert "x" * 50 + "..." in text.replace(" ", "").replace("\n", "")


def test_other_chain():
    """A verbose report shows the certificates of a look that saw another chain."""
    text = plain(as_text.rows(samples.undecided(), verbose=True), 100)
    assert "\nits chain       0  CN=login.example.com,O=Example Ltd\n" in text
    assert f"sha256 {samples.HONEST[0].sha256.hex()}"[:60] in text
    assert "its chain" not in plain(as_text.rows(samples.undecided()), 100)
    assert "its chain" not in plain(as_text.rows(samples.inspected(), verbose=True), 100)


def with_interceptor(conclusion, issuer, summary="somebody reads this"):
    """A report on a path where somebody of that name was named."""
    return samples.report(
        samples.observation(samples.MINTED),
        conclusion,
        summary,
        because=(samples.reason("issuer-key-not-public", "it is not public"),),
        interceptor=Interceptor(issuer=issuer, product="Gateway"),
    )


@pytest.mark.parametrize(
    ("conclusion", "issuer", "name"),
    [
        (Conclusion.INSPECTED, "CN=Example", "CN=Example"),
        (Conclusion.INSPECTED, "", "(no name)"),
        (Conclusion.TERMINATED, "CN=Public CA", None),
    ],
)
def test_nobody_is_accused(conclusion, issuer, name):
    """Who signs is told as the name that stands there, and a public CA is not blamed."""
    report = with_interceptor(conclusion, issuer)
    under = "" if name is None else f"signs under the name {name}; "
    product = "by what it writes Gateway (a label, not a proof)"
    assert f"\ninterceptor     {under}{product}\n" in plain(as_text.rows(report), 200)
    row = "it is not public" if name is None else f"under the name {name}: it is not public"
    assert plain([as_table.row(report, width=20)], 0, wrap=False).endswith(f":443 {row}\n")
