"""The way that a service itself would take to an endpoint, and those that it is compared with."""

from dataclasses import dataclass

from tlsprobe.model.route import DIRECT, Route
from tlsprobe.model.route_choice import Client
from tlsprobe.model.wording import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one endpoint is asked: the verdict is that of `route`."""

    route: Route = DIRECT
    client: Client | None = None
    """Whose settings say so; None where the caller does."""
    others: tuple[Route, ...] = ()
    """Routes that other clients of the machine would take, each once."""

    @property
    def words(self) -> str:
        """``directly``, ``through http://proxy.example:3128``."""
        return in_words(self.route.via)
