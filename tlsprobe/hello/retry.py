"""The answer to a HelloRetryRequest: the hello once more, with what was asked for.

RFC 8446 section 4.1.2 lists all that may change. Random, session id, suites and the other extensions
stay. Early data goes, as it must, and so do the PSKs: they are noise, and fit no suite.
"""

from msgspec.structs import replace

from tlsprobe.crypto.key_share import GROUPS, Entropy, generate
from tlsprobe.errors import DecodeError
from tlsprobe.hello import encode
from tlsprobe.hello.template import CraftedHello, pad_like, read_record
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.messages import ClientHello, Extension, ServerHello

# RFC 8446 section 5.1: only a first ClientHello may stand in a record of another version.
RECORD_VERSION = 0x0303
CHANGE_CIPHER_SPEC = bytes.fromhex("140303000101")
"""The record that clients with a session id send before their second hello, so that middleboxes
take it for a resumed session of TLS 1.2 (RFC 8446 appendix D.4)."""
_DROPPED = frozenset((ext.EARLY_DATA, ext.PRE_SHARED_KEY, ext.COOKIE))


def answer(
    crafted: CraftedHello, hello_retry: ServerHello, entropy: Entropy
) -> CraftedHello | None:
    """The second hello; its keys hold the new share beside the old ones.

    None where there is no lawful answer, or none that we can give: the group was not offered, has a
    share already or is one that we cannot make; nothing is asked for at all; the request is
    malformed, or is none.
    """
    if not hello_retry.is_hello_retry:
        return None
    _, first = read_record(crafted.record)
    asked = hello_retry.extension(ext.KEY_SHARE)
    cookie = hello_retry.extension(ext.COOKIE)
    if asked is None and cookie is None:
        return None
    keys, share = crafted.keys, None
    if asked is not None:
        try:
            group = ext.retry_group(asked)
            if not _answerable(first, group):
                return None
        except DecodeError:
            return None
        fresh = generate(group, entropy)
        keys = keys.with_share(group, fresh)
        share = encode.key_shares([(group, fresh.public)])
    second = replace(first, extensions=_second_extensions(first, share, cookie))
    second = pad_like(second, first)
    message = encode.client_hello(second)
    return CraftedHello(
        profile=crafted.profile,
        record=encode.records(message, RECORD_VERSION),
        message=message,
        hello=second,
        keys=keys,
        server_name=crafted.server_name,
    )


def _answerable(first: ClientHello, group: int) -> bool:
    """Whether the group was offered, without a share yet, and we can make one."""
    groups, shares = first.extension(ext.SUPPORTED_GROUPS), first.extension(ext.KEY_SHARE)
    if groups is None or shares is None or group not in GROUPS:
        return False
    shared = {group for group, _ in ext.offered_key_shares(shares)}
    return group in ext.groups(groups) and group not in shared


def _second_extensions(
    first: ClientHello, share: bytes | None, cookie: bytes | None
) -> tuple[Extension, ...]:
    kept = [extension for extension in first.extensions if extension.code not in _DROPPED]
    place = next((at for at, e in enumerate(kept) if e.code == ext.KEY_SHARE), len(kept))
    if share is not None:
        kept[place] = Extension(ext.KEY_SHARE, share)
    if cookie is not None:
        # Where it stands is free; OpenSSL puts it behind key_share.
        kept.insert(place + 1, Extension(ext.COOKIE, cookie))
    return tuple(kept)
