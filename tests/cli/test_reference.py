import json
import os
from datetime import UTC, date, datetime

import pytest

from tests.cli.running import tlsprobe
from tests.evidence import chain, key_of
from tests.listing import ca, index_of, key
from tests.store.test_ccadb_export import COLUMNS, RECORDS, export, record, row
from tests.store.test_chrome_ct_logs import DOCUMENT
from tests.store.test_reference import reference_file
from tlsprobe.certs.pins import spki_pin
from tlsprobe.store import shipped
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.updates import ct_logs

INTERMEDIATE = "sha256/5kJvNEMw0KjrCAu7eXY5HZdvyCS13BbA0VJG1RSP91w="
"""The key of DigiCert SHA2 Secure Server CA."""


def records(*arguments, environment=None):
    """The records that the command writes; it has to find something."""
    code, out, err = tlsprobe("reference", "show", *arguments, "--json", environment=environment)
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_what_is_expected_of_a_host():
    """Owner, kind of CA, date, origin, file and choices of a host are explained."""
    code, out, err = tlsprobe("reference", "show", "Login.MicrosoftOnline.com.")
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    for words in (
        "login.microsoftonline.com owner Microsoft",
        "issued by a CA of the public root programmes",
        "since 2026-05-26, ",
        "from merill/entra-docs-mirror",
        "expectations.json",
        "chooses version TLS 1.2, TLS 1.3; group secp384r1; ALPN no protocol as of 2026-09-26",
    ):
        assert words in text
    [found] = records("login.microsoftonline.com")
    assert found["schema"] == "tlsprobe.expectation/1"
    assert (found["owner"], found["issued_by"]) == ("Microsoft", "public")
    assert found["choices"]["groups"] == ["secp384r1"]


def test_what_a_user_expects_is_shown_with_his_file(tmp_path):
    """A file of the user's says where it stands; its keys come with the names of their CAs."""
    path = reference_file(tmp_path / "own.toml", owner="E", names=["*.example"])
    text = path.read_text().replace("names =", f'ca_keys = ["{INTERMEDIATE}"]\nnames =')
    path.write_text(text)
    [found] = records("a.example", "--reference", path)
    assert (found["host"], found["owner"], found["file"]) == ("a.example", "E", str(path))
    assert [one["key"] for one in found["ca_keys"]] == [INTERMEDIATE]
    assert found["ca_keys"][0]["certificates"][0]["common_name"] == "DigiCert SHA2 Secure Server CA"
    out = " ".join(tlsprobe("reference", "show", "a.example", "--reference", path)[1].split())
    assert "CA keys CN=DigiCert SHA2 Secure Server CA, O=DigiCert Inc, 2013-03-08 to" in out
    assert f"public: {INTERMEDIATE}" in out
    [of_key] = records(INTERMEDIATE, "--reference", path)
    assert of_key["expected_of"][0] == {"owner": "E", "names": ["*.example"]}


def test_a_key_that_only_the_user_knows(tmp_path):
    """A key of the owner's own PKI, which no public list has, is told with its expectation."""
    path = reference_file(tmp_path / "own.toml", owner="E", names=["a.example"])
    pin = spki_pin(key(1))
    path.write_text(path.read_text().replace("names =", f'pins = ["{pin}"]\nnames ='))
    [found] = records(pin, "--reference", path)
    assert (found["schema"], found["owner"]) == ("tlsprobe.expectation/1", "E")
    assert tlsprobe("reference", "show", pin, "--reference", path)[:2] == (
        0, f"{pin}: a key of E\n",
    )  # fmt: skip


def test_what_is_known_of_a_ca():
    """A key shows its certificates, what it counts as, whose services it stands behind."""
    [found] = records(INTERMEDIATE)
    assert (found["schema"], found["key"]) == ("tlsprobe.ca/1", INTERMEDIATE)
    assert (found["public"], found["root"], found["cloud"]) == (True, False, "microsoft")
    assert {one["not_after"] for one in found["certificates"]} == {"2023-03-08", "2030-09-22"}
    out = " ".join(tlsprobe("reference", "show", INTERMEDIATE)[1].split())
    assert "counts as a public CA below a root" in out
    assert "2013-03-08 to 2023-03-08 (expired)" in out
    assert "public_cas.txt" in out


def test_cas_by_a_part_of_their_name():
    """A name that several keys bear gives a line for each, and the same as JSON."""
    found = records("tls g2 rsa ca")
    assert len(found) >= 8
    assert {one["certificates"][0]["organisation"] for one in found} == {"Microsoft Corporation"}
    out = tlsprobe("reference", "show", "tls g2 rsa ca")[1]
    assert all(one["key"] in out for one in found)


