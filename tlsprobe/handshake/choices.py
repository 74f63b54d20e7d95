"""What the server chose, held against what the client had offered."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from tlsprobe.crypto.suites import ephemeral_form
from tlsprobe.errors import DecodeError
from tlsprobe.handshake.summary import TLS13
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import SSL_3_0
from tlsprobe.wire.messages import ClientHello, Context, ServerHello


def not_offered(offered: ClientHello, hello: ServerHello) -> Iterator[str]:
    """What the server chose without being offered it, in words (RFC 8446 section 4.1.3)."""
    if hello.cipher_suite not in offered.cipher_suites:
        yield f"cipher suite 0x{hello.cipher_suite:04x} was not offered"
    if not hello.extensions:
        return
    codes = {extension.code for extension in offered.extensions}
    # A cookie answers nothing (RFC 8446 section 4.2.2); renegotiation_info may be asked for by a
    # cipher suite value (RFC 5746 section 3.3).
    codes |= {ext.COOKIE, ext.RENEGOTIATION_INFO}
    for extension in hello.extensions:
        if extension.code not in codes:
            yield f"extension {extension.code} was not offered"


@lru_cache(maxsize=256)
def context_of(version: int, cipher_suite: int) -> Context:
    """How the messages after a ServerHello are to be read."""
    if version == TLS13:
        return Context(tls13=True)
    form, anonymous = ephemeral_form(cipher_suite)
    return Context(signs_with_scheme=version >= 0x0303, ephemeral=form, anonymous=anonymous)


def offered_versions(hello: ClientHello) -> frozenset[int]:
    """The versions that a client offers (RFC 8446 section 4.2.1), GREASE among them."""
    body = hello.extension(ext.SUPPORTED_VERSIONS)
    if body is None:
        return frozenset(range(SSL_3_0, hello.legacy_version + 1))
    return _numbers(ext.offered_versions, body)


def offered_groups(hello: ClientHello) -> frozenset[int]:
    """The groups that a client offers (RFC 8446 section 4.2.7), GREASE among them."""
    return _numbers(ext.groups, hello.extension(ext.SUPPORTED_GROUPS))


def _numbers(parse: Callable[[bytes], tuple[int, ...]], body: bytes | None) -> frozenset[int]:
    """The numbers of an extension; none where it is not there or does not have its form."""
    try:
        return frozenset(() if body is None else parse(body))
    except DecodeError:
        return frozenset()
