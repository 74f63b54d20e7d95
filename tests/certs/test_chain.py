from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import signatures
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.chain import MAX_LINKS, MAX_VERIFICATIONS, PathEnd, build, name_holders
from tlsprobe.certs.trust import KnownCA, TrustStore

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


class TestAnchored:
    """Honest chains, however they are served."""

    @pytest.mark.parametrize(
        ("name", "links"),
        [
            ("honest", 2),
            ("honest-with-root", 3),
            ("disordered", 3),
            ("doubled", 2),
            ("extra-member", 2),
            ("reissued-intermediate", 2),
            ("with-scts", 2),
        ],
    )
    def test_at_the_root_that_signed(self, chain, public, name, links):
        """Disorder, doubles and extras change nothing: the key decides."""
        path = build(chain(name), public)
        assert path.ends is PathEnd.ANCHORED
        assert path.anchor is not None
        assert path.anchor.certificate == chain("stores/public")[0]
        assert len(path.links) == links
        assert path.links[0] == chain(name)[0]
        assert not path.missing_intermediate

    def test_what_was_odd_about_the_serving_is_told(self, chain, public):
        """Each oddity is a fact of its own."""
        plain = build(chain("honest"), public)
        assert (plain.disordered, plain.doubles, plain.root_included) == (False, 0, False)
        assert plain.unused == ()
        assert build(chain("disordered"), public).disordered
        assert build(chain("doubled"), public).doubles == 2
        assert build(chain("honest-with-root"), public).root_included
        assert build(chain("extra-member"), public).unused == (chain("extra-member")[1],)

    def test_at_a_cross_sign_by_its_key(self, chain, public):
        """The certificate presented for the new root is signed by the old one, and has expired."""
        presented = chain("cross-signed")
        path = build(presented, public)
        assert path.links == presented
        assert path.anchor is not None
        assert path.anchor.subject == "CN=Example Public Root X2,O=Example Trust Services,C=XX"
        assert path.anchor.certificate != presented[2]
        assert not path.root_included
        # A client has a certificate of its own for that key.
        assert path.expired_at(_NOW) == ()

    def test_by_the_issue_that_lasts_longer(self, chain, public):
        """Of two certificates for one key the expired one is not the path's."""
        presented = chain("reissued-intermediate")
        path = build(presented, public)
        assert path.links == (presented[0], presented[2])
        assert path.unused == (presented[1],)

    def test_under_an_old_root_where_the_new_one_is_unknown(self, chain, store):
        """The same chain serves clients that know only the old root."""
        old = chain("stores/public")[:1]
        path = build(chain("cross-signed"), store(old))
        assert path.anchor is not None
        assert path.anchor.certificate == old[0]
        assert path.expired_at(_NOW) == (chain("cross-signed")[2],)

    def test_keys_of_the_path_are_the_ones_that_verified(self, chain, public):
        """Certificates that are merely sent along are not among them."""
        leaf, _, intermediate = chain("extra-member")
        path = build(chain("extra-member"), public)
        root = chain("stores/public")[0]
        assert leaf.spki_sha256 not in path.ca_keys
        assert path.ca_keys == (intermediate.spki_sha256, root.spki_sha256)

    def test_keys_end_where_somebody_signed_who_may_not(self, chain, public):
        """Who certified a mere server did not vouch for what that server's key signs."""
        presented = chain("signed-by-a-leaf")
        path = build(presented, public)
        assert len(path.links) == 3
        assert path.ca_keys == (presented[1].spki_sha256,)
        minted = build(chain("minted"), public)
        assert minted.ca_keys == (chain("minted")[1].spki_sha256,)

    def test_at_the_very_certificate_that_is_known(self, chain, store):
        """A server's self-signed certificate that the caller vouches for."""
        (certificate,) = chain("self-signed")
        path = build((certificate,), store((certificate,)))
        assert path.ends is PathEnd.ANCHORED
        assert path.anchor is not None
        assert path.expired_at(certificate.not_after + timedelta(seconds=1)) == (certificate,)

    def test_with_names_that_differ_in_case_only(self, chain, public):
        """RFC 5280 section 7.1; the signature is over other bytes, so the issuer is renamed."""
        root = chain("stores/public")[0]
        other = parse(root.der.replace(b"Example Public Root R1", b"EXAMPLE Public root R1"))
        leaf, intermediate = chain("honest")
        path = build((leaf, intermediate, other), public)
        assert path.ends is PathEnd.ANCHORED
        assert path.links[-1] == other


