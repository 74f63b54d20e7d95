"""Trust stores from files and from the machine: the public roots, the caller's, the platform's."""

import binascii
import os
import re
import ssl
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs import der
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.certs.x509_extensions import SERVER_AUTH
from tlsprobe.errors import InputError

_BLOCK = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END (?:X509 |TRUSTED )?CERTIFICATE-----",
    re.DOTALL,
)

_MACHINE = "this machine's store"

# Where distributions keep their bundle, for a Python whose OpenSSL was built to look elsewhere.
_KNOWN_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",  # older Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, OpenBSD
    "/usr/local/share/certs/ca-root-nss.crt",  # FreeBSD
)

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")
"""What c_rehash names files by: of all that lies in such a directory, only these are looked up."""

_KEYCHAINS = (
    "/System/Library/Keychains/SystemRootCertificates.keychain",
    "/Library/Keychains/System.keychain",
)
_SECURITY = "/usr/bin/security"
_KEYCHAIN_SECONDS = 20


class MachineStore(Struct, frozen=True, kw_only=True):
    """The machine's own store, or why there is none."""

    store: TrustStore | None
    reason: str = ""
    """Why it could not be read; empty where it could."""


@cache
def certifi_store() -> TrustStore:
    """The public roots: Mozilla's programme, as certifi packages it.

    The file beside the module is read, not what ``certifi.where`` says: distributions and some
    packages make it name the machine's store, and a root that somebody added there is not public.
    People also append their proxy's root to that file; so it is held against the hash that it was
    installed with, and `TrustStore.doubt` says where it differs. (Nor is certifi imported: that
    takes longer than to read all its certificates.)

    Raises:
        InputError: it cannot be read; certifi has to be installed again.
    """
    module = find_spec("certifi")
    if module is None or module.origin is None:
        raise InputError("certifi", "is not installed; expected its file of public roots")
    version = re.search(rb'^__version__ = "(.*)"', _content(Path(module.origin)), re.MULTILINE)
    origin = f"certifi {version[1].decode() if version else '(of unknown version)'}"
    bundle = Path(module.origin).with_name("cacert.pem")
    if bundle.is_file():
        return bundle_store(bundle, origin)
    elsewhere = Path(import_module("certifi").where())
    return bundle_store(elsewhere, origin, doubt=f"certifi is made to take them from {elsewhere}")


def bundle_store(bundle: Path, origin: str, *, doubt: str | None = None) -> TrustStore:
    """The public roots of a bundle as certifi installs it: ``certifi/cacert.pem``.

    `doubt` is what is known against it; None holds it against the record of its installation.

    Raises:
        InputError: it cannot be read.
    """
    content = _content(bundle)
    return TrustStore(
        name="public roots",
        origin=origin,
        cas=_cas(_sound(content), origin),
        doubt=_doubt(bundle, content) if doubt is None else doubt,
    )


def pem_store(path: Path, name: str) -> TrustStore:
    """The CAs of a PEM file, all of which its owner vouches for; `name` says in which role.

    Raises:
        InputError: the file cannot be read, holds no certificate, or one that is broken.
    """
    cas = _cas(_checked(path, _content(path)), f"{name} {path.name}")
    return TrustStore(name=name, origin=str(path), cas=cas)


def machine_store() -> MachineStore:
    """The store that this machine's programs trust. Never raises for the state it is in."""
    if sys.platform == "win32":
        return _windows_store(ssl.enum_certificates)
    elif sys.platform == "darwin":  # noqa: RET505 - type checkers know the platform by this shape
        return _keychain_store()
    else:
        return _openssl_store()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror}); expected a file of PEM certificates"
        ) from error


def _certificates(content: bytes) -> Iterator[Certificate | None]:
    """The certificates in PEM text; None for a block that is no base64."""
    for block in _BLOCK.finditer(content):
        try:
            raw = binascii.a2b_base64(block[1])
        except binascii.Error:
            yield None
            continue
        # OpenSSL's "trusted" form carries its own settings behind the certificate.
        one = der.element(raw, 0, len(raw))
        yield parse(raw if one is None else raw[: one.stop])


def _sound(content: bytes) -> Iterator[Certificate]:
    """Those of them that have a key: one broken entry is no reason to lose a whole store."""
    return (one for one in _certificates(content) if one is not None and one.spki_der)


def _checked(path: Path, content: bytes) -> Iterator[Certificate]:
    """The certificates of a file that somebody gave, which must hold good ones only."""
    index = 0
    for index, certificate in enumerate(_certificates(content), start=1):
        fault = "it is no base64" if certificate is None else certificate.outline.fault
        if certificate is not None and fault is None and certificate.public_key() is None:
            fault = f"its key ({certificate.key_type}) cannot be loaded"
        if certificate is None or fault is not None:
            raise InputError(str(path), f"certificate {index} is broken: {fault}")
        yield certificate
    if index == 0:
        hint = "; it looks like DER" if content[:1] == b"\x30" else ""
        raise InputError(
            str(path),
            f'holds no certificate; expected PEM, with "-----BEGIN CERTIFICATE-----"{hint}',
        )


