"""Whoever is asked for names; `resolvers` has them, and is imported when the first is asked."""

from typing import Protocol

from tlsprobe.model.names import NameAnswers


class NameServers(Protocol):
    """Resolvers that are asked side by side."""

    async def answers(self, host: str, *, timeout: float) -> NameAnswers:  # noqa: ASYNC109
        """What each says of `host`, which must be a name, in `timeout` seconds."""
        ...
