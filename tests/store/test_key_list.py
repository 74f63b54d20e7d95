"""Keys in a text file, found by halving."""

from base64 import b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.certs.trust import TrustStore
from tlsprobe.store import shipped
from tlsprobe.store.key_list import LINE, KeyList

ABSENT = sha256(b"nobody's key").digest()


def written(path: Path, keys: list[bytes]) -> KeyList:
    """A list of these keys."""
    lines = sorted(f"{b64encode(key).decode().rstrip('=')} 20140101 20261122" for key in keys)
    path.write_text("# a list\n# of keys\n" + "".join(f"{line}\n" for line in lines))
    return KeyList(path, origin="a test")


def test_each_key_is_found_with_its_time(tmp_path: Path) -> None:
    """A key is found wherever it stands, with the days between which it had certificates."""
    keys = [sha256(bytes([at])).digest() for at in range(100)]
    found = written(tmp_path / "keys.txt", keys)
    assert len(found) == 100
    for key in keys:
        known = found.find(key)
        assert known is not None
        assert (known.spki_sha256, known.root, known.origin) == (key, False, "a test")
        assert known.lifetime == (date(2014, 1, 1), date(2026, 11, 22))
    assert found.find(ABSENT) is None


@given(
    st.sets(st.binary(min_size=32, max_size=32), max_size=12), st.binary(min_size=32, max_size=32)
)
def test_it_agrees_with_a_set(tmp_path_factory, keys: set[bytes], asked: bytes) -> None:
    """It finds what a set of the same keys has, and nothing else."""
    found = written(tmp_path_factory.mktemp("keys") / "keys.txt", sorted(keys))
    assert (found.find(asked) is not None) == (asked in keys)
    assert all(found.find(key) is not None for key in keys)


def test_a_store_asks_its_lists_too(tmp_path: Path) -> None:
    """A store finds a key of its lists; merging keeps them, and its own CAs come first."""
    key = sha256(b"somebody's key").digest()
    listed = written(tmp_path / "keys.txt", [key])
    store = TrustStore(name="n", origin="o", cas=(), tables=(listed,))
    both = TrustStore.merge(store, TrustStore(name="m", origin="p", cas=()))
    for one in (store, both):
        assert one.by_key(key) == listed.find(key)
        assert one.by_key(ABSENT) is None


def test_its_time_is_counted_in_days(tmp_path: Path) -> None:
    """From the first day's first moment to the last day's last."""
    key = sha256(b"somebody's key").digest()
    known = written(tmp_path / "keys.txt", [key]).find(key)
    assert known is not None
    assert known.valid_at(datetime(2014, 1, 1, tzinfo=UTC))
    assert known.valid_at(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert known.valid_at(datetime(2013, 12, 31, 23, 59, tzinfo=UTC)) is False
    assert known.valid_at(datetime(2026, 11, 23, tzinfo=UTC)) is False


def test_the_shipped_list_is_in_order() -> None:
    """All lines of the shipped list are of one length and sorted, and no root is among them."""
    path = Path(shipped.__file__).parent / "data" / "public_intermediates.txt"
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if line[:1] != b"#"]
    assert len(lines) == len(shipped.public_intermediates()) > 5000
    assert {len(line) for line in lines} == {LINE}
    assert lines == sorted(set(lines))
    roots = {b64encode(ca.spki_sha256)[:43] for ca in shipped.public_roots().cas}
    assert roots.isdisjoint(line[:43] for line in lines)
