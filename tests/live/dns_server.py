"""A DNS server on loopback that says whatever a script wants, by UDP and by TCP on one port."""

import asyncio
import contextlib
import struct
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import dns.rrset

from tlsprobe.live.dns_question import Server

TTL = 60


@dataclass
class Script:
    """Zones as a dictionary of (name, kind) to texts; what is not in it is unknown.

    `bend` may change the bytes of an answer, or give none or several; it is given whether it is for
    TCP.
    """

    zone: dict = field(default_factory=dict)
    rewriting: str | None = None
    """The address of every name that is not there."""
    bend: object = None
    asked: list = field(default_factory=list)

    def answers(self, query, *, stream):
        """The datagrams, or messages, that answer these bytes."""
        message = dns.message.from_wire(query)
        self.asked.append((message.question[0].to_text(), stream))
        whole = self.reply(message).to_wire(max_size=65535)
        if self.bend is None:
            return [whole]
        return self.bend(message, whole, stream)

    def reply(self, query):
        """An honest answer out of the zone."""
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        reply = dns.message.make_response(query)
        known = {one for one, _ in self.zone}
        while texts := self.zone.get((name, "CNAME")):
            reply.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", *texts))
            name = texts[0].removesuffix(".")
        if texts := self.zone.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, *texts))
        elif name not in known and self.rewriting and kind == "A":
            reply.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, self.rewriting))
        elif name not in known:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, script):
        self.script = script
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        for answer in self.script.answers(data, stream=False):
            self.transport.sendto(answer, addr)


@contextlib.asynccontextmanager
async def answering(script):
    """The server, as somebody to ask."""

    async def visit(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            (size,) = struct.unpack("!H", await reader.readexactly(2))
            for answer in script.answers(await reader.readexactly(size), stream=True):
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Datagrams(script), local_addr=(host, port)
    )
    try:
        yield Server(host, port)
    finally:
        transport.close()
        server.close()
        await server.wait_closed()
