"""Run every check on one observation; a check that breaks is a result, not a crash."""

from collections.abc import Iterable
from functools import lru_cache

from tlsprobe.checks._registry import Need, RegisteredCheck, all_checks
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.finding import CheckResult, Ran
from tlsprobe.model.jarm import of_somebody
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_hellos import by_other_hellos
from tlsprobe.model.other_names import under_other_names, where_nobody_is
from tlsprobe.model.other_routes import over_other_routes
from tlsprobe.model.paths import other_looks, second_opinion
from tlsprobe.model.reference import Issuance, Reference, expectation_for, pins_for


def run(
    observation: Observation,
    reference: Reference,
    checks: Iterable[RegisteredCheck] | None = None,
) -> tuple[CheckResult, ...]:
    """The result of every check (or of those given), in the order of their ids."""
    available, expected = _available(observation, reference), _NEEDS
    expected -= _OF_CAPTURES if observation.captured is None else _OF_PROBES
    if observation.canary is None:
        expected -= _OF_CANARIES
    wanted = all_checks() if checks is None else tuple(checks)
    return tuple([
        _one(step, observation, reference) if isinstance(step, RegisteredCheck) else step
        for step in _plan(wanted, available, expected)
    ])  # fmt: skip


@lru_cache(maxsize=256)
def _plan(
    wanted: tuple[RegisteredCheck, ...], available: frozenset[Need], expected: frozenset[Need]
) -> tuple[RegisteredCheck | CheckResult, ...]:
    """Of each check that cannot do without what is lacking here its result, else the check itself."""
    plan: list[RegisteredCheck | CheckResult] = []
    for check in wanted:
        lacked = check.needs - available
        if not lacked:
            plan.append(check)
        elif lacked <= expected:
            plan.append(_not_applicable(check, lacked))
        else:
            plan.append(CheckResult(check=check.id, ground=check.ground, ran=Ran.OUT_OF_PLACE))
    return tuple(plan)


def _one(check: RegisteredCheck, observation: Observation, reference: Reference) -> CheckResult:
    try:
        findings = tuple(check.function(observation, reference))
    except Exception as error:  # noqa: BLE001 - our defect must not cost the user his report
        return CheckResult(
            check=check.id,
            ground=check.ground,
            ran=Ran.BROKE,
            lacked=f"{type(error).__name__}: {error}",
        )
    if not findings:
        return _nothing_found(check)
    return CheckResult(check=check.id, ground=check.ground, ran=Ran.YES, findings=findings)


_NEEDS = frozenset(Need)
_OF_PROBES = frozenset(
    (
        Need.CONTROLS,
        Need.HOPS,
        Need.JARM,
        Need.NAMES,
        Need.NOWHERE,
        Need.OTHER_HELLOS,
        Need.OTHER_NAMES,
        Need.OTHER_ROUTES,
        Need.REVOCATION,
        Need.SECOND_OPINION,
    )
)
_OF_CAPTURES = frozenset((Need.PACKETS, Need.COMPANY))
_OF_CANARIES = frozenset((Need.CANARY,))


def _not_applicable(check: RegisteredCheck, lacked: frozenset[Need]) -> CheckResult:
    return CheckResult(
        check=check.id,
        ground=check.ground,
        ran=Ran.NOT_APPLICABLE,
        lacked=" and ".join(sorted(need.value for need in lacked)),
    )


@lru_cache(maxsize=256)
def _nothing_found(check: RegisteredCheck) -> CheckResult:
    """What most checks come to most of the time, and so made once for all endpoints."""
    return CheckResult(check=check.id, ground=check.ground, ran=Ran.YES)


def _available(observation: Observation, reference: Reference) -> frozenset[Need]:
    host, taken = observation.target.host, observation.taken
    expectation = expectation_for(reference, host)
    choices = None if expectation is None else expectation.choices
    has = {
        Need.CHAIN: bool(observation.chain),
        Need.PUBLIC_NAME: expectation is not None and expectation.issuance is Issuance.PUBLIC,
        Need.OWNERS_KEYS: expectation is not None and bool(expectation.ca_keys),
        Need.ALL_OWNERS_KEYS: expectation is not None
        and bool(expectation.ca_keys)
        and expectation.all_keys,
        Need.CLIENT_CERTIFICATE: expectation is not None
        and any(use.asks_for_certificate for use in expectation.uses),
        Need.COMPROMISED: bool(reference.compromised),
        Need.PORTALS: bool(reference.portals),
        Need.PINS: bool(pins_for(reference, host, taken)),
        Need.LABELS: bool(reference.labels),
        Need.MACHINE_STORE: reference.machine is not None,
        Need.CONTROLS: bool(other_looks(reference)),
        Need.OTHER_HELLOS: bool(by_other_hellos(reference)),
        Need.OTHER_ROUTES: bool(over_other_routes(reference)),
        Need.OTHER_NAMES: bool(under_other_names(reference)),
        Need.NOWHERE: bool(where_nobody_is(reference)),
        Need.SECOND_OPINION: second_opinion(observation, reference) is not None,
        Need.HOPS: observation.hops is not None and not observation.hops.unavailable,
        Need.PACKETS: observation.captured is not None,
        Need.CHOICES: choices is not None and choices.hold_at(taken),
        Need.CT_LOGS: reference.ct_logs is not None,
        Need.REVOCATION: observation.revocation is not None,
        Need.JARM: of_somebody(observation.jarm) is not None,
        Need.BASELINE: bool(seen_before(reference)),
        Need.NAMES: observation.names is not None,
        Need.COMPANY: reference.company is not None,
        Need.CANARY: observation.canary is not None and observation.canary.received is not None,
    }
    return frozenset(need for need, present in has.items() if present)