class TestMissingIntermediate:
    """The commonest fault of servers."""

    def test_without_knowledge_the_issuer_is_just_not_there(self, chain, public):
        """A store of roots cannot know it."""
        path = build(chain("missing-intermediate"), public)
        assert path.ends is PathEnd.ISSUER_NOT_PRESENTED
        assert path.anchor is None

    def test_a_store_that_knows_it_anchors_there_and_says_so(
        self, chain, public_with_intermediates
    ):
        """The key is public; the server's fault is that it was not sent."""
        path = build(chain("missing-intermediate"), public_with_intermediates)
        assert path.ends is PathEnd.ANCHORED
        assert path.missing_intermediate
        assert path.anchor is not None
        assert not path.anchor.root

    def test_nothing_is_missing_where_it_was_sent(self, chain, public_with_intermediates):
        """The path goes on to the root."""
        path = build(chain("honest"), public_with_intermediates)
        assert not path.missing_intermediate
        assert path.anchor is not None
        assert path.anchor.root

    def test_a_known_intermediate_whose_root_is_unknown_lacks_nothing(self, chain, store):
        """It was sent, and of what is above nothing is known."""
        path = build(chain("honest"), store(chain("honest")[1:]))
        assert path.ends is PathEnd.ANCHORED
        assert not path.missing_intermediate

    def test_a_list_that_lacks_the_certificate_can_only_say_what_is_claimed(self, chain):
        """Name and key identifier are copied easily: no anchor comes of them."""
        leaf, intermediate = chain("honest")
        known = KnownCA(
            spki_sha256=intermediate.spki_sha256,
            origin="a list",
            root=False,
            common_name="Example Public TLS CA 01",
            organisation="Example Trust Services",
            key_id=intermediate.subject_key_id,
        )
        listed = TrustStore(name="list", origin="a list", cas=(known,))
        path = build((leaf,), listed)
        assert path.anchor is None
        assert path.claimed == (known,)
        assert build((leaf, intermediate), listed).anchor == known
        assert build(chain("copied-names-leaf-only"), listed).claimed == ()

    @pytest.mark.parametrize("known_by", ["name", "key identifier"])
    def test_a_listed_root_that_is_not_sent(self, chain, known_by):
        """Its key is enough, whichever way it is found, and no copy of its name gets by it."""
        root = chain("honest-with-root")[2]
        named = {"common_name": root.subject_common_names[0],
                 "organisation": root.subject_organisations[0]}  # fmt: skip
        known = KnownCA(
            spki_sha256=root.spki_sha256,
            origin="a list",
            root=True,
            spki_der=root.spki_der,
            key_id=root.subject_key_id,
            **(named if known_by == "name" else {}),
        )
        listed = TrustStore(name="list", origin="a list", cas=(known,))
        path = build(chain("honest"), listed)
        assert (path.ends, path.anchor, path.links) == (
            PathEnd.ANCHORED, known, chain("honest"),
        )  # fmt: skip
        assert build(chain("honest-with-root"), listed).anchor == known
        for copy in ("copied-names", "copied-names-leaf-only", "copied-root-name-leaf-only"):
            assert build(chain(copy), listed).anchor is None


class TestIntercepted:
    """Chains of others are never anchored, whatever they copy."""

    @pytest.mark.parametrize(
        ("name", "ends", "links"),
        [
            ("minted", PathEnd.SELF_SIGNED, 2),
            ("minted-without-its-root", PathEnd.ISSUER_NOT_PRESENTED, 1),
            ("copied-names", PathEnd.SELF_SIGNED, 3),
            ("copied-names-leaf-only", PathEnd.ISSUER_NOT_PRESENTED, 1),
            ("copied-names-with-the-real-intermediate", PathEnd.SIGNATURE_FAILED, 1),
            ("copied-root-name-leaf-only", PathEnd.ISSUER_NOT_PRESENTED, 1),
            ("self-signed", PathEnd.SELF_SIGNED, 1),
            ("public-key-of-the-root", PathEnd.ISSUER_NOT_PRESENTED, 1),
            ("signed-by-a-leaf", PathEnd.NOT_PERMITTED, 3),
            ("ring", PathEnd.LOOP, 3),
            ("no-certificate", PathEnd.UNREADABLE, 1),
            ("cut-off", PathEnd.UNREADABLE, 1),
        ],
    )
    def test_ends(self, chain, public, name, ends, links):
        """How it ended tells the kinds apart."""
        path = build(chain(name), public)
        assert path.anchor is None
        assert path.ends is ends
        assert len(path.links) == links

    def test_the_machine_knows_the_interceptor(self, chain, machine):
        """That is what an installed root does."""
        path = build(chain("minted-without-its-root"), machine)
        assert path.ends is PathEnd.ANCHORED
        assert path.anchor is not None
        assert path.anchor.subject == "CN=Firewall Inspection CA,O=Contoso Ltd,C=XX"

    def test_the_certificate_whose_key_refused_is_kept(self, chain, public):
        """The real intermediate, presented to make the copy look real."""
        presented = chain("copied-names-with-the-real-intermediate")
        path = build(presented, public)
        assert path.refused == path.unused == presented[1:]

    def test_a_known_key_refuses_where_the_chain_claims_that_very_key(self, chain, public):
        """With the key identifier copied too, no other key of the name can be meant."""
        leaf = chain("copied-root-name-leaf-only")[0]
        root = chain("stores/public")[0]
        assert leaf.authority_key_id is not None
        claim = parse(leaf.der.replace(leaf.authority_key_id, root.subject_key_id))
        path = build((claim,), public)
        assert path.ends is PathEnd.SIGNATURE_FAILED
        assert path.refused == (root,)

    def test_the_holders_of_a_copied_name_are_found(self, chain, public):
        """Then a check can say: this name is that public CA's, and this is not its key."""
        top = build(chain("copied-names"), public).links[-1]
        (holder,) = name_holders(public, top)
        assert holder.certificate == chain("stores/public")[0]
        assert name_holders(public, chain("minted")[0]) == ()

    def test_an_algorithm_that_is_not_known_here_is_no_forgery(self, chain, public):
        """What cannot be verified is said to be so."""
        leaf, intermediate = chain("honest")
        sha256_rsa, gost = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a850307010103020b")
        path = build((parse(leaf.der.replace(sha256_rsa, gost)), intermediate), public)
        assert path.ends is PathEnd.UNVERIFIABLE
        assert path.refused == ()


