"""A window of a capture: packets that were found, and not yet looked into."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]


class Batch(Struct, frozen=True, kw_only=True, eq=False):
    """The packets of one window, as columns: element i of each is packet i, in the file's order."""

    data: UInt8
    """The window's bytes. They are overwritten when the next batch is asked for."""
    starts: Int64
    """Where each packet begins in `data`."""
    sizes: Int64
    """Bytes of each packet that were captured; they lie in `data` as a whole."""
    times: Int64
    """When each was seen, in nanoseconds since 1970 (UTC)."""
    links: Int64
    """Link-layer type of each (the LINKTYPE values of tcpdump.org), without flags for an FCS."""
    first_frame: int
    """Number of the first packet in the file, from 1."""
    comments: Mapping[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    """Comments by packet number, of the few packets that have any."""
    secrets: tuple[bytes, ...] = ()
    """Key logs that stood before or among these packets (pcapng Decryption Secrets Blocks)."""
