"""Whether a service's request for a client's certificate is lost on the way, or was never made."""

from tlsprobe.model.finding import Weight
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.other_routes import goes_by_without_request
from tlsprobe.model.report import Report


def clean_way_asks_for_none(report: Report) -> bool:
    """Whether the server, asked over a route where nobody signs anew, asks for no certificate either.

    Then nothing is lost by the box on the route that was judged, whatever documents tell.
    """
    clean = [
        finding.facts.get("public_via")
        for result in report.results
        if result.check == "other-route-sees-other-chain"
        for finding in result.findings
        if finding.weight >= Weight.STRONG
    ]
    return any(
        (look.target.via or "direct") in clean and goes_by_without_request(look)
        for look in report.controls
        if look.source is SourceKind.OTHER_ROUTE
    )
