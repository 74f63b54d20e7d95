"""Proxy settings in the registry of Windows: whose they are, and which of them count.

What is read is a `Hive`, which `windows_registry` fills and tests write down: every rule here holds
on any system. A user has plain values (``ProxyEnable``, ``ProxyServer`` ...) and a binary one
(``DefaultConnectionSettings``). Windows keeps both alike, but scripts and group policies may set the
plain ones only, so these count where they are; only the binary one tells of WPAD.

Origin: Microsoft's pages on the Internet Settings keys and on the policy "Make proxy settings
per-machine (rather than per-user)" (read 2026-11-25).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha1
from struct import unpack

from msgspec.structs import replace

from tlsprobe.errors import InputError
from tlsprobe.model.windows_proxy import WindowsProxy
from tlsprobe.store import connection_settings
from tlsprobe.store.pac_file import shown_place
from tlsprobe.store.proxy_servers import parse_exceptions, parse_servers

Value = str | int | bytes
"""What a value of the registry may be, of the kinds that are asked for."""
Hive = Callable[[str], Mapping[str, Value]]
"""The values of a key by their names, such as of ``HKLM\\Software\\...``; empty where there is none."""

INTERNET = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
CONNECTIONS = INTERNET + r"\Connections"
POLICY = r"HKLM\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings"
TCPIP = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
PER_USER = "ProxySettingsPerUser"
"""0 makes the machine's settings those of every user, and of services too."""
MACHINE = "HKLM"
USER = "HKCU"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one client's settings."""

    settings: WindowsProxy | None = None
    reason: str = ""
    """Why there are none."""


def winhttp(hive: Hive) -> Reading:
    """The settings of services: those of ``netsh winhttp``, or the machine's by policy."""
    if _per_machine(hive):
        return wininet(hive)
    place = f"{MACHINE}\\{CONNECTIONS}"
    value = hive(place).get("WinHttpSettings")
    origin = f"{place}\\WinHttpSettings"
    if not isinstance(value, bytes):
        # So it is on a machine where nobody ever ran netsh.
        return Reading(settings=WindowsProxy(origin=f"{origin} (not there)"))
    return _read(lambda: connection_settings.parse(value, origin=origin, winhttp=True))


def wininet(hive: Hive, root: str = USER) -> Reading:
    """The settings of the user below `root`, or the machine's by policy."""
    policy = _per_machine(hive)
    if policy:
        root = MACHINE
    reading = _read(lambda: _of_user(hive, root))
    if policy and reading.settings is not None:
        said = f"{reading.settings.origin} (by policy, {PER_USER} is 0)"
        return Reading(settings=replace(reading.settings, origin=said))
    return reading


def account(hive: Hive, service: str) -> Reading | None:
    """The settings of a service's own account, of NT SERVICE; None where it is not loaded."""
    root = f"HKU\\{service_sid(service)}"
    if not _per_machine(hive) and not hive(f"{root}\\{INTERNET}"):
        return None
    return wininet(hive, root)


def domain(hive: Hive) -> str | None:
    """The DNS domain of this machine."""
    values = hive(TCPIP)
    found = values.get("Domain") or values.get("NV Domain") or values.get("DhcpDomain")
    return found if isinstance(found, str) and found else None


def service_sid(name: str) -> str:
    """The security identifier of a service's own account: a digest of its name in capitals."""
    digest = sha1(name.upper().encode("utf-16-le"), usedforsecurity=False).digest()
    return "-".join(("S-1-5-80", *(str(part) for part in unpack("<5I", digest))))


def _per_machine(hive: Hive) -> bool:
    return hive(POLICY).get(PER_USER) == 0


def _read(parse: Callable[[], WindowsProxy]) -> Reading:
    """What `parse` finds; a value that is malformed is no fault of the one who asks."""
    try:
        return Reading(settings=parse())
    except InputError as error:
        return Reading(reason=str(error))


def _of_user(hive: Hive, root: str) -> WindowsProxy:
    """The plain values, with WPAD of the binary one; the binary one alone where they are not there."""
    origin = f"{root}\\{INTERNET}"
    plain = hive(origin)
    value = hive(f"{root}\\{CONNECTIONS}").get("DefaultConnectionSettings")
    place = f"{root}\\{CONNECTIONS}\\DefaultConnectionSettings"
    binary = connection_settings.parse(value, origin=place) if isinstance(value, bytes) else None
    if "ProxyEnable" not in plain and "AutoConfigURL" not in plain:
        return binary or WindowsProxy(origin=f"{origin} (nothing set)")
    enabled = plain.get("ProxyEnable") == 1
    try:
        return WindowsProxy(
            origin=origin,
            detect=binary is not None and binary.detect,
            script=shown_place(_text(plain, "AutoConfigURL")) or None,
            proxies=parse_servers(_text(plain, "ProxyServer")) if enabled else {},
            bypass=parse_exceptions(_text(plain, "ProxyOverride")) if enabled else (),
        )
    except ValueError as error:
        raise InputError(f"{origin}\\ProxyServer", str(error)) from None


def _text(values: Mapping[str, Value], name: str) -> str:
    found = values.get(name, "")
    return found if isinstance(found, str) else ""
