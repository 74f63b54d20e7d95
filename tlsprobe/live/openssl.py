"""OpenSSL as a client that talks to memory: contexts, one handshake's steps, errors in words."""

from collections.abc import Callable, Sequence
from typing import cast

from OpenSSL import SSL

from tlsprobe.crypto.keys import KeyLog

ALPN = [b"h2", b"http/1.1"]
# Everything that this build can still speak, for boxes that stopped in time: OpenSSL's own default
# level refuses TLS 1.0 and 1.1, SHA-1 signatures, short keys and small Diffie-Hellman groups.
LEGACY_CIPHERS = b"ALL:@SECLEVEL=0"
_CHUNK = 2**16

# OpenSSL's reasons (openssl/ssl/ssl_err.c) that are about its own limits, and go with LEGACY_CIPHERS.
_OWN_LIMITS = frozenset(
    (
        "bad dh value",
        "ca key too small",
        "ca md too weak",
        "dh key too small",
        "ee key too small",
        "legacy sigalg disallowed or unsupported",
        "no suitable signature algorithm",
        "unsafe legacy renegotiation disabled",
        "unsupported protocol",
        "wrong curve",
        "wrong signature type",
    )
)
# Alerts by which a server may mean that it wants an older client.
_OLDER_WANTED = ("handshake failure", "protocol version", "insufficient security")


def make_context(*, legacy: bool, alpn: Sequence[bytes] = ALPN) -> SSL.Context:
    """A client's context that verifies nothing by itself and logs secrets to the connection's `KeyLog`.

    TLS 1.2 and 1.3 at OpenSSL's own security level; with `legacy` all that the build can speak.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_alpn_protos(list(alpn))
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_keylog_callback(_log_secret)
    if legacy:
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_cipher_list(LEGACY_CIPHERS)
        context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
    else:
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
    return context


def make_connection(context: SSL.Context, server_name: bytes | None) -> SSL.Connection:
    """A client's connection over memory; its application data is the `KeyLog` of its secrets."""
    connection = SSL.Connection(context, None)
    connection.set_app_data(KeyLog())
    connection.set_connect_state()
    if server_name is not None:
        connection.set_tlsext_host_name(server_name)
    return connection


def pending(connection: SSL.Connection) -> bytes:
    """What the connection wants sent."""
    waiting = bytearray()
    while True:
        try:
            waiting += connection.bio_read(_CHUNK)
        except SSL.WantReadError:
            return bytes(waiting)


def received(connection: SSL.Connection) -> tuple[bytes, SSL.Error | None]:
    """The application data that is there, and the error that ends it, where one does."""
    plain = bytearray()
    while True:
        try:
            plain += connection.recv(_CHUNK)
        except SSL.WantReadError:
            return bytes(plain), None
        except SSL.Error as error:
            return bytes(plain), error


def step(operation: Callable[[], object]) -> bool | SSL.Error:
    """One step of a connection: True when done, False when it wants bytes, else its error."""
    try:
        operation()
    except SSL.WantReadError:
        return False
    except SSL.Error as error:
        return error
    return True


def reasons(error: SSL.Error) -> tuple[str, ...]:
    """OpenSSL's reasons, the first cause first."""
    queue = error.args[0] if error.args else None
    if isinstance(queue, list):
        return tuple(str(entry[-1]) for entry in cast("list[tuple[str, ...]]", queue))
    return (str(error) or type(error).__name__,)


def in_words(error: SSL.Error) -> str:
    """An error for a person: an alert by its name, else OpenSSL's reasons."""
    if isinstance(error, SSL.ZeroReturnError):
        return "the server sent the alert close_notify"
    found = reasons(error)
    alert = next((reason for reason in found if " alert " in reason), None)
    if alert is not None:
        name = alert.partition(" alert ")[2].replace(" ", "_")
        return f"the server sent the alert {name}"
    return f"OpenSSL refuses: {', '.join(found)}"


def wants_legacy(error: SSL.Error, *, presented: bool) -> bool:
    """Whether the error may go away with the legacy context.

    A server that has `presented` its certificate has found a version and a suite: its alert is
    about something else.
    """
    found = reasons(error)
    if any(reason in _OWN_LIMITS for reason in found):
        return True
    return not presented and any(
        " alert " in reason and reason.endswith(_OLDER_WANTED) for reason in found
    )


def _log_secret(connection: SSL.Connection, line: bytes) -> None:
    """Take one line of an SSLKEYLOGFILE: label, client random, secret."""
    keys = connection.get_app_data()
    label, random, secret = line.split()
    if isinstance(keys, KeyLog):
        keys.add(bytes.fromhex(random.decode()), label.decode(), bytes.fromhex(secret.decode()))
