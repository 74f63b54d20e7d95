"""Findings -> verdict, by ordered named rules; the first that applies speaks.

 1. no-handshake            nothing was presented: blocked
 2. captive-portal          a portal stands in the way, known by its key, or by one certificate of its
                            own for everybody: blocked
 3. proof                   one proof of interception: inspected, or terminated if the chain is public
 4. two-strong-grounds      two strong findings that rest on different kinds of evidence: the same
 5. pins-broken             a public chain without any pinned key: a client that pins cuts it
 6. fault                   the server's or this machine's own fault, and nothing of weight beside it
 7. evidence-for-the-origin positive evidence, and nothing of weight against it: direct
 8. too-little              everything else: undecided, and what would decide it

Hints never add up to a verdict. "Not seen" is never "safe": without positive evidence there is no
`direct`.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.names import covers
from tlsprobe.model.finding import CheckResult, Fact, Finding, Ground, Leaning, Ran, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path, public_store, verified_keys
from tlsprobe.model.reference import Confidence, Issuance, Reference, expectation_for, pins_for
from tlsprobe.model.report import Pins
from tlsprobe.model.shortfall import no_chain, no_proof
from tlsprobe.model.transparency import publicly_signed
from tlsprobe.model.verdict import Conclusion, Interceptor, PinStatus, Verdict
from tlsprobe.wire.ip_literals import is_ip_literal


class Case(Struct, frozen=True, kw_only=True):
    """What the rules weigh."""

    observation: Observation
    reference: Reference
    results: tuple[CheckResult, ...]
    found: tuple[CheckResult, ...]
    """Those that have findings: few of many, and every rule goes through them."""

    @property
    def host(self) -> str:
        """The name that the user asked about."""
        return self.observation.target.host

    @property
    def public(self) -> bool:
        """Whether a public CA signed the leaf."""
        return publicly_signed(self.observation, self.reference)

    def findings(
        self, leaning: Leaning, weight: Weight = Weight.HINT
    ) -> Iterator[tuple[CheckResult, Finding]]:
        """Findings of that leaning and at least that weight, with the check that made each."""
        for result in self.found:
            for finding in result.findings:
                if finding.leaning is leaning and finding.weight >= weight:
                    yield result, finding

    def grounds(self, leaning: Leaning, weight: Weight) -> set[Ground]:
        """The kinds of evidence among those findings."""
        return {result.ground for result, _ in self.findings(leaning, weight)}


class Decision(Struct, frozen=True):
    """What a rule says: the conclusion, and its reason as a clause."""

    conclusion: Conclusion
    reason: str


def _no_handshake(case: Case) -> Decision | None:
    failure = case.observation.failure
    if case.observation.chain or failure is None:
        return None
    return Decision(Conclusion.BLOCKED, failure.detail)


def _captive_portal(case: Case) -> Decision | None:
    """It answers for every name alike until somebody logs in, and explains all else that is found."""
    for result, finding in case.findings(Leaning.FAULT, Weight.STRONG):
        if result.ground is Ground.PORTAL:
            return Decision(Conclusion.BLOCKED, finding.summary)
    return None


def _proof(case: Case) -> Decision | None:
    for _, finding in case.findings(Leaning.INTERCEPTION, Weight.PROOF):
        return Decision(_intercepted(case), finding.summary)
    return None


def _two_strong_grounds(case: Case) -> Decision | None:
    if len(case.grounds(Leaning.INTERCEPTION, Weight.STRONG)) < 2:
        return None
    strong = case.findings(Leaning.INTERCEPTION, Weight.STRONG)
    return Decision(_intercepted(case), "; ".join(finding.summary for _, finding in strong))


def _intercepted(case: Case) -> Conclusion:
    # A public chain was not minted: whoever ends the TLS got it from a CA. But one of two looks may
    # have been shown a minted one.
    public = case.public and _minted(case) is None
    return Conclusion.TERMINATED if public else Conclusion.INSPECTED


def _minted(case: Case) -> Certificate | None:
    for _, finding in case.findings(Leaning.INTERCEPTION, Weight.STRONG):
        if finding.minted is not None:
            return finding.minted
    chain = case.observation.chain
    return chain[0] if chain and not case.public else None


def _pins_broken(case: Case) -> Decision | None:
    if not case.public or Ground.PIN not in case.grounds(Leaning.INTERCEPTION, Weight.STRONG):
        return None
    rotation = _rotation(case)
    reason = "the chain is public, but no pinned key is in it"
    return Decision(Conclusion.PIN_BROKEN, f"{reason}; {rotation}" if rotation else reason)


def _rotation(case: Case) -> str | None:
    """What says that keys were changed, and nobody put himself in between; None where nothing does."""
    reference, taken = case.reference, case.observation.taken
    path = public_path(case.observation, reference)
    expectation = expectation_for(reference, case.host)
    if expectation is not None and not expectation.ca_keys.isdisjoint(path.ca_keys):
        return f"a CA of {expectation.owner} signed it, so a rotation is likely"
    public = public_store(case.observation, reference)
    signer = None if path.anchor is None else path.anchor.house
    pins = pins_for(reference, case.host, taken)
    pinned = [ca for ca in map(public.by_key, sorted(pins)) if ca is not None]
    for ca in pinned:
        if ca.house and ca.house == signer:
            return f"{ca.subject}, which is pinned, is of the same house, so a rotation is likely"
    for ca in pinned:
        if ca.valid_at(taken) is False:
            return f"{ca.subject}, which is pinned, is past its time, so a rotation was due"
    return None


def _fault(case: Case) -> Decision | None:
    """A private chain of which nothing is known stays undecided, faulty or not.

    So does a fault beside a strong finding of interception: either may explain the other.
    """
    if not case.grounds(Leaning.ORIGIN, Weight.STRONG):
        return None
    if case.grounds(Leaning.INTERCEPTION, Weight.STRONG):
        return None
    faults = [finding.summary for _, finding in case.findings(Leaning.FAULT, Weight.STRONG)]
    return Decision(Conclusion.FAULTY, "; ".join(faults)) if faults else None


def _evidence_for_the_origin(case: Case) -> Decision | None:
    for_it = sorted(
        (finding for _, finding in case.findings(Leaning.ORIGIN, Weight.STRONG)),
        key=lambda finding: -finding.weight,
    )
    against = case.grounds(Leaning.INTERCEPTION, Weight.STRONG)
    if not for_it or against or Ground.POSSESSION not in case.grounds(Leaning.ORIGIN, Weight.HINT):
        return None
    if _nameless(case):
        return None
    return Decision(Conclusion.DIRECT, for_it[0].summary)


def _nameless(case: Case) -> bool:
    """Whether a capture shows only the address that was spoken to, and the leaf is for names.

    Whose certificate is due there nobody can say.
    """
    observation = case.observation
    return (
        observation.captured is not None
        and bool(observation.chain)
        and is_ip_literal(case.host)
        and not covers(observation.chain[0], case.host)
    )


def _too_little(case: Case) -> Decision | None:
    """The heaviest suspicion is the reason; without a chain, what was missing comes before it."""
    suspicions = sorted(
        (finding for _, finding in case.findings(Leaning.INTERCEPTION)),
        key=lambda finding: -finding.weight,
    )
    failure = case.observation.failure
    reasons = [finding.summary for finding in suspicions[:1]]
    if not case.observation.chain:
        reasons = [no_chain(case.observation), *reasons]
    elif not reasons and failure is not None:
        reasons = [failure.detail]
    return Decision(Conclusion.UNDECIDED, "; ".join(reasons) or _missing(case))


def _missing(case: Case) -> str:
    if _nameless(case):
        return "the capture does not show which name was asked for, so nobody can say whose is due"
    if Ground.POSSESSION not in case.grounds(Leaning.ORIGIN, Weight.HINT):
        return no_proof(case.observation)
    expectation = expectation_for(case.reference, case.host)
    if expectation is not None and expectation.issuance is Issuance.PRIVATE:
        return f"{expectation.owner} runs a PKI of its own for this name, and none of its keys is known"
    return "nothing that is known speaks for the owner or against"


RULES: tuple[tuple[str, Callable[[Case], Decision | None]], ...] = (
    ("no-handshake", _no_handshake),
    ("captive-portal", _captive_portal),
    ("proof", _proof),
    ("two-strong-grounds", _two_strong_grounds),
    ("pins-broken", _pins_broken),
    ("fault", _fault),
    ("evidence-for-the-origin", _evidence_for_the_origin),
    ("too-little", _too_little),
)
_SIDES = {
    Conclusion.DIRECT: (Leaning.ORIGIN,),
    Conclusion.INSPECTED: (Leaning.INTERCEPTION,),
    Conclusion.TERMINATED: (Leaning.INTERCEPTION,),
    Conclusion.PIN_BROKEN: (Leaning.INTERCEPTION,),
    Conclusion.FAULTY: (Leaning.FAULT,),
    Conclusion.BLOCKED: (Leaning.FAULT,),
    Conclusion.UNDECIDED: (Leaning.INTERCEPTION, Leaning.FAULT),
}
_SENTENCES = {
    Conclusion.DIRECT: "TLS to {host} is not re-signed on the path: {reason}",
    Conclusion.INSPECTED: "TLS to {host} is re-signed on the path, under the name {issuer}: {reason}",
    Conclusion.TERMINATED: "TLS to {host} ends at an intermediary: {reason}",
    Conclusion.PIN_BROKEN: "clients that pin {host} will cut the connection: {reason}",
    Conclusion.FAULTY: "the answer for {host} has a fault: {reason}",
    Conclusion.BLOCKED: "no TLS handshake with {host} came about: {reason}",
    Conclusion.UNDECIDED: "too little is known to say who answers for {host}: {reason}",
}

# What will not work on such a path, in the words of the JSON. A box that ends the TLS cannot pass a
# client's certificate on, whatever else it does: it does not hold the client's key.
_BREAKS = {
    Conclusion.INSPECTED: (
        "untrusted-by-clients-without-the-CA", "pinned-clients", "client-certificate",
    ),
    Conclusion.TERMINATED: ("pinned-clients", "client-certificate"),
    Conclusion.PIN_BROKEN: ("pinned-clients",),
}  # fmt: skip


def decide(
    observation: Observation, reference: Reference, results: tuple[CheckResult, ...]
) -> Verdict:
    """The verdict, by the first rule that applies."""
    found = tuple([one for one in results if one.findings])
    case = Case(observation=observation, reference=reference, results=results, found=found)
    for rule, decide_by in RULES:
        decision = decide_by(case)
        if decision is not None:
            return _verdict(case, rule, decision)
    raise AssertionError("the last rule always decides")


def _verdict(case: Case, rule: str, decision: Decision) -> Verdict:
    sides = _SIDES[decision.conclusion]
    minted = _minted(case)
    intercepted = decision.conclusion in (Conclusion.INSPECTED, Conclusion.TERMINATED)
    return Verdict(
        conclusion=decision.conclusion,
        rule=rule,
        summary=_SENTENCES[decision.conclusion].format(
            host=case.host,
            reason=decision.reason,
            issuer=(minted.issuer if minted else "") or "(no name)",
        ),
        because=_only(case.found, lambda finding: finding.leaning in sides),
        against=_only(case.found, lambda finding: finding.leaning not in sides),
        not_looked_at=tuple(
            result for result in case.results if result.ran in (Ran.NOT_APPLICABLE, Ran.BROKE)
        ),
        interceptor=_interceptor(case) if intercepted else None,
        breaks=(*_BREAKS.get(decision.conclusion, ()), *_broken(case)),
    )


def _broken(case: Case) -> tuple[str, ...]:
    """What fails by what was found, and not by the verdict."""
    named = [finding.breaks for one in case.found for finding in one.findings if finding.breaks]
    return tuple(dict.fromkeys(named))


def _only(
    results: tuple[CheckResult, ...], wanted: Callable[[Finding], bool]
) -> tuple[tuple[CheckResult, Finding], ...]:
    pairs = [(one, finding) for one in results for finding in one.findings if wanted(finding)]
    return tuple(sorted(pairs, key=lambda pair: -pair[1].weight))


def _interceptor(case: Case) -> Interceptor | None:
    """Who signs in another's place; whoever has a public chain shows no name, but maybe a hop."""
    minted, hop = _minted(case), _hop(case)
    if minted is None:
        return None if hop is None else Interceptor(issuer="", hop=hop)
    named = min(_named(case), key=_doubt, default=dict[str, Fact]())
    vendor, product, confidence = map(named.get, ("vendor", "product", "confidence"))
    return Interceptor(
        issuer=minted.issuer,
        vendor=vendor if isinstance(vendor, str) else None,
        product=product if isinstance(product, str) else None,
        confidence=confidence if isinstance(confidence, str) else None,
        hop=hop,
    )


