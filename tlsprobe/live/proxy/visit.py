"""One errand to an HTTP proxy, over as many connections as the proxy makes it take."""

import asyncio
from collections.abc import Awaitable, Callable

from tlsprobe.live.dial import Clock, Connection
from tlsprobe.live.proxy.challenges import BASIC, challenges
from tlsprobe.live.proxy.evidence import Answer, reply_of, shown
from tlsprobe.live.proxy.http import LOGIN_WANTED, Errand, Session
from tlsprobe.live.proxy.refusals import failed, too_late
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.live.proxy.spnego_login import NoLoginError, SpnegoLogin
from tlsprobe.model.observation import Failure, FailureKind
from tlsprobe.model.proxy_reply import MAX_VALUE, ProxyReply
from tlsprobe.model.route import Proxy

Open = Callable[[], Awaitable[Connection | Failure]]
"""Connects to the proxy."""
MAX_TOKENS = 6
"""Of ours in one login: NTLM takes two, Negotiate up to four."""


class Visit:
    """Asks one proxy for one thing."""

    def __init__(
        self, proxy: Proxy, open_: Open, errand: Errand,
        *, clock: Clock, deadline: float, secrets: Secrets,
    ) -> None:  # fmt: skip
        self.errand = errand
        self.login: str | None = None
        """The scheme of the login that was sent last."""
        self.tokens = 0
        """How many of its tokens were sent."""
        self._proxy = proxy
        self._open = open_
        self._clock = clock
        self._deadline = deadline
        self._secrets = secrets
        self._session: Session | None = None
        self._reusable = False

    @property
    def remaining(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self._deadline - self._clock())

    @property
    def session(self) -> Session:
        """The connection that the last answer came over."""
        if self._session is None:
            raise RuntimeError("nothing was asked yet")
        return self._session

    def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            self._session.connection.close()
            self._session = None

    def reply(self, answer: Answer) -> ProxyReply:
        """What is kept of an answer."""
        return reply_of(answer, secrets=self._secrets, login=self.login)

    async def ask(self, authorization: str | None) -> Answer | Failure:
        """Ask once: on the connection that is there where it can be, else on a new one."""
        if self._session is None or not self._reusable:
            self.close()
            opened = await self._open()
            if isinstance(opened, Failure):
                return opened
            self._session = Session(
                opened, name=self._proxy.url, clock=self._clock, secrets=self._secrets
            )
        answer = await self._session.ask(self.errand, authorization, self._deadline)
        self._reusable = isinstance(answer, Answer) and answer.reusable
        return answer

    async def log_in(self, scheme: str) -> Answer | Failure:
        """Ask with a login; the answer is a 407 where that is refused."""
        self.login, self.tokens = scheme, 0
        given = self._proxy.credentials
        if scheme == BASIC and given is not None:
            return await self._send(scheme, given.basic)
        login = SpnegoLogin(scheme, self._proxy.host, given)
        challenge: str | None = None
        while True:
            try:
                async with asyncio.timeout(self.remaining):
                    token = await login.step(challenge)
            except TimeoutError:
                return too_late(self._proxy, f"what this machine needs for a login by {scheme}")
            except NoLoginError as error:
                return self._no_token(scheme, str(error))
            answer = await self._send(scheme, token)
            if isinstance(answer, Failure) or answer.status != LOGIN_WANTED or login.complete:
                return answer
            challenge = challenges(answer.values(b"proxy-authenticate")).get(scheme)
            if challenge is None or self.tokens >= MAX_TOKENS:
                return answer
            if not answer.reusable:
                return failed(
                    self._proxy,
                    FailureKind.CLOSED,
                    f"hangs up in the middle of a login by {scheme}",
                )

    async def _send(self, scheme: str, token: str) -> Answer | Failure:
        self._secrets.add(token)
        self.tokens += 1
        return await self.ask(f"{scheme} {token}")

    def _no_token(self, scheme: str, why: str) -> Failure:
        words = shown(why.encode(), self._secrets, MAX_VALUE)
        if self.tokens:
            what = f"sent a challenge for {scheme} that makes no login: {words}"
            return failed(self._proxy, FailureKind.MALFORMED, what)
        what = f"takes a login by {scheme}, for which this machine has none: {words}"
        return failed(self._proxy, FailureKind.LOGIN_UNSUPPORTED, what)
