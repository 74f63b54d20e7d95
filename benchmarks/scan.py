"""The scan for TLS flows alone: all that `tlsprobe` does with a capture but read its handshakes.

`python benchmarks/scan.py FILE` prints how many TCP connections there are and in how many of them a
ClientHello begins. It is the program's own code; of a connection in which one was found, nothing
more is read.
"""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as `tlsprobe pcap` does

from tlsprobe.capture import connection
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.flows import Flows
from tlsprobe.capture.headers import Headers
from tlsprobe.crypto.keys import NoKeys
from tlsprobe.handshake.summary import Handshake


class _Found:
    """Stands where the reader would: has seen enough at once."""

    over = True
    handshake = Handshake()

    def __init__(self, *_: object) -> None:
        """No keys are needed."""

    def feed(self, *_: object) -> list[object]:
        """Nothing is read."""
        return []

    gap = finish = feed


def main() -> None:
    """Scan the file that the first argument names."""
    gc.freeze()
    gc.set_threshold(500_000, 20, 20)  # as `tlsprobe pcap` does
    gc.enable()
    connection.Reader = _Found  # type: ignore[attr-defined, assignment]
    headers, flows, found = Headers(), Flows(NoKeys()), 0
    with open_capture(sys.argv[1]) as capture:
        for batch in capture:
            segments = headers.segments(batch)
            if segments is not None:
                found += len(flows.take(segments, batch.comments))
    found += len(flows.finish())
    print(flows.count, found)


if __name__ == "__main__":
    main()