class TestValidity:
    """When the links were valid."""

    @pytest.mark.parametrize(("name", "outside"), [("honest", 0), ("expired", 1), ("not-begun", 1)])
    def test_links_outside_their_validity(self, chain, public, name, outside):
        """Past the end and before the begin alike."""
        assert len(build(chain(name), public).expired_at(_NOW)) == outside


class TestBounded:
    """Chains made to cost time."""

    def test_nothing_presented(self, public):
        """An empty chain has an empty path."""
        path = build((), public)
        assert path.ends is PathEnd.NO_CERTIFICATE
        assert path.links == ()
        assert path.expired_at(_NOW) == ()
        assert not path.missing_intermediate

    def test_a_hundred_certificates_of_one_name(self, public, monkeypatch):
        """However many could have signed, the signatures that are looked at are counted."""
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(4)]
        presented = tuple(
            _authority("a name", keys[serial % 4], "a name", keys[serial // 4 % 4], serial=serial)
            for serial in range(1, 101)
        )
        verify, asked = signatures.verifies, []
        monkeypatch.setattr(signatures, "verifies", lambda *of: (asked.append(of), verify(*of))[1])
        assert build(presented, public).anchor is None
        assert len(asked) <= 2 * MAX_VERIFICATIONS + len(presented)

    def test_more_links_than_any_honest_chain_has(self, public):
        """Forty authorities in a row are not followed to the end."""
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(41)]
        presented = tuple(
            _authority(f"{at}", keys[at], f"{at + 1}", keys[at + 1]) for at in range(40)
        )
        path = build(presented, public)
        assert path.ends is PathEnd.TOO_LONG
        assert len(path.links) == MAX_LINKS


def _authority(subject, key, issuer, issuer_key, *, serial=1):
    """A CA certificate, with names of one common name each."""
    names = [
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (subject, issuer)
    ]
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    builder = x509.CertificateBuilder(*reversed(names), key.public_key(), serial, _NOW, _NOW)
    signed = builder.add_extension(constraints, critical=True).sign(issuer_key, hashes.SHA256())
    return parse(signed.public_bytes(Encoding.DER))


def _issued(authority):
    """What a server with a certificate of this authority presents."""
    return tuple(
        parse(x509.load_pem_x509_certificate(pem.bytes()).public_bytes(Encoding.DER))
        for pem in authority.issue_cert("a.example").cert_chain_pems
    )


_HEAP = [*_issued(trustme.CA().create_child_ca()), *_issued(trustme.CA().create_child_ca())]


@given(st.lists(st.sampled_from(_HEAP) | st.binary(max_size=30).map(parse), max_size=6))
@settings(deadline=None)
def test_any_heap_of_certificates(presented):
    """The facts of a path fit together, whatever was presented."""
    empty = TrustStore(name="empty", origin="nowhere", cas=())
    path = build(tuple(presented), empty)
    assert path.anchor is None
    assert set(path.links) | set(path.unused) == set(presented)
    assert not set(path.links) & set(path.unused)
    assert path.doubles == len(presented) - len(set(presented))
    for child, issuer in zip(path.links, path.links[1:], strict=False):
        assert child.signed_by(issuer.spki_der)


def test_an_authority_with_an_intermediate_is_followed_to_its_root():
    """Certificates made by others, in the order that servers use."""
    root = trustme.CA()
    presented = _issued(root.create_child_ca())
    pem = root.cert_pem.bytes()
    anchor = parse(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER))
    known = KnownCA.of(anchor, root=True, origin="trustme")
    path = build(presented, TrustStore(name="trustme", origin="trustme", cas=(known,)))
    assert path.anchor == known
    assert path.links == presented
