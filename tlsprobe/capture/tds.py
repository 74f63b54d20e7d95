"""TLS inside SQL Server's pre-login packets (MS-TDS sections 2.2.3.1 and 2.2.6.5).

Until the handshake is over, each side puts its TLS records into packets of TDS, with a header of
eight bytes and wherever a packet is full; after that they stand alone.
"""

HEADER = 8
_PRELOGIN, _ANSWER = 0x12, 0x04


def wraps_tls(before: bytes) -> bool:
    """Whether TLS that begins behind `before` stands in a packet of its own: its header comes last."""
    header = before[-HEADER:]
    return (
        len(before) > HEADER
        and before[0] in (_PRELOGIN, _ANSWER)
        and header[0] in (_PRELOGIN, _ANSWER)
        and header[1] <= 1
        and int.from_bytes(header[2:4]) > HEADER
    )


class Unwrapper:
    """Takes the bytes of one direction from where TLS begins, gives those of the TLS records."""

    __slots__ = ("_alone", "_header", "_left")

    def __init__(self, before: bytes) -> None:
        """`before` ends with the header of the packet that TLS begins in; see `wraps_tls`."""
        self._left = max(int.from_bytes(before[-6:-4]) - HEADER, 0)
        self._header = b""
        self._alone = False

    def feed(self, data: bytes) -> bytes:
        """What of `data` is TLS."""
        taken: list[bytes] = []
        while data and not self._alone:
            if not self._left:
                data = self._next(data)
                continue
            taken.append(data[: self._left])
            data = data[self._left :]
            self._left -= len(taken[-1])
        return b"".join((*taken, data))

    def _next(self, data: bytes) -> bytes:
        """Read a packet's header; what follows it."""
        if not self._header and data[0] not in (_PRELOGIN, _ANSWER):
            self._alone = True
            return data
        lacking = HEADER - len(self._header)
        self._header += data[:lacking]
        if len(self._header) == HEADER:
            self._left = max(int.from_bytes(self._header[2:4]) - HEADER, 0)
            self._header = b""
        return data[lacking:]
