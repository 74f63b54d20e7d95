"""Ask the addresses that certificates name whether they were revoked, as their clients do.

The certificates come from whoever answered, and so do the addresses: few of each are asked, over plain
HTTP only, and nothing is believed that the issuer's key has not signed. What several endpoints have in
common, an intermediate and its list, is asked once in a run.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from tlsprobe.certs import certificate as certificates
from tlsprobe.certs import crl, ocsp_request, revocation
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.crl import CertificateList
from tlsprobe.certs.ocsp import Authority
from tlsprobe.certs.pkcs7 import bundled
from tlsprobe.certs.revocation import Answer, Unfit
from tlsprobe.live import http_address, web_page
from tlsprobe.live.http_fetch import Fetched, Question, Way, fetch
from tlsprobe.live.limits import Limits
from tlsprobe.live.lookups import KnownIssuer, Subject
from tlsprobe.live.once import Once
from tlsprobe.live.proxy.refusals import TRIED
from tlsprobe.live.recording import WallClock
from tlsprobe.live.shared_answers import Growing, NoRoomError, Room, SharedAnswers
from tlsprobe.model.http_reply import HttpReply, may_be_the_servers
from tlsprobe.model.minting import leads_away
from tlsprobe.model.revocation import LookupKind, Lookups, Outcome, RevocationLookup

V = TypeVar("V")

MAX_CERTIFICATES = 8
MAX_ADDRESSES = 4
"""Of one kind that one certificate names, and that are asked; honest ones name one or two."""
MAX_MISSING = 3
"""Issuers that are fetched one above the other."""
AT_A_TIME = 32
"""Connections that are open side by side."""

MAX_LIST = 64 * 1024 * 1024
"""Bytes of a list; the largest that public CAs have are some tens of megabytes."""
MAX_ANSWER = 64 * 1024
"""Bytes of an OCSP response, or of an issuer's certificates; honest ones have one to six thousand."""
FREE = 1024 * 1024
"""Bytes of an answer that come beside others; larger ones come one after the other."""
ROOM = 128 * 1024 * 1024
"""Bytes of answers that are held at once: a largest one has room beside all that may come at a time."""
KEPT = 64 * 1024 * 1024
"""Bytes of answers that are kept for those who ask again."""
_LARGE = 256 * 1024
"""Bytes of a list from which on its signature is verified beside the event loop."""

_SEARCHED = 8 * 1024
"""Bytes of what is no answer that are searched for a login before some of them are shown."""

_OCSP_TYPE = "application/ocsp-request"
_SCHEMES = {"ldap": "LDAP", "ldaps": "LDAP", "file": "a file share", "https": "HTTPS", "ftp": "FTP"}


class _Came(Struct, frozen=True):
    """What came of a question, read as far as it is the same for all who asked it."""

    seen: Fetched | None
    """None where it was given up for want of room."""
    listed: CertificateList | None = None
    """Where a list was asked for."""
    signed: Once[bytes | None, Authority] = field(
        default_factory=lambda: Once(room=MAX_CERTIFICATES, size=lambda _: 1)
    )
    """Who signed the list, in the eyes of an issuer with that key."""