@pytest.mark.parametrize("asked", ["nobody.example", "No Such CA", spki_pin(bytes(32))])
def test_what_is_not_known(asked):
    """Of what nothing is known it says so, and exits with 3."""
    code, out, err = tlsprobe("reference", "show", asked)
    assert (code, err) == (3, "")
    assert out.startswith(f"{asked}: nothing is known of it")
    code, out, _ = tlsprobe("reference", "show", asked, "--json")
    assert (code, json.loads(out)["asked"]) == (3, asked)


def test_the_overview():
    """Each table is listed with its size, its day, its age and whether it is still good."""
    code, out, err = tlsprobe("reference", "show")
    assert (code, err) == (0, "")
    assert "8088 keys of 10202 certificates" in out
    found = {one["table"]: one for one in records()}
    assert set(found) >= {"expectations", "labels", "public CAs"}
    cas = found["public CAs"]
    assert (cas["as_of"], cas["shelf_life_days"]) == ("2026-08-21", 366)
    assert cas["past_shelf_life"] == (cas["age_days"] > 366)


def test_what_is_too_old_says_so(tmp_path):
    """A table past its shelf life asks to be updated."""
    path = reference_file(tmp_path / "own.toml", owner="E", names=["a.example"])
    path.write_text(path.read_text().replace("2026-11-22", "2019-01-01"))
    out = tlsprobe("reference", "show", "--reference", path)[1]
    assert "PAST ITS SHELF LIFE" in " ".join(out.split())


def test_everything():
    """`--all` is a line of text, or a record, for each CA."""
    lines = tlsprobe("reference", "show", "--all")[1].splitlines()
    found = records("--all")
    assert len(lines) == len(found) == 8088
    assert lines[0].startswith(found[0]["key"])


def data(folder):
    """An environment in which the user's own lists lie there."""
    return {"XDG_DATA_HOME": str(folder), "HOME": str(folder)}


def exported(folder):
    """An export with two certificates of which one is a root."""
    _, below, root = chain("honest-with-root")
    return export(folder / "pems.csv", COLUMNS, row(below), row(root))


@pytest.mark.skipif(os.name == "nt", reason="another platform has another place")
def test_an_update_counts_from_then_on(tmp_path):
    """The index is rebuilt in the user's own place, and what it has learnt is shown."""
    environment = data(tmp_path)
    file = exported(tmp_path)
    code, out, err = tlsprobe("reference", "update", "--ccadb", file, environment=environment)
    assert (code, err) == (0, "")
    assert "8090 CA keys, 2 of them new" in out
    [found] = records(spki_pin(key_of("honest", 1)), environment=environment)
    assert found["public"]
    assert found["file"] == str(next(tmp_path.rglob("public_cas.txt")))
    assert found["as_of"] == datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat()
    assert records(INTERMEDIATE, environment=environment)[0]["cloud"] == "microsoft"
    # Once more over it: nothing is new, and it remembers what it was made of.
    out = tlsprobe("reference", "update", "--ccadb", file, environment=environment)[1]
    assert "8090 CA keys, 0 of them new" in out


@pytest.mark.skipif(os.name == "nt", reason="another platform has another place")
def test_an_update_mends_a_broken_one(tmp_path):
    """What cannot be used says what can be done, and that works."""
    environment, file = data(tmp_path), exported(tmp_path)
    assert tlsprobe("reference", "update", "--ccadb", file, environment=environment)[0] == 0
    ours = next(tmp_path.rglob("public_cas.txt"))
    whole = ours.read_bytes()
    ours.write_bytes(whole[:1000])
    code, _, err = tlsprobe("reference", "show", environment=environment)
    assert code == 2
    assert "make it anew with `tlsprobe reference update`" in err
    code, _, err = tlsprobe("reference", "update", "--ccadb", file, environment=environment)
    assert (code, "it is passed over" in err) == (0, True)
    assert ours.read_bytes() == whole


def test_an_update_elsewhere(tmp_path):
    """`--to` says where, `--as-of` since when; records beside the certificates tell of roots."""
    root = chain("honest-with-root")[2]
    told = export(
        tmp_path / "records.csv", RECORDS,
        record(root.sha256, "Root Certificate", status="Not Included"),
    )  # fmt: skip
    place = tmp_path / "a" / "b"
    code, _, err = tlsprobe(
        "reference", "update", "--ccadb", exported(tmp_path), "--ccadb", told,
        "--as-of", "2026-10-01", "--to", place,
    )  # fmt: skip
    assert (code, err) == (0, "")
    index = CAIndex(place / "public_cas.txt")
    index.check()
    assert index.as_of == date(2026, 10, 1)
    found = index.by_key(root.spki_sha256)
    assert found is not None
    assert not found.public


