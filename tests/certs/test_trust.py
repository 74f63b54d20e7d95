from tlsprobe.certs.certificate import parse
from tlsprobe.certs.trust import KnownCA, TrustStore


def test_a_ca_is_found_by_key_by_name_and_by_key_identifier(chain, public):
    """The three ways in which a chain can point at it."""
    root, _ = chain("stores/public")
    known = public.by_key(root.spki_sha256)
    assert known is not None
    assert known.certificate == root
    assert known.subject == root.subject
    assert public.by_name(root.subject_der) == (known,)
    assert public.by_key_id(root.subject_key_id) == (known,)
    assert public.encoded[0] == root.der
    assert public.by_key(b"\0" * 32) is None
    assert public.by_name(b"") == ()
    assert public.by_key_id(b"") == ()


def test_several_certificates_of_one_key_are_all_kept_and_the_root_comes_first(chain, store):
    """Cross-signs are CAs of the same key; the anchor is what a path should end at."""
    cross_sign = chain("cross-signed")[2]
    root = chain("stores/public")[1]
    assert cross_sign.spki_sha256 == root.spki_sha256
    known = store((cross_sign, root))
    assert [ca.certificate for ca in known.all_by_key(root.spki_sha256)] == [root, cross_sign]
    assert known.by_key(root.spki_sha256).root


def test_several_keys_of_one_name_are_all_found(chain, store):
    """A name is a label, not an identity."""
    real, copied = chain("honest-with-root")[2], chain("copied-names")[2]
    known = store((real, copied))
    assert {ca.spki_sha256 for ca in known.by_name(real.subject_der)} == {
        real.spki_sha256,
        copied.spki_sha256,
    }


def test_a_name_is_found_whatever_its_case_and_string_type(chain, public):
    """RFC 5280 section 7.1."""
    root = chain("stores/public")[0]
    other = root.subject_der.replace(b"Example Public Root", b"EXAMPLE Public ROOT")
    other = other.replace(b"\x0c\x16", b"\x13\x16")
    assert other != root.subject_der
    assert [ca.certificate for ca in public.by_name(other)] == [root]


def test_a_ca_of_which_only_parts_are_known_is_found_by_them(chain):
    """A list of thousands of CAs gives common name, organisation, key hash and key identifier."""
    intermediate = chain("honest")[1]
    known = KnownCA(
        spki_sha256=intermediate.spki_sha256,
        origin="a list",
        root=False,
        common_name="Example Public TLS CA 01",
        organisation="Example Trust Services",
        key_id=intermediate.subject_key_id,
    )
    store = TrustStore(name="list", origin="a list", cas=(known,))
    assert store.by_key(intermediate.spki_sha256) is known
    assert store.by_name(chain("honest")[0].issuer_der) == (known,)
    assert store.by_key_id(intermediate.subject_key_id) == (known,)
    assert known.subject == "CN=Example Public TLS CA 01,O=Example Trust Services"
    assert store.by_name(parse(b"").issuer_der) == ()
    assert store.encoded == []


def test_merged_stores_know_what_each_knows_and_keep_the_origins(public, machine):
    """A report can still say who vouches for a key."""
    partial = TrustStore(
        name="partial", origin="here", cas=machine.cas, complete=False, doubt="it was changed"
    )
    merged = TrustStore.merge(public, partial)
    assert merged.cas == (*public.cas, *machine.cas)
    assert merged.name == "test + partial"
    assert not merged.complete
    assert merged.doubt == "it was changed"
    assert TrustStore.merge(public).complete


def test_stores_are_compared_by_identity(public):
    """They are keys of caches, and their contents are large."""
    twin = TrustStore(name=public.name, origin=public.origin, cas=public.cas)
    assert twin != public
    assert len({twin, public}) == 2
