"""The reference, put together."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.errors import InputError
from tlsprobe.model.reference import expectation_for, pins_for
from tlsprobe.store import ct_logs, shipped
from tlsprobe.store.reference import bare_reference, default_reference

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PUBLIC = TrustStore(name="public", origin="a test", cas=())
MACHINE = TrustStore(name="machine", origin="a test", cas=())


def reference_file(path: Path, *, owner: str, names: list[str]) -> Path:
    """A file of the user with one expectation and one label."""
    path.write_text(
        'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n'
        f'[[expectation]]\nowner = "{owner}"\nnames = {names}\n'
        f'[[label]]\nvendor = "{owner}"\nproduct = "P"\ncategory = "C"\n'
        'patterns = [{ field = "issuer.cn", regex = "x" }]\n'
    )
    return path


def test_the_default_reference_knows_what_ships() -> None:
    """Without a file of the user, the shipped facts stand, with the stores and the clock given."""
    reference = default_reference(as_of=NOW, public=PUBLIC, machine=MACHINE)

    found = expectation_for(reference, "login.microsoftonline.com")
    assert found is not None
    assert found.owner == "Microsoft"
    assert reference.labels == shipped.labels()
    assert (reference.as_of, reference.machine) == (NOW, MACHINE)


DROPPED = bytes.fromhex("aff988906dde12955d9bebbf928fdcc31cce328d5b9384f21c8941ca26e20391")
"""The key of DigiCert Global Root CA, which Mozilla's programme no longer has."""


def test_dropped_roots_are_public_all_the_same() -> None:
    """A chain to a root that programmes have dropped was not minted: its key is still known."""
    dropped = default_reference(as_of=NOW, public=PUBLIC).public.by_key(DROPPED)

    assert dropped is not None
    assert dropped.root
    assert dropped.common_name == "DigiCert Global Root CA"


LASTING = bytes.fromhex("e6426f344330d0a8eb080bbb7976391d976fc824b5dc16c0d15246d5148ff75c")
"""The key of DigiCert SHA2 Secure Server CA, whose root Mozilla's programme no longer has."""
EXPIRED = bytes.fromhex("d703064e29f43e808de4ee35874f972075eecc64700c46bc7a11dfef049d4901")
"""The key of Microsoft RSA TLS CA 02, whose certificates have all expired."""


def test_what_was_public_once_counts_for_captures_only() -> None:
    """An intermediate that has expired is known for captures; a probe is held against today."""
    reference = default_reference(as_of=NOW, public=PUBLIC)

    assert reference.public.by_key(EXPIRED) is None
    assert reference.recorded is not None
    found = reference.recorded.by_key(EXPIRED)
    assert found is not None
    assert not found.root
    assert reference.recorded.by_key(DROPPED) == reference.public.by_key(DROPPED)
    assert bare_reference(as_of=NOW, public=PUBLIC).recorded is None


def test_an_intermediate_that_lasts_is_public_today() -> None:
    """Its root need not be sent, and no certificate of that may be at hand: its own key says enough."""
    reference = default_reference(as_of=NOW, public=PUBLIC)

    found = reference.public.by_key(LASTING)
    assert found is not None
    assert not found.root
    assert found.valid_at(NOW)


def test_a_changed_list_of_roots_counts_as_far_as_it_is_known() -> None:
    """Of a list that was changed on this machine, an added root does not count, true ones do."""
    true, added = (
        KnownCA(spki_sha256=key, origin="a changed list", root=True) for key in (DROPPED, bytes(32))
    )
    changed = TrustStore(name="public", origin="a test", cas=(true, added), doubt="it was changed")

    public = default_reference(as_of=NOW, public=changed).public

    assert public.by_key(bytes(32)) is None
    assert true in public.all_by_key(DROPPED)
    assert not public.doubt
    assert bare_reference(as_of=NOW, public=changed).public.doubt


def test_what_the_caller_adds_is_public_and_known_as_his() -> None:
    """Roots of --ca-file count as public, and the reference remembers whose they are."""
    own = KnownCA(spki_sha256=bytes(32), origin="--ca-file", root=True)
    added = TrustStore(name="--ca-file", origin="a test", cas=(own,))

    reference = default_reference(as_of=NOW, public=PUBLIC, added=added)

    assert reference.public.by_key(bytes(32)) is own
    assert reference.added is added


def test_files_of_the_user_stand_over_what_ships(tmp_path: Path) -> None:
    """A file of the user wins over the shipped facts, and the last file named over the others."""
    first = reference_file(
        tmp_path / "first.toml", owner="First", names=["*.microsoftonline.com", "a.example"]
    )
    last = reference_file(tmp_path / "last.toml", owner="Last", names=["a.example"])

    reference = default_reference(as_of=NOW, public=PUBLIC, files=[first, last])

    owners = [
        getattr(expectation_for(reference, host), "owner", None)
        for host in ("login.microsoftonline.com", "a.example", "www.office.com", "b.example")
    ]
    assert owners == ["First", "Last", "Microsoft", None]
    assert [label.vendor for label in reference.labels[:2]] == ["Last", "First"]
    assert len(reference.labels) == len(shipped.labels()) + 2


def test_one_bad_file_is_the_callers_to_mend(tmp_path: Path) -> None:
    """A file that cannot be used is not passed over in silence."""
    good = reference_file(tmp_path / "good.toml", owner="O", names=["a.example"])

    with pytest.raises(InputError, match="absent"):
        default_reference(as_of=NOW, public=PUBLIC, files=[good, tmp_path / "absent.toml"])


def test_without_a_reference_nothing_is_expected_but_the_pins_stay() -> None:
    """The bare reference has no expectation and no label; the stores and the caller's pins hold."""
    pins = {"a.example": frozenset({b"\1" * 32})}
    reference = bare_reference(as_of=NOW, public=PUBLIC, machine=MACHINE, pins=pins)

    assert expectation_for(reference, "login.microsoftonline.com") is None
    assert len(reference.expectations) == len(reference.labels) == 0
    assert pins_for(reference, "A.example", NOW) == pins["a.example"]
    assert (reference.public, reference.machine) == (PUBLIC, MACHINE)


def test_logs_are_known_but_to_a_bare_reference() -> None:
    """The shipped logs of certificate transparency are one of the lists that a bare reference lacks."""
    known = default_reference(as_of=NOW, public=PUBLIC).ct_logs
    assert known is ct_logs.shipped()
    assert bare_reference(as_of=NOW, public=PUBLIC).ct_logs is None
