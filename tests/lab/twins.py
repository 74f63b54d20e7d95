"""A small service at public addresses, which it has in the lab only, and the faulty twins of a server.

Every name has an honest server. That on which faults are tried has others beside it, under the same
name and at addresses of their own: which of them a client meets hangs on what its resolver says.
"""

import contextlib
import datetime as dt
import enum
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from tests.lab.authorities import (
    USUAL_LIFE,
    Authority,
    Disguise,
    PublicChain,
    new_issuing,
    new_leaf,
    write_pem,
)
from tests.lab.books import (
    LISTS,
    RESPONDER,
    listed,
    responder,
    revocation_list,
    told,
    write_register,
)
from tests.lab.laboratory import Laboratory
from tests.lab.network import Namespace, Network, ipv6
from tests.lab.programs import running

SIGN_IN = "login.microsoft.com"
SYNC = "adminwebservice.microsoftonline.com"
"""That which has twins."""
RELAY = "relay.servicebus.windows.net"
"""It asks for a client certificate."""
STRANGER = "agent.okta.com"
"""Of an owner who has nothing to do with that of the others."""
NAMES = (SIGN_IN, SYNC, RELAY, STRANGER)

RESOLVER = "20.190.159.53"
STRAY = "20.190.159.77"
"""Where a server with a certificate of its own making meets whoever was led astray."""
NOBODY = "20.190.158.99"
"""A public address where nobody is."""

_RESPONDER_PORT = 2561
_DAY = dt.timedelta(days=1)


class Twin(enum.Enum):
    """Who answers; the value is a part of their addresses."""

    HONEST = 160
    ALONE = 161
    """Without the intermediate."""
    EXPIRED = 162
    NOT_YET_VALID = 163
    REVOKED = 164
    OLD = 165
    """TLS 1.0 and 1.1 only."""
    TLS12 = 166
    """TLS 1.2 only."""
    ROOTED = 167
    """With the root above the intermediate, as some send it."""


_LIVES = {Twin.EXPIRED: (-90, -3), Twin.NOT_YET_VALID: (5, 90)}
_OF_ALL = (Twin.HONEST, Twin.NOT_YET_VALID, Twin.ROOTED)
"""Every name has these twins."""
_PROTOCOLS = {Twin.OLD: "TLSv1 TLSv1.1", Twin.TLS12: "TLSv1.2"}
_OLD_CIPHERS = "ssl_ciphers DEFAULT@SECLEVEL=0;"
"""OpenSSL 3 signs nothing with SHA-1 at its usual level, which TLS 1.0 and 1.1 need."""


def address(name: str, twin: Twin = Twin.HONEST) -> str:
    """Where that server is."""
    return f"20.190.{twin.value}.{10 + NAMES.index(name)}"


def address6(name: str) -> str:
    """Where the honest one is by IPv6."""
    return f"2603:1006:2000::{10 + NAMES.index(name)}"


_CLIENT6 = "2603:1006:1000::10"
"""A public one: who has none prefers IPv4 (RFC 6724 section 2.1)."""


BOOKS = {LISTS: "20.190.159.80", RESPONDER: "20.190.159.81"}
RECORDS: Mapping[str, tuple[str, ...]] = {name: (address(name),) for name in NAMES} | {
    name: (where,) for name, where in BOOKS.items()
}
"""What an honest resolver knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who answers with what."""

    issuing: Authority
    leaves: Mapping[tuple[str, Twin], Authority]


@contextlib.contextmanager
def standing(lab: Laboratory) -> Generator[Cast]:
    """Serve all of it, and the CA's books; all places but the client know the honest ones by name."""
    folder = lab.folder / "twins"
    (folder / "pages").mkdir(parents=True)
    now = lab.chain.now.replace(microsecond=0)
    cast = _cast(lab.chain, now)
    _write_books(folder, cast, lab.chain.root, now)
    _write_identities(folder, cast, lab.chain, now)
    (folder / "nginx.conf").write_text(_configuration(folder, cast))
    place = lab.network.server
    _add_addresses(place, cast)
    everyone = lab.hosts | {name: known[0] for name, known in RECORDS.items()}
    with (
        contextlib.ExitStack() as others,
        _public_client(lab.network),
        running(
            responder(folder, _RESPONDER_PORT),
            place=place, port=_RESPONDER_PORT, log=folder / "ocsp.log",
        ),
        running(
            ["nginx", "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"],
            place=place, port=80, log=folder / "nginx.log",
        ),
    ):  # fmt: skip
        for other in lab.network.places[1:]:
            others.enter_context(other.knowing(everyone))
        yield cast


