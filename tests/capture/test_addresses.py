from tlsprobe.capture import addresses
from tlsprobe.capture.addresses import FIRST_IPV6, Addresses


def test_an_address_comes_back_from_its_number():
    """IPv4 is its own number, IPv6 gets one above all of them, the same each time."""
    known = Addresses()
    assert known.number(bytes((192, 0, 2, 1))) == 0xC0000201
    assert known.address(0xC0000201) == bytes((192, 0, 2, 1))
    one, two = (known.number(bytes(15) + bytes((last,))) for last in (1, 2))
    assert FIRST_IPV6 <= one != two
    assert known.number(bytes(15) + b"\1") == one
    assert known.address(two) == bytes(15) + b"\2"


def test_addresses_in_use_outlive_those_that_pass_by(monkeypatch):
    """However many addresses a capture has, few are kept, and those that are met again among them."""
    monkeypatch.setattr(addresses, "MAX_ADDRESSES", 10)
    known = Addresses()
    used = known.number(bytes(15) + b"\xff")
    passing = known.number(bytes(16))
    for n in range(100):
        known.number(n.to_bytes(2) + bytes(14))
        assert known.number(bytes(15) + b"\xff") == used
    assert known.address(used) == bytes(15) + b"\xff"
    assert known.address(passing + 1)
    assert len(known._numbers) <= 10
