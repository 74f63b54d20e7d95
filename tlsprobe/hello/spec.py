"""What a ClientHello offers, as a value: code points in the order in which they are sent."""

from msgspec import Struct

from tlsprobe.wire.messages import Extension


class ClientHelloSpec(Struct, frozen=True, kw_only=True):
    """A ClientHello without what belongs to one connection.

    All code points are plain integers, so that unknown ones can be offered; GREASE (RFC 8701) stands
    among the others, where the client puts it.
    """

    name: str
    description: str
    """Whose hello this is, and where and when its values were taken."""
    record_version: int = 0x0301
    legacy_version: int = 0x0303
    session_id_size: int = 32
    cipher_suites: tuple[int, ...]
    extension_order: tuple[int, ...]
    """Every extension that is sent. One that has neither a field here nor an entry in `extra` is
    sent empty, as extended_master_secret is."""
    versions: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    key_shares: tuple[int, ...] = ()
    """The groups that a share is sent for."""
    point_formats: tuple[int, ...] = (0,)
    signature_schemes: tuple[int, ...] = ()
    alpn: tuple[bytes, ...] = ()
    psk_modes: tuple[int, ...] = (1,)
    compress_certificate: tuple[int, ...] = ()
    pad_to: int | None = None
    """Size of the handshake message that the padding extension fills up to; None for no filling."""
    extra: tuple[Extension, ...] = ()
    """Extensions with the body they have, for which there is no field."""
