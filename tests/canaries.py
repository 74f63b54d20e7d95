"""What canaries said, made by hand: for checks, reports and JSON."""

from msgspec.structs import replace

from tests.evidence import chain, observation
from tlsprobe.hello import templates
from tlsprobe.model.canary import Canary, Received, Sent

HEADERS = (("Host", "sync.cloud.example"), ("Accept", "application/json"))
ANSWER = (("Content-Type", "application/json"), ("Connection", "close"))
VIA = ("Via", "1.1 box (squid)")
OWN_KEY = chain("honest")[0].spki_sha256


def hello(profile="openssl"):
    """A ClientHello message of ours."""
    return templates.load(profile).stamp(server_name="sync.cloud.example", entropy=bytes).message


def canary(*, shown="honest", version=0x0304, answered=ANSWER, session=b"s" * 32, **arrived):
    """A canary that received what was sent, but for `arrived`."""
    sent = Sent(
        hellos=(hello(),),
        request="GET /nonce HTTP/1.1",
        headers=HEADERS,
        session=session,
        version=version,
        answer_headers=answered,
        chain=chain(shown) if shown else (),
    )
    received = Received(
        hellos=(hello(),),
        request="GET /nonce HTTP/1.1",
        headers=HEADERS,
        session=session,
        version="TLS 1.3",
        cipher="TLS_AES_128_GCM_SHA256",
        seen_from="203.0.113.9:50122",
        key=OWN_KEY,
        answer_headers=ANSWER,
    )
    return Canary(sent=sent, received=replace(received, **arrived))


def whole(**arguments):
    """A canary that was reached from end to end."""
    return canary(**arguments)


def terminated(**arguments):
    """A canary before which somebody ends TLS with a minted chain."""
    theirs = {"shown": "minted", "hellos": (hello("chrome"),), "session": b"s" * 32}
    made = canary(**{**theirs, **arguments})
    received = made.received
    return replace(made, received=replace(received, session=b"t" * 32))


def unanswered(failure="no canary answered, but HTTP 503 Service Unavailable"):
    """What was no canary."""
    return Canary(sent=Sent(hellos=(hello(),)), failure=failure)


def seen(made, shown="honest", **arguments):
    """A probe of the endpoint where the canary is."""
    return replace(observation(shown, **arguments), canary=made)
