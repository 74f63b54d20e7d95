"""Whether TLS was answered from farther away than TCP, by the time that each took."""

from tlsprobe.model.observation import Observation

TIMES = 4
"""TLS took this many times as long as TCP ..."""
LONGER = 50.0
"""... and so many milliseconds longer: more than a busy server needs for a signature."""


def answered_late(observation: Observation) -> tuple[float, float] | None:
    """Milliseconds that TCP and TLS took, where TLS took much longer; None where it did not.

    None also where something honest stands between the two: a proxy, a protocol spoken before TLS,
    a second hello.
    """
    tcp, tls = observation.timings.tcp, observation.timings.tls
    if tcp is None or tls is None or tls < TIMES * tcp or tls - tcp < LONGER:
        return None
    captured = observation.captured
    if captured is None or captured.prelude is not None or observation.target.via is not None:
        return None
    return (tcp, tls) if observation.handshake.hello_retry is None else None
