"""A CA's books on port 80 of the lab's server: `openssl ocsp`, and nginx with lists and certificates.

Beside them stand TLS servers whose certificates name those addresses, each with a fate of its own.
"""

import contextlib
import datetime as dt
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from tests.lab.authorities import Authority, Extensions, new_issuing, new_leaf, write_pem
from tests.lab.laboratory import Laboratory
from tests.lab.network import SERVER_LINK, ipv4
from tests.lab.programs import running

GOOD = "good.books.example"
REVOKED = "revoked.books.example"
STALE = "stale.books.example"
"""Only a list tells of it, and that has ended."""
ALONE = "alone.books.example"
"""It is presented without its intermediate."""

LISTS = "crl.books.example"
RESPONDER = "ocsp.books.example"

_HOSTS = {GOOD: 70, REVOKED: 71, STALE: 72, ALONE: 73, LISTS: 80, RESPONDER: 81}
_RESPONDER_PORT = 2560
_DAY = dt.timedelta(days=1)


def address(name: str) -> str:
    """Where a name of the books is."""
    return ipv4(SERVER_LINK, _HOSTS[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cast:
    """Who is in the books."""

    root: Authority
    issuing: Authority
    leaves: dict[str, Authority]


@contextlib.contextmanager
def keeping_books(lab: Laboratory) -> Generator[None]:
    """Serve all of it, and have the client know the names."""
    now = lab.chain.now.replace(microsecond=0)
    folder = lab.folder / "books"
    pages = folder / "pages"
    pages.mkdir(parents=True)
    cast = _cast(lab.chain.root, now)
    _write_pages(pages, cast, now)
    write_register(
        folder / "index.txt", cast.leaves.values(), revoked=cast.leaves[REVOKED], now=now
    )
    write_pem(folder / "issuing.pem", cast.issuing.certificate_pem)
    write_pem(folder / "issuing.key", cast.issuing.key_pem)
    for name, leaf in cast.leaves.items():
        above = b"" if name == ALONE else cast.issuing.certificate_pem
        write_pem(folder / f"{name}.pem", leaf.key_pem, leaf.certificate_pem, above)
    (folder / "nginx.conf").write_text(_configuration(folder))
    lab.network.add_server_addresses(list(_HOSTS.values()))
    place = lab.network.server
    with (
        lab.network.client.knowing(lab.hosts | {name: address(name) for name in _HOSTS}),
        running(responder(folder, _RESPONDER_PORT), place=place, port=_RESPONDER_PORT, log=folder / "ocsp.log"),
        running(
            ["nginx", "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"],
            place=place, port=80, log=folder / "nginx.log",
        ),
    ):  # fmt: skip
        yield


def _cast(root: Authority, now: dt.datetime) -> _Cast:
    issuing = new_issuing("Lab Books Issuing CA 01", root, now=now, extensions=[listed("root.crl")])
    both = [told(RESPONDER), listed("issuing.crl")]
    extensions: dict[str, Extensions] = {
        GOOD: both, REVOKED: both, ALONE: both, STALE: [listed("stale.crl")]
    }  # fmt: skip
    leaves = {
        name: new_leaf(name, issuing, now=now, extensions=given)
        for name, given in extensions.items()
    }
    return _Cast(root=root, issuing=issuing, leaves=leaves)


def told(responder: str) -> x509.ExtensionType:
    """What a certificate says of whom to ask about it, and of its issuer's own certificate."""
    places = [(Access.OCSP, f"http://{responder}/"), (Access.CA_ISSUERS, f"http://{LISTS}/ca.cer")]
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(how, x509.UniformResourceIdentifier(url)) for how, url in places]
    )


def listed(page: str) -> x509.ExtensionType:
    """What a certificate says of the list that it would stand on."""
    url = x509.UniformResourceIdentifier(f"http://{LISTS}/{page}")
    return x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)])


def _write_pages(pages: Path, cast: _Cast, now: dt.datetime) -> None:
    """The lists and the certificate that are fetched, as nginx serves them."""
    revoked = cast.leaves[REVOKED].certificate.serial_number
    lists = {
        "root.crl": revocation_list(cast.root, now, end=now + 9 * _DAY),
        "issuing.crl": revocation_list(cast.issuing, now, end=now + _DAY, revoked=revoked),
        "stale.crl": revocation_list(cast.issuing, now, end=now - _DAY),
    }
    for page, body in lists.items():
        (pages / page).write_bytes(body)
    (pages / "ca.cer").write_bytes(cast.issuing.certificate.public_bytes(Encoding.DER))


def revocation_list(
    by: Authority, now: dt.datetime, *, end: dt.datetime, revoked: int | None = None
) -> bytes:
    """A list of three days ago, with at most one serial number on it, revoked the day after."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(now - 3 * _DAY)
        .next_update(end)
    )
    if revoked is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked)
        builder = builder.add_revoked_certificate(entry.revocation_date(now - 2 * _DAY).build())
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def write_register(
    file: Path, leaves: Iterable[Authority], *, revoked: Authority, now: dt.datetime
) -> None:
    """The CA's own register, in the form of `openssl ca`."""
    lines: list[str] = []
    for leaf in leaves:
        gone = f"{now - 2 * _DAY:%y%m%d%H%M%SZ},keyCompromise" if leaf is revoked else ""
        serial = f"{leaf.certificate.serial_number:X}"
        serial = serial.zfill(len(serial) + len(serial) % 2)
        end = f"{now + 100 * _DAY:%y%m%d%H%M%SZ}"
        whose = f"/CN={leaf.common_name}/serialNumber={serial}"  # of each one only
        lines.append("\t".join(["R" if gone else "V", end, gone, serial, "unknown", whose]))
    file.write_text("\n".join(lines) + "\n")


def responder(folder: Path, port: int) -> list[str | Path]:
    """The command that answers by the register of `folder`, signing as its CA."""
    ca, key = folder / "issuing.pem", folder / "issuing.key"
    return [
        "openssl", "ocsp", "-port", str(port), "-index", folder / "index.txt",
        "-CA", ca, "-rsigner", ca, "-rkey", key, "-nmin", "60",
    ]  # fmt: skip


def _configuration(folder: Path) -> str:
    servers = "\n".join(
        f"""
            server {{
                listen {address(name)}:443 ssl;
                ssl_certificate {folder}/{name}.pem;
                ssl_certificate_key {folder}/{name}.pem;
            }}
        """
        for name in (GOOD, REVOKED, STALE, ALONE)
    )
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    return f"""
        daemon off;
        user root;
        pid {folder}/nginx.pid;
        events {{ worker_connections 64; }}
        http {{
            access_log off;
            {scratch}
            {servers}
            server {{ listen {address(LISTS)}:80; root {folder}/pages; }}
            server {{
                listen {address(RESPONDER)}:80;
                location / {{ proxy_pass http://127.0.0.1:{_RESPONDER_PORT}; }}
            }}
        }}
    """
