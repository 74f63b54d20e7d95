"""What is fuzzed: functions that take any bytes, and raise where something does not hold.

Each holds more against the bytes than that nothing raises: where two ways lead to an answer, both are
gone and must agree.
"""

from collections.abc import Callable

from tests.fuzz.judging import reports
from tests.fuzz.parsing import certificate, keylog, preludes, reader, revocations
from tests.fuzz.reading import capture, connections, container, packets, reassembly

TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        container, packets, reassembly, connections, capture, reports, reader, certificate, keylog,
        preludes, revocations,
    )
}  # fmt: skip
