"""What became of a check, in the few ways that tests ask for."""

from tlsprobe.model.finding import CheckResult, Finding, Leaning, Ran, Weight


def finding(result: CheckResult) -> Finding:
    """The one thing that was found."""
    assert result.ran is Ran.YES, result.lacked
    (found,) = result.findings
    return found


def said(result: CheckResult) -> tuple[Leaning, Weight]:
    """What the one thing that was found speaks for, and how much it weighs."""
    found = finding(result)
    return found.leaning, found.weight


def silent(result: CheckResult) -> bool:
    """Whether the check looked, and found nothing."""
    assert result.ran is Ran.YES, result.lacked
    return result.findings == ()


def lacked(result: CheckResult) -> str:
    """What the check could not do without."""
    assert result.ran is Ran.NOT_APPLICABLE
    assert result.findings == ()
    return result.lacked


def out_of_place(result: CheckResult) -> bool:
    """Whether the check asks for what this kind of observation never has."""
    assert result.findings == ()
    return result.ran is Ran.OUT_OF_PLACE
