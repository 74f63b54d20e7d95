"""How an HTTP proxy is asked, for tunnels and for what it fetches, with a login where it wants one.

First without a login, as only the answer tells which kinds the proxy takes; from then on as it was
found to work. A login that was refused is not tried again, since with every further attempt an
account may be locked; and so the first one is made alone, however many connections wait for it.
"""

import asyncio

import h11
from msgspec import Struct

from tlsprobe.live.dial import Clock, Connection
from tlsprobe.live.proxy.challenges import BASIC, PREFERRED, challenges
from tlsprobe.live.proxy.evidence import Answer
from tlsprobe.live.proxy.http import LOGIN_WANTED, Errand
from tlsprobe.live.proxy.refusals import login_failure, refusal, too_late
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.live.proxy.spnego_login import current_user_counts
from tlsprobe.live.proxy.tunnel import PutThrough
from tlsprobe.live.proxy.visit import Open, Visit
from tlsprobe.model.observation import Failure, FailureKind
from tlsprobe.model.route import Proxy
from tlsprobe.wire.ip_literals import join_host_port


class Forwarded(Struct, frozen=True, kw_only=True):
    """An answer that a proxy passes on, read up to the end of its head."""

    connection: Connection
    """It belongs to the caller, who closes it."""
    http: h11.Connection
    """What goes on to read it."""
    head: h11.Response
    received: int
    """Bytes that have come."""


class HttpProxy:
    """What all connections to one HTTP proxy have in common: which login works there."""

    def __init__(self, proxy: Proxy, clock: Clock) -> None:
        self._proxy = proxy
        self._clock = clock
        login = proxy.credentials
        self.secrets = Secrets() if login is None else Secrets.of(login)
        """What was sent to log in. The proxy may send it back anywhere."""
        self._works: str | None = None
        self._refused: Failure | None = None
        self._first = asyncio.Lock()

    async def reach(
        self, open_: Open, host: str, port: int, deadline: float
    ) -> PutThrough | Failure:
        """A connection that the proxy has put through to `host`, or why there is none."""
        place = join_host_port(host, port)
        visit = self._visit(open_, Errand(target=place, host=place), deadline)
        through = False
        try:
            answer = await self._answer(visit)
            if isinstance(answer, Failure):
                return answer
            reply = visit.reply(answer)
            if not visit.errand.done_by(answer.status):
                return refusal(self._proxy, visit.errand.text, reply)
            through = True
            return PutThrough(connection=visit.session.connection, head=answer.rest, reply=reply)
        finally:
            if not through:
                visit.close()

    async def forward(self, open_: Open, errand: Errand, deadline: float) -> Forwarded | Failure:
        """The answer to what the proxy passes on, or why it does not.

        Raises:
            h11.LocalProtocolError: the errand is none that HTTP has a form for.
        """
        visit = self._visit(open_, errand, deadline)
        through = False
        try:
            answer = await self._answer(visit)
            if isinstance(answer, Failure):
                return answer
            through = True
            head = h11.Response(
                http_version=answer.version, status_code=answer.status,
                reason=answer.reason, headers=list(answer.headers),
            )  # fmt: skip
            session = visit.session
            return Forwarded(
                connection=session.connection, http=session.http,
                head=head, received=session.received,
            )  # fmt: skip
        finally:
            if not through:
                visit.close()

    def _visit(self, open_: Open, errand: Errand, deadline: float) -> Visit:
        return Visit(
            self._proxy, open_, errand,
            clock=self._clock, deadline=deadline, secrets=self.secrets,
        )  # fmt: skip

    async def _answer(self, visit: Visit) -> Answer | Failure:
        """The proxy's last word, which is no 407."""
        if self._refused is not None:
            return self._refused
        if self._works is not None:
            return self._concluded(visit, await visit.log_in(self._works))
        answer = await visit.ask(None)
        if isinstance(answer, Failure) or answer.status != LOGIN_WANTED:
            return self._concluded(visit, answer)
        offered = challenges(answer.values(b"proxy-authenticate"))
        schemes = [scheme for scheme in PREFERRED if scheme in offered and self._can(scheme)]
        if not schemes:
            return login_failure(self._proxy, visit.reply(answer), offered)
        return await self._first_login(visit, schemes)

    async def _first_login(self, visit: Visit, schemes: list[str]) -> Answer | Failure:
        """Log in alone; who waited for that does as it was found to work."""
        try:
            async with asyncio.timeout(visit.remaining):
                await self._first.acquire()
        except TimeoutError:
            return too_late(self._proxy, "a login that another connection waits for as well")
        try:
            if self._refused is not None:
                return self._refused
            if self._works is None:
                return await self._try(visit, schemes)
        finally:
            self._first.release()
        return self._concluded(visit, await visit.log_in(self._works))

    async def _try(self, visit: Visit, schemes: list[str]) -> Answer | Failure:
        """The kinds of login that are offered, until one is taken or refused."""
        *others, last = schemes
        for scheme in others:
            answer = await visit.log_in(scheme)
            # What was turned down before the password was put to use says nothing of the password.
            if isinstance(answer, Failure):
                if answer.kind is not FailureKind.LOGIN_UNSUPPORTED:
                    return answer
            elif answer.status != LOGIN_WANTED or visit.tokens > 1:
                return self._concluded(visit, answer)
        return self._concluded(visit, await visit.log_in(last))

    def _concluded(self, visit: Visit, answer: Answer | Failure) -> Answer | Failure:
        """What an answer comes to, and what it says of the login."""
        if isinstance(answer, Failure):
            return answer
        if answer.status == LOGIN_WANTED and visit.login is not None:
            offered = challenges(answer.values(b"proxy-authenticate"))
            reply = visit.reply(answer)
            self._refused = login_failure(self._proxy, reply, offered, refused=visit.login)
            return self._refused
        self._works = visit.login or self._works
        return answer

    def _can(self, scheme: str) -> bool:
        credentials = self._proxy.credentials
        given = credentials is not None and credentials.user != ""
        return given or (scheme != BASIC and current_user_counts(credentials))
