"""A mail server after STARTTLS."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner
from fixtures.captures.handshakes import Side, Turn
from fixtures.captures.packets import Route

HOST = "mx.contoso.example"
GREETING = (
    Turn(Side.SERVER, f"220 {HOST} ESMTP\r\n".encode()),
    Turn(Side.CLIENT, b"EHLO agent.example\r\n"),
    Turn(Side.SERVER, f"250-{HOST}\r\n250 STARTTLS\r\n".encode()),
    Turn(Side.CLIENT, b"STARTTLS\r\n"),
    Turn(Side.SERVER, b"220 Ready to start TLS\r\n"),
)
MAIL = Route(server="198.51.100.25", server_port=587)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Written(sessions=(Session(presents=owner(HOST), host=HOST, before=GREETING, route=MAIL),)),
    ),
)
