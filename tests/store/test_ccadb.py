"""From certificates to an index of public CAs: signatures tell what leads to which root."""

import json
from base64 import b64decode
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.evidence import chain, store, store_of
from tests.listing import AS_OF, ca, certificate, fixture_index, index_of, key
from tlsprobe.certs.certificate import parse
from tlsprobe.store import shipped
from tlsprobe.store.ca_index import CAIndex
from tlsprobe.store.ccadb import rebuilt
from tlsprobe.store.ccadb_export import Export, Recorded
from tlsprobe.store.listed_ca import Reach
from tlsprobe.store.trust_stores import certifi_store

COLLECTION = Path(__file__).resolve().parents[3] / "shared" / "reference"
NOBODY = store_of(())
LATER = date(2026, 11, 1)


def built(folder, certificates, *, before=(), mozilla=NOBODY, records=None):
    """The index that exports of these certificates give, over one of these entries."""
    exports = [Export(certificates=tuple(certificates)), Export(records=records)]
    made = rebuilt(
        exports, before=index_of(folder, *before), mozilla=mozilla, as_of=LATER, origin="exports"
    )
    path = folder / "built.txt"
    path.write_bytes(made.content)
    index = CAIndex(path)
    index.check()
    assert len(index) == made.keys
    return index, made


def reaches(index, one):
    """Where the certificates of a key lead."""
    found = index.by_key(one.spki_sha256)
    assert found is not None
    return [each.reach for each in found.certificates]


def test_chains_are_followed_by_signature(tmp_path):
    """An intermediate leads where the key leads that signed it, its root's certificate there or not."""
    _, below, root = chain("honest-with-root")
    index, made = built(tmp_path, [below, root], mozilla=store("public"))
    assert (reaches(index, below), reaches(index, root)) == ([Reach.MOZILLA], [Reach.MOZILLA])
    assert (made.new, made.nowhere) == (2, 0)
    assert index.roots.find(root.spki_sha256) is not None
    assert index.intermediates.find(below.spki_sha256) is not None
    index, _ = built(tmp_path, [below], mozilla=store("public"))
    assert reaches(index, below) == [Reach.MOZILLA]
    index, _ = built(tmp_path, [below, root])
    assert (reaches(index, below), reaches(index, root)) == ([Reach.OTHER], [Reach.OTHER])


def test_below_a_root_that_another_export_had(tmp_path):
    """The key of a root is kept: exports of later years need not hold its certificate again."""
    _, below, root = chain("honest-with-root")
    known, _ = built(tmp_path, [root])
    index, made = built(tmp_path, [below], before=(*known,))
    assert reaches(index, below) == [Reach.OTHER]
    assert made.nowhere == 0
    found = index.by_key(root.spki_sha256)
    assert found is not None
    assert found.spki_der == root.spki_der
    copied, _ = built(tmp_path, [chain("copied-names")[1]], before=(*known,))
    assert reaches(copied, chain("copied-names")[1]) == [Reach.NOWHERE]


def test_a_name_leads_nowhere(tmp_path):
    """What bears a public root's name as its issuer, but not its signature, is no public CA."""
    fake = chain("copied-names")[1]
    index, made = built(tmp_path, [fake, *chain("stores/public")], mozilla=store("public"))
    assert reaches(index, fake) == [Reach.NOWHERE]
    assert made.nowhere == 1
    assert index.intermediates.find(fake.spki_sha256) is None
    assert fake.spki_sha256 not in {
        one.spki_sha256 for one in index.by_name(
            fake.subject_common_names[0], fake.subject_organisations[0])
    }  # fmt: skip


def test_a_root_that_no_programme_ever_had(tmp_path):
    """Records turn a self-signed certificate, and what is below it, into nobody's public CA."""
    _, below, root = chain("honest-with-root")
    asked = {root.sha256: Recorded("O", "Root Certificate", in_programme=False)}
    index, _ = built(tmp_path, [below, root], records=asked)
    assert (reaches(index, below), reaches(index, root)) == ([Reach.NOWHERE], [Reach.NOWHERE])
    assert index.roots.find(root.spki_sha256) is None
    had = {root.sha256: Recorded("O", "Root Certificate", in_programme=True)}
    index, _ = built(tmp_path, [below, root], records=had)
    assert index.roots.find(root.spki_sha256) is not None


def test_what_was_known_stays_known(tmp_path):
    """Other keys, a known key's other certificates, its cloud, and where it led are kept."""
    _, below, root = chain("honest-with-root")
    known, _ = built(tmp_path, [below, root], mozilla=store("public"))
    entry = known.by_key(below.spki_sha256)
    assert entry is not None
    cross_sign = certificate("Its Former Name")
    before = replace(entry, cloud="aws", certificates=(*entry.certificates, cross_sign))
    index, made = built(tmp_path, [below], before=(before, ca("another")))
    found = index.by_key(below.spki_sha256)
    assert found is not None
    assert (found.cloud, found.key_ids) == ("aws", entry.key_ids)
    assert set(found.certificates) == set(before.certificates)
    assert index.by_key(key("another")) is not None
    assert (made.keys, made.new) == (2, 0)


def test_what_cannot_be_read_is_left_out(tmp_path):
    """A certificate without a key or a name costs itself alone."""
    _, below, root = chain("honest-with-root")
    _, made = built(tmp_path, [below, parse(b"\x30\x03\x02\x01\x01"), root])
    assert (made.keys, made.unreadable) == (2, 1)


def test_the_same_exports_give_the_same_bytes(tmp_path):
    """The order of certificates, and one that stands twice, change nothing."""
    certificates = chain("stores/public-with-intermediates")
    _, made = built(tmp_path, certificates)
    _, again = built(tmp_path, (*reversed(certificates), certificates[0]))
    assert made.content == again.content


def test_the_fixtures_make_an_index(tmp_path):
    """Their intermediate is listed with its key identifier, below Mozilla's root, as of the day."""
    index = fixture_index(tmp_path)
    below = chain("honest")[1]
    found = index.by_key_id(below.subject_key_id)
    assert [one.spki_sha256 for one in found] == [below.spki_sha256]
    assert found[0].mozilla
    assert index.as_of == AS_OF


@pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="../shared/reference, with certificates of clouds, is not here"
)
def test_real_certificates_come_out_as_they_ship(tmp_path):
    """480 certificates of clouds' CAs, built anew over what ships, change next to nothing.

    Four were called unreadable by another parser. Where Mozilla's programme has dropped a root since
    the collection was made, or certifi's release is another one, a cross-sign leads to another root.
    """
    records = json.loads((COLLECTION / "cloud_cas.json").read_text("utf-8"))["records"]
    texts = [(COLLECTION / record["pem"]).read_text() for record in records]
    certificates = [
        parse(b64decode(one.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]))
        for one in texts
    ]
    before = shipped.public_cas()
    made = rebuilt(
        [Export(certificates=tuple(certificates))],
        before=before, mozilla=certifi_store(), as_of=LATER, origin="exports",
    )  # fmt: skip
    assert (made.new, made.unreadable) == (0, 0)
    path = tmp_path / "built.txt"
    path.write_bytes(made.content)
    index = CAIndex(path)
    assert sum(len(one.certificates) for one in index) == 10202
    different = [one for one in before if one != index.by_key(one.spki_sha256)]
    assert len(different) < 20
    for one in different:
        again = index.by_key(one.spki_sha256)
        assert again is not None
        assert (again.public, again.root, again.key_ids) == (one.public, one.root, one.key_ids)
