"""The way that a service itself would take to an endpoint, and those that it is compared with."""

from msgspec import Struct

from tlsprobe.model.route import DIRECT, Route
from tlsprobe.model.route_choice import Client
from tlsprobe.model.wording import in_words


class Way(Struct, frozen=True, kw_only=True):
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