class HttpLookups:
    """The lookups of one run. The same value serves all endpoints: what they share is asked once."""

    def __init__(
        self, way: Way, *, limits: Limits, now: WallClock, room: Room | None = None
    ) -> None:
        self._way = way
        self._limits = limits
        self._now = now
        self._slots = asyncio.Semaphore(AT_A_TIME)
        held = room or Room(most=ROOM, free=FREE, clock=way.dial.clock)
        self._came = SharedAnswers[tuple[LookupKind, str, bytes | None], _Came](held, keep=KEPT)
        self._told = Once[tuple[LookupKind, str, Subject], RevocationLookup](
            room=4096, size=lambda _: 1
        )

    async def ask(
        self, subjects: Iterable[Subject], known: KnownIssuer = lambda _: None
    ) -> Lookups:
        """Everything that there is to ask about these, all of it side by side.

        Where a certificate's issuer is not at hand, it is fetched first, and those above it: the
        server's clients have to do the same.
        """
        given = tuple(subjects)[:MAX_CERTIFICATES]
        chains = await asyncio.gather(*(self._upwards(one, known) for one in given))
        wanted = [
            self._about(kind, url, subject)
            for whole, _ in chains
            for subject in whole
            for kind, url in _places(subject)
        ]
        issuers = [one for _, asked in chains for one in asked]
        return (*issuers, *await asyncio.gather(*wanted))

    async def _upwards(
        self, subject: Subject, known: KnownIssuer
    ) -> tuple[list[Subject], list[RevocationLookup]]:
        """The subject with its issuer, and those above that had to be fetched; the lookups for that."""
        whole: list[Subject] = []
        asked: list[RevocationLookup] = []
        while subject.issuer is None or subject.issuer_missing:
            found = await self._issuer(subject.certificate)
            asked += found
            issuer = subject.issuer or _fetched(found)
            whole.append(Subject(subject.certificate, issuer))
            on = subject.issuer is None and len(whole) < MAX_MISSING
            if not on or issuer is None or issuer.signed_by(issuer.spki_der) is True:
                return whole, asked
            subject = Subject(issuer, known(issuer))
        return [*whole, subject], asked

    async def _issuer(self, certificate: Certificate) -> Lookups:
        """What its addresses of the issuer's certificate give."""
        subject = Subject(certificate, None)
        urls = _few(certificate.ca_issuer_urls)
        return tuple(
            await asyncio.gather(*(self._about(LookupKind.ISSUER, url, subject) for url in urls))
        )

    async def _about(self, kind: LookupKind, url: str, subject: Subject) -> RevocationLookup:
        return await self._told.get((kind, url, subject), lambda: self._look(kind, url, subject))

    async def _look(self, kind: LookupKind, url: str, subject: Subject) -> RevocationLookup:
        """Ask one address about one certificate."""
        base = RevocationLookup(
            kind=kind, url=url, certificate=subject.certificate, outcome=Outcome.NOT_ASKED
        )
        if http_address.parse(url) is None:
            return replace(base, detail=_not_http(url))
        question = _question(kind, url, subject)
        if question is None:
            return replace(base, detail="the issuer's certificate is not at hand to ask by")
        key = (kind, question.url, question.body)
        async with self._came.reading(key, partial(self._ask, kind, question)) as came:
            return await self._read(base, came, subject)

    async def _ask(self, kind: LookupKind, question: Question, growing: Growing) -> _Came:
        try:
            async with self._slots:
                seen = await fetch(question, self._way, self._limits, growing=growing)
        except NoRoomError:
            growing.give_up()
            return _Came(None)
        return _Came(seen, crl.parse(seen.body) if kind is LookupKind.CRL else None)

    async def _read(
        self, base: RevocationLookup, came: _Came, subject: Subject
    ) -> RevocationLookup:
        """What came says of one certificate."""
        seen = came.seen
        if seen is None:
            return replace(base, detail="the answer is large, and others as large took too long")
        base = replace(
            base,
            reply=seen.reply,
            failure=seen.failure,
            elapsed=seen.elapsed,
            sent_on=_sent_on(seen),
        )
        if seen.failure is not None:
            return replace(base, outcome=Outcome.BLOCKED, detail=seen.failure.detail)
        if seen.reply is not None and seen.reply.status != 200:
            return _refused(base, seen.reply, of_proxy=self._way.forwarder is not None)
        if came.listed is not None:
            answer = await self._listed(came.listed, came.signed, subject)
        elif base.kind is LookupKind.ISSUER:
            return _with_issuer(base, seen.body, self._way.hide)
        elif subject.issuer is not None:
            certificate, issuer = subject.certificate, subject.issuer
            answer = revocation.from_ocsp(seen.body, certificate, issuer, self._now())
        else:
            raise AssertionError("nobody is asked by OCSP about a certificate without an issuer")
        return _with_answer(base, answer, seen.body, self._way.hide)

    async def _listed(
        self, listed: CertificateList, signed: Once[bytes | None, Authority], subject: Subject
    ) -> Answer:
        """What a list says of one certificate; a large one is read beside the event loop."""
        reading = _beside if len(listed.der) >= _LARGE else _at_once
        issuer = subject.issuer
        authority = await signed.get(
            None if issuer is None else issuer.spki_der,
            lambda: reading(partial(revocation.signer, listed, issuer)),
        )
        return await reading(
            partial(revocation.from_list, listed, subject.certificate, authority, self._now())
        )


def _sent_on(seen: Fetched) -> str | None:
    """Where the question was sent on to last, or would have been."""
    location = None if seen.reply is None else dict(seen.reply.headers).get("location")
    return location or (seen.redirects[-1] if seen.redirects else None)


def _refused(base: RevocationLookup, reply: HttpReply, *, of_proxy: bool) -> RevocationLookup:
    """An answer of another status than 200: somebody's on the way, or the responder's own failing.

    What a proxy passes on has its ``Via``; a 502 to 504 without it is the proxy's word on a responder
    that it did not come to.
    """
    fields = [name for name, _ in reply.headers]
    asked = http_address.parse(base.url)
    away = asked is not None and base.sent_on is not None and leads_away(asked.host, base.sent_on)
    own = may_be_the_servers(reply.status, fields, sent_on=away)
    if own and not (of_proxy and reply.status in TRIED and "via" not in fields):
        told = f"whoever is asked there fails itself: HTTP answered {reply.text}"
        return replace(base, outcome=Outcome.UNFIT, unfit=Unfit.REFUSED, detail=told)
    return replace(base, outcome=Outcome.BLOCKED, detail=f"HTTP answered {reply.text}")


