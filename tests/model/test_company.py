"""What is remembered of the other sessions of a run."""

from tests.evidence import KNOWN_LOGS, captured, chain, expectation, listing, reference
from tlsprobe.model.company import MOST_MARKS, Company, Shared
from tlsprobe.model.reference import Expectations


def packets(ttl: int) -> dict[str, object]:
    """Packets from that far."""
    return {"syn_ack_ttl": ttl, "answer_ttl": ttl}


def test_nothing_is_shared_at_first() -> None:
    """Before any session was seen, and with its own owner, a session shares nothing."""
    held = reference(expectation())
    company = Company()
    seen = captured("minted", packets=packets(57))
    assert company.shared(seen, held) == Shared()
    company.add(seen, held)
    assert company.shared(seen, held) == Shared()


def test_what_is_shared_can_be_part_of_a_key() -> None:
    """Whoever remembers verdicts can tell them apart by it."""
    held = reference(expectation("a.example", owner="A"), expectation("b.example", owner="B"))
    company = Company()
    company.add(captured("minted", host="a.example", packets=packets(57)), held)
    shared = company.shared(captured("minted", host="b.example", packets=packets(57)), held)
    assert shared == Shared(leaf_key=("A",), issuer_key=("A",), behaviour=("A",))
    assert len({shared, Shared()}) == 2


def test_memory_is_bounded() -> None:
    """However many behaviours a run shows, the oldest are forgotten and the last are not."""
    known = Expectations([expectation("a.example", owner="A"), expectation("b.example", owner="B")])
    held = reference(*known)
    company = Company()
    seen = captured("minted", host="a.example", packets=packets(1))
    for ttl in range(MOST_MARKS + 10):
        company._remember(("behaviour", ttl), "A")
    company.add(seen, held)
    assert len(company._owners) == MOST_MARKS
    other = captured("minted", host="b.example", packets=packets(1))
    assert company.shared(other, held).behaviour == ("A",)


def test_many_owners_of_one_key() -> None:
    """A box in front of everybody costs no more than a few names."""
    company = Company()
    held = reference(*(expectation(f"{at}.example", owner=f"owner {at}") for at in range(100)))
    for at in range(100):
        company.add(captured("minted", host=f"{at}.example"), held)
    assert len(company.shared(captured("minted", host="99.example"), held).leaf_key) == 8


def test_a_public_ca_that_nobody_sends_is_no_private_one() -> None:
    """Owners whose servers forget their common CA's certificate share a public CA: their logs say so."""
    leaf, intermediate = chain("with-scts")
    owners = (expectation("a.example", owner="A"), expectation("b.example", owner="B"))
    unknown = reference(*owners)
    logged = reference(*owners, public=listing(intermediate), ct_logs=KNOWN_LOGS)
    for held, shares in ((unknown, True), (logged, False)):
        company = Company()
        company.add(captured((leaf,), host="a.example"), held)
        shared = company.shared(captured((leaf,), host="b.example"), held)
        assert (shared != Shared()) == shares
