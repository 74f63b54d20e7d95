"""What a canary says, as its JSON has it, and what a report says of a canary."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from tlsprobe.certs.pins import parse_pin, spki_pin
from tlsprobe.errors import UsageError
from tlsprobe.model.canary import Arrival, Canary, HeaderDifference, Headers, Received
from tlsprobe.model.hello_differences import ja4_of

CANARY_SCHEMA: Final = "tlsprobe.canary/1"

# What no honest canary passes; who answers in its place may be anybody.
_Text = Annotated[str, Meta(max_length=16 * 1024)]
_Hello = Annotated[str, Meta(max_length=128 * 1024)]
_Header = tuple[_Text, _Text]


class CanaryTlsRecord(Struct, frozen=True):
    """The session that arrived."""

    version: Annotated[_Text, Meta(description="`TLS 1.0` ... `TLS 1.3`.")]
    cipher: Annotated[_Text, Meta(description="Cipher suite, in OpenSSL's name.")]


class CanaryAnswerRecord(Struct, frozen=True):
    """What a canary answers to a GET: all that reached it."""

    schema: Annotated[
        Literal["tlsprobe.canary/1"], Meta(description="Name and number of the schema.")
    ]
    tool: Annotated[_Text, Meta(description="What answers: name and version.")]
    nonce: Annotated[_Text, Meta(description="Last segment of the path that was asked for.")]
    client: Annotated[_Text, Meta(description="Address and port that the connection came from.")]
    key: Annotated[_Text | None, Meta(description="The canary's own key, as sha256/BASE64.")]
    hellos: Annotated[
        list[_Hello],
        Meta(description="ClientHello messages as they came, with header, in hex.", max_length=2),
    ]
    tls: CanaryTlsRecord
    session: Annotated[
        _Text | None,
        Meta(
            description="Exported keying material of the session (32 bytes, in hex), under the label"
            " `EXPERIMENTAL-tlsprobe-canary` and with the nonce for its context."
        ),
    ]
    request: Annotated[_Text, Meta(description="The request line.")]
    headers: Annotated[
        list[_Header], Meta(description="Headers as they came, in order.", max_length=512)
    ]
    answer_headers: Annotated[
        list[_Header],
        Meta(description="The headers of this answer, but its length.", max_length=64),
    ]


class HelloDifferenceRecord(Struct, frozen=True):
    """One thing in which the hello that arrived is another."""

    what: Annotated[str, Meta(description="The field, or the extension's name.")]
    sent: Annotated[str, Meta(description="What it was here.")]
    received: Annotated[str, Meta(description="What it was there.")]


class HeaderDifferenceRecord(Struct, frozen=True):
    """A header that did not arrive as it was sent."""

    change: Annotated[
        Literal["added", "changed", "removed"], Meta(description="What was done to it.")
    ]
    name: Annotated[str, Meta(description="Its name, in lower case.")]
    sent: Annotated[str, Meta(description="Its values as sent; empty where it was not.")]
    received: Annotated[str, Meta(description="Its values as they arrived; empty where none did.")]


class CanaryRecord(Struct, frozen=True):
    """What the canary at the far end received, beside what was sent; null where it is not known."""

    arrival: Annotated[
        Literal["whole", "other", "at-its-key", "unclear"] | None,
        Meta(
            description="`whole`: one TLS session from end to end; `other`: it ends in between;"
            " `at-its-key`: at somebody who holds the canary's key; null where no canary answered."
        ),
    ]
    failure: Annotated[str | None, Meta(description="Why no canary answered.")]
    client: Annotated[str | None, Meta(description="Address and port that the canary saw.")]
    tls: Annotated[CanaryTlsRecord | None, Meta(description="The session that the canary saw.")]
    ja4_sent: Annotated[str | None, Meta(description="JA4 of the hello that was sent.")]
    ja4_received: Annotated[str | None, Meta(description="JA4 of the hello that arrived.")]
    hellos_sent: Annotated[list[str], Meta(description="ClientHello messages, in hex.")]
    hellos_received: Annotated[list[str] | None, Meta(description="The same, as they arrived.")]
    hello_differences: Annotated[
        list[HelloDifferenceRecord],
        Meta(description="In what they differ; empty where they do not."),
    ]
    request_received: Annotated[str | None, Meta(description="The request line as it arrived.")]
    headers_sent: Annotated[list[tuple[str, str]], Meta(description="Names and values, in order.")]
    headers_received: Annotated[
        list[tuple[str, str]] | None, Meta(description="The same, as they arrived.")
    ]
    request_changes: Annotated[
        list[HeaderDifferenceRecord], Meta(description="Headers on the way there.")
    ]
    answer_changes: Annotated[
        list[HeaderDifferenceRecord], Meta(description="Headers on the way back.")
    ]


def encode_answer(received: Received, *, tool: str, nonce: str) -> bytes:
    """The document by which a canary answers, in one line."""
    return msgspec.json.encode(
        CanaryAnswerRecord(
            schema=CANARY_SCHEMA,
            tool=tool,
            nonce=nonce,
            client=received.seen_from,
            key=None if received.key is None else spki_pin(received.key),
            hellos=[one.hex() for one in received.hellos],
            tls=CanaryTlsRecord(received.version, received.cipher),
            session=None if received.session is None else received.session.hex(),
            request=received.request,
            headers=list(received.headers),
            answer_headers=list(received.answer_headers),
        )
    )


def decode_answer(body: bytes, *, nonce: str) -> Received | str:
    """What a canary says that it received; else in words why this is not its answer.

    Total: the bytes may be anybody's.
    """
    try:
        said = msgspec.json.decode(body, type=CanaryAnswerRecord)
        if said.nonce != nonce:
            return "what answered is an answer to another request, as of a cache"
        return Received(
            hellos=tuple(bytes.fromhex(one) for one in said.hellos),
            request=said.request,
            headers=tuple(said.headers),
            session=None if said.session is None else bytes.fromhex(said.session),
            version=said.tls.version,
            cipher=said.tls.cipher,
            seen_from=said.client,
            key=None if said.key is None else parse_pin(said.key),
            answer_headers=tuple(said.answer_headers),
        )
    except (ValueError, RecursionError, UsageError):
        return "what answered is no canary: its document is another one"


_ARRIVALS: dict[Arrival, Literal["whole", "other", "at-its-key", "unclear"]] = {
    Arrival.WHOLE: "whole",
    Arrival.OTHER: "other",
    Arrival.AT_ITS_KEY: "at-its-key",
    Arrival.UNCLEAR: "unclear",
}


def canary_record(canary: Canary | None, pins: frozenset[bytes]) -> CanaryRecord | None:
    """A report's part about a canary; `pins` are those that were given for it."""
    if canary is None:
        return None
    sent, received = canary.sent, canary.received
    arrival = canary.arrival(pins)
    return CanaryRecord(
        arrival=None if arrival is None else _ARRIVALS[arrival],
        failure=canary.failure or None,
        client=None if received is None else received.seen_from,
        tls=None if received is None else CanaryTlsRecord(received.version, received.cipher),
        ja4_sent=_ja4(sent.hellos),
        ja4_received=None if received is None else _ja4(received.hellos),
        hellos_sent=[one.hex() for one in sent.hellos],
        hellos_received=None if received is None else [one.hex() for one in received.hellos],
        hello_differences=[HelloDifferenceRecord(*one) for one in canary.hello_differences],
        request_received=None if received is None else received.request,
        headers_sent=_pairs(sent.headers),
        headers_received=None if received is None else _pairs(received.headers),
        request_changes=[_changed(one) for one in canary.request_changes],
        answer_changes=[_changed(one) for one in canary.answer_changes],
    )


def _ja4(hellos: tuple[bytes, ...]) -> str | None:
    return ja4_of(hellos[0]) if hellos else None


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers)


def _changed(one: HeaderDifference) -> HeaderDifferenceRecord:
    return HeaderDifferenceRecord(one.change.value, one.name, one.sent, one.received)
