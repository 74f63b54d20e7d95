"""Traces of made-up paths: what each hop would have answered."""

from tlsprobe.model.hops import WHOLE_WAY, Hops, Kind, Reply, Step, Sweep

ADDRESS = "203.0.113.9"
ROUTERS = ("192.168.0.1", "10.1.1.1", "198.51.100.1", "198.51.100.2")
"""Two of one's own, two of a provider; the endpoint is the fifth hop."""
END = len(ROUTERS) + 1
PORTS = {Kind.TCP: 443, Kind.REFERENCE: 80, Kind.TLS: 443}


def sweep(kind, end, *, routers=ROUTERS, back=None, ms=20.0, reply=Reply.ANSWERED, to=30):
    """Packets of every TTL up to the one that is answered; to `to` where none is."""
    steps = [_dropped(ttl, routers) for ttl in range(1, end or to + 1)]
    answered = Step(ttl=end or 0, reply=reply, address=ADDRESS, ms=ms, back_ttl=back)
    if end is None:
        return Sweep(kind=kind, port=PORTS.get(kind), steps=tuple(steps))
    whole = Step(ttl=WHOLE_WAY, reply=reply, address=ADDRESS, ms=ms, back_ttl=back)
    return Sweep(kind=kind, port=PORTS.get(kind), steps=(*steps, answered), again=(whole, whole))


def again(one, ttl, end, *, routers=ROUTERS, times=2):
    """The same with more packets of one TTL, over other flows."""
    step = (
        Step(ttl=ttl, reply=Reply.ANSWERED, address=ADDRESS, ms=20.0)
        if end is not None and ttl >= end
        else _dropped(ttl, routers)
    )
    return Sweep(kind=one.kind, port=one.port, steps=one.steps, again=(*one.again, *[step] * times))


def trace(
    *,
    tcp=END,
    port=END,
    udp=END,
    echo=END,
    tls=None,
    back=None,
    routers=ROUTERS,
    ms=None,
    floor=None,
):
    """A trace in which each kind of packet is answered at its hop; None: nowhere.

    `back` is the TTL of TLS answers as they arrive: by default that of somebody who is as far as TCP.
    """
    ms = {"tcp": 20.0, "tls": 21.0, "endpoint": 20.0} | (ms or {})
    tls = tcp if tls is None else tls
    ends = {Kind.TCP: tcp, Kind.REFERENCE: port, Kind.UDP: udp, Kind.ECHO: echo}
    sweeps = []
    for kind, end in ends.items():
        of_address = kind in (Kind.UDP, Kind.ECHO)
        one = sweep(
            kind, end, routers=routers, back=65 - END if of_address else None,
            ms=ms["tcp" if kind is Kind.TCP else "endpoint"],
            reply=Reply.REFUSED if kind is Kind.REFERENCE else Reply.ANSWERED,
        )  # fmt: skip
        sweeps.append(one if tcp is None else again(one, tcp, end, routers=routers))
    if tcp is not None:
        sweeps.append(_hellos(tcp, tls, 65 - tls if back is None else back, ms["tls"]))
    return Hops(address=ADDRESS, port=443, sweeps=tuple(sweeps), floor_ms=floor)


def _hellos(tcp, tls, back, ms):
    """Over the whole way, and from where they are answered to where TCP ends."""
    answered = [
        Step(ttl=ttl, reply=Reply.ANSWERED, address=ADDRESS, ms=ms, back_ttl=back)
        for ttl in (
            *range(tls, tcp + 1),
            *[tcp - 1] * (2 if tls < tcp else 0),
            WHOLE_WAY,
            WHOLE_WAY,
        )
    ]
    dropped = [Step(ttl=tls - 1, reply=Reply.EXPIRED)] if tls > 1 else []
    return Sweep(
        kind=Kind.TLS, port=443, steps=(*dropped, *answered[:-2]), again=tuple(answered[-2:])
    )


def _dropped(ttl, routers):
    address = routers[ttl - 1] if ttl <= len(routers) else None
    reply = Reply.SILENT if address is None else Reply.EXPIRED
    return Step(ttl=ttl, reply=reply, address=address, ms=None if address is None else 5.0)
