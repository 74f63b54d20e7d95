"""NTLM and Negotiate, token by token, by pyspnego: in Python, or by what the system has for it.

It is imported with the first such login, and works in a thread: the system may ask a domain
controller, which may not answer.
"""

import base64
import binascii
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tlsprobe.live.background import in_background
from tlsprobe.model.route import Credentials

if TYPE_CHECKING:
    from spnego import ContextProxy

MAX_TOKEN = 2**16
"""Characters of a proxy's token that are taken: Kerberos tickets are the largest, with some dozen KiB."""


class NoLoginError(Exception):
    """There can be no token: the message says why, in words that may hold parts of the login."""


class SpnegoLogin:
    """One login by NTLM or Negotiate, on one connection."""

    def __init__(self, scheme: str, proxy_host: str, credentials: Credentials | None) -> None:
        self._scheme = scheme
        self._host = proxy_host
        self._credentials = credentials
        self._context: ContextProxy | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it has been said."""
        return self._context is not None and self._context.complete

    async def step(self, token: str | None) -> str:
        """The next token of ours, in base64, to the proxy's last one.

        Raises:
            NoLoginError: there is none.
        """
        try:
            received = None if token is None else _decoded(token)
            answer = await in_background(self._work(received), name="login")
        except NoLoginError:
            raise
        except Exception as error:  # noqa: BLE001 - it parses what the proxy sent, in many ways
            raise NoLoginError(f"{type(error).__name__}: {error}") from None
        if not answer:
            raise NoLoginError("there is nothing more to say")
        return base64.b64encode(answer).decode("ascii")

    def _work(self, received: bytes | None) -> Callable[[], bytes | None]:
        def work() -> bytes | None:
            if self._context is None:
                self._context = _context(self._scheme, self._host, self._credentials)
            return self._context.step(received)

        return work


def current_user_counts(credentials: Credentials | None) -> bool:
    """Whether the login is that of whoever runs this.

    It is where he says so by an empty one (``http://:@proxy``), and on Windows where he gives none.
    """
    if credentials is None:
        return sys.platform == "win32"
    return not credentials.user and not credentials.password


def _context(scheme: str, host: str, credentials: Credentials | None) -> "ContextProxy":
    import spnego  # noqa: PLC0415 - takes longer than many a probe

    named = credentials is not None and not current_user_counts(credentials)
    return spnego.client(
        credentials.user if named and credentials is not None else None,
        credentials.password if named and credentials is not None else None,
        hostname=host,
        service="HTTP",
        protocol=scheme.lower(),
    )


def _decoded(token: str) -> bytes:
    if len(token) > MAX_TOKEN:
        raise NoLoginError("the proxy's token is too long")
    try:
        return base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise NoLoginError("the proxy's token is no base64") from None
