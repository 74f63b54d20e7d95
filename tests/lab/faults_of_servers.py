"""Faults of a server, of its certificate, and of what this machine holds it to be."""

import base64
import csv
from collections.abc import Generator
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.lab.authorities import Authority, Disguise, write_pem
from tests.lab.faults import Faults, Options, Stage
from tests.lab.twins import NAMES, SYNC, Twin

fault = Faults()


@fault("missing-intermediate", SYNC)
def the_intermediate_is_not_sent(stage: Stage) -> Generator[Options]:
    """Clients that fetch none fail."""
    stage.meets(Twin.ALONE, SYNC)
    yield ()


@fault("expired", SYNC)
def the_certificate_has_expired(stage: Stage) -> Generator[Options]:
    """Three days ago."""
    stage.meets(Twin.EXPIRED, SYNC)
    yield ()


@fault("not-yet-valid", SYNC)
def the_certificate_is_not_valid_yet(stage: Stage) -> Generator[Options]:
    """In five days."""
    stage.meets(Twin.NOT_YET_VALID, SYNC)
    yield ()


@fault("clock")
def the_clock_is_behind_all_certificates(stage: Stage) -> Generator[Options]:
    """All at once are not valid yet."""
    # As if it were: no program here may set the clock of the machine that all of the lab runs on.
    stage.meets(Twin.NOT_YET_VALID, *NAMES)
    yield ()


@fault("revoked", SYNC)
def the_certificate_was_revoked(stage: Stage) -> Generator[Options]:
    """By responder and list."""
    stage.meets(Twin.REVOKED, SYNC)
    yield ()


@fault("tls-too-old", SYNC)
def the_server_speaks_nothing_new(stage: Stage) -> Generator[Options]:
    """TLS 1.0 and 1.1."""
    stage.meets(Twin.OLD, SYNC)
    yield ()


@fault("tls-too-old", SYNC)
def the_service_wants_newer_tls(stage: Stage) -> Generator[Options]:
    """TLS 1.2, where 1.3 is the least."""
    stage.meets(Twin.TLS12, SYNC)
    stage.floor = "1.3"
    yield ()


@fault(None)
def tls_that_is_just_new_enough(stage: Stage) -> Generator[Options]:
    """TLS 1.2, where 1.2 is the least."""
    stage.meets(Twin.TLS12, SYNC)
    yield ()


@fault("pin-rotated", SYNC)
def the_server_has_another_key_than_is_pinned(stage: Stage) -> Generator[Options]:
    """By the same CA."""
    stage.meets(Twin.TLS12, SYNC)
    yield "--pin", f"{SYNC}={_pin(stage.cast.leaves[SYNC, Twin.HONEST])}"


@fault(None)
def the_key_is_the_one_that_is_pinned(stage: Stage) -> Generator[Options]:
    """The same without a fault."""
    yield "--pin", f"{SYNC}={_pin(stage.cast.leaves[SYNC, Twin.HONEST])}"


@fault("stale-store")
def the_machines_store_lacks_the_root(stage: Stage) -> Generator[Options]:
    """It is public all the same, and no server sends it: lists have its key."""
    _lacks_the_root(stage)
    yield ()


@fault("stale-store")
def the_machines_store_lacks_a_root_that_is_sent(stage: Stage) -> Generator[Options]:
    """The same by servers that send it, which they need not."""
    stage.meets(Twin.ROOTED, *NAMES)
    _lacks_the_root(stage)
    yield ()


@fault("stale-store")
def the_machines_store_lacks_the_root_above_a_listed_ca(stage: Stage) -> Generator[Options]:
    """Lists have the CA below it as well."""
    _lacks_the_root(stage, stage.cast.issuing)
    yield ()


def _lacks_the_root(stage: Stage, *below: Authority) -> None:
    """The user's own lists have the root, and what his machine trusts has not."""
    export = _export(stage.folder / "ccadb.csv", stage.lab.chain.root, *below)
    stage.environment["XDG_DATA_HOME"] = str(stage.folder)
    updated = stage.lab.run("reference", "update", "--ccadb", export, environment=stage.environment)
    assert updated.exit_code == 0, updated
    stage.listed = True
    other = stage.lab.chain.interceptor("other", Disguise.OWN_NAME)
    stage.store = write_pem(stage.folder / "store.pem", other.certificate_pem)


def _export(path: Path, *cas: Authority) -> Path:
    """What the CCADB publishes of public CAs, where it has these only."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(("SHA-256 Fingerprint", "X.509 Certificate (PEM)"))
        for ca in cas:
            fingerprint = ca.certificate.fingerprint(hashes.SHA256()).hex().upper()
            writer.writerow((fingerprint, ca.certificate_pem.decode().strip()))
    return path


def _pin(leaf: Authority) -> str:
    key = leaf.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256/{base64.b64encode(sha256(key).digest()).decode()}"