def _hop(case: Case) -> int | None:
    """The hop where TCP ends before the endpoint, if a trace shows one."""
    for _, finding in case.findings(Leaning.INTERCEPTION):
        hop = finding.facts.get("hop")
        if isinstance(hop, int):
            return hop
    return None


_SURENESS = {one.value: rank for rank, one in enumerate(Confidence)}


def _doubt(facts: Mapping[str, Fact]) -> int:
    """How unsure a naming is: the surest has the least."""
    sure = facts.get("confidence")
    return _SURENESS.get(sure, len(_SURENESS)) if isinstance(sure, str) else len(_SURENESS)


def _named(case: Case) -> Iterator[Mapping[str, Fact]]:
    """What findings say of a product."""
    for _, finding in case.findings(Leaning.INTERCEPTION):
        if "vendor" in finding.facts:
            yield finding.facts


def pins(observation: Observation, reference: Reference) -> Pins:
    """What became of the pins, beside the verdict."""
    expected = pins_for(reference, observation.target.host, observation.taken)
    if not expected:
        status = PinStatus.NONE_GIVEN
    elif not observation.chain:
        status = PinStatus.NOT_SEEN
    elif expected.isdisjoint(verified_keys(observation, reference)):
        status = PinStatus.BROKEN
    else:
        status = PinStatus.MATCHED
    return Pins(
        status=status,
        expected=tuple(sorted(expected)),
        presented=tuple(dict.fromkeys(one.spki_sha256 for one in observation.chain)),
    )