def _cast(chain: PublicChain, now: dt.datetime) -> Cast:
    issuing = new_issuing(
        "Lab Twins Issuing CA 01", chain.root, now=now, extensions=[listed("root.crl")]
    )
    of_all = [(name, twin) for name in NAMES for twin in _OF_ALL]
    of_one = [(SYNC, twin) for twin in Twin]
    leaves = {
        (name, twin): new_leaf(
            name,
            issuing,
            now=now,
            extensions=[told(RESPONDER), listed("issuing.crl")],
            life=_LIVES.get(twin, USUAL_LIFE),
        )
        for name, twin in dict.fromkeys(of_all + of_one)
    }
    return Cast(issuing=issuing, leaves=leaves)


def _write_books(folder: Path, cast: Cast, root: Authority, now: dt.datetime) -> None:
    issuing, revoked = cast.issuing, cast.leaves[SYNC, Twin.REVOKED]
    serial = revoked.certificate.serial_number
    pages = {
        "root.crl": revocation_list(root, now, end=now + 9 * _DAY),
        "issuing.crl": revocation_list(issuing, now, end=now + _DAY, revoked=serial),
        "ca.cer": issuing.certificate.public_bytes(Encoding.DER),
    }
    for page, body in pages.items():
        (folder / "pages" / page).write_bytes(body)
    write_register(folder / "index.txt", cast.leaves.values(), revoked=revoked, now=now)
    write_pem(folder / "issuing.pem", issuing.certificate_pem)
    write_pem(folder / "issuing.key", issuing.key_pem)


def _write_identities(folder: Path, cast: Cast, chain: PublicChain, now: dt.datetime) -> None:
    for (name, twin), leaf in cast.leaves.items():
        above = {Twin.ALONE: b"", Twin.ROOTED: cast.issuing.path_pem}.get(
            twin, cast.issuing.certificate_pem
        )
        write_pem(_identity(folder, name, twin), leaf.key_pem, leaf.certificate_pem, above)
    stray = new_leaf("stray.example", chain.interceptor("stray", Disguise.OWN_NAME), now=now)
    write_pem(folder / "stray.pem", stray.key_pem, stray.path_pem)
    write_pem(folder / "clients.pem", chain.issuing.path_pem)


def _identity(folder: Path, name: str, twin: Twin) -> Path:
    return folder / f"{name}-{twin.name.lower()}.pem"


def _add_addresses(place: Namespace, cast: Cast) -> None:
    """All else goes towards the server's end already: what is there need only listen."""
    here = {address(name, twin) for name, twin in cast.leaves} | {*BOOKS.values(), RESOLVER, STRAY}
    lines = [f"addr replace {where}/32 dev lo" for where in sorted(here)]
    lines += [f"addr replace {address6(name)}/128 dev lo nodad" for name in NAMES]
    place.run("ip", "-batch", "-", text_in="\n".join(lines) + "\n")


@contextlib.contextmanager
def _public_client(network: Network) -> Generator[None]:
    """Give the client a public address by IPv6, and everybody the way back to it."""
    network.client.run("ip", "addr", "add", f"{_CLIENT6}/128", "dev", "east", "nodad")
    for link, place in enumerate(network.places[1:], start=1):
        place.run("ip", "-6", "route", "add", _CLIENT6, "via", ipv6(link, 1))
    try:
        yield
    finally:
        for place in network.places[1:]:
            place.run("ip", "-6", "route", "del", _CLIENT6)
        network.client.run("ip", "addr", "del", f"{_CLIENT6}/128", "dev", "east")


def _configuration(folder: Path, cast: Cast) -> str:
    servers = "\n".join(_server(folder, name, twin) for name, twin in cast.leaves)
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    return f"""
        daemon off;
        user root;
        pid {folder}/nginx.pid;
        events {{ worker_connections 256; }}
        http {{
            access_log off;
            {scratch}
            {servers}
            server {{
                listen {STRAY}:443 ssl;
                ssl_certificate {folder}/stray.pem;
                ssl_certificate_key {folder}/stray.pem;
            }}
            server {{ listen {BOOKS[LISTS]}:80; root {folder}/pages; }}
            server {{
                listen {BOOKS[RESPONDER]}:80;
                location / {{ proxy_pass http://127.0.0.1:{_RESPONDER_PORT}; }}
            }}
        }}
    """


def _server(folder: Path, name: str, twin: Twin) -> str:
    identity = _identity(folder, name, twin)
    ask = f"ssl_verify_client optional; ssl_client_certificate {folder}/clients.pem;"
    by_ipv6 = f"listen [{address6(name)}]:443 ssl;" if twin is Twin.HONEST else ""
    return f"""
        server {{
            listen {address(name, twin)}:443 ssl;
            {by_ipv6}
            ssl_certificate {identity};
            ssl_certificate_key {identity};
            ssl_protocols {_PROTOCOLS.get(twin, "TLSv1.2 TLSv1.3")};
            {_OLD_CIPHERS if twin is Twin.OLD else ""}
            {ask if name == RELAY else ""}
        }}
    """
