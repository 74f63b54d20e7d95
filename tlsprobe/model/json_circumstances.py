"""From what no handshake shows to JSON; `json_circumstance_records` has the fields."""

from tlsprobe.model.http_reply import HttpReply
from tlsprobe.model.json_circumstance_records import (
    HelloSizeRecord,
    HttpReplyRecord,
    NamesRecord,
    ProxyRecord,
    ResolverRecord,
    RevocationRecord,
)
from tlsprobe.model.json_parts import certificate, failure, moment
from tlsprobe.model.names import NameAnswers
from tlsprobe.model.observation import HelloSize
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.revocation import RevocationLookup


def lookup(one: RevocationLookup) -> RevocationRecord:
    """A lookup's record."""
    return RevocationRecord(
        kind=one.kind,
        url=one.url,
        certificate=one.certificate.subject,
        certificate_sha256=one.certificate.sha256.hex(),
        outcome=one.outcome,
        detail=one.detail,
        unfit=one.unfit,
        status=one.status,
        signed_by=one.authority,
        revoked=None if one.revoked_at is None else moment(one.revoked_at),
        reason=one.reason,
        this_update=None if one.this_update is None else moment(one.this_update),
        next_update=None if one.next_update is None else moment(one.next_update),
        fetched=None if one.fetched is None else certificate(one.fetched),
        elapsed_ms=one.elapsed and round(one.elapsed, 3),
        http=_http(one.reply),
        failure=failure(one.failure),
    )


def _http(one: HttpReply | None) -> HttpReplyRecord | None:
    if one is None:
        return None
    return HttpReplyRecord(
        one.status, one.reason, list(one.headers), one.title, list(one.redirects)
    )


def names_said(names: NameAnswers | None) -> NamesRecord | None:
    """What everybody said of a name; None where nobody was asked."""
    if names is None:
        return None
    resolvers = [
        ResolverRecord(
            one.resolver,
            list(one.addresses),
            list(one.aliases),
            one.rcode,
            one.ttl,
            round(one.elapsed, 3),
            one.failure,
            list(one.invented),
        )
        for one in names.resolvers
    ]
    return NamesRecord(resolvers, list(names.system), list(names.hosts_file), names.invented_name)


def hello_size(one: HelloSize | None) -> HelloSizeRecord | None:
    """How much was sent at once; None where nothing was."""
    return None if one is None else HelloSizeRecord(one.size, one.segment_size, one.segments)


def proxy(reply: ProxyReply | None) -> ProxyRecord | None:
    """What the proxy answered; None where none did."""
    if reply is None:
        return None
    names = dict.fromkeys(name for name, _ in reply.headers)
    return ProxyRecord(
        reply.protocol,
        reply.status,
        reply.reason,
        {name: list(reply.values(name)) for name in names},
        reply.title,
        reply.body,
        reply.login,
    )
