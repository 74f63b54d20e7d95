"""The check `machine-store-lacks-root`."""

from datetime import date

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    HOST,
    TAKEN,
    chain,
    observation,
    reference,
    store,
    store_of,
    unanswered,
)
from tests.listing import certificate, index_of
from tlsprobe.analysis import judged
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store import ccadb
from tlsprobe.store.ccadb_export import Export
from tlsprobe.store.listed_ca import ListedCA, Reach
from tlsprobe.store.reference import bare_reference, default_reference

MINTER = store_of((chain("minted")[1],), name="--ca-file")
NOBODY = store_of(())
STALE = store_of(chain("minted")[1:], name="stale")


def test_finding(look):
    """A public root that this machine does not have is a fault of this machine's."""
    result = look(observation("honest"), reference(machine=STALE))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["store"] == "stale"


def test_a_store_that_is_filled_on_demand(look):
    """Where roots are fetched when they are first needed, that one is absent is a hint."""
    machine = store_of(chain("minted")[1:], complete=False)
    result = look(observation("honest"), reference(machine=machine))
    assert said(result) == (Leaning.FAULT, Weight.HINT)


def test_silence(look):
    """Nothing is said of a root that is there, nor of chains that are not public."""
    assert silent(look(observation("honest"), reference(machine="machine")))
    assert silent(look(observation("minted"), reference(machine=store_of(()))))


def test_another_certificate_of_the_same_key(look):
    """The machine may know the root's key by a cross-sign: then it does not lack it."""
    cross_sign = chain("cross-signed")[2]
    machine = store_of((cross_sign,))
    assert silent(look(observation("cross-signed"), reference(machine=machine)))


def test_a_root_of_the_callers_own(look):
    """Of a CA that only the caller counts as public, no machine can be expected to know."""
    public = TrustStore.merge(store("public"), MINTER)
    held = reference(public=public, added=MINTER, machine=store_of(()))
    assert silent(look(observation("minted"), held))
    assert not silent(look(observation("honest"), held))


def test_a_public_root_that_the_caller_names_too(look):
    """A root of the public programmes stays one when the caller names it as well."""
    named = store_of((chain("honest-with-root")[2],), name="--ca-file")
    public = TrustStore.merge(store("public"), named)
    held = reference(public=public, added=named, machine=STALE)
    assert not silent(look(observation("honest"), held))


def test_an_intermediate_that_was_not_sent_is_no_root(look):
    """No store need have an intermediate: that it was not sent is the server's fault alone."""
    seen = observation("missing-intermediate")
    assert silent(look(seen, reference(public="public-with-intermediates", machine="public")))


def test_not_applicable(look):
    """It takes a chain, and the machine's store."""
    assert lacked(look(unanswered(), reference(machine="machine"))) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())) == "the machine's own store"


LEAF, BELOW, ROOT = chain("honest-with-root")
DAY = date(2026, 11, 1)


def listed_whole(*certificates):
    """What an update from an export with these certificates knows."""
    return Export(certificates=certificates)


def by_hash(one, **fields):
    """What a list knows of a CA of which it has no certificate."""
    return ListedCA(
        spki_sha256=one.spki_sha256,
        key_ids=(one.subject_key_id,),
        certificates=(
            certificate(
                one.subject_common_names[0], one.subject_organisations[0],
                root=one is ROOT, reach=Reach.OTHER, last=date(2030, 1, 1), **fields,
            ),
        ),
    )  # fmt: skip


def knowing(folder, exported, *entries, machine=STALE, public=NOBODY):
    """The reference of a user whose own lists are these, and who expects public CAs at the host."""
    before = index_of(folder, *entries, as_of=DAY)
    made = ccadb.rebuilt([exported], before=before, mozilla=NOBODY, as_of=DAY, origin="a test")
    before.path.write_bytes(made.content)
    own = folder / "own.toml"
    own.write_text(
        'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n'
        f'[[expectation]]\nowner = "Example"\nnames = ["{HOST}"]\nissued_by = "public"\n'
    )
    return default_reference(
        as_of=TAKEN, public=public, machine=machine, files=[own], updates=folder
    )


def concluded(seen, held):
    """The verdict, and the weight of what this check found; None for nothing."""
    report = judged(seen, held)
    weights = [
        each.weight
        for one in report.results
        if one.check == "machine-store-lacks-root"
        for each in one.findings
    ]
    return report.verdict.conclusion, next(iter(weights), None)


@pytest.mark.parametrize(
    ("exported", "entries"),
    [
        (listed_whole(BELOW, ROOT), ()),
        (listed_whole(ROOT), ()),
        (listed_whole(), (by_hash(BELOW),)),
        (listed_whole(), (by_hash(BELOW), by_hash(ROOT))),
    ],
    ids=["root and intermediate", "root", "hash of the intermediate", "hashes of both"],
)
def test_a_root_that_only_a_list_has(exported, entries, tmp_path):
    """It is not sent, and no certificate of it is at hand: by the keys that are, it is no minted chain.

    That a list has an intermediate's hash alone does not tell what root is above it.
    """
    held = knowing(tmp_path, exported, *entries)
    root_told = exported.certificates or len(entries) > 1
    assert concluded(observation("honest"), held) == (
        (Conclusion.FAULTY, Weight.STRONG) if root_told else (Conclusion.DIRECT, None)
    )
    copied, _ = concluded(observation("copied-names"), held)
    minted, _ = concluded(observation("minted"), held)
    assert (copied, minted) == (Conclusion.INSPECTED, Conclusion.INSPECTED)


def test_a_root_of_which_a_list_has_the_hash_alone(tmp_path):
    """Nobody can say whether it signed: nobody is accused, and the store may be stale."""
    held = knowing(tmp_path, listed_whole(), by_hash(ROOT))
    assert concluded(observation("honest"), held) == (Conclusion.UNDECIDED, Weight.HINT)
    assert concluded(observation("minted"), held) == (Conclusion.INSPECTED, None)
    # Such a CA signs for whoever asks it to.
    owners = ("login.microsoftonline.com", "agent.okta.com")
    for name, conclusion in (
        ("honest", Conclusion.UNDECIDED), ("minted", Conclusion.INSPECTED),
    ):  # fmt: skip
        seen = [observation(name, host=host) for host in owners]
        company = Company()
        for one in seen:
            company.add(one, held)
        met = replace(held, company=company)
        assert [concluded(one, met)[0] for one in seen] == [conclusion] * 2


def test_a_root_that_the_machine_has_and_a_list_by_its_hash(tmp_path):
    """The machine's certificate of it is that of a public root: nobody added it here."""
    machine = store_of((ROOT,), name="machine")
    held = knowing(tmp_path, listed_whole(), by_hash(ROOT), machine=machine)
    assert concluded(observation("honest"), held) == (Conclusion.DIRECT, None)
    added = knowing(tmp_path, listed_whole(), machine=MINTER)
    assert concluded(observation("minted"), added) == (Conclusion.INSPECTED, None)


def test_without_a_list(tmp_path):
    """The roots that ship are enough, whether somebody has lists or not."""
    for held in (
        bare_reference(as_of=TAKEN, public=store("public"), machine=STALE),
        knowing(tmp_path, listed_whole(), public=store("public")),
    ):
        assert concluded(observation("honest"), held) == (Conclusion.FAULTY, Weight.STRONG)
        assert concluded(observation("honest-with-root"), held)[0] is Conclusion.FAULTY
