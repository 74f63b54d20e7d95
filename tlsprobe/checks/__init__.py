"""One file, one check: small pure functions from (observation, reference) to findings.

To add one, write ``checks/<name>.py`` with one function of that name under ``@check(...)``, and
``tests/checks/test_<name>.py``; nothing else has to be touched.
"""

from tlsprobe.checks._registry import (
    Need,
    RegisteredCheck,
    all_checks,
    all_ids,
    module_names,
)
from tlsprobe.checks._run import run

__all__ = ["Need", "RegisteredCheck", "all_checks", "all_ids", "module_names", "run"]
