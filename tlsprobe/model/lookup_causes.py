"""What to call lookups of revocation that are blocked, where one thing blocks all of them.

A port that is shut shuts lists and responders alike, and the hosts of them that the service's pages name:
that is one cause, and not one for each kind of lookup and one more for the port.
"""

from collections.abc import Mapping

from msgspec import Struct

from tlsprobe.model.cause_kinds import AT_THE_PROXY, CauseKind
from tlsprobe.model.observation import Failure, FailureKind, Stage
from tlsprobe.model.portals import portal
from tlsprobe.model.revocation import LookupKind, Outcome, RevocationLookup
from tlsprobe.model.survey import Answer, HttpAnswer, Survey

_KINDS: Mapping[LookupKind, CauseKind] = {
    LookupKind.CRL: CauseKind.CRL_BLOCKED,
    LookupKind.OCSP: CauseKind.OCSP_BLOCKED,
    LookupKind.ISSUER: CauseKind.ISSUER_BLOCKED,
}
_TELLING = frozenset((LookupKind.CRL, LookupKind.OCSP))
_ON_THE_WAY = frozenset((Stage.TCP, Stage.HTTP))


class LookupCauses(Struct, frozen=True, kw_only=True):
    """The causes of blocked lookups by how they fail."""

    by_failure: Mapping[FailureKind, CauseKind]
    """What lookups that fail so come to over the whole run."""

    def of(self, one: RevocationLookup) -> CauseKind:
        """What a blocked lookup is told as."""
        return self.by_failure.get(_failing(one.failure), _KINDS[one.kind])

    def at(self, answer: Answer) -> CauseKind | None:
        """The same of an endpoint of plain HTTP that fails as lookups do; None where it stands alone."""
        said = answer.said
        if not isinstance(said, HttpAnswer) or said.failure is None:
            return None
        failure = said.failure
        if failure.kind in AT_THE_PROXY or failure.stage not in _ON_THE_WAY:
            return None
        found = self.by_failure.get(failure.kind)
        return None if found is CauseKind.ISSUER_BLOCKED else found


def lookup_causes(survey: Survey) -> LookupCauses:
    """What the lookups of a run come to, those aside that a portal takes."""
    kinds: dict[FailureKind, set[LookupKind]] = {}
    found = portal(survey)
    for answer in survey.answers:
        if answer.report is None or answer.intercepted:
            continue
        of_portal = dict(found.lookups(answer.report))
        for one in answer.report.observation.revocation or ():
            if one.outcome is Outcome.BLOCKED and one not in of_portal:
                kinds.setdefault(_failing(one.failure), set()).add(one.kind)
    return LookupCauses(by_failure={how: _together(of) for how, of in kinds.items()})


def _together(kinds: set[LookupKind]) -> CauseKind:
    if kinds >= _TELLING:
        return CauseKind.LOOKUPS_BLOCKED
    return _KINDS[next((one for one in kinds if one in _TELLING), LookupKind.ISSUER)]


def _failing(failure: Failure | None) -> FailureKind:
    """How it fails; what is answered is all the same, be it a page or a refusal."""
    return FailureKind.OTHER_CONTENT if failure is None else failure.kind
