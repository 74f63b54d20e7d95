"""Whether anybody answers plain HTTP: one request for nothing in particular, read to its status.

What lies on port 80 for clients that verify certificates is fetched by paths that only a chain names.
That a host can be reached, and speaks HTTP, is what can be asked without one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import h11

from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.dial import Connection, Dial, Ended, join_host_port
from tlsprobe.live.limits import Limits
from tlsprobe.live.resolve import resolve
from tlsprobe.model.observation import Failure, FailureKind, Stage, Target
from tlsprobe.model.survey import HttpAnswer

LARGEST_HEAD = 64 * 1024
"""Bytes of an answer up to the end of its fields; four times what servers send in practice."""
LONGEST = 200
"""Characters of a field that are kept: the answer is a stranger's."""


async def ask(
    dial: Dial, host: str, port: int, *, limits: Limits, now: Callable[[], datetime]
) -> HttpAnswer:
    """What `host` says to a HEAD request, at the first of its addresses that can be reached.

    What the network does is a value of the answer.
    """
    answer = HttpAnswer(target=Target(host=host, port=port), taken=now())
    found = await resolve(host, timeout=limits.resolve, clock=dial.clock)
    answer = replace(answer, failure=found.failure, timings=replace(answer.timings, dns=found.dns))
    for address in found.addresses:
        answer = replace(answer, target=replace(answer.target, address=address))
        deadline = dial.clock() + limits.total
        connected = await dial.connect(address, port, min(deadline, dial.clock() + limits.connect))
        if isinstance(connected, Failure):
            answer = replace(answer, failure=connected)
            continue
        try:
            timings = replace(connected.timings, dns=found.dns)
            return replace(await _said(connected, answer, dial, deadline, limits), timings=timings)
        finally:
            connected.close()
    return answer


async def _said(
    connection: Connection, answer: HttpAnswer, dial: Dial, deadline: float, limits: Limits
) -> HttpAnswer:
    """The status that the connection's peer answers with."""
    peer = join_host_port(answer.target.address or answer.target.host, answer.target.port)
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)
    request = h11.Request(
        method="HEAD", target="/",
        headers=[("Host", answer.target.host), ("User-Agent", "tlsprobe"), ("Connection", "close")],
    )  # fmt: skip
    started = dial.clock()
    connection.send(http.send(request) or b"")
    while True:
        try:
            event = http.next_event()
        except h11.RemoteProtocolError:
            return replace(answer, failure=_no_http(peer))
        if isinstance(event, h11.Response):
            return _answered(answer, event, peer)
        if isinstance(event, h11.InformationalResponse):
            continue
        arrived = await connection.receive(min(deadline, started + limits.handshake))
        if isinstance(arrived, Ended):
            return replace(answer, failure=_ended(arrived, peer, dial.clock() - started))
        http.receive_data(arrived.data)


_LOGIN_FIRST = {407: "a proxy in the way", 511: "the network, as a captive portal does it,"}
"""Statuses that only somebody on the way gives (RFC 9110 section 15.5.8, RFC 6585 section 6)."""


def _answered(answer: HttpAnswer, response: h11.Response, peer: str) -> HttpAnswer:
    who = _LOGIN_FIRST.get(response.status_code)
    if who is not None:
        detail = f"{peer} answered HTTP {response.status_code}: {who} wants a login first"
        failure = Failure(stage=Stage.HTTP, kind=FailureKind.GARBAGE, detail=detail)
        return replace(answer, failure=failure)
    made_by = [
        value.decode("ascii", "backslashreplace")[:LONGEST]
        for name, value in response.headers
        if name in (b"server", b"via")
    ]
    return replace(
        answer,
        status=response.status_code,
        reason=response.reason.decode("ascii", "backslashreplace")[:LONGEST],
        server=", ".join(made_by)[:LONGEST],
        failure=None,
    )


def _ended(ended: Ended, peer: str, elapsed: float) -> Failure:
    """Why there was no answer, or only a part of one."""
    after = failures.milliseconds(elapsed)
    if ended.ending is Ending.TIMED_OUT:
        kind = FailureKind.SILENCE
        detail = f"{peer} did not answer the request within {failures.seconds(elapsed)}"
    elif ended.error is None:
        kind = FailureKind.CLOSED
        detail = f"{peer} closed the connection {after} after the request, without an answer"
    else:
        kind = failures.kind_of(ended.error)
        detail = f"{peer}: {failures.reason(ended.error)}, {after} after the request"
    return Failure(stage=Stage.HTTP, kind=kind, detail=detail)


def _no_http(peer: str) -> Failure:
    return Failure(
        stage=Stage.HTTP, kind=FailureKind.GARBAGE, detail=f"{peer} answered, but no HTTP"
    )