async def _at_once(work: Callable[[], V]) -> V:
    return work()


async def _beside(work: Callable[[], V]) -> V:
    return await asyncio.to_thread(work)


def _fetched(found: Lookups) -> Certificate | None:
    return next((one.fetched for one in found if one.fetched is not None), None)


def _places(subject: Subject) -> Iterator[tuple[LookupKind, str]]:
    """The addresses that tell whether the certificate was revoked."""
    for url in _few(subject.certificate.ocsp_urls):
        yield LookupKind.OCSP, url
    for url in _few(subject.certificate.crl_urls):
        yield LookupKind.CRL, url


def _few(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Each address once, and no more of them than honest certificates have."""
    return tuple(dict.fromkeys(urls))[:MAX_ADDRESSES]


def _not_http(url: str) -> str:
    scheme = url.partition(":")[0].lower()
    if scheme in _SCHEMES:
        return f"it is an address of {_SCHEMES[scheme]}, which is not asked here"
    return "it is no address of plain HTTP that could be asked"


def _question(kind: LookupKind, url: str, subject: Subject) -> Question | None:
    """What to ask; None where that takes an issuer that is not at hand."""
    if kind is LookupKind.CRL:
        return Question(url=url, max_bytes=MAX_LIST)
    if kind is LookupKind.ISSUER:
        return Question(url=url, max_bytes=MAX_ANSWER)
    if subject.issuer is None:
        return None
    asked = ocsp_request.request(subject.certificate, subject.issuer)
    if asked is None:
        return None
    get = ocsp_request.get_url(url, asked)
    if get is not None:
        return Question(url=get, max_bytes=MAX_ANSWER)
    return Question(url=url, body=asked, content_type=_OCSP_TYPE, max_bytes=MAX_ANSWER)


def _with_answer(
    base: RevocationLookup, answer: Answer, body: bytes, hide: Callable[[str], str]
) -> RevocationLookup:
    if answer.unfit is Unfit.NO_ANSWER and _is_page(base, body):
        return replace(base, outcome=Outcome.BLOCKED, detail=_page(base, body, hide))
    return replace(
        base,
        outcome=Outcome.ANSWERED if answer.unfit is None else Outcome.UNFIT,
        unfit=answer.unfit,
        detail=_page(base, body, hide) if answer.unfit is Unfit.NO_ANSWER else answer.detail,
        status=answer.status,
        authority=answer.authority,
        revoked_at=answer.revoked_at,
        reason=answer.reason,
        this_update=answer.this_update,
        next_update=answer.next_update,
    )


def _is_page(base: RevocationLookup, body: bytes) -> bool:
    """Whether a page for people came: no responder has one, whatever its status, and a box has."""
    return base.reply is not None and base.reply.title is not None and body[:5] != b"-----"


def _page(base: RevocationLookup, body: bytes, hide: Callable[[str], str]) -> str:
    """What came in the place of an answer."""
    if base.reply is not None and base.reply.title is not None:
        return f"a page came in its place: HTTP answered {base.reply.text}"
    return f"{len(body):,} bytes came that are no such answer: {_begin(body, hide)}"


def _begin(body: bytes, hide: Callable[[str], str]) -> str:
    # A login in it may be longer than what is shown.
    line = hide(body[:_SEARCHED].partition(b"\n")[0].decode("latin-1"))[:60]
    if line and line.isascii() and line.isprintable():
        return f'"{web_page.plain(line)}"'
    return hide(body[:_SEARCHED].hex(" "))[:47] or "none at all"


def _with_issuer(
    base: RevocationLookup, body: bytes, hide: Callable[[str], str]
) -> RevocationLookup:
    """The certificate in the body whose key signed the one that is asked about; others are nothing."""
    for one in (certificates.parse(body), *bundled(body)):
        if base.certificate.signed_by(one.spki_der) is True:
            return replace(base, outcome=Outcome.ANSWERED, fetched=one)
    if _is_page(base, body):
        return replace(base, outcome=Outcome.BLOCKED, detail=_page(base, body, hide))
    unread = certificates.parse(body).outline.fault is not None and not bundled(body)
    return replace(
        base,
        outcome=Outcome.UNFIT,
        unfit=Unfit.NO_ANSWER if unread else Unfit.WRONG_SIGNER,
        detail=_page(base, body, hide)
        if unread
        else "the certificate that came did not sign this one",
    )
