"""Baseline files: what is written is read again, and whatever else is refused in one line."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.evidence import RESET, TAKEN, baseline, every_chain, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.errors import InputError
from tlsprobe.handshake.summary import Stapled, StapleSource
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.evidence import evidence
from tlsprobe.model.observation import SourceKind
from tlsprobe.store import baseline_file, whole_files
from tlsprobe.wire.messages import CertificateRequest

HONEST = baseline("honest")
SENT = Stapled(0, StapleSource.CERTIFICATE_ENTRY, b"x")
RICH = replace(
    HONEST,
    jarm="2" * 62,
    handshake=replace(
        HONEST.handshake,
        alpn=b"\xff\x00h2",
        extended_master_secret=True,
        downgrade_sentinel=0x0304,
        certificate_request=CertificateRequest(
            authorities=(b"0\0",), certificate_types=(1, 64), signature_schemes=(0x0804,)
        ),
        ocsp_responses=(SENT,),
        sct_lists=(SENT,),
    ),
)


def written(folder, *observations):
    """A file of these."""
    path = folder / "clean.json"
    whole_files.write({path: baseline_file.dump(observations, tool="tlsprobe test")})
    return path


def kept(one):
    """What a baseline keeps of an observation, in a form that can be compared."""
    none = replace(
        one.handshake, client_hellos=(), server_hello=None, hello_retry=None,
        encrypted_extensions=(), anomalies=(), alerts=(),
    )  # fmt: skip
    return evidence(replace(one, source=SourceKind.BASELINE, handshake=none)), one.taken, one.scts


@pytest.mark.parametrize(
    "one",
    [RICH, replace(unanswered(RESET), source=SourceKind.BASELINE), *map(baseline, every_chain())],
    ids=lambda one: one.chain[0].subject if one.chain else "none",
)
def test_round_trip(one, tmp_path):
    """What checks look at comes back as it was, for honest, hostile and missing answers alike."""
    (read,) = baseline_file.load(written(tmp_path, one))
    assert kept(read) == kept(one)


@pytest.mark.parametrize("name", every_chain())
def test_a_record_is_judged_as_what_it_was_made_of(name, tmp_path):
    """Held against another baseline, a record of today gives the verdict of today's probe."""
    seen = observation(name)
    (read,) = baseline_file.load(written(tmp_path, seen))
    held = replace(reference(), baseline=Baseline([HONEST]))
    read = replace(read, source=SourceKind.PROBE)
    assert judged(read, held).verdict.conclusion is judged(seen, held).verdict.conclusion


def test_one_endpoint_a_line(tmp_path):
    """Two files can be compared by any tool: an endpoint is a line, all of it ASCII."""
    lines = written(tmp_path, HONEST, RICH).read_text("ascii").splitlines()
    assert len(lines) == 4
    assert json.loads(lines[1].removesuffix(","))["host"] == "sync.cloud.example"


def test_several_observations_of_one_endpoint(tmp_path):
    """A fleet is recorded address by address, and the same twice counts once."""
    other = replace(HONEST, target=replace(HONEST.target, address="192.0.2.8"))
    read = baseline_file.load(written(tmp_path, HONEST, other, HONEST))
    assert len(read.of(HONEST.target)) == 2


def edited(folder, edit):
    """A file with its document changed."""
    path = written(folder, HONEST)
    document = json.loads(path.read_text())
    edit(document, document["endpoints"][0])
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda whole, one: whole.update(schema="tlsprobe.baseline/2"),
         "schema is tlsprobe.baseline/2: expected tlsprobe.baseline/1, the newest"),
        (lambda whole, one: whole.update(schema="tlsprobe.report/1"), "schema is 'tlsprobe.report/1'"),
        (lambda whole, one: whole.pop("schema"), "missing required field `schema`"),
        (lambda whole, one: whole.pop("endpoints"), "missing required field `endpoints`"),
        (lambda whole, one: whole.update(endpoints=[]), "endpoints: expected `array` of length >= 1"),
        (lambda whole, one: one.update(port=0), "endpoints[0].port: expected `int` >= 1"),
        (lambda whole, one: one.update(host="a b"), "endpoints[0]: expected a host name"),
        (lambda whole, one: one.update(taken="2026-11-23T12:00:00"), "endpoints[0].taken"),
        (lambda whole, one: one.update(taken="yesterday"), "endpoints[0].taken"),
        (lambda whole, one: one["chain"].append("?"), "endpoints[0]: chain[2]: expected base64"),
        (lambda whole, one: one.update(chain=["AA=="] * 33), "endpoints[0].chain"),
        (lambda whole, one: one["tls"].update(version="TLS 1.3"), "endpoints[0].tls.version"),
        (lambda whole, one: one["tls"].update(key_proof="perhaps"), "endpoints[0].tls.key_proof"),
        (lambda whole, one: one["tls"].update(alpn="\u20ac"), "endpoints[0]: alpn"),
        (lambda whole, one: one.pop("tls"), "endpoints[0]: has a chain, but no tls"),
        (lambda whole, one: (one.pop("tls"), one.pop("chain")),
         "endpoints[0]: has neither tls nor failure"),
        (lambda whole, one: whole["endpoints"].append(dict(one, chain=one["chain"][:1])),
         "endpoints[1]: sync.cloud.example:443 stands in endpoints[0] too"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_what_is_refused(edit, reason, tmp_path):
    """A file that is malformed, newer, or contradicts itself is named, with the place and the reason."""
    path = edited(tmp_path, edit)
    with pytest.raises(InputError) as refused:
        baseline_file.load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_line_of_what_is_no_json(tmp_path):
    """A file that was cut or edited by hand tells the line."""
    path = written(tmp_path, HONEST, RICH)
    text = path.read_text()
    for broken, line in (
        (text.replace('"port":443', '"port":443x', 2).replace("443x", "443", 1), 3),
        (text[: len(text) // 4], 2),
        ("", 1),
    ):
        path.write_text(broken)
        with pytest.raises(InputError, match=f"line {line}: is no JSON"):
            baseline_file.load(path)


def test_what_cannot_be_read(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(InputError, match=r"missing\.json: cannot be read"):
        baseline_file.load(tmp_path / "missing.json")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.integers(0, 5000), st.integers(0, 20), st.binary(max_size=8))
def test_bytes_never_raise_anything_else(tmp_path, at, cut, patch):
    """Whatever is done to a file, it is read or refused."""
    whole = baseline_file.dump([RICH], tool="tlsprobe test")
    path = tmp_path / "patched.json"
    path.write_bytes(whole[:at] + patch + whole[at + cut :])
    with suppress(InputError):
        assert baseline_file.load(path)


def test_times_keep_their_moment(tmp_path):
    """A time is read as it was written, to the microsecond."""
    exact = replace(HONEST, taken=TAKEN.replace(microsecond=123456))
    (read,) = baseline_file.load(written(tmp_path, exact))
    assert read.taken == exact.taken
