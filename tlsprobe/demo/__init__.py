"""A small network inside this process: an origin, interceptors, and broken servers, on loopback.

It needs neither root nor a network, and it asks its servers through the same code that asks real
ones. `authority` makes the certificates, `servers` answer, `scenes` say what stands where and which
verdict is right, `stage` plays them.
"""

from tlsprobe.demo.stage import Played, play

__all__ = ["Played", "play"]
