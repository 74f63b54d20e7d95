"""Proxy settings as WinINET and WinHTTP keep them, and which way they send a client.

Origin: Microsoft's pages on INTERNET_PROXY_INFO, WINHTTP_PROXY_INFO and "Enabling Internet
Functionality" (read 2026-11-25), and for what goes past a proxy without being listed the notes on
platforms in Chromium's net/docs/proxy.md.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from tlsprobe.model.route import DIRECT, Proxy, Route
from tlsprobe.model.route_choice import Decision, Place
from tlsprobe.model.wildcard import fits

LOCAL = "<local>"
"""Of a list of exceptions: names without a dot."""
NO_LOOPBACK = "<-loopback>"
"""Of a list of exceptions: this machine itself goes through the proxy as well."""
EVERY_SCHEME = ""
"""Stands for any scheme that has no proxy of its own."""


class WindowsProxy(Struct, frozen=True, kw_only=True):
    """One client's settings."""

    origin: str
    """Where they stand, such as a key of the registry."""
    detect: bool = False
    """Whether a script is looked for by WPAD, in DHCP and DNS."""
    script: str | None = None
    """Where a script lies that decides (``AutoConfigURL``)."""
    proxies: Mapping[str, Proxy] = field(default_factory=dict[str, Proxy])
    """By the scheme of the URL, in lower case, as it is written: ``https``, ``socks``, or none."""
    bypass: tuple[str, ...] = ()
    """Exceptions in lower case: hosts with ``*``, perhaps with scheme and port; `LOCAL`."""
    socks: bool = True
    """Whether this client takes a SOCKS proxy where no other is set: WinHTTP does not."""

    @property
    def proxy(self) -> Proxy | None:
        """The proxy for TLS."""
        own = self.proxies.get("https") or self.proxies.get(EVERY_SCHEME)
        return own or (self.proxies.get("socks") if self.socks else None)

    def decide(self, place: Place) -> Decision:
        """The way to `place`: a script decides before a proxy that is set."""
        found = ""
        if self.detect:
            found = "; WPAD is on, and was not looked for"
        if self.script is not None:
            said = f"{self.origin}: the script {self.script} decides{found}"
            return Decision(why=said, script=self.script)
        if self.proxy is None:
            said = "no proxy is set" if not self.proxies else "no proxy is set for https"
            return Decision(why=f"{self.origin}: {said}{found}", routes=(DIRECT,))
        exception = self.exception(place)
        if exception is not None:
            said = f"{self.origin}: {exception}, which goes past the proxy{found}"
            return Decision(why=said, routes=(DIRECT,))
        said = f"{self.origin}: the proxy {self.proxy.url} is set, {place.host} is no exception"
        return Decision(why=said + found, routes=(Route(proxy=self.proxy),))

    def exception(self, place: Place) -> str | None:
        """What says that `place` goes past the proxy, in words; None where nothing does."""
        if place.loopback and NO_LOOPBACK not in self.bypass:
            return f"{place.host} is this machine"
        if LOCAL in self.bypass and place.plain:
            return f"{LOCAL} takes in {place.host}, a name without a dot"
        for entry in self.bypass:
            if entry not in {LOCAL, NO_LOOPBACK} and _covers(entry, place):
                return f"the exception {entry} takes in {place.host}"
        return None


def _covers(entry: str, place: Place) -> bool:
    """Whether an exception, ``[SCHEME://]HOST[:PORT]`` with ``*``, takes in `place`."""
    scheme, found, rest = entry.partition("://")
    if found and scheme not in {"https", "*"}:
        return False
    host = rest if found else entry
    if ":" in host:
        # An IPv6 address has brackets where a port follows, and may have them where none does.
        if fits(host.removeprefix("[").removesuffix("]"), place.host):
            return True
        host, _, port = host.rpartition(":")
        if port not in {str(place.port), "*"}:
            return False
        host = host.removeprefix("[").removesuffix("]")
    return fits(host, place.host)
