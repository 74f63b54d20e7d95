"""The ``defaultProxy`` of .NET Framework, and which way it sends a program.

Origin: Microsoft's pages on the elements ``defaultProxy``, ``proxy``, ``bypasslist`` and ``module`` of
the network settings schema (read 2026-11-25). What they leave open is as in the reference source of
.NET Framework 4.8: any of `address`, `bypass_local` and `bypass` takes a script out of force, and an
exception is looked for in ``https://HOST``, with the port where it is not 443.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.model.route import DIRECT, Proxy, Route
from tlsprobe.model.route_choice import Decision, Place
from tlsprobe.model.windows_proxy import LOCAL, WindowsProxy
from tlsprobe.wire.ip_literals import is_ip_literal

Tried = frozenset[tuple[str, str]]
"""Of costly exemptions, by their texts, and URLs: those of which the one fits the other."""


class Exemption(Struct, frozen=True, kw_only=True):
    """An entry of ``bypasslist``."""

    text: str
    pattern: re.Pattern[str]
    costly: bool = False
    """Whether it could take for ever to try, so that it has to be tried elsewhere."""

    def fits(self, url: str, tried: Tried | None) -> bool:
        """Whether it fits a part of `url`, as far as that is known."""
        if self.costly:
            return tried is not None and (self.text, url) in tried
        return self.pattern.search(url) is not None


class DefaultProxy(Struct, frozen=True, kw_only=True):
    """What a configuration file says. None stands for what it does not say."""

    origin: str
    """File and line."""
    enabled: bool = True
    use_default_credentials: bool = False
    """Whether the program logs in to the proxy as the account that it runs as."""
    module: str | None = None
    """The type of .NET that decides instead."""
    use_system: bool | None = None
    address: Proxy | None = None
    bypass_local: bool | None = None
    script: str | None = None
    detect: bool | None = None
    bypass: tuple[Exemption, ...] = ()

    @property
    def _fixed(self) -> bool:
        """Whether something is set that takes a script out of force."""
        return self.address is not None or self.bypass_local is not None or bool(self.bypass)

    @property
    def _says_nothing(self) -> bool:
        """Whether it leaves everything to the system, or turns that off."""
        own = self._fixed or self.module or self.script or self.detect is not None
        return not own and self.use_system is not True

    def decide(
        self,
        place: Place,
        *,
        system: WindowsProxy | None,
        domain: str | None = None,
        tried: Tried | None = None,
    ) -> Decision:
        """The way to `place`.

        `system` are the Internet settings of the account that runs the program, None where nobody
        knows them; `domain` is the DNS domain of the machine, whose hosts are local; `tried` is what
        came of costly exemptions, None where they were not tried to an end.
        """
        if not self.enabled:
            return self._direct("enabled is false")
        if self._says_nothing:
            if self.use_system is False:
                return self._direct("usesystemdefault is False, and nothing else is set")
            return left_to_the_system(self.origin, place, system)
        if self.module:
            return Decision(why=f"{self.origin}: a module decides, {self.module}")
        if not self._fixed and (self.script is not None or self.detect):
            return self._scripted()
        return self._manual(place, system, domain, tried)

    def _scripted(self) -> Decision:
        """A script decides, or what is found by WPAD."""
        if self.script is None:
            return Decision(why=f"{self.origin}: autoDetect is True, so what WPAD finds decides")
        found = "; WPAD is on, and was not looked for" if self.detect else ""
        said = f"{self.origin}: the script {self.script} of scriptLocation decides{found}"
        return Decision(why=said, script=self.script)

    def _manual(
        self, place: Place, system: WindowsProxy | None, domain: str | None, tried: Tried | None
    ) -> Decision:
        """A proxy that is set here, or in the system, and its exceptions."""
        inherits = self.use_system is True and self.script is None and self.detect is None
        base = system if inherits else None
        proxy = self.address or (base.proxy if base is not None else None)
        if place.loopback:
            return self._direct(f"{place.host} is this machine")
        if proxy is None and inherits and system is None:
            said = (
                "usesystemdefault is True, and the account's Internet settings are not known here"
            )
            return Decision(why=f"{self.origin}: {said}")
        if proxy is None:
            return self._direct("no proxyaddress is set")
        exception = self._local(place, base, domain) or self._exempted(place, base, tried)
        if exception is not None:
            return self._direct(exception)
        costly = next((one.text for one in self.bypass if one.costly), None)
        if costly is not None and tried is None:
            said = f"{costly} of the bypasslist takes too long to try on {place.url}"
            return Decision(why=f"{self.origin}: {said}")
        return self._through(proxy, place, doubt=inherits and system is None)

    def _through(self, proxy: Proxy, place: Place, *, doubt: bool) -> Decision:
        name = "proxyaddress" if self.address else "the account's own proxy"
        said = f"{self.origin}: {name} {proxy.url}, {place.host} not in bypasslist"
        if doubt and not self.bypass:
            said += "; exceptions of the account's Internet settings are not known here"
        if self.use_default_credentials:
            said += "; it logs in as the account that it runs as"
        return Decision(why=said, routes=(Route(proxy=proxy),))

    def _local(self, place: Place, base: WindowsProxy | None, domain: str | None) -> str | None:
        """Whether `place` is local, and that is an exception."""
        local = self.bypass_local
        if local is None:
            local = base is not None and LOCAL in base.bypass
        if not local:
            return None
        if place.plain:
            return f"bypassonlocal takes in {place.host}, a name without a dot"
        first, _, rest = place.host.partition(".")
        if domain and first and rest == domain.lower() and not is_ip_literal(place.host):
            return f"bypassonlocal takes in {place.host}, a host of this machine's domain"
        return None

    def _exempted(self, place: Place, base: WindowsProxy | None, tried: Tried | None) -> str | None:
        """The exception that takes `place` in; a list here stands in the place of the system's."""
        for entry in self.bypass:
            if entry.fits(place.url, tried):
                return f"{entry.text} of the bypasslist fits {place.url}"
        if base is None or self.bypass:
            return None
        # What is local was asked above.
        others = tuple(one for one in base.bypass if one != LOCAL)
        return replace(base, bypass=others).exception(place)

    def _direct(self, why: str) -> Decision:
        return Decision(why=f"{self.origin}: {why}", routes=(DIRECT,))


def left_to_the_system(origin: str, place: Place, system: WindowsProxy | None) -> Decision:
    """What holds where a configuration file says nothing: the Internet settings of the account."""
    if system is None:
        said = "the Internet settings of the account that runs it decide, not known here"
        return Decision(why=f"{origin}: {said}")
    found = system.decide(place)
    return Decision(
        why=f"{origin}: not set, so {found.why}", routes=found.routes, script=found.script
    )
