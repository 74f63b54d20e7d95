"""A ClientHello that is parsed once and stamped for every connection.

What belongs to one connection is made anew: random, session id, server name, key shares, tickets.
All else stays byte for byte, GREASE included, so that JA3 and JA4 stay as they were. Tickets, PSKs
and encrypted inner hellos become noise of the same length: no server must resume somebody's session
for us, and with noise none can.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.crypto.key_share import GROUPS, Entropy, EphemeralKeys, PrivateShare, generate
from tlsprobe.errors import DecodeError, UsageError
from tlsprobe.hello import encode
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease
from tlsprobe.wire.cursor import Cursor
from tlsprobe.wire.ip_literals import is_ip_literal
from tlsprobe.wire.messages import CLIENT_HELLO, ClientHello, Extension, decode
from tlsprobe.wire.records import HANDSHAKE, HEADER, RecordCutter

# No client sends as much; the extensions block itself could not pass 2^16.
MAX_HELLO = 2**15
# BoringSSL and OpenSSL fill hellos of 256 to 511 bytes up to this (RFC 7685 section 1 has the reason).
PADDED_SIZE = 512

Span = tuple[int, int]


class CraftedHello(Struct, frozen=True, kw_only=True):
    """A hello that can be sent, once, and the keys that open its answer."""

    profile: str
    record: bytes
    """The whole of it: one handshake record, or as many as it takes."""
    message: bytes
    """The handshake message inside."""
    hello: ClientHello
    """What the message says: whoever sent it need not read it again."""
    keys: EphemeralKeys
    server_name: str | None
    """The name in its server_name extension, None where it has none."""


class Template(Struct, frozen=True, kw_only=True):
    """A hello to be stamped, ours or a captured one."""

    profile: str
    record_version: int
    hello: ClientHello
    noise: tuple[tuple[Span, ...], ...]
    """For each extension the spans of its body that every stamping fills with entropy."""

    @classmethod
    def parse(cls, record: bytes, *, profile: str) -> "Template":
        """The template of a hello in its handshake record (or records), which must be all there is.

        Raises `DecodeError` for anything else, an SSL 2.0 hello among it, and for a hello whose
        key_share does not have its form.
        """
        if len(record) > MAX_HELLO:
            raise DecodeError(f"the hello is longer than {MAX_HELLO} bytes", 0)
        version, hello = read_record(record)
        for extension in hello.extensions:
            if extension.code == ext.KEY_SHARE:
                ext.offered_key_shares(extension.body)
        return cls(
            profile=profile,
            record_version=version,
            hello=hello,
            noise=tuple(_noise(extension) for extension in hello.extensions),
        )

    def saying(self, hello: ClientHello, *, profile: str) -> "Template":
        """The template of another hello, which is sent in the same way."""
        return replace(
            self,
            profile=profile,
            hello=hello,
            noise=tuple(_noise(extension) for extension in hello.extensions),
        )

    def stamp(
        self, *, server_name: str | None, entropy: Entropy, add_server_name: bool = False
    ) -> CraftedHello:
        """A hello for one connection; the same entropy gives the same bytes.

        `server_name` takes the place of the template's; None, and an IP address, which server_name
        must not hold (RFC 6066 section 3), take the extension away. A template without it gets it,
        in first place, only with `add_server_name`: its JA3 and JA4 change by that. Raises
        `UsageError` for a name that cannot be written. Shares are sent for the template's groups as
        far as they can be made, with GREASE as it was.
        """
        random, session_id = entropy(32), entropy(len(self.hello.session_id))
        name = host_name(server_name)
        keys: dict[int, PrivateShare] = {}
        extensions = list(self._fresh_extensions(name, entropy, keys))
        had_name = self.hello.extension(ext.SERVER_NAME) is not None
        if name is not None and not had_name:
            if add_server_name:
                extensions.insert(0, Extension(ext.SERVER_NAME, encode.server_name(name)))
            else:
                name = None
        hello = replace(
            self.hello,
            random=random,
            session_id=session_id,
            extensions=tuple(extensions),
            has_extensions=self.hello.has_extensions or bool(extensions),
        )
        hello = pad_like(hello, self.hello)
        message = encode.client_hello(hello)
        return CraftedHello(
            profile=self.profile,
            message=message,
            hello=hello,
            record=encode.records(message, self.record_version),
            keys=EphemeralKeys(keys),
            server_name=None if name is None else name.decode("ascii"),
        )

    def _fresh_extensions(
        self, name: bytes | None, entropy: Entropy, keys: dict[int, PrivateShare]
    ) -> Iterator[Extension]:
        """The extensions of one connection; the private halves of its shares go into `keys`."""
        for extension, spans in zip(self.hello.extensions, self.noise, strict=True):
            code = extension.code
            if code == ext.SERVER_NAME:
                if name is not None:
                    yield Extension(code, encode.server_name(name))
            elif code == ext.KEY_SHARE:
                yield Extension(code, _fresh_shares(extension.body, entropy, keys))
            elif code == ext.COOKIE:
                # Another server's cookie; a server that checks its own would end the handshake.
                continue
            elif spans:
                yield Extension(code, _fill(extension.body, spans, entropy))
            else:
                yield extension


def read_record(record: bytes) -> tuple[int, ClientHello]:
    """(version of the first record, hello) of records that hold one ClientHello and nothing else."""
    cutter = RecordCutter()
    pieces = list(cutter.feed(record))
    if cutter.garbage is not None or not pieces:
        raise DecodeError("no TLS record", 0)
    if cutter.pending:
        raise DecodeError("the last record is cut off", len(record) - cutter.pending)
    if any(piece.content_type != HANDSHAKE for piece in pieces):
        raise DecodeError("a record is no handshake record", 0)
    message = b"".join(piece.fragment for piece in pieces)
    cursor = Cursor(message)
    code = cursor.uint(1, "handshake type")
    if code != CLIENT_HELLO:
        raise DecodeError(f"handshake message {code} is no ClientHello", HEADER)
    body = cursor.opaque(3, "ClientHello")
    cursor.finish("record of the ClientHello")
    hello = decode(code, body)
    assert isinstance(hello, ClientHello)  # noqa: S101 - what `decode` gives for this code
    return pieces[0].version, hello


def host_name(name: str | None) -> bytes | None:
    """The bytes that server_name holds for `name`: A-labels without the last dot (RFC 6066).

    None for None and for an IP address; `UsageError` for what is no host name in ASCII.
    """
    if name is None or is_ip_literal(name.strip("[]")):
        return None
    bare = name.removesuffix(".")
    if not 0 < len(bare) <= 255 or not bare.isascii() or not bare.isprintable() or " " in bare:
        message = (
            f"server name {name!r}: expected a host name in ASCII (xn--... where it has others)"
        )
        raise UsageError(message)
    return bare.encode("ascii")


def pad_like(hello: ClientHello, original: ClientHello) -> ClientHello:
    """`hello` with its padding extension grown or shrunk so that it is as long as `original`.

    The extension never vanishes, since that would change JA3 and JA4, and keeps a byte, as BoringSSL
    does because some servers choke on an empty one. Without that extension nothing is done.
    """
    place = next((at for at, e in enumerate(hello.extensions) if e.code == ext.PADDING), None)
    if place is None:
        return hello
    padding = hello.extensions[place].body
    wanted = encode.client_hello_size(original)
    if PADDED_SIZE < wanted < PADDED_SIZE + 5:
        # The original was too near to the mark: header and one byte of padding carried it over.
        wanted = PADDED_SIZE
    size = max(1, len(padding) + wanted - encode.client_hello_size(hello))
    extensions = list(hello.extensions)
    extensions[place] = Extension(ext.PADDING, bytes(size))
    return replace(hello, extensions=tuple(extensions))


def _fresh_shares(body: bytes, entropy: Entropy, keys: dict[int, PrivateShare]) -> bytes:
    shares: list[tuple[int, bytes]] = []
    for group, share in ext.offered_key_shares(body):
        if is_grease(group):
            shares.append((group, share))
        elif group in GROUPS and group not in keys:
            keys[group] = generate(group, entropy)
            shares.append((group, keys[group].public))
    return encode.key_shares(shares)


def _noise(extension: Extension) -> tuple[Span, ...]:
    """What is noise in a body; nothing in one that does not have its form, which stays as it is."""
    try:
        match extension.code:
            case ext.SESSION_TICKET if extension.body:
                return ((0, len(extension.body)),)
            case ext.PRE_SHARED_KEY:
                return tuple(_noise_of_psk(Cursor(extension.body)))
            case ext.ENCRYPTED_CLIENT_HELLO:
                return tuple(_noise_of_ech(Cursor(extension.body)))
            case _:
                return ()
    except DecodeError:
        return ()


def _noise_of_psk(cursor: Cursor) -> Iterator[Span]:
    """Identities, their ages, binders (RFC 8446 section 4.2.11)."""
    identities = cursor.block(2, "PSK identities")
    while identities.remaining:
        yield _opaque_span(identities, 2, "PSK identity")
        yield _span(identities, 4, "ticket age")
    binders = cursor.block(2, "PSK binders")
    while binders.remaining:
        yield _opaque_span(binders, 1, "PSK binder")


def _noise_of_ech(cursor: Cursor) -> Iterator[Span]:
    """Config id, encapsulated key, payload of an outer hello (RFC 9849 section 5).

    Sealed for somebody else's random it means nothing any more: with noise it is what a client
    without the server's keys sends (section 6.2).
    """
    if cursor.uint(1, "ECH type") == 0:
        cursor.take(4, "ECH cipher suite")
        yield _span(cursor, 1, "ECH config id")
        yield _opaque_span(cursor, 2, "ECH encapsulated key")
        yield _opaque_span(cursor, 2, "ECH payload")


def _span(cursor: Cursor, size: int, what: str) -> Span:
    cursor.take(size, what)
    return cursor.position - size, cursor.position


def _opaque_span(cursor: Cursor, prefix: int, what: str) -> Span:
    size = len(cursor.opaque(prefix, what))
    return cursor.position - size, cursor.position


def _fill(body: bytes, spans: tuple[Span, ...], entropy: Entropy) -> bytes:
    filled = bytearray(body)
    for start, end in spans:
        filled[start:end] = entropy(end - start)
    return bytes(filled)
