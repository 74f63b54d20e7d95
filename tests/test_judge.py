"""The judge: each rule, the order of the rules, and what no findings may ever come to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.evidence import (
    HOST,
    KNOWN_LOGS,
    LISTED_ON,
    RESET,
    captured,
    chain,
    every_chain,
    expectation,
    key_of,
    listing,
    observation,
    reference,
    second_opinion,
    store,
    store_of,
    unanswered,
)
from tlsprobe import judge
from tlsprobe.analysis import judged
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.handshake.events import KeyProof
from tlsprobe.model.finding import CheckResult, Finding, Ground, Leaning, Ran, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion, PinStatus
from tlsprobe.store import shipped

FOR, AGAINST, FAULT = Leaning.ORIGIN, Leaning.INTERCEPTION, Leaning.FAULT
HINT, STRONG, PROOF = Weight.HINT, Weight.STRONG, Weight.PROOF
HOLDS_KEY = (Ground.POSSESSION, FOR, HINT)
PUBLIC_ISSUER = (Ground.ISSUER, FOR, STRONG)


@pytest.fixture(scope="module")
def public():
    """What was seen where a public CA signed."""
    return observation("honest")


@pytest.fixture(scope="module")
def private():
    """What was seen where nobody's public CA signed."""
    return observation("minted")


def results(*findings):
    """One check for each (ground, leaning, weight, facts)."""
    return tuple(
        CheckResult(
            check=f"check-{index}",
            ground=ground,
            ran=Ran.YES,
            findings=(
                Finding(leaning=leaning, weight=weight, summary=f"said {index}", facts=dict(facts)),
            ),
        )
        for index, (ground, leaning, weight, *facts) in enumerate(findings)
    )


def decided(seen, *findings, held=None):
    """(conclusion, rule) of these findings."""
    verdict = judge.decide(seen, held or reference(), results(*findings))
    return verdict.conclusion, verdict.rule


def test_no_handshake():
    """Nothing presented and a failure: blocked, in the failure's words, whatever else was found."""
    verdict = judge.decide(
        unanswered(RESET), reference(), results((Ground.BEHAVIOUR, AGAINST, HINT))
    )
    assert (verdict.conclusion, verdict.rule) == (Conclusion.BLOCKED, "no-handshake")
    assert RESET.detail in verdict.summary
    assert decided(unanswered(RESET), (Ground.BEHAVIOUR, AGAINST, PROOF))[0] is Conclusion.BLOCKED


def test_a_chain_and_a_failure(public):
    """A connection that broke after the chain is judged by the chain."""
    cut = replace(public, failure=RESET)
    assert decided(cut, PUBLIC_ISSUER, HOLDS_KEY)[0] is Conclusion.DIRECT
    verdict = judge.decide(cut, reference(), results(PUBLIC_ISSUER))
    assert verdict.conclusion is Conclusion.UNDECIDED
    assert RESET.detail in verdict.summary


@pytest.mark.parametrize("ground", Ground)
def test_one_proof(ground, public, private):
    """One proof of any kind decides: inspected, or terminated where the chain is public."""
    for seen, conclusion in ((private, Conclusion.INSPECTED), (public, Conclusion.TERMINATED)):
        everything_for_him = (PUBLIC_ISSUER, HOLDS_KEY, (Ground.PIN, FOR, PROOF))
        proof = (ground, AGAINST, PROOF)
        assert decided(seen, *everything_for_him, proof) == (conclusion, "proof")


def test_two_strong_grounds(public, private):
    """Two strong findings that rest on different kinds of evidence decide as a proof does."""
    strong = ((Ground.PIN, AGAINST, STRONG), (Ground.TRANSPARENCY, AGAINST, STRONG))
    assert decided(private, *strong) == (Conclusion.INSPECTED, "two-strong-grounds")
    assert decided(public, *strong, PUBLIC_ISSUER, HOLDS_KEY) == (
        Conclusion.TERMINATED, "two-strong-grounds",
    )  # fmt: skip


@pytest.mark.parametrize("ground", Ground)
def test_two_of_one_ground_do_not_convict(ground, private):
    """Strong findings of one kind count once, however many they are."""
    assert decided(private, *[(ground, AGAINST, STRONG)] * 4) == (
        Conclusion.UNDECIDED,
        "too-little",
    )


