"""The ten hellos of JARM, held against those that another program sends."""

import os
import random

from tlsprobe.hello import fingerprint
from tlsprobe.hello.jarm import hellos
from tlsprobe.hello.template import read_record
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease

# Of the hellos that aiojarm 0.2.2 makes, with the size of their records for `host.example`.
ALIKE = (
    ("db8d4ad49cb378fa370b43a61a9b06b6", 426), ("013c30c8ce44c8b27e9ceb2a14db7283", 426),
    ("03a3ad27040f733ee5c9915e0903d028", 347), ("a96dc3876784813c57d302241e620acd", 333),
    ("1289771a3fce256d5fb4cb5c95b43ee6", 414), ("006315b3ad276906ff11527f9594e5ba", 415),
    ("db8d4ad49cb378fa370b43a61a9b06b6", 428), ("013c30c8ce44c8b27e9ceb2a14db7283", 428),
    ("917fde1bf3bcb67f961b77b18d9ee14a", 418), ("7f9ae904ef5a8d37a4028ce5c57bc099", 441),
)  # fmt: skip
GREASED = {4, 9}
WEAKEST_FIRST = (b"http/0.9", b"http/1.0", b"http/1.1", b"spdy/1", b"spdy/2", b"spdy/3", b"h2")


def stamped(entropy=os.urandom, name="host.example"):
    """The ten as they are sent."""
    return [one.stamp(server_name=name, entropy=entropy) for one in hellos(entropy)]


def test_another_programs():
    """Suites, extensions, groups and sizes are those of another implementation."""
    found = [(fingerprint.ja3(one.hello).md5, len(one.record)) for one in stamped()]
    assert found == list(ALIKE)


def test_versions():
    """What the record, the hello and its extension say of versions, and in which order."""
    said = []
    for one in stamped():
        body = one.hello.extension(ext.SUPPORTED_VERSIONS)
        offered = () if body is None else ext.offered_versions(body)
        plain = tuple(code & 0xF for code in offered if not is_grease(code))
        said.append((read_record(one.record)[0] & 0xF, one.hello.legacy_version & 0xF, plain))
    assert said == [
        (3, 3, (3, 2, 1)), (3, 3, (1, 2, 3)), (3, 3, ()), (3, 3, ()), (3, 3, ()), (2, 2, ()),
        (1, 3, (4, 3, 2, 1)), (1, 3, (1, 2, 3, 4)), (1, 3, (1, 2, 3, 4)), (1, 3, (4, 3, 2, 1)),
    ]  # fmt: skip


def test_protocols():
    """Weakest first or last; the rare ones are those that nobody chooses."""
    offered = [ext.alpn(one.hello.extension(ext.ALPN)) for one in stamped()]
    forward = (*WEAKEST_FIRST, b"h2c", b"hq")
    # As in the reference, spdy/3 stays before h2.
    backward = (b"hq", b"h2c", b"spdy/3", b"h2", *WEAKEST_FIRST[4::-1])
    usual = {b"http/1.1", b"h2"}
    rare, erar = (tuple(one for one in all_ if one not in usual) for all_ in (forward, backward))
    assert offered == [
        backward, forward, forward, rare, erar, forward, backward, forward, forward, backward,
    ]  # fmt: skip


def greased(one):
    """The GREASE of a hello: suites, extensions, shares, versions."""
    shares = ext.offered_key_shares(one.hello.extension(ext.KEY_SHARE))
    body = one.hello.extension(ext.SUPPORTED_VERSIONS)
    places = (
        one.hello.cipher_suites,
        [each.code for each in one.hello.extensions],
        [group for group, _ in shares],
        () if body is None else ext.offered_versions(body),
    )
    return [[(at, code) for at, code in enumerate(place) if is_grease(code)] for place in places]


def test_grease():
    """Two of them have GREASE, first in each place and drawn for each connection anew."""
    drawn = random.Random(7)
    first, second = stamped(drawn.randbytes), stamped(drawn.randbytes)
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        found = greased(one)
        if number in GREASED:
            assert [len(place) for place in found] == [1, 1, 1, 1 if number == 9 else 0]
            assert {at for place in found for at, _ in place} == {0}
            assert found != greased(other)
        else:
            assert found == [[], [], [], []]


def test_one_connection_each():
    """The same entropy gives the same bytes; the random, session id and share are drawn from it."""
    one, again = (stamped(random.Random(7).randbytes) for _ in range(2))
    assert [each.record for each in one] == [each.record for each in again]
    assert (
        len({each.hello.random for each in one})
        == len({each.hello.session_id for each in one})
        == 10
    )
    assert len({each.hello.extension(ext.KEY_SHARE) for each in one}) == 10


def test_an_address_has_no_name():
    """To an address no server name is sent."""
    assert all(one.hello.extension(ext.SERVER_NAME) is None for one in stamped(name="192.0.2.7"))
