"""What a canary says to one client: TLS over memory, one request, one answer that tells all of it.

Bytes in, bytes out, no socket. The client's first bytes are kept before OpenSSL sees them, so that its
ClientHello can be told as it came. Whatever a client sends, this ends: by its answer, by an alert, or
since enough came.
"""

from collections.abc import Callable

import h11
from OpenSSL import SSL

from tlsprobe._version import __version__
from tlsprobe.live import openssl
from tlsprobe.live.canary_identity import Identity
from tlsprobe.live.canary_session import session_of
from tlsprobe.model.canary import Headers, Received
from tlsprobe.model.json_canary import encode_answer
from tlsprobe.wire.client_hellos import client_hellos
from tlsprobe.wire.codepoints import version_name

MAX_KEPT = 40 * 1024
"""Bytes of a client's that are kept for its hello: two of the largest that clients send."""
MAX_BYTES = 128 * 1024
"""Bytes that a client may send in all."""
MAX_HEAD = 16 * 1024
"""Of a request; most servers allow half of that."""
MAX_NONCE = 128

_HTTP = b"http/1.1"
# Whoever ends the TLS before the canary may speak an old version to it, and that is worth knowing:
# no secret is at stake here.
_CIPHERS = b"ALL:!aNULL:@SECLEVEL=0"
_HEADERS: Headers = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
)
_REFUSED = b"expected one GET over HTTP/1.1\n"

Told = Callable[[Received], None]
"""Is told of each answer."""


def make_context(identity: Identity) -> SSL.Context:
    """A server's context that speaks all that the build can, and resumes nothing."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(_CIPHERS)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_alpn_select_callback(
        lambda _, offered: _HTTP if _HTTP in offered else SSL.NO_OVERLAPPING_PROTOCOLS
    )
    identity.present(context)
    return context


class Service:
    """One connection of a client's."""

    def __init__(self, context: SSL.Context, *, client: str, key: bytes, told: Told) -> None:
        """`client` is its address and port, `key` the hash of ours (SHA-256 of the SPKI)."""
        self._tls = SSL.Connection(context, None)
        self._tls.set_accept_state()
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._client = client
        self._key = key
        self._told = told
        self._first = bytearray()
        self._taken = 0
        self._shaken = False
        self.over = False
        """Whether nothing more will be said."""

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the client's; those that go to it. Total."""
        if self.over or not data:
            return b""
        self._taken += len(data)
        self._first += data[: MAX_KEPT - len(self._first)]
        if self._taken > MAX_BYTES:
            self.over = True
            return b""
        self._tls.bio_write(data)
        if not self._shaken:
            self._shake()
        if self._shaken:
            self._read()
        return openssl.pending(self._tls)

    def _shake(self) -> None:
        outcome = openssl.step(self._tls.do_handshake)
        self._shaken = outcome is True
        self.over = isinstance(outcome, SSL.Error)

    def _read(self) -> None:
        plain, error = openssl.received(self._tls)
        try:
            if plain:
                self._http.receive_data(plain)
            self._answer()
        except h11.RemoteProtocolError:
            self._refuse()
        self.over = self.over or error is not None

    def _answer(self) -> None:
        """Answer the request as soon as its head is there; a body is not waited for."""
        event = self._http.next_event()
        if isinstance(event, h11.Request):
            if event.method != b"GET":
                self._refuse()
                return
            nonce = event.target.decode("latin-1").partition("?")[0].rpartition("/")[2][:MAX_NONCE]
            received = self._received(event, nonce)
            body = encode_answer(received, tool=f"tlsprobe {__version__}", nonce=nonce)
            self._say(200, body, _HEADERS)
            self._told(received)

    def _received(self, request: h11.Request, nonce: str) -> Received:
        version = request.http_version.decode("latin-1")
        target = request.target.decode("latin-1")
        return Received(
            hellos=client_hellos(bytes(self._first)),
            request=f"{request.method.decode('latin-1')} {target} HTTP/{version}",
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in request.headers.raw_items()
            ),
            session=session_of(self._tls, nonce),
            version=version_name(self._tls.get_protocol_version()),
            cipher=self._tls.get_cipher_name() or "",
            seen_from=self._client,
            key=self._key,
            answer_headers=_HEADERS,
        )

    def _refuse(self) -> None:
        """Say in HTTP what is spoken here."""
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._say(400, _REFUSED, (("Content-Type", "text/plain"), ("Connection", "close")))
        self.over = True

    def _say(self, status: int, body: bytes, headers: Headers) -> None:
        """Answer, and end the session in order."""
        length = ("Content-Length", str(len(body)))
        answer = h11.Response(status_code=status, headers=[*headers, length])
        data = (
            (self._http.send(answer) or b"")
            + (self._http.send(h11.Data(data=body)) or b"")
            + (self._http.send(h11.EndOfMessage()) or b"")
        )
        openssl.step(lambda: self._tls.sendall(data))
        openssl.step(self._tls.shutdown)
        self.over = True