def test_hints_never_add_up(public, private):
    """Hints of every kind, each of them many times, neither convict nor spoil a `direct`."""
    hints = [(ground, AGAINST, HINT) for ground in Ground] * 3
    assert decided(private, *hints)[0] is Conclusion.UNDECIDED
    assert decided(public, *hints, PUBLIC_ISSUER, HOLDS_KEY)[0] is Conclusion.DIRECT
    for_him = [(ground, FOR, HINT) for ground in Ground] * 3
    assert decided(public, *for_him)[0] is Conclusion.UNDECIDED


def test_pins_broken(public, private):
    """A public chain without a pinned key breaks clients that pin; a private one is another matter."""
    broken = (Ground.PIN, AGAINST, STRONG)
    assert decided(public, broken, PUBLIC_ISSUER, HOLDS_KEY) == (
        Conclusion.PIN_BROKEN, "pins-broken",
    )  # fmt: skip
    assert decided(private, broken) == (Conclusion.UNDECIDED, "too-little")


def test_a_rotation_is_called_likely(public):
    """Where a CA that the owner is known to use signed, broken pins look like a rotation."""
    broken = results((Ground.PIN, AGAINST, STRONG))
    known = expectation(ca_keys=frozenset((key_of("honest", 1),)))
    for held, likely in ((reference(), False), (reference(known), True)):
        verdict = judge.decide(public, held, broken)
        assert verdict.conclusion is Conclusion.PIN_BROKEN
        assert ("rotation is likely" in verdict.summary) == likely


