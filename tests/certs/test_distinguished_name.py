import pytest
from cryptography import x509
from cryptography.hazmat._oid import NameOID as _NameOID
from cryptography.x509.name import _ASN1Type
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs.distinguished_name import COMMON_NAME, EMAIL, ORGANISATION, decode

OID = _NameOID


def name(*pairs: tuple[x509.ObjectIdentifier, str]) -> bytes:
    """A name of one attribute a part, most general first, as `cryptography` encodes it."""
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in pairs]).public_bytes()


class TestText:
    """Names for people."""

    def test_most_specific_part_first(self):
        """RFC 4514 section 2.1 turns the encoding's order round."""
        encoded = name(
            (OID.COUNTRY_NAME, "US"), (OID.ORGANIZATION_NAME, "A"), (OID.COMMON_NAME, "b")
        )
        assert decode(encoded).text == "CN=b,O=A,C=US"

    def test_an_email_address_has_its_usual_short_name(self):
        """OpenSSL's short names are used also where RFC 4514 has none."""
        assert decode(name((OID.EMAIL_ADDRESS, "a@b.example"))).text == "emailAddress=a@b.example"

    def test_parts_of_several_attributes_are_joined_by_plus(self):
        """RFC 4514 section 2.2."""
        part = x509.RelativeDistinguishedName(
            [x509.NameAttribute(OID.COMMON_NAME, "a"), x509.NameAttribute(OID.USER_ID, "b")]
        )
        assert decode(x509.Name([part]).public_bytes()).text in ("CN=a+UID=b", "UID=b+CN=a")

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("a,b+c", r"a\,b\+c"),
            (" a ", r"\ a\ "),
            ("#a", r"\#a"),
            ("é", "é"),
            ("a\x1b[31mb", r"a\1B[31mb"),
            ("a\nb", r"a\0Ab"),
            ("a\u202eb", r"a\E2\80\AEb"),
        ],
    )
    def test_what_is_reserved_and_what_terminals_act_on_is_escaped(self, value, shown):
        """A certificate's name cannot colour, move or reverse the text of a report."""
        assert decode(name((OID.COMMON_NAME, value))).text == f"CN={shown}"

    def test_a_value_that_is_no_text_is_shown_as_hex(self):
        """RFC 4514 section 2.4; and the name says that it could not be read completely."""
        broken = name((OID.COMMON_NAME, "ab")).replace(b"ab", b"\xff\xfe")
        assert decode(broken).text == "CN=#0c02fffe"
        assert not decode(broken).readable
        assert decode(broken).values(COMMON_NAME) == ()

    def test_a_name_that_is_cut_off_is_shown_as_far_as_it_goes(self):
        """An ellipsis stands for what cannot be read."""
        encoded = name((OID.COUNTRY_NAME, "US"), (OID.COMMON_NAME, "example"))
        broken = encoded[:1] + bytes([encoded[1] - 4]) + encoded[2:-4]
        assert decode(broken).text == "C=US…"

    @given(st.lists(st.tuples(st.sampled_from([OID.COMMON_NAME, OID.ORGANIZATION_NAME]),
                              st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)),
                    max_size=4))  # fmt: skip
    @settings(deadline=None)
    def test_values_survive_the_way_through_an_encoder_of_others(self, pairs):
        """What `cryptography` writes is read back, and nothing that is shown can't be printed."""
        decoded = decode(name(*pairs))
        assert decoded.readable
        for kind in (COMMON_NAME, ORGANISATION):
            assert decoded.values(kind) == tuple(v for k, v in pairs if k.dotted_string == kind)
        assert decoded.text.isprintable()


class TestNormalised:
    """RFC 5280 section 7.1."""

    def test_case_white_space_and_string_type_make_no_difference(self):
        """Two encodings of one name are one name."""
        plain = name((OID.ORGANIZATION_NAME, "Example Trust"), (OID.COMMON_NAME, "CA 1"))
        other = x509.Name(
            [
                x509.NameAttribute(
                    OID.ORGANIZATION_NAME, " EXAMPLE   trust ", _type=_ASN1Type.PrintableString
                ),
                x509.NameAttribute(OID.COMMON_NAME, "ca\t1"),
            ]
        ).public_bytes()
        assert plain != other
        assert decode(plain).normalised == decode(other).normalised

    def test_order_and_type_make_one(self):
        """The same words under other types, or in another order, are another name."""
        ou = (OID.ORGANIZATIONAL_UNIT_NAME, "a")
        cn = (OID.COMMON_NAME, "a")
        forms = {decode(name(*pairs)).normalised for pairs in ([cn], [ou], [cn, ou], [ou, cn])}
        assert len(forms) == 4

    def test_a_value_cannot_pose_as_two_attributes(self):
        """Separators of the normal form cannot be written into a value."""
        trick = decode(name((OID.COMMON_NAME, "a\n2.5.4.10=b\t2.5.4.6=c")))
        plain = decode(
            name((OID.COMMON_NAME, "a"), (OID.ORGANIZATION_NAME, "b"), (OID.COUNTRY_NAME, "cc"))
        )
        assert trick.normalised.count("\n") == trick.normalised.count("\t") == 0
        assert trick.normalised != plain.normalised


class TestTotal:
    """Bytes of strangers."""

    @given(st.binary(max_size=120))
    @settings(deadline=None)
    def test_any_bytes(self, data):
        """Whatever the bytes, there is a name to show."""
        decoded = decode(data)
        assert isinstance(decoded.text, str)
        assert isinstance(decoded.normalised, str)
        assert decoded.values(EMAIL) is not None
