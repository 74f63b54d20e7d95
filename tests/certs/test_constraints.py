import pytest

from tlsprobe.certs.certificate import parse
from tlsprobe.certs.chain import build
from tlsprobe.certs.constraints import Constraint, breaches, left_to_others
from tlsprobe.certs.trust import KnownCA, TrustStore


@pytest.mark.parametrize(
    "name", ["honest", "honest-with-root", "cross-signed", "expired", "wrong-name", "minted"]
)
def test_a_path_that_keeps_the_rules(chain, public, name):
    """Validity and names are other questions."""
    assert breaches(build(chain(name), public)) == ()


def test_a_server_certificate_that_signs(chain, public):
    """The key of a mere server was used as a CA."""
    leaf = chain("signed-by-a-leaf")[1]
    broken = breaches(build(chain("signed-by-a-leaf"), public))
    assert {breach.constraint for breach in broken if breach.certificate == leaf} == {
        Constraint.NOT_A_CA,
        Constraint.NO_CERT_SIGN,
    }


def test_a_ca_below_one_that_permits_none(chain, public):
    """RFC 5280 section 4.2.1.9: the path length counts the CAs below."""
    presented = chain("path-too-long")
    (breach,) = breaches(build(presented, public))
    assert breach.constraint is Constraint.PATH_LENGTH
    assert breach.certificate == presented[2]


def test_a_certificate_for_other_purposes(chain, public):
    """An extKeyUsage without TLS servers is one that clients refuse."""
    leaf, intermediate = chain("honest")
    server, client = bytes.fromhex("2b06010505070301"), bytes.fromhex("2b06010505070302")
    (breach,) = breaches(build((parse(leaf.der.replace(server, client)), intermediate), public))
    assert breach.constraint is Constraint.NOT_FOR_SERVERS


def test_rules_that_are_left_to_others(chain, public):
    """Name constraints, and critical extensions of unknown kind, are named as not applied."""
    leaf, intermediate = chain("honest")
    assert left_to_others(build((leaf, intermediate), public)) == ()
    # keyUsage, a critical extension, under an identifier that nobody knows
    unknown = parse(
        leaf.der.replace(bytes.fromhex("0603551d0f0101ff"), bytes.fromhex("0603551d7f0101ff"))
    )
    assert unknown.der != leaf.der
    assert left_to_others(build((unknown, intermediate), public)) == (unknown,)
    # authorityKeyIdentifier turned into nameConstraints
    place = intermediate.der.rindex(bytes.fromhex("0603551d23"))
    named = parse(
        intermediate.der[:place] + bytes.fromhex("0603551d1e") + intermediate.der[place + 5 :]
    )
    assert left_to_others(build((leaf, named), public)) == (named,)


def test_a_trust_anchor_is_under_no_constraint(chain):
    """A root of version 1 has no extensions at all, and is trusted all the same."""
    leaf, signer, _ = chain("signed-by-a-leaf")
    known = TrustStore(name="own", origin="own", cas=(KnownCA.of(signer, root=True, origin="own"),))
    path = build((leaf, signer), known)
    assert path.anchor is not None
    assert breaches(path) == ()
