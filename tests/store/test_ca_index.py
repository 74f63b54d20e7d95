"""The index of public CAs: found by key, by name and by key identifier, in a text as it lies."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence import chain
from tests.listing import ca, certificate, index_of, key
from tlsprobe.certs.trust import TrustStore
from tlsprobe.errors import InputError
from tlsprobe.store import shipped
from tlsprobe.store.ca_index import CAIndex, text
from tlsprobe.store.listed_ca import (
    ListedCA,
    ListedCertificate,
    Reach,
    Serving,
    digits,
    line,
    parsed,
)

words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))
certificates = st.builds(
    ListedCertificate,
    common_name=words, organisation=words, first=days, last=days, root=st.booleans(),
    reach=st.sampled_from(Reach), serving=st.sampled_from(Serving),
)  # fmt: skip
entries = st.builds(
    ListedCA,
    spki_sha256=st.binary(min_size=32, max_size=32),
    key_ids=st.lists(st.binary(min_size=1, max_size=24), max_size=2).map(tuple),
    cloud=st.sampled_from(("", "microsoft")),
    certificates=st.lists(certificates, min_size=1, max_size=3).map(tuple),
)


@given(entries)
def test_a_line_holds_an_entry(one):
    """What is written of a CA is read again, its certificates in their order of names and days."""
    again = parsed(line(one))
    assert sorted(again.certificates, key=repr) == sorted(one.certificates, key=repr)
    assert line(again) == line(one)
    assert (again.spki_sha256, again.key_ids, again.cloud) == (
        one.spki_sha256, one.key_ids, one.cloud,
    )  # fmt: skip


@pytest.mark.parametrize("broken", ["a\tb", "a\nb", "a\u2028b", "a\rb"])
def test_a_name_cannot_break_its_line(broken):
    """A name that would end a field or a line is refused, and no second entry comes of it."""
    with pytest.raises(ValueError, match="a name with a tab or a line end"):
        line(ca(1, certificate(broken)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entries, max_size=8, unique_by=lambda one: one.spki_sha256))
def test_it_agrees_with_a_table_of_the_same(tmp_path, cas):
    """Every entry is found by all that it has, nothing else is, and the file is as it must be."""
    index = index_of(tmp_path, *cas)
    index.check()
    assert len(index) == len(cas)
    for one in cas:
        found = index.by_key(one.spki_sha256)
        assert found is not None
        assert line(found) == line(one)
        for key_id in one.key_ids:
            assert found in index.by_key_id(key_id)
        for each in one.counting:
            whole = each.common_name.strip() and each.organisation.strip()
            if whole:
                assert found in index.by_name(each.common_name.casefold(), f" {each.organisation}")
            else:
                assert index.by_name(each.common_name, each.organisation) == ()
    assert index.by_key(key("nobody")) is None
    assert index.by_key_id(key("nobody")[:20]) == ()
    assert index.by_name("Nobody's CA", "Nobody") == ()


def test_several_keys_of_one_name_and_several_names_of_one_key(tmp_path):
    """A name finds every key that bears it, and a key is found by each of its names."""
    both = ca(1, certificate("Old CA"), certificate("New CA"))
    other = ca(2, certificate("New CA"))
    index = index_of(tmp_path, both, other)
    assert {one.spki_sha256 for one in index.by_name("new ca", "some trust")} == {key(1), key(2)}
    assert [one.spki_sha256 for one in index.by_name("Old CA", "Some  Trust")] == [key(1)]


def test_who_is_public(tmp_path):
    """Roots are, and CAs below them that may serve; what leads nowhere or serves not is only listed."""
    index = index_of(
        tmp_path,
        ca("root", certificate(root=True, reach=Reach.OTHER, serving=Serving.ANY)),
        ca("below", certificate(reach=Reach.OTHER)),
        ca("cross-signed", certificate(reach=Reach.NOWHERE), certificate(root=True)),
        ca("nowhere", certificate(reach=Reach.NOWHERE)),
        ca("mail", certificate(serving=Serving.NOT)),
        ca("stranger", certificate(root=True, reach=Reach.NOWHERE)),
    )
    for name, root, below in [
        ("root", True, False), ("below", False, True), ("cross-signed", True, False),
        ("nowhere", False, False), ("mail", False, False), ("stranger", False, False),
    ]:  # fmt: skip
        assert (index.roots.find(key(name)) is not None) == root, name
        assert (index.intermediates.find(key(name)) is not None) == below, name
        assert index.lists(key(name))
    assert {one.spki_sha256 for one in index.by_name("Some CA", "Some Trust")} == {
        key("root"), key("below"), key("cross-signed"),
    }  # fmt: skip


def test_a_store_asks_it_by_key_and_by_name(tmp_path):
    """A store finds the CAs of its tables, but for names whose keys it has certificates of."""
    root = chain("honest-with-root")[2]
    name = {"common_name": root.subject_common_names[0],
            "organisation": root.subject_organisations[0]}  # fmt: skip
    index = index_of(tmp_path, ca("twin", certificate(**name, root=True)))
    store = TrustStore(name="n", origin="o", cas=(), tables=(index.roots,), names=(index.roots,))
    both = TrustStore.merge(store, TrustStore(name="m", origin="p", cas=()))
    for one in (store, both):
        assert one.by_key(key("twin")) == index.roots.find(key("twin"))
        assert one.by_key(key("nobody")) is None
        assert [ca.spki_sha256 for ca in one.by_name(root.subject_der)] == [key("twin")]


def test_its_time_is_counted_in_days(tmp_path):
    """From the first moment of the first certificate's first day to the last's last."""
    reissued = (certificate(), certificate(last=date(2027, 1, 1), first=date(2020, 1, 1)))
    known = index_of(tmp_path, ca(1, *reissued)).intermediates.find(key(1))
    assert known is not None
    assert known.valid_at(datetime(2014, 1, 1, tzinfo=UTC))
    assert known.valid_at(datetime(2027, 1, 1, 23, 59, tzinfo=UTC))
    assert known.valid_at(datetime(2013, 12, 31, 23, 59, tzinfo=UTC)) is False
    assert known.valid_at(datetime(2027, 1, 2, tzinfo=UTC)) is False


ROOT = chain("honest-with-root")[2]


def whole(one):
    """A root of which the index was given the certificate."""
    return ca(
        "with its key", certificate(root=True, reach=Reach.OTHER),
        spki_sha256=one.spki_sha256, spki_der=one.spki_der,
    )  # fmt: skip


def test_the_key_of_a_root_is_kept_whole(tmp_path):
    """Signatures can be verified under it, however the root is found; of others the hash is enough."""
    below = chain("honest")[1]
    index = index_of(
        tmp_path, whole(ROOT),
        ca("below", spki_sha256=below.spki_sha256, spki_der=below.spki_der),
    )  # fmt: skip
    index.check()
    known = index.roots.find(ROOT.spki_sha256)
    assert known is not None
    assert known.verifying_key == ROOT.spki_der
    assert index.roots.named("Some CA", "Some Trust") == (known,)
    listed = index.intermediates.find(below.spki_sha256)
    assert listed is not None
    assert listed.verifying_key == b""


def test_an_older_index_is_read_as_well(tmp_path):
    """Number 1 of the schema has no whole keys, and is whole without them."""
    path = tmp_path / "public_cas.txt"
    path.write_bytes(text((whole(ROOT),), as_of=date(2026, 8, 21), origin="a test", schema=1))
    assert path.read_bytes().startswith(b"# tlsprobe.public_cas/1\n")
    index = CAIndex(path)
    index.check()
    known = index.roots.find(ROOT.spki_sha256)
    assert known is not None
    assert known.verifying_key == b""


def test_another_key_is_not_taken_for_a_roots(tmp_path):
    """A key that does not have the hash that stands before it is refused, and named by its line."""
    index = index_of(tmp_path, whole(ROOT))
    other = digits(chain("honest")[1].spki_der).encode()
    content = index.path.read_bytes()
    index.path.write_bytes(content.replace(digits(ROOT.spki_der).encode(), other))
    with pytest.raises(InputError, match="line 5: expected the key whose hash stands before it"):
        CAIndex(index.path).roots.find(ROOT.spki_sha256)


def changed(tmp_path, before, after):
    """An index in whose file one thing was changed."""
    path = index_of(tmp_path, ca(1), ca(2, certificate("Another CA"))).path
    content = path.read_bytes()
    assert content.count(before) >= 1
    path.write_bytes(content.replace(before, after, 1))
    return CAIndex(path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"public_cas/2", b"public_cas/3", "line 1: schema is tlsprobe.public_cas/3: expected"),
        (b"# tlsprobe", b"# other", 'line 1: expected "# tlsprobe.public_cas/2"'),
        (b"2026-08-21", b"2026-13-21", "line 2 or 3: "),
        (b"[names]\n", b"", "expected the sections"),
        (b"IMS2014", b"XMS2014", "line 5: 'XMS20140101-20261122': expected a certificate"),
        (b"-20261122\n", b"-20261322\n", "line 5: "),
    ],
)
def test_a_file_that_is_not_as_it_must_be(tmp_path, before, after, said):
    """It is refused with file, line and reason, whatever of it is asked for first."""
    with pytest.raises(InputError) as error:
        changed(tmp_path, before, after).check()
    assert said in str(error.value)
    assert "public_cas.txt: " in str(error.value)


def test_contradictions_are_told(tmp_path):
    """A key with two entries is refused with the second's line; so is an index of names cut short."""
    index = index_of(tmp_path, ca(1, cloud="microsoft"))
    head, entry, rest = index.path.read_bytes().partition(b"[keys]\n")
    own = rest.partition(b"\n")[0]
    index.path.write_bytes(head + entry + own.replace(b"microsoft", b"aws") + b"\n" + rest)
    with pytest.raises(InputError, match=r"line 6: the key sha256/.* stands twice"):
        CAIndex(index.path).check()
    index.path.write_bytes(head + entry + rest.replace(rest.splitlines(keepends=True)[2], b""))
    with pytest.raises(InputError, match=r"expected the other sections to fit"):
        CAIndex(index.path).check()
    index.path.write_bytes((head + entry + rest)[:-5])
    with pytest.raises(InputError, match="that is whole"):
        CAIndex(index.path).check()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, 400), st.booleans())