def known_ca(organisation, last="2040-01-01"):
    """A public CA that is known by its key only, as those are that programmes have dropped."""
    return KnownCA(
        spki_sha256=bytes(32), origin="a list", root=True, common_name="Old Root",
        organisation=organisation, lifetime=(date(2006, 1, 1), date.fromisoformat(last)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pinned", "words"),
    [
        (known_ca("Example Trust Services"), "of the same house, so a rotation is likely"),
        (known_ca("Other Trust Services", last="2025-05-12"), "past its time"),
        (known_ca("Other Trust Services"), None),
        (known_ca(""), None),
    ],
)
def test_a_pinned_ca_that_was_replaced(pinned, words, public):
    """A newer key of the same house, or a pinned one that has run out, looks like a rotation."""
    listed = TrustStore.merge(store("public"), TrustStore(name="", origin="", cas=(pinned,)))
    held = reference(public=listed, pins=[bytes(32)])
    verdict = judge.decide(public, held, results((Ground.PIN, AGAINST, STRONG)))
    assert verdict.conclusion is Conclusion.PIN_BROKEN
    assert ("rotation" in verdict.summary) == (words is not None)
    assert (words or "") in verdict.summary


def test_fault(public):
    """A fault is the verdict where something speaks for the origin and nothing strong against it."""
    fault = (Ground.TIME, FAULT, STRONG)
    assert decided(public, fault, PUBLIC_ISSUER, HOLDS_KEY) == (Conclusion.FAULTY, "fault")
    assert decided(public, fault)[0] is Conclusion.UNDECIDED
    assert decided(public, (Ground.TIME, FAULT, HINT), PUBLIC_ISSUER, HOLDS_KEY)[0] is (
        Conclusion.DIRECT
    )


def test_a_fault_beside_a_suspicion(public):
    """It is never said that nobody intercepts while a strong finding says that somebody may."""
    found = (
        (Ground.NAME, FAULT, STRONG),
        (Ground.ISSUER, AGAINST, STRONG),
        PUBLIC_ISSUER,
        HOLDS_KEY,
    )
    assert decided(public, *found) == (Conclusion.UNDECIDED, "too-little")


def test_evidence_for_the_origin(public):
    """Something strong for the origin, and a proven key: direct, by the heaviest reason."""
    found = results(PUBLIC_ISSUER, HOLDS_KEY, (Ground.PIN, FOR, PROOF))
    verdict = judge.decide(public, reference(), found)
    assert (verdict.conclusion, verdict.rule) == (Conclusion.DIRECT, "evidence-for-the-origin")
    assert "said 2" in verdict.summary
    assert [result.check for result, _ in verdict.because] == ["check-2", "check-0", "check-1"]


@pytest.mark.parametrize(
    "found",
    [
        (),
        (HOLDS_KEY,),
        (PUBLIC_ISSUER,),
        ((Ground.PIN, FOR, PROOF),),
        (PUBLIC_ISSUER, HOLDS_KEY, (Ground.COMPARISON, AGAINST, STRONG)),
    ],
)
def test_too_little(found, public):
    """Without evidence, without a proven key, or with a strong doubt there is no `direct`."""
    assert decided(public, *found) == (Conclusion.UNDECIDED, "too-little")


def test_what_is_too_little(public, private):
    """An undecided verdict says what is missing: the chain, the proof of its key, or knowledge."""
    assert "no certificate chain" in judge.decide(unanswered(None), reference(), ()).summary
    assert "holds the certificate's key" in judge.decide(public, reference(), ()).summary
    proven = judge.decide(private, reference(), results(HOLDS_KEY))
    assert "nothing that is known" in proven.summary
    suspected = results(HOLDS_KEY, (Ground.SHAPE, AGAINST, HINT), (Ground.PIN, AGAINST, STRONG))
    assert "said 2" in judge.decide(private, reference(), suspected).summary


def test_what_a_capture_lacks_is_the_reason():
    """Without a certificate, what was missing is said first, and then the heaviest suspicion."""
    whole = captured("honest", seen={"certificates": (), "sealed": 3000})
    sealed = replace(whole, chain=(), scts=())
    verdict = judge.decide(sealed, reference(), ())
    assert (verdict.conclusion, verdict.rule) == (Conclusion.UNDECIDED, "too-little")
    assert "TLS 1.3: the certificate is encrypted" in verdict.summary
    hinted = results((Ground.BEHAVIOUR, AGAINST, HINT), (Ground.COMPARISON, AGAINST, STRONG))
    summary = judge.decide(sealed, reference(), hinted).summary
    assert summary.index("TLS 1.3") < summary.index("said 1")
    resumed = replace(sealed, handshake=replace(sealed.handshake, resumed=True))
    assert "a resumed session" in judge.decide(resumed, reference(), ()).summary


def test_a_private_pki_of_which_no_key_is_known(private):
    """Where the owner is known to sign for himself, it is said that his keys are not known."""
    known = reference(expectation(owner="Netflix", issuance=Issuance.PRIVATE))
    verdict = judge.decide(private, known, results(HOLDS_KEY))
    assert "Netflix runs a PKI of its own" in verdict.summary
    assert verdict.conclusion is Conclusion.UNDECIDED


@pytest.mark.parametrize("name", every_chain())
def test_every_chain_in_a_capture(name):
    """A capture of each chain comes to what a probe comes to, without store and second opinion."""
    held = reference(
        expectation(), public="public-with-intermediates", machine="machine", ct_logs=KNOWN_LOGS
    )
    report = judged(captured(name), held)
    assert name in KNOWN[report.verdict.conclusion], report.verdict.summary


@pytest.mark.parametrize("name", every_chain())
def test_every_chain_that_loss_has_cut(name):
    """Where loss has cut the chain nobody is convicted but by what was seen whole."""
    cut = captured(name, seen={"certificates_cut": True})
    report = judged(
        cut, reference(expectation(), public="public-with-intermediates", ct_logs=KNOWN_LOGS)
    )
    whole = {
        "minted", "minted-with-one-key", "minted-with-one-key-leaf-only", "copied-names",
        "copied-names-with-the-real-intermediate", "self-signed", "signed-by-a-leaf",
        "copied-timestamps", "copied-to-the-letter-leaf-only",
    }  # fmt: skip
    assert (report.verdict.conclusion is Conclusion.INSPECTED) == (name in whole)
    assert report.verdict.conclusion is not Conclusion.TERMINATED


@pytest.mark.parametrize("name", ["minted", "honest", "copied-names"])
def test_a_signature_of_a_kind_that_nobody_verifies_any_more(name):
    """What was signed with MD2, as decades ago, can be neither vouched for nor held against anybody."""
    sha256_with_rsa, md2_with_rsa = (
        bytes.fromhex(f"06092a864886f70d0101{kind}") for kind in ("0b", "02")
    )
    ecdsa, sm2 = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a811ccf55018375")
    leaf, *others = chain(name)
    old = leaf.der.replace(sha256_with_rsa, md2_with_rsa).replace(ecdsa, sm2)
    assert old != leaf.der
    seen = captured((parse(old), *others))
    report = judged(seen, reference(expectation(), machine="machine", labels=[]))
    assert report.verdict.conclusion is Conclusion.UNDECIDED
    assert "cannot be verified" in report.verdict.summary


def test_sides(private):
    """What speaks for the verdict and what leans another way is told apart, heaviest first."""
    found = results(
        (Ground.SHAPE, AGAINST, HINT), (Ground.ISSUER, AGAINST, PROOF), HOLDS_KEY,
        (Ground.NAME, FAULT, STRONG),
    )  # fmt: skip
    verdict = judge.decide(private, reference(), found)
    assert [result.check for result, _ in verdict.because] == ["check-1", "check-0"]
    assert [result.check for result, _ in verdict.against] == ["check-3", "check-2"]


def test_what_was_not_looked_at(public):
    """Checks that lacked something, or broke, are listed with the verdict."""
    lacking = CheckResult(check="a", ground=Ground.PIN, ran=Ran.NOT_APPLICABLE, lacked="pins")
    broken = CheckResult(check="b", ground=Ground.PIN, ran=Ran.BROKE, lacked="KeyError: 1")
    verdict = judge.decide(public, reference(), (lacking, broken, *results(HOLDS_KEY)))
    assert verdict.not_looked_at == (lacking, broken)


def test_who_intercepts(private, public):
    """An interceptor is named by the chain, and by the product whose names he writes."""
    found = results(
        (Ground.ISSUER, AGAINST, PROOF),
        (Ground.ISSUER, AGAINST, HINT, ("vendor", "Contoso"), ("product", "Firewall")),
    )
    interceptor = judge.decide(private, reference(), found).interceptor
    assert (interceptor.vendor, interceptor.product) == ("Contoso", "Firewall")
    assert "Firewall Inspection CA" in interceptor.issuer
    assert judge.decide(public, reference(), results(PUBLIC_ISSUER, HOLDS_KEY)).interceptor is None


def test_the_surest_name_is_told(private):
    """Of two products that the evidence names it is the one that is known better, and how well."""
    guessed = (("vendor", "Fabrikam"), ("product", "Box"), ("confidence", "weak"))
    known = (("vendor", "Contoso"), ("product", "Firewall"), ("confidence", "observed"))
    for pair in ((guessed, known), (known, guessed)):
        named = results(
            (Ground.ISSUER, AGAINST, PROOF), *((Ground.SHAPE, AGAINST, HINT, *one) for one in pair)
        )
        interceptor = judge.decide(private, reference(), named).interceptor
        assert (interceptor.vendor, interceptor.confidence) == ("Contoso", "observed")


def test_what_breaks(private, public):
    """A box that re-signs breaks pinned clients, client certificates, and clients without its CA."""
    proof = results((Ground.ISSUER, AGAINST, PROOF))
    assert set(judge.decide(private, reference(), proof).breaks) == {
        "untrusted-by-clients-without-the-CA", "pinned-clients", "client-certificate",
    }  # fmt: skip
    assert set(judge.decide(public, reference(), proof).breaks) == {
        "pinned-clients", "client-certificate",
    }  # fmt: skip
    assert judge.decide(public, reference(), results(PUBLIC_ISSUER, HOLDS_KEY)).breaks == ()


findings = st.lists(
    st.tuples(st.sampled_from(Ground), st.sampled_from(Leaning), st.sampled_from(Weight)),
    max_size=12,
)
seen = st.sampled_from(["honest", "minted", "nothing", "failed"])


@given(findings, seen)
def test_no_findings_break_the_rules(found, what):
    """Whatever was found: no `direct` without evidence, no conviction without proof or agreement."""
    observed = {
        "honest": HONEST, "minted": MINTED, "nothing": unanswered(None), "failed": unanswered(RESET),
    }[what]  # fmt: skip
    verdict = judge.decide(observed, reference(), results(*found))
    against = [(ground, weight) for ground, leaning, weight in found if leaning is AGAINST]
    strong = {ground for ground, weight in against if weight >= STRONG}
    proof = any(weight is PROOF for _, weight in against)
    for_him = [(ground, weight) for ground, leaning, weight in found if leaning is FOR]
    match verdict.conclusion:
        case Conclusion.DIRECT:
            assert any(weight >= STRONG for _, weight in for_him)
            assert any(ground is Ground.POSSESSION for ground, _ in for_him)
            assert not strong
            assert not any(one[1] is FAULT and one[2] >= STRONG for one in found)
        case Conclusion.INSPECTED | Conclusion.TERMINATED:
            assert proof or len(strong) >= 2
            assert what != "failed"
            assert (verdict.conclusion is Conclusion.TERMINATED) == (what == "honest")
        case Conclusion.FAULTY:
            assert not strong
        case Conclusion.PIN_BROKEN:
            assert what == "honest"
            assert strong == {Ground.PIN}
        case Conclusion.BLOCKED:
            portal = (Ground.PORTAL, FAULT) in [
                (one[0], one[1]) for one in found if one[2] >= STRONG
            ]
            assert what == "failed" or portal
        case Conclusion.UNDECIDED:
            assert not proof
            assert len(strong) < 2
    told = {result.check for result, _ in (*verdict.because, *verdict.against)}
    assert told == {f"check-{index}" for index in range(len(found))}


HONEST, MINTED = observation("honest"), observation("minted")

# What every chain comes to for a name that public CAs are known to sign for; all else is `faulty`.
KNOWN = {
    Conclusion.DIRECT: {
        "honest", "honest-with-root", "disordered", "doubled", "extra-member", "cross-signed",
        "reissued-intermediate", "with-scts",
    },
    Conclusion.INSPECTED: {
        "minted", "minted-without-its-root", "minted-with-one-key",
        "minted-with-one-key-leaf-only", "copied-names", "copied-names-leaf-only",
        "copied-names-with-the-real-intermediate", "copied-root-name-leaf-only", "self-signed",
        "public-key-of-the-root", "signed-by-a-leaf", "ring", "malformed-extension",
        "odd-contents", "copied-timestamps", "copied-timestamps-leaf-only",
        "copied-to-the-letter-leaf-only",
    },
    Conclusion.UNDECIDED: {"cut-off", "no-certificate"},
    Conclusion.FAULTY: {
        "missing-intermediate", "expired", "not-begun", "wrong-name", "common-name-only",
        "path-too-long", "ip-address",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", every_chain())
def test_every_chain(name):
    """Each chain at hand gets its verdict, over all checks, with OpenSSL's opinion beside ours."""
    held = reference(
        expectation(), public="public-with-intermediates", machine="machine", ct_logs=KNOWN_LOGS
    )
    seen = observation(name)
    report = judged(seen, held, *opinions(name))
    assert name in KNOWN[report.verdict.conclusion], report.verdict.summary


@pytest.mark.parametrize("name", every_chain())
def test_every_chain_for_an_unknown_name(name):
    """Where nothing is known of the name, a private chain convicts nobody but who copies."""
    report = judged(
        observation(name), reference(public="public-with-intermediates", ct_logs=KNOWN_LOGS)
    )
    expected = {
        "copied-names": Conclusion.INSPECTED,
        "copied-names-with-the-real-intermediate": Conclusion.INSPECTED,
        "copied-timestamps": Conclusion.INSPECTED,
        "copied-to-the-letter-leaf-only": Conclusion.INSPECTED,
    }
    known = next(conclusion for conclusion, names in KNOWN.items() if name in names)
    otherwise = Conclusion.UNDECIDED if known is Conclusion.INSPECTED else known
    assert report.verdict.conclusion is expected.get(name, otherwise), report.verdict.summary


def opinions(name):
    """OpenSSL's opinion of a chain, where OpenSSL can read it."""
    if name in {"cut-off", "no-certificate", "odd-contents", "malformed-extension"}:
        return ()
    return (second_opinion(name),)


@pytest.mark.parametrize("name", sorted({*every_chain()} - {"copied-names"}))
@pytest.mark.parametrize("keys", [frozenset(), frozenset((bytes(32),))], ids=["none", "some"])
def test_no_chain_convicts_on_an_owners_own_pki(name, keys):
    """Where an owner signs for himself and not all of his keys are known, nobody is accused.

    But for who writes a public CA's name over a key of his own, which no owner does.
    """
    own = expectation(issuance=Issuance.PRIVATE, ca_keys=keys, all_keys=False)
    held = reference(own, machine="machine", labels=shipped.labels())
    assert judged(observation(name), held, *opinions(name)).verdict.conclusion not in (
        Conclusion.INSPECTED,
        Conclusion.TERMINATED,
    )


def test_an_owners_own_root_is_direct():
    """Where his key is known and its signature verifies, the owner's own PKI speaks for him."""
    own = expectation(issuance=Issuance.PRIVATE, ca_keys=frozenset((key_of("minted", 1),)))
    report = judged(observation("minted"), reference(own, machine="machine"))
    assert report.verdict.conclusion is Conclusion.DIRECT


def test_same_input_same_verdict():
    """Judging the same observation again gives the same report, to the last finding."""
    held = reference(expectation(), machine="machine")
    for name in ("honest", "minted", "expired"):
        seen, other = observation(name), second_opinion(name)
        assert judged(seen, held, other) == judged(seen, held, other)


def test_a_key_that_is_presented_twice():
    """A certificate that is sent again is told once: the keys are what is compared."""
    seen = observation("honest")
    again = replace(seen, chain=(*seen.chain, seen.chain[-1]))
    pins = judged(again, reference(pins=[key_of("honest", 1)])).pins
    assert pins.presented == tuple(one.spki_sha256 for one in seen.chain)


def test_pins_beside_the_verdict():
    """A path can be inspected and break a pin; and what was not seen is neither kept nor broken."""
    pins = [key_of("honest", 1)]
    inspected = judged(observation("minted"), reference(expectation(), pins=pins))
    assert inspected.verdict.conclusion is Conclusion.INSPECTED
    assert inspected.pins.status is PinStatus.BROKEN
    assert inspected.pins.presented == tuple(one.spki_sha256 for one in chain("minted"))
    matched = judged(observation("honest"), reference(pins=pins))
    assert (matched.pins.status, matched.pins.expected) == (PinStatus.MATCHED, tuple(pins))
    assert judged(observation("honest"), reference()).pins.status is PinStatus.NONE_GIVEN
    assert judged(unanswered(), reference(pins=pins)).pins.status is PinStatus.NOT_SEEN


def test_a_pinned_private_pki():
    """A pin that holds is evidence enough for an owner with a PKI of his own."""
    seen = observation("minted")
    held = reference(pins=[key_of("minted", 1)])
    assert judged(seen, held).verdict.conclusion is Conclusion.DIRECT


@pytest.mark.parametrize(
    "presented",
    [
        chain("signed-by-a-leaf"),
        (*chain("minted"), *chain("honest-with-root")),
        chain("copied-names-with-the-real-intermediate"),
    ],
)
def test_nobody_gets_past_a_pin(presented):
    """However the pinned CA's certificates are sent along, who is not signed by it is not direct."""
    pins = [key_of("honest", 1), key_of("honest-with-root", 2)]
    report = judged(observation(presented), reference(pins=pins))
    assert report.verdict.conclusion is not Conclusion.DIRECT
    assert report.pins.status is PinStatus.BROKEN


def test_a_shown_certificate_is_not_a_held_key():
    """Who shows the owner's own chain, but cannot sign with its key, is not the owner."""
    stolen = observation("honest", break_proof=True)
    held = reference(expectation(), pins=[key_of("honest")])
    assert judged(stolen, held).verdict.conclusion is Conclusion.TERMINATED


def test_doubted_roots():
    """Who is public only by a list that was changed here does not come out as the owner."""
    doubted = store("public", doubt="cacert.pem was changed")
    report = judged(observation("honest"), reference(public=doubted))
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert HOST in report.verdict.summary


# Where one look alone would mislead


@pytest.mark.parametrize(
    ("ours", "theirs"), [("honest", "missing-intermediate"), ("missing-intermediate", "honest")]
)
def test_an_intermediate_that_comes_and_goes(ours, theirs):
    """It is the server's fault, and neither `direct` nor `inspected`, in whichever look it lacks."""
    report = judged(observation(ours), reference(expectation()), second_opinion(theirs))
    assert report.verdict.conclusion is Conclusion.FAULTY


def test_a_library_that_refuses_what_only_it_was_shown():
    """Where only the library's hello got through, its own verifier still has a say."""
    seen = second_opinion("path-too-long")
    report = judged(seen, reference(expectation()), unanswered())
    refusals = [one for one in report.results if one.check == "second-opinion-refuses"]
    assert refusals[0].findings
    assert report.verdict.conclusion is Conclusion.FAULTY


def test_the_minted_chain_names_the_interceptor():
    """Where one look was shown a minted chain, its signer is named, not the owner's CA."""
    report = judged(observation("honest"), reference(expectation()), second_opinion("minted"))
    assert report.verdict.conclusion is Conclusion.INSPECTED
    assert report.verdict.interceptor.issuer == chain("minted")[0].issuer
    assert "untrusted-by-clients-without-the-CA" in report.verdict.breaks


def test_nobody_is_named_who_shows_another_name():
    """A gateway with a public certificate shows no name of its own: the CA is not accused."""
    known = expectation(ca_keys=frozenset([bytes(32)]), pins=frozenset([bytes(32)]))
    report = judged(observation("honest"), reference(known))
    assert report.verdict.conclusion is Conclusion.TERMINATED
    assert report.verdict.interceptor is None


PRIVATE = {"issuance": Issuance.PRIVATE}


def test_the_owners_own_pki_whose_root_only_the_machine_knows():
    """The owner's root need not be sent: the machine's store has it, and his key is known."""
    root = store("public")
    known = expectation(ca_keys=frozenset(ca.spki_sha256 for ca in root.cas), **PRIVATE)
    held = reference(known, public=store_of(()), machine="public")
    assert judged(observation("honest"), held).verdict.conclusion is Conclusion.DIRECT


def test_another_pki_in_the_place_of_the_owners():
    """Another private CA than the owner's, trusted by this machine alone, is an interceptor."""
    known = expectation(ca_keys=frozenset([bytes(32)]), **PRIVATE)
    report = judged(observation("minted"), reference(known, machine="machine"))
    assert report.verdict.conclusion is Conclusion.INSPECTED


LOGGED_LEAF, LOGGED_LEAFS_CA = chain("with-scts")


@pytest.mark.parametrize("name", ["copied-timestamps-leaf-only", "copied-to-the-letter-leaf-only"])
def test_copied_timestamps_and_a_ca_that_is_not_sent(name):
    """Somebody's timestamps do not make a minted leaf look public, whatever else is held back."""
    held = reference(
        expectation(),
        public=listing(LOGGED_LEAFS_CA),
        public_as_of=LISTED_ON,
        ct_logs=KNOWN_LOGS,
    )
    for seen in (observation(name), captured(name)):
        verdict = judged(seen, held).verdict
        assert (verdict.conclusion, verdict.rule) == (Conclusion.INSPECTED, "two-strong-grounds")
        assert "timestamps that public logs made for another" in verdict.summary


def test_a_logged_leaf_whose_ca_is_not_sent():
    """Its log says that a public CA signed it: then only the server is at fault, known name or not."""
    for known in ((), (expectation(),)):
        held = reference(*known, public=listing(LOGGED_LEAFS_CA), ct_logs=KNOWN_LOGS)
        verdict = judged(observation((LOGGED_LEAF,)), held).verdict
        assert (verdict.conclusion, verdict.rule) == (Conclusion.FAULTY, "fault")
        assert "does not send the intermediate" in verdict.summary


def test_a_logged_leaf_under_a_root_that_is_too_new():
    """A public CA that no list knows yet is one all the same, if the logs took what it signed."""
    old_list = store_of(chain("minted")[1:])
    held = reference(expectation(), public=old_list, machine="machine", ct_logs=KNOWN_LOGS)
    verdict = judged(observation("with-scts"), held).verdict
    assert verdict.conclusion is Conclusion.DIRECT
    assert "as the promise of Operator 1 Log 1 shows" in verdict.summary


def test_a_logged_leaf_need_not_be_the_owners():
    """Whoever got a public certificate for the name has timestamps too: it may end at him."""
    pins = {"": frozenset((key_of("minted"),))}
    owner = expectation(ca_keys=frozenset((key_of("minted", 1),)))
    verdict = judged(
        observation("with-scts"), reference(owner, pins=pins, ct_logs=KNOWN_LOGS)
    ).verdict
    assert (verdict.conclusion, verdict.rule) == (Conclusion.TERMINATED, "two-strong-grounds")
    alone = judged(
        observation((LOGGED_LEAF,)),
        reference(pins=pins, public=listing(LOGGED_LEAFS_CA), ct_logs=KNOWN_LOGS),
    ).verdict
    assert alone.conclusion is Conclusion.PIN_BROKEN


def test_a_logged_leaf_without_proof_of_its_key():
    """Anybody can show a logged certificate: without the proof of its key it is not called direct."""
    seen = observation("with-scts")
    unproven = replace(seen, handshake=replace(seen.handshake, key_proof=KeyProof.NOT_SEEN))
    verdict = judged(unproven, reference(ct_logs=KNOWN_LOGS)).verdict
    assert verdict.conclusion is Conclusion.UNDECIDED
