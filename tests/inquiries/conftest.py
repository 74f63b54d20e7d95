from tests.live.conftest import authority, closed_port

__all__ = ["authority", "closed_port"]
