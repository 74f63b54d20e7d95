"""What the installed command says of captures, taken where packets enter a box and leave it.

The secrets of TLS 1.3 come from the two ends: the client tells those of the inner side, the origin
those of the outer one. That works with every box; what the boxes themselves tell stands in
`interceptors.py`.
"""

import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lab.authorities import Disguise
from tests.lab.captures import capturing_both_sides
from tests.lab.interceptors import DECRYPTING, MITMPROXY, SPLICE, Interceptor
from tests.lab.laboratory import Box, Laboratory, Run
from tests.lab.servers import TELLING, telling

VERSIONS = {ssl.TLSVersion.TLSv1_2: "TLS 1.2", ssl.TLSVersion.TLSv1_3: "TLS 1.3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the box: what passed there, and its secrets, with which nothing stays closed."""

    capture: Path
    key_log: Path

    @property
    def opened(self) -> tuple[str | Path, ...]:
        """The arguments to read it with."""
        return self.capture, "--keylog", self.key_log


def take(
    lab: Laboratory, folder: Path, version: ssl.TLSVersion, box: Box | None = None
) -> tuple[Side, Side]:
    """Both sides of one session with `TELLING`: towards the client, and towards the server."""
    inside, outside = folder / "inside.keys", folder / "outside.keys"
    captures = folder / "captures"
    captures.mkdir()
    with (
        telling(
            lab.leaves[TELLING],
            chain=lab.chain,
            network=lab.network,
            folder=folder,
            version=version,
            key_log=outside,
        ),
        lab.standing_in_the_way(box) if box else contextlib.nullcontext(),
        capturing_both_sides(lab.network, captures, host=TELLING.address) as (entering, leaving),
    ):
        tls12 = version is ssl.TLSVersion.TLSv1_2
        sight = lab.look(TELLING, tls12=tls12, key_log=inside)
        lab.prove(sight, box, TELLING)
    return Side(capture=entering, key_log=inside), Side(capture=leaving, key_log=outside)


def read(lab: Laboratory, arguments: Sequence[str | Path]) -> Run:
    """Run `tlsprobe pcap` with the lab's root as a public one."""
    return lab.run("pcap", *arguments, "--json", "--ca-file", lab.public_root)


def record(run: Run, schema: dict[str, Any], version: ssl.TLSVersion) -> dict[str, Any]:
    """The one session that was captured."""
    found = run.record(TELLING)
    jsonschema.validate(found, schema)
    assert found["source"]["kind"] == "capture"
    assert found["tls"]["version"] == VERSIONS[version]
    return found


def assert_direct(
    run: Run, schema: dict[str, Any], lab: Laboratory, version: ssl.TLSVersion
) -> None:
    """The session is direct, with the chain that the origin presents."""
    found = record(run, schema, version)
    assert (found["verdict"], run.exit_code) == ("direct", 0), run
    assert found["tls"]["key_proof"] == "proven"
    expected = (lab.leaves[TELLING], lab.chain.issuing)
    assert [entry["pem"].strip() for entry in found["chain"]] == [
        authority.certificate_pem.decode().strip() for authority in expected
    ]


def assert_inspected(run: Run, schema: dict[str, Any], box: Box, version: ssl.TLSVersion) -> None:
    """The session is inspected, by the CA of the box."""
    found = record(run, schema, version)
    assert (found["verdict"], run.exit_code) == ("inspected", 5), run
    assert found["tls"]["key_proof"] == "proven"
    assert box.signed_pem(found["chain"][0]["pem"])
    assert box.authority.common_name in found["interceptor"]["issuer"]


@pytest.mark.parametrize(
    ("version", "disguise"),
    [
        (ssl.TLSVersion.TLSv1_2, Disguise.OWN_NAME),
        (ssl.TLSVersion.TLSv1_3, Disguise.ISSUING_COPIED),
    ],
    ids=["TLSv1_2", "TLSv1_3-disguised"],
)
@pytest.mark.parametrize("interceptor", DECRYPTING, ids=lambda interceptor: interceptor.name)
def test_both_sides_of_a_box(
    lab: Laboratory,
    schema: dict[str, Any],
    tmp_path: Path,
    *,
    interceptor: Interceptor,
    version: ssl.TLSVersion,
    disguise: Disguise,
):
    """A session is inspected on the client's side of each interceptor, and direct behind it.

    With TLS 1.3 the interceptor bears the name of the cloud's own CA, too.
    """
    box = lab.box(interceptor, disguise)
    inside, outside = take(lab, tmp_path, version, box)
    assert_inspected(read(lab, inside.opened), schema, box, version)
    assert_direct(read(lab, outside.opened), schema, lab, version)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("splicing", [False, True], ids=["nobody", "splice"])
def test_both_sides_of_an_honest_path(
    lab: Laboratory,
    schema: dict[str, Any],
    tmp_path: Path,
    *,
    splicing: bool,
    version: ssl.TLSVersion,
):
    """A session is direct on both sides where nobody decrypts it."""
    box = lab.box(SPLICE, Disguise.OWN_NAME) if splicing else None
    for side in take(lab, tmp_path, version, box):
        assert_direct(read(lab, side.opened), schema, lab, version)


def test_tls12_needs_no_key_log(lab: Laboratory, schema: dict[str, Any], tmp_path: Path):
    """The chain of TLS 1.2 is read without any secret."""
    version = ssl.TLSVersion.TLSv1_2
    box = lab.box(MITMPROXY, Disguise.OWN_NAME)
    inside, outside = take(lab, tmp_path, version, box)
    assert_inspected(read(lab, [inside.capture]), schema, box, version)
    assert_direct(read(lab, [outside.capture]), schema, lab, version)


def test_key_log_of_the_box(lab: Laboratory, schema: dict[str, Any], tmp_path: Path):
    """The key log of the box itself opens both of its sides."""
    version = ssl.TLSVersion.TLSv1_3
    box = lab.box(MITMPROXY, Disguise.OWN_NAME)
    inside, outside = take(lab, tmp_path, version, box)
    told = ("--keylog", box.key_log)
    assert_inspected(read(lab, [inside.capture, *told]), schema, box, version)
    assert_direct(read(lab, [outside.capture, *told]), schema, lab, version)


def test_both_captures_at_once(lab: Laboratory, schema: dict[str, Any], tmp_path: Path):
    """A folder with both sides and all secrets gives a record for each side, and the worse exit."""
    version = ssl.TLSVersion.TLSv1_3
    box = lab.box(MITMPROXY, Disguise.OWN_NAME)
    inside, outside = take(lab, tmp_path, version, box)
    run = read(
        lab, [inside.capture.parent, "--keylog", inside.key_log, "--keylog", outside.key_log]
    )
    records = run.records()
    for one in records:
        jsonschema.validate(one, schema)
    verdicts = {Path(one["source"]["file"]).name: one["verdict"] for one in records}
    assert verdicts == {"inside.pcapng": "inspected", "outside.pcapng": "direct"}
    assert run.exit_code == 5


def test_tls13_without_secrets(lab: Laboratory, schema: dict[str, Any], tmp_path: Path):
    """Without secrets no side of TLS 1.3 is decided, and what would decide it is named."""
    version = ssl.TLSVersion.TLSv1_3
    for side in take(lab, tmp_path, version, lab.box(MITMPROXY, Disguise.OWN_NAME)):
        run = read(lab, [side.capture])
        found = record(run, schema, version)
        assert (found["verdict"], run.exit_code) == ("undecided", 3), run
        assert found["chain"] == []
        assert found["not_looked_at"]
