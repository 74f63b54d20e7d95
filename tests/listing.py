"""Indexes of public CAs for tests: of made-up entries, or of the certificates of the fixtures."""

from datetime import date
from hashlib import sha256
from pathlib import Path

from tests.evidence import chain, store
from tlsprobe.store import ccadb
from tlsprobe.store.ca_index import CAIndex, text
from tlsprobe.store.ccadb_export import Export
from tlsprobe.store.listed_ca import ListedCA, ListedCertificate, Reach, Serving

AS_OF = date(2026, 8, 21)


def key(number):
    """A key's hash."""
    return sha256(str(number).encode()).digest()


def certificate(common_name="Some CA", organisation="Some Trust", **fields):
    """An entry of a public CA below a root of Mozilla's, unless `fields` say otherwise."""
    given = {
        "first": date(2014, 1, 1), "last": date(2026, 11, 22), "root": False,
        "reach": Reach.MOZILLA, "serving": Serving.NAMED, **fields,
    }  # fmt: skip
    return ListedCertificate(common_name=common_name, organisation=organisation, **given)


def ca(number, *certificates, **fields):
    """An entry with a key of its own and its own key identifier."""
    given = {"spki_sha256": key(number), "key_ids": (key(number)[:20],), **fields}
    return ListedCA(certificates=certificates or (certificate(),), **given)


def index_of(folder, *cas, as_of=AS_OF, origin="a test"):
    """The index of these entries, in a file of its own."""
    path = Path(folder) / "public_cas.txt"
    path.write_bytes(text(cas, as_of=as_of, origin=origin))
    return CAIndex(path)


def fixture_index(folder, *chains):
    """The index that an export of fixtures' certificates gives; of the public CAs by default."""
    stores = chains or ("stores/public-with-intermediates",)
    exported = Export(certificates=tuple(one for name in stores for one in chain(name)))
    built = ccadb.rebuilt(
        [exported], before=index_of(folder), mozilla=store("public"), as_of=AS_OF, origin="a test"
    )
    path = Path(folder) / "fixtures.txt"
    path.write_bytes(built.content)
    return CAIndex(path)
