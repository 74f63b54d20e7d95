"""Faults of a server, of its certificate, and of what this machine holds it to be."""

import base64
import csv
from collections.abc import Generator
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.lab.authorities import Authority
from tests.lab.faults import Options, Stage, fault
from tests.lab.twins import NAMES, SYNC, Twin


@fault("missing-intermediate", SYNC)
def the_intermediate_is_not_sent(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.ALONE, SYNC)
    yield ()


@fault("expired", SYNC)
def the_certificate_has_expired(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.EXPIRED, SYNC)
    yield ()


@fault("not-yet-valid", SYNC)
def the_certificate_is_not_valid_yet(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.NOT_YET_VALID, SYNC)
    yield ()


@fault("clock")
def the_clock_is_behind_all_certificates(stage: Stage) -> Generator[Options]:
    # As if it were: no program here may set the clock of the machine that all of the lab runs on.
    stage.meets(Twin.NOT_YET_VALID, *NAMES)
    yield ()


@fault("revoked", SYNC)
def the_certificate_was_revoked(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.REVOKED, SYNC)
    yield ()


@fault("tls-too-old", SYNC)
def the_server_speaks_nothing_new(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.OLD, SYNC)
    yield ()


@fault("tls-too-old", SYNC)
def the_service_wants_newer_tls(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.TLS12, SYNC)
    stage.floor = "1.3"
    yield ()


@fault(None)
def tls_that_is_just_new_enough(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.TLS12, SYNC)
    yield ()


@fault("pin-rotated", SYNC)
def the_server_has_another_key_than_is_pinned(stage: Stage) -> Generator[Options]:
    stage.meets(Twin.TLS12, SYNC)
    yield "--pin", f"{SYNC}={_pin(stage.cast.leaves[SYNC, Twin.HONEST])}"


@fault(None)
def the_key_is_the_one_that_is_pinned(stage: Stage) -> Generator[Options]:
    yield "--pin", f"{SYNC}={_pin(stage.cast.leaves[SYNC, Twin.HONEST])}"


def _pin(leaf: Authority) -> str:
    key = leaf.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256/{base64.b64encode(sha256(key).digest()).decode()}"
