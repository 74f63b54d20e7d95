"""The HTTP/1.1 of who asks a canary: a request out, bytes in, until the answer is whole or hopeless."""

import h11

from tlsprobe.model.canary import Headers

MAX_HEAD = 64 * 1024
"""Bytes of status line and headers together."""
MAX_BODY = 512 * 1024
"""More than a canary has to say of the largest hello that it takes."""
_QUOTED = 80


class Reply:
    """What comes in answer to one request."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self._body = bytearray()
        self.headers: Headers = ()
        """As they came."""
        self.begun = False
        """Whether anything came."""
        self.over = False
        """Whether nothing more is wanted."""
        self.failure = ""
        """Why it is no answer of a canary; empty while it may be one."""

    @property
    def body(self) -> bytes:
        """The document."""
        return bytes(self._body)

    def request(self, path: str, headers: Headers) -> bytes:
        """The bytes that ask for `path`."""
        asked = h11.Request(method="GET", target=path, headers=list(headers))
        return (self._http.send(asked) or b"") + (self._http.send(h11.EndOfMessage()) or b"")

    def feed(self, data: bytes) -> None:
        """Take bytes of the answer; total."""
        if not data or self.over:
            return
        self.begun = True
        try:
            self._take(data)
        except h11.RemoteProtocolError as error:
            self._fail(f"what answered does not speak HTTP/1.1: {error}")

    def end(self) -> None:
        """Nothing more comes: an answer without a length ends so."""
        if not self.begun or self.over:
            return
        try:
            self._take(b"")
        except h11.RemoteProtocolError:
            self._fail("the answer to the request broke off")

    def _take(self, data: bytes) -> None:
        self._http.receive_data(data)
        while not self.over:
            event = self._http.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            self._event(event)

    def _event(self, event: h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]) -> None:
        match event:
            case h11.Response():
                self.headers = tuple(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in event.headers.raw_items()
                )
                if event.status_code != 200:
                    self._fail(f"no canary answered, but {self._answered(event)}")
            case h11.Data():
                self._body += event.data
                if len(self._body) > MAX_BODY:
                    self._fail(f"what answered is no canary: it sent more than {MAX_BODY:,} bytes")
            case h11.EndOfMessage() | h11.ConnectionClosed():
                self.over = True
            case _:
                pass  # an interim answer (RFC 9110 section 15.2)

    def _answered(self, answer: h11.Response) -> str:
        """Status, and what says who answers: in a box's place that is the box itself."""
        reason = answer.reason.decode("latin-1")[:_QUOTED]
        parts = [f"HTTP {answer.status_code} {reason}".strip()]
        for wanted in ("server", "via", "location"):
            value = next((text for name, text in self.headers if name.lower() == wanted), None)
            if value is not None:
                parts.append(f"{wanted} {value[:_QUOTED]}")
        return ", ".join(parts)

    def _fail(self, why: str) -> None:
        self.failure = why
        self.over = True
