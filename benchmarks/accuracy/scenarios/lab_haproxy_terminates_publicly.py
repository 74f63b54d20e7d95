"""HAProxy in the way, which ends TLS by another public CA's certificate for the name; the owner's
CA and pins are written down.
"""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.terminators import HAPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="terminated",
    pinned=True,
    plays=(
        Probed(box=(HAPROXY, Disguise.OWN_NAME), trusted=True, box_is_public=True, pinned=True),
    ),
)
