"""How long and how much one connection may take."""

from msgspec import Struct

from tlsprobe.model.observation import Timings

HANDSHAKE_ROUND_TRIPS = 16
"""What a handshake is given at least, in round trips. A lost segment is sent again after three round
trips and, lost again, after six more (RFC 6298 sections 2.2 and 5.5); that and four flights of TLS 1.2,
or a HelloRetryRequest and its answer, is below sixteen."""
ANSWER_ROUND_TRIPS = 4
"""The same for one more answer: a round trip, and a loss that costs three."""


def round_trip(timings: Timings) -> float:
    """Seconds of a round trip on a connection that stands, as connecting took them.

    Behind a proxy the longer of the two ways counts: the answer to CONNECT came from the origin's side.
    """
    return max(timings.tcp or 0.0, timings.proxy or 0.0) / 1000


class Limits(Struct, frozen=True, kw_only=True):
    """Seconds for each phase, and the bytes that are read at most."""

    lookup: float = 15.0
    """For the addresses of a name, by this machine's own way to find them.

    It asks its resolvers in turn and waits for each: glibc 5 s for the first of two and 5 s for the
    second, 5, 3 and 6 s for three, and then for all of them once more (`RES_TIMEOUT`, `res_send.c`);
    Windows 1, 1, 2, 4 and 4 s. So who waits 15 s hears each of them, and one that lost a question to a
    limit of bursts a second time. What is given up before says nothing of the resolvers.
    """
    resolve: float = 5.0
    """For what one resolver by itself says of a name."""
    connect: float = 5.0
    """Until the connection stands, proxies included."""
    handshake: float = 10.0
    """From the hello until the reader has what it needs; longer where the way is so long that it takes
    more (`handshake_over`)."""
    total: float = 15.0
    """For connection and handshake together, however long the way."""
    max_bytes: int = 256 * 1024
    """Of the server's: four times what a long chain with staples and a large CA list takes."""

    def handshake_over(self, timings: Timings) -> float:
        """Seconds for the handshake on a connection that took so long to stand.

        A slow link is no fault of the server's: what comes about without 600 ms of delay and two
        lost packets in a hundred comes about with them too, as long as `total` allows it.
        """
        return max(self.handshake, HANDSHAKE_ROUND_TRIPS * round_trip(timings))

    @classmethod
    def within(cls, timeout: float, *, max_bytes: int = 256 * 1024) -> "Limits":
        """Limits of one `--timeout` in seconds, above which none is, in the proportions of the defaults."""
        return cls(
            lookup=timeout,
            resolve=timeout / 3,
            connect=timeout / 3,
            handshake=timeout * 2 / 3,
            total=timeout,
            max_bytes=max_bytes,
        )
