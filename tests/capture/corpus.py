"""The corpus of real captures beside the repository: what others say of each session, and we.

Truth is what tshark read (`truth_tshark.jsonl`, of its two readings that with the segments put in
order) and which JA4 was published (`truth_ja4.jsonl`); the corpus's own page tells the fields.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from tlsprobe import analysis
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.capture.keylog import read_keylog
from tlsprobe.certs.distinguished_name import COMMON_NAME, DistinguishedName
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.hello.fingerprint import ja4
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CAPTURES = CORPUS / "a"
_NO_CAPTURES = (".keylog", ".json", ".md")


class Session(NamedTuple):
    """What is held against each other of one TLS session. Absent means not seen."""

    random: str | None
    retry: bool
    """Whether the server asked for another hello."""
    version: str | None
    cipher: str | None
    sni: str | None
    ja3: str | None
    ja3s: str | None
    server_certs: tuple[str, ...]
    client_certs: tuple[str, ...]
    cert_request: bool


class Stated(NamedTuple):
    """A session and where it stands; `stream` is the number that its source gives the connection."""

    stream: int
    ends: tuple[str, str]
    """`address:port` of client and server."""
    frame: int | None
    """The packet that begins the hello; as tshark counts, the one that completes it."""
    session: Session


class Published(NamedTuple):
    """A JA4 that somebody published of a session."""

    peer: str
    ends: tuple[str, str]
    ja4: str


class Leaf(NamedTuple):
    """What is left to see of a certificate that packet loss has cut."""

    serial: int | None
    issuer: str | None
    subject: str | None
    begins: datetime | None
    ends: datetime | None


def captures() -> list[str]:
    """Every capture of the corpus, by its path in there."""
    return sorted(
        str(path.relative_to(CAPTURES))
        for path in CAPTURES.rglob("*")
        if path.is_file() and path.suffix not in _NO_CAPTURES
    )


def reports(name: str, reference: Reference) -> list[Report]:
    """What the program says of one capture, with the key log that lies beside it."""
    path = CAPTURES / name
    key_log = path.with_name(f"{path.name}.keylog")
    keys = read_keylog(key_log)[0] if key_log.exists() else KeyLog()
    with open_capture(str(path)) as container:
        return list(analysis.analyse(conversations(container, keys), reference))


def seen(report: Report) -> Stated:
    """A session as we read it."""
    observation = report.observation
    captured, handshake = observation.captured, observation.handshake
    assert captured is not None
    hello, prints = handshake.client_hello, observation.fingerprints
    return Stated(
        captured.stream,
        (captured.client, captured.server),
        captured.frame,
        Session(
            random=None if hello is None else hello.random.hex(),
            retry=handshake.hello_retry is not None,
            version=_hex(handshake.version),
            cipher=_hex(handshake.cipher_suite),
            sni=observation.target.sni,
            ja3=prints.ja3,
            ja3s=prints.ja3s,
            server_certs=tuple(one.sha256.hex() for one in observation.chain),
            client_certs=tuple(sha256(der).hexdigest() for der in handshake.client_certificates),
            cert_request=handshake.certificate_request is not None,
        ),
    )


def every_ja4(report: Report) -> list[str]:
    """JA4 of each hello of a session: there are two where the server asked for another."""
    return [ja4(hello) for hello in report.observation.handshake.client_hellos]


def leaf(report: Report) -> Leaf:
    """The leaf of a session, as far as it came."""
    observation = report.observation
    one = observation.chain[0] if observation.chain else observation.cut_leaf
    assert one is not None
    names = (_common_name(name) for name in (one.issuer_name, one.subject_name))
    return Leaf(one.serial, *names, one.not_before, one.not_after)


def truth() -> dict[str, list[Stated]]:
    """The sessions as tshark reads them, by capture."""
    found: dict[str, list[Stated]] = defaultdict(list)
    for row in _rows("truth_tshark.jsonl"):
        if row["mode"] != "plain":
            frame = next(iter(row["ch_frames"]), None)
            stated = Stated(row["stream"], _ends(row), frame, _session(row))
            found[_capture(row)].append(stated)
    for packed in [name for name in found if name.endswith(".gz")]:
        found[packed.removesuffix(".gz")] = found[packed]
    return found


def published() -> dict[str, list[Published]]:
    """The JA4 that others published of sessions over TCP, by capture."""
    found: dict[str, list[Published]] = defaultdict(list)
    for row in _rows("truth_ja4.jsonl"):
        if row.get("ja4", "").startswith("t"):
            found[_capture(row)].append(Published(row["peer"], _ends(row), row["ja4"]))
    return found


def cut_leafs() -> Iterator[tuple[str, tuple[str, str], Leaf]]:
    """(capture, ends of the connection, what mercury shows of the leaf) where loss has cut it."""
    for row in _rows("truth_mercury_cut_leafs.jsonl"):
        told = row["leaf"]
        times = (datetime.fromisoformat(told["validity"][at]) for at in ("not_before", "not_after"))
        names = (told[of]["common_name"] for of in ("issuer", "subject"))
        yield _capture(row), _ends(row), Leaf(int(told["serial"], 16), *names, *times)


def inventory() -> dict[str, dict[str, Any]]:
    """What is known of each capture from a public project as a whole."""
    entries = json.loads((CORPUS / "inventory.json").read_text(encoding="utf-8"))
    return {_capture(entry): entry for entry in entries}


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with (CORPUS / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _capture(row: dict[str, Any]) -> str:
    return f"{row['repo'].replace('/', '+')}/{row['path']}"


def _ends(row: dict[str, Any]) -> tuple[str, str]:
    return _endpoint(row["client"]), _endpoint(row["server"])


def _endpoint(text: str) -> str:
    """`address|port` as we write it."""
    host, _, port = text.partition("|")
    address = ip_address(host)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _session(row: dict[str, Any]) -> Session:
    return Session(
        random=row["client_random"],
        retry=row["hrr"],
        version=row["version"],
        cipher=row["cipher"],
        sni=row["sni"] and row["sni"].lower(),
        ja3=row["ja3"],
        ja3s=row["ja3s"],
        server_certs=tuple(row["server_certs"]),
        client_certs=tuple(row["client_certs"]),
        cert_request=row["cert_request"],
    )


def _common_name(name: DistinguishedName | None) -> str | None:
    return None if name is None else "".join(name.values(COMMON_NAME))


def _hex(code: int | None) -> str | None:
    return None if code is None else f"0x{code:04x}"