def test_an_update_of_the_logs(tmp_path):
    """Chrome's list goes over the shipped one, beside the index, and counts from then on."""
    file = tmp_path / "log_list.json"
    file.write_text(json.dumps(DOCUMENT))
    place = tmp_path / "tlsprobe" / "reference"
    code, out, err = tlsprobe(
        "reference", "update", "--ct-logs", file, "--ccadb", exported(tmp_path), "--to", place
    )
    assert (code, err) == (0, "")
    assert "319 logs, as of 2026-11-20" in out
    assert {one.name for one in place.iterdir()} == {"ct_logs.txt", "public_cas.txt"}
    assert ct_logs(place).as_of == date(2026, 11, 20)
    assert ct_logs(None).as_of < date(2026, 11, 20)


@pytest.mark.skipif(os.name == "nt", reason="another platform has another place")
def test_the_overview_looks_at_every_line(tmp_path):
    """A line of a user's list that is malformed is named, though nothing has asked for it."""
    place = tmp_path / "tlsprobe" / "reference"
    place.mkdir(parents=True)
    text = (shipped.DATA / "ct_logs.txt").read_text().replace("as of 2026", "as of 2099", 1)
    (place / "ct_logs.txt").write_text(text + "no log\n")
    code, out, err = tlsprobe("reference", "show", environment=data(tmp_path))
    assert (code, out) == (2, "")
    assert "ct_logs.txt: line 320: expected" in err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["update"], "expected --ccadb FILE.csv or --ct-logs FILE.json"),
        (["update", "--ct-logs", "missing.json"], "missing.json"),
        (["update", "--ccadb", "pems.csv", "--ct-logs", "other.csv"], "other.csv: "),
        (["update", "--ccadb", "missing.csv"], "missing.csv: cannot be read"),
        (["update", "--ccadb", "other.csv"], "other.csv: line 1: expected an export of the CCADB"),
        (["update", "--ccadb", "records.csv"], "records.csv: expected certificates as PEM"),
        (["update", "--ccadb", "pems.csv", "--as-of", "soon"], "--as-of 'soon'"),
        (
            ["update", "--ccadb", "pems.csv", "--as-of", "2020-01-01"],
            "older than the index of 2026",
        ),
        (["update", "--ccadb", "pems.csv", "--to", "other.csv"], "other.csv: cannot be written"),
        (["update", "--ccadb", "pems.csv", "--as-of", "2999-01-01"], "still to come"),
        (["show", "sha256/short"], "pin 'sha256/short'"),
        (["show", " "], "is empty"),
        (["show", "--all", "a.example"], "--all and HOST|KEY|NAME"),
        (["show", "--reference", "missing.toml"], "missing.toml"),
        (["no-such"], "'no-such'"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(tmp_path, arguments, named):
    """What cannot be used is named on one line of stderr, nothing is written, and the code is 2."""
    exported(tmp_path)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    export(tmp_path / "records.csv", RECORDS, record(bytes(32), "Root Certificate"))
    before = sorted(tmp_path.rglob("*"))
    code, out, err = tlsprobe(
        "reference", *arguments, folder=tmp_path, environment={"XDG_DATA_HOME": str(tmp_path / "x")}
    )
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert named in err
    assert sorted(tmp_path.rglob("*")) == before


def test_no_subcommand():
    """Without one the help goes to stderr, and the exit code says wrong usage."""
    code, out, err = tlsprobe("reference")
    assert (code, out) == (2, "")
    assert "show" in err


@pytest.mark.skipif(os.name == "nt", reason="another platform has another place")
def test_a_broken_update_is_named_unless_nobody_asks_for_it(tmp_path, server):
    """A probe refuses an index that cannot be used; `--no-reference` ignores it."""
    place = tmp_path / "tlsprobe" / "reference"
    place.mkdir(parents=True)
    path = index_of(place, ca(1), as_of=date(2099, 1, 1)).path
    path.write_bytes(path.read_bytes().replace(b"public_cas/2", b"public_cas/3"))
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    code, out, err = tlsprobe("probe", server.target, environment=environment)
    assert (code, out) == (2, "")
    assert "public_cas.txt: line 1: schema is tlsprobe.public_cas/3" in err
    code, _, err = tlsprobe("probe", server.target, "--no-reference", environment=environment)
    assert (code, "public_cas" in err) == (3, False)