def _cas(certificates: Iterable[Certificate], origin: str) -> tuple[KnownCA, ...]:
    """Each certificate once, as a CA; self-issued ones are the anchors."""
    return tuple(
        KnownCA.of(certificate, root=certificate.self_issued, origin=origin)
        for certificate in dict.fromkeys(certificates)
    )


def _doubt(bundle: Path, content: bytes) -> str:
    """What speaks against `bundle` being as it was installed; "" where that cannot be told."""
    # Found by pattern: a distribution's version need not be the module's (2026.10.19.post1).
    records = bundle.parent.parent.glob("certifi-*.dist-info/RECORD")
    installed = {digest for record in records for digest in _installed(record)}
    found = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
    if not installed or found in installed:
        return ""
    return f"{bundle} was changed after certifi had been installed"


def _installed(record: Path) -> list[str]:
    """The digest that a distribution's RECORD has of the bundle; none where it cannot be read."""
    try:
        text = record.read_text()
    except (OSError, ValueError):
        return []
    return re.findall(r"^certifi/cacert\.pem,sha256=([\w-]+)", text, re.MULTILINE)


def _machine(cas: tuple[KnownCA, ...], origin: str, *, complete: bool = True) -> MachineStore:
    if not cas:
        return MachineStore(store=None, reason=f"{origin}: no certificate found")
    return MachineStore(store=TrustStore(name=_MACHINE, origin=origin, cas=cas, complete=complete))


def _openssl_store() -> MachineStore:
    """What OpenSSL reads by default, SSL_CERT_FILE and SSL_CERT_DIR obeyed."""
    paths = ssl.get_default_verify_paths()
    file = os.environ.get(paths.openssl_cafile_env, paths.openssl_cafile)
    folders = os.environ.get(paths.openssl_capath_env, paths.openssl_capath).split(os.pathsep)
    found = _of_places([file, *folders])
    if found.store is not None:
        return found
    bundles = (_of_places([bundle]) for bundle in _KNOWN_BUNDLES)
    return next((bundle for bundle in bundles if bundle.store is not None), found)


def _of_places(places: list[str]) -> MachineStore:
    """What can be read of bundles and hashed directories; the rest is nobody's fault here."""
    read = {place: [*_of_place(Path(place))] for place in places if place}
    origin = ", ".join(place for place, certificates in read.items() if certificates)
    origin = origin or ", ".join(read)
    return _machine(_cas((one for some in read.values() for one in some), origin), origin)


def _of_place(place: Path) -> Iterator[Certificate]:
    try:
        inside = sorted(place.iterdir()) if place.is_dir() else None
    except OSError:
        return
    files = [place] if inside is None else [
        one for one in inside if _HASHED_NAME.fullmatch(one.name)
    ]  # fmt: skip
    for file in files:
        try:
            yield from _sound(file.read_bytes())
        except OSError:
            continue


def _keychain_store() -> MachineStore:
    """The system's keychains on macOS, by the platform's own tool.

    Trust settings are not consulted: a root that the user has distrusted is still listed, so that
    its presence says less than on other systems.
    """
    certificates: list[Certificate] = []
    for keychain in _KEYCHAINS:
        command = [_SECURITY, "find-certificate", "-a", "-p", keychain]
        try:
            answer = subprocess.run(  # noqa: S603 - fixed arguments
                command, capture_output=True, check=False, timeout=_KEYCHAIN_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return MachineStore(store=None, reason=f"{keychain}: {error}")
        certificates += _sound(answer.stdout)
    origin = "system keychains"
    return _machine(_cas(certificates, origin), origin)


_Entries = Callable[[str], list[tuple[bytes, str, set[str] | bool]]]
"""What `ssl.enum_certificates` is: encoded certificate, encoding, and what it is trusted for."""


def _windows_store(entries: _Entries) -> MachineStore:
    """The ROOT and CA stores of the current user, which include the machine's.

    Windows fetches public roots when they are first needed, so that absence says little.
    """
    origin = "Windows certificate store"
    cas: list[KnownCA] = []
    for store in ("ROOT", "CA"):
        try:
            found = entries(store)
        except OSError as error:
            return MachineStore(store=None, reason=f"{origin} {store}: {error}")
        cas += [
            KnownCA.of(parse(raw), root=store == "ROOT", origin=f"{origin} {store}")
            for raw, encoding, trust in found
            if encoding == "x509_asn"
            and (trust if isinstance(trust, bool) else SERVER_AUTH in trust)
        ]
    return _machine(tuple(cas), origin, complete=False)