def test_no_file_gives_more_than_one_line(tmp_path, noise, at, ended):
    """Whatever stands in a file, looking things up in it ends, with an answer or one line."""
    whole = index_of(tmp_path, ca(1), ca(2)).path.read_bytes()
    path = tmp_path / "noisy.txt"
    path.write_bytes(whole[:at] + noise + whole[at:] + b"\n" * ended)
    index = CAIndex(path)
    for ask in (
        lambda: index.by_key(key(1)),
        lambda: index.by_name("Some CA", "Some Trust"),
        lambda: index.by_key_id(key(2)[:20]),
        lambda: [*index],
        index.check,
    ):
        said = ""
        try:
            ask()
        except InputError as error:
            said = str(error)
        assert not said or said.startswith(f"{path}: ")
        assert "\n" not in said


def test_the_shipped_index_is_whole():
    """It is in order, knows every CA of the collection, and says since when and from where."""
    index = shipped.public_cas()
    index.check()
    assert len(index) == 8088
    assert sum(len(one.certificates) for one in index) == 10202
    assert (index.as_of, index.origin[:6]) == (date(2026, 8, 21), "CCADB,")
    documented = [one for one in index if one.documented == "current"]
    assert len(documented) == 39
    assert {one.cloud for one in documented} == {"microsoft"}
    keyed = {one.certificates[0].common_name for one in index if one.spki_der}
    assert {"Microsoft TLS RSA Root G2", "DigiCert Global Root CA"} < keyed
    assert {one.cloud for one in index} == {
        "", "aws", "cloudflare", "google", "letsencrypt", "microsoft",
    }  # fmt: skip


def test_what_leads_nowhere_is_not_public_in_the_shipped_index():
    """No CA that the CCADB lists without a way to a root makes a chain public."""
    index = shipped.public_cas()
    nowhere = [
        one for one in index if all(each.reach is Reach.NOWHERE for each in one.certificates)
    ]
    assert len(nowhere) > 100
    for one in nowhere:
        assert index.roots.find(one.spki_sha256) is None
        assert index.intermediates.find(one.spki_sha256) is None
