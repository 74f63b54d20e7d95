"""What no handshake shows, as JSON has it: answers of proxies, resolvers and revocation services."""

from typing import Annotated

from msgspec import Meta, Struct

from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.model.json_parts import TIME, CertificateRecord, FailureRecord
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.revocation import LookupKind, Outcome


class ProxyRecord(Struct, frozen=True):
    """What the proxy on the route answered. Nothing of a login stands in it."""

    protocol: Annotated[str, Meta(description="`HTTP/1.1`, `SOCKS 5`: what it answered in.")]
    status: Annotated[int, Meta(description="Status of HTTP, or reply code of SOCKS.")]
    reason: Annotated[str, Meta(description="Its words for the status; RFC 1928's for SOCKS 5.")]
    headers: Annotated[
        dict[str, list[str]], Meta(description="Fields that tell who answers and why.")
    ]
    title: Annotated[str | None, Meta(description="Title of the page that came with it.")]
    body: Annotated[str, Meta(description="First characters of that page.")]
    login: Annotated[
        str | None, Meta(description="Scheme of the login that was used; null without one.")
    ]


class ResolverRecord(Struct, frozen=True):
    """What one resolver says of the name."""

    resolver: Annotated[str, Meta(description="Address and port of the resolver.")]
    addresses: Annotated[list[str], Meta(description="IPv4 before IPv6.")]
    aliases: Annotated[list[str], Meta(description="Names that CNAMEs lead to, in their order.")]
    rcode: Annotated[
        str | None, Meta(description="IANA's name of the outcome; null without an answer.")
    ]
    ttl: Annotated[int | None, Meta(description="Seconds that the answer may be kept.")]
    elapsed_ms: Annotated[float, Meta(description="Until it had answered for both families.")]
    failure: Annotated[
        str, Meta(description="Why an answer, of either family, did not come; else empty.")
    ]
    invented: Annotated[list[str], Meta(description="Addresses that it gave for `invented_name`.")]


class NamesRecord(Struct, frozen=True):
    """What everybody says of the name."""

    resolvers: Annotated[list[ResolverRecord], Meta(description="Each asked by itself.")]
    system: Annotated[list[str], Meta(description="What this machine makes of the name.")]
    hosts_file: Annotated[list[str], Meta(description="What its hosts file says.")]
    invented_name: Annotated[
        str, Meta(description="A name that nobody has, for which each resolver was asked too.")
    ]


class UnreachedRecord(Struct, frozen=True):
    """Another address of the name that was tried in vain."""

    address: Annotated[str, Meta(description="The address.")]
    instead: Annotated[str | None, Meta(description="The one that stood; null where none did.")]
    kind: Annotated[FailureKind, Meta(description="What the network did.")]
    detail: Annotated[str, Meta(description="The same in words.")]


class SlowerRecord(Struct, frozen=True):
    """Another address of the name that stood as well, and later."""

    address: Annotated[str, Meta(description="The address.")]
    ms: Annotated[float, Meta(description="Until it stood.")]
    instead: Annotated[str, Meta(description="The one that was taken.")]
    instead_ms: Annotated[float, Meta(description="Until that one stood.")]


class HelloSizeRecord(Struct, frozen=True):
    """How much was sent at once."""

    bytes: Annotated[int, Meta(description="Size of the ClientHello, with its record's head.")]
    segment_size: Annotated[
        int | None, Meta(description="Most bytes of a TCP segment; null where not known.")
    ]
    segments: Annotated[
        int | None, Meta(description="TCP segments that it takes at least; null where not known.")
    ]


class HttpReplyRecord(Struct, frozen=True):
    """What somebody answered in plain HTTP."""

    status: Annotated[int, Meta(description="Status of the last answer.")]
    reason: Annotated[str, Meta(description="Its reason phrase.")]
    headers: Annotated[
        list[tuple[str, str]], Meta(description="Header fields that tell who answers.")
    ]
    title: Annotated[
        str | None, Meta(description="Title of the page that came; null where no page came.")
    ]
    redirects: Annotated[
        list[str], Meta(description="Where the question was sent on to, one after the other.")
    ]


class RevocationRecord(Struct, frozen=True):
    """One address that was asked whether a certificate was revoked, or for its issuer's certificate."""

    kind: Annotated[LookupKind, Meta(description="What was asked for.")]
    url: Annotated[str, Meta(description="The address, as the certificate names it.")]
    certificate: Annotated[str, Meta(description="Subject of the certificate that names it.")]
    certificate_sha256: Annotated[str, Meta(description="SHA-256 of that certificate, in hex.")]
    outcome: Annotated[Outcome, Meta(description="How it ended.")]
    detail: Annotated[str, Meta(description="Why there is no answer that would do; else empty.")]
    unfit: Annotated[
        Unfit | None, Meta(description="Why the answer is of no use, in a word; null where it is.")
    ]
    status: Annotated[
        Revocation | None,
        Meta(description="What it says of the certificate; a list that lacks it says good."),
    ]
    signed_by: Annotated[Authority, Meta(description="In what capacity the answer was signed.")]
    revoked: Annotated[str | None, Meta(description="When it was revoked.", extra_json_schema=TIME)]
    reason: Annotated[str | None, Meta(description="Why, as RFC 5280 calls it.")]
    this_update: Annotated[
        str | None, Meta(description="From when the answer is.", extra_json_schema=TIME)
    ]
    next_update: Annotated[
        str | None, Meta(description="How long it holds.", extra_json_schema=TIME)
    ]
    fetched: Annotated[
        CertificateRecord | None,
        Meta(description="The issuer's certificate, whose key signed the one that is asked about."),
    ]
    elapsed_ms: Annotated[float | None, Meta(description="How long it took.")]
    http: Annotated[HttpReplyRecord | None, Meta(description="What HTTP said.")]
    failure: Annotated[FailureRecord | None, Meta(description="Why HTTP said nothing, or no end.")]
