"""Equal evidence is judged once: so nothing that bears on a verdict may be missing in it."""

import ast
import random
from dataclasses import fields
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from msgspec import Struct, structs
from msgspec.structs import replace

import tlsprobe
from tests.canaries import whole
from tests.checks.test_run import CHOICES, LABEL
from tests.evidence import (
    KNOWN_LOGS,
    REFUSED,
    captured,
    every_chain,
    expectation,
    key_of,
    reference,
)
from tlsprobe.analysis import _judge
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.handshake.events import Anomaly, AnomalyKind, KeyProof
from tlsprobe.handshake.summary import AlertSeen, Handshake, Reached, Stapled, StapleSource
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.company import Company
from tlsprobe.model.evidence import _PLAIN, DERIVED, NOT_EVIDENCE, evidence, size
from tlsprobe.model.hops import Hops
from tlsprobe.model.names import NameAnswers
from tlsprobe.model.observation import (
    Captured,
    Change,
    Fingerprints,
    HelloSize,
    Observation,
    Opinion,
    Slower,
    SourceKind,
    Target,
    Timings,
    Unreached,
    Variation,
)
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import CertificateRequest, Extension

SEEN = captured("honest", packets={"syn_ack_ttl": 57, "answer_ttl": 57})
SEEN = replace(SEEN, target=replace(SEEN.target, address="93.184.215.14"))
SHAKEN = SEEN.handshake
OPINION = Opinion(
    library="OpenSSL", completed=True, chain_sha256=(), public_error=None, machine_error=None
)
ANOMALY = Anomaly(
    direction=Direction.SERVER, at=0.5, kind=AnomalyKind.BAD_RECORD, detail="does not open"
)

OTHERWISE = {
    Observation: {
        "target": replace(SEEN.target, host="other.example"),
        "source": SourceKind.PROBE,
        "profile": "another",
        "handshake": replace(SHAKEN, version=0x0303),
        "chain": captured("expired").chain,
        "fingerprints": replace(SEEN.fingerprints, ja4="another"),
        "failure": REFUSED,
        "opinion": OPINION,
        "variation": Variation(change=Change.CLIENT, size=1800),
        "captured": None,
        "canary": whole(),
        "proxy": ProxyReply(protocol="HTTP/1.1", status=200),
        "revocation": (),
        "hops": Hops(address="20.190.160.1", port=443),
        "names": NameAnswers(),
        "jarm": "2" * 62,
        "unreached": (Unreached("192.0.2.1", REFUSED),),
        "slower": (Slower("192.0.2.1", 300.0, "192.0.2.2", 20.0),),
    },
    Target: {"host": "other.example", "port": 8443, "sni": None, "via": "http://192.0.2.9:3128"},
    Fingerprints: {"ja3s": "another", "ja4": "another"},
    Handshake: {
        "hello_retry": SHAKEN.server_hello,
        "version": 0x0303,
        "cipher_suite": 0x1302,
        "group": 0x0017,
        "alpn": b"h2",
        "extended_master_secret": True,
        "downgrade_sentinel": 0x0304,
        "encrypted_extensions": (Extension(ext.ALPN, b""),),
        "certificates_cut": True,
        "cut_leaf": b"\x30\x82",
        "ocsp_responses": (Stapled(0, StapleSource.CERTIFICATE_ENTRY, b"x"),),
        "sct_lists": (Stapled(0, StapleSource.SERVER_HELLO, b"x"),),
        "certificate_request": CertificateRequest(authorities=(b"x",)),
        "key_proof": KeyProof.FAILED,
        "signature_scheme": 0x0804,
        "alerts": (AlertSeen(Direction.CLIENT, Alert(2, 48)),),
        "anomalies": (ANOMALY,),
        "reached": Reached.NOTHING,
        "sealed": 4000,
        "sealed_records": (4000,),
        "client_sealed": 19,
        "resumed": True,
        "finished": True,
        "garbage": b"HTTP/1.1 200",
    },
    Captured: {
        "prelude": "connect", "complete": False, "syn_ack_ttl": 58, "answer_ttl": 58, "overlaps": 3,
        "disputed": 3,
    },
}  # fmt: skip
"""Of everything that is evidence, another value."""


def with_part(kind, name, value):
    """The observation with one field of one of its parts changed."""
    if kind is Observation:
        return replace(SEEN, **{name: value})
    place = {"Target": "target", "Fingerprints": "fingerprints", "Handshake": "handshake",
             "Captured": "captured"}[kind.__name__]  # fmt: skip
    return replace(SEEN, **{place: replace(getattr(SEEN, place), **{name: value})})


@pytest.mark.parametrize("kind", OTHERWISE, ids=lambda kind: kind.__name__)
def test_every_field_has_its_place(kind):
    """Each field of an observation is evidence, made of evidence, or named as none: a new one too."""
    named = {*OTHERWISE[kind], *NOT_EVIDENCE.get(kind, ()), *DERIVED.get(kind, ())}
    its = structs.fields(kind) if issubclass(kind, Struct) else fields(kind)
    assert {field.name for field in its} == named


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [(kind, name, value) for kind, values in OTHERWISE.items() for name, value in values.items()],
    ids=lambda one: one.__name__ if isinstance(one, type) else one if isinstance(one, str) else "",
)
def test_what_bears_on_verdicts_is_in_it(kind, name, value):
    """Where one thing that bears on the verdict is another, so is the evidence."""
    assert evidence(with_part(kind, name, value)) != evidence(SEEN)


def other_hello(hello):
    """A hello of the same client in another connection: it shuffles, and draws lots."""
    drawn = random.Random(7)
    shuffled = list(hello.extensions)
    drawn.shuffle(shuffled)
    return replace(
        hello,
        random=drawn.randbytes(32),
        session_id=drawn.randbytes(32),
        extensions=tuple(
            Extension(code, drawn.randbytes(len(body)) if code == ext.KEY_SHARE else body)
            for code, body in shuffled
        ),
    )


OF_ONE_CONNECTION = {
    Observation: {
        "taken": datetime(2026, 11, 24, tzinfo=UTC),
        "timings": Timings(tcp=1.0, tls=2.0),
        "hello_size": HelloSize(517, 1448),
        "left_out": ("a trace",),
    },
    Target: {"address": "93.184.215.15"},
    Fingerprints: {"ja3": "another"},
    Handshake: {
        "client_hellos": tuple(map(other_hello, SHAKEN.client_hellos)),
        "server_hello": replace(SHAKEN.server_hello, random=bytes(32)),
        "certificates": (*SHAKEN.certificates[:1], b"never looked at"),
        "client_certificates": (b"x",),
    },
    Captured: {
        "file": "other.pcap", "stream": 9, "frame": 9, "client": "10.0.0.6:1",
        "server": "93.184.215.15:443", "comments": ("x",),
    },
}  # fmt: skip
"""Of everything else, another value that another connection might have."""


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, names in NOT_EVIDENCE.items() for name in names if kind is not Anomaly],
    ids=lambda one: one.__name__ if isinstance(one, type) else one,
)
def test_connections_are_alike(kind, name):
    """What is of one connection only makes no other evidence."""
    changed = with_part(kind, name, OF_ONE_CONNECTION[kind][name])
    assert changed != SEEN
    assert evidence(changed) == evidence(SEEN)


def test_when_an_anomaly_came():
    """The moment at which bytes broke a rule is of one connection only, unlike what they did."""
    one, other = (
        with_part(Handshake, "anomalies", (replace(ANOMALY, at=at),)) for at in (0.5, 0.75)
    )
    assert evidence(one) == evidence(other) != evidence(SEEN)


def test_an_answer_that_came_late():
    """Times are evidence where TLS took oddly longer than TCP, and nowhere else."""
    late, later = (with_part(Observation, "timings", Timings(tcp=9.0, tls=tls)) for tls in (90, 99))
    assert len({evidence(one) for one in (SEEN, late, later)}) == 3


def test_what_a_client_offers():
    """Versions and groups that the last hello offers are evidence; what browsers draw lots for is not."""
    (hello,) = SHAKEN.client_hellos

    def offering(groups):
        changed = tuple(
            Extension(
                code, len(groups).to_bytes(2) + groups if code == ext.SUPPORTED_GROUPS else body
            )
            for code, body in hello.extensions
        )
        return evidence(
            with_part(Handshake, "client_hellos", (replace(hello, extensions=changed),))
        )

    drawn = (offering(bytes.fromhex(f"{grease}001d0017")) for grease in ("0a0a", "dada"))
    assert next(drawn) == next(drawn) != offering(bytes.fromhex("0a0a001d0018"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("93.184.215.14", "8.8.8.8", True),
        ("93.184.215.14", "2606:4700::1", True),
        ("93.184.215.14", "192.168.1.1", False),
        ("10.0.0.1", "192.168.1.1", True),
        ("10.0.0.1", "172.16.1.1", True),
        ("100.64.0.1", "100.128.0.1", False),
        ("2001:db8::1", "2606:4700::1", False),
        ("10.0.0.1", None, False),
    ],
)
def test_place_of_an_address(one, other, same):
    """Of an address counts whether everybody can reach it, and nothing else."""
    found = [evidence(with_part(Target, "address", address)) for address in (one, other)]
    assert (found[0] == found[1]) is same


def test_plain_beginnings():
    """Addresses that are taken for public by what they begin with are."""
    drawn = random.Random(7)
    for head in _PLAIN:
        tail = f"{drawn.randrange(256)}.{drawn.randrange(256)}.{drawn.randrange(256)}"
        address = f"{head}.{tail}" if head.isdigit() and int(head) < 256 else f"{head}::1"
        assert ip_address(address).is_global


class Poison:
    """Whoever looks at it does what checks must not do."""

    def __getattribute__(self, name):
        """No part of it."""
        raise AssertionError(f"something looked at {name}")

    def _refuse(self, *_):
        raise AssertionError("something looked at it")

    __eq__ = __hash__ = __bool__ = __iter__ = __len__ = __getitem__ = __contains__ = _refuse
    __str__ = __repr__ = __lt__ = __add__ = __sub__ = _refuse


class Offered:
    """Of a hello only what evidence has of it: more is poison."""

    def __init__(self, hello):
        self.legacy_version = hello.legacy_version
        self.cipher_suites = hello.cipher_suites  # JA4 stands for them
        self._bodies = {
            code: body if code in (ext.SUPPORTED_VERSIONS, ext.SUPPORTED_GROUPS) else Poison()
            for code, body in reversed(hello.extensions)
        }

    def extension(self, code):
        """The body, where that may be looked at; and whether it is there."""
        return self._bodies.get(code)


def poisoned(seen):
    """The observation without anything that is no evidence."""
    handshake = replace(
        seen.handshake,
        client_hellos=tuple(map(Offered, seen.handshake.client_hellos)),
        server_hello=seen.handshake.server_hello and Poison(),
        certificates=Poison(),
        client_certificates=Poison(),
        anomalies=tuple(replace(one, at=Poison()) for one in seen.handshake.anomalies),
    )
    where = {name: Poison() for name in NOT_EVIDENCE[Captured]}
    return replace(
        seen,
        handshake=handshake,
        fingerprints=replace(seen.fingerprints, ja3=Poison()),
        captured=replace(seen.captured, **where),
    )


def varied():
    """Observations of many kinds."""
    changes = [
        (kind, name, value)
        for kind, values in OTHERWISE.items()
        for name, value in values.items()
        if kind is not Observation or name in ("profile", "failure", "opinion")
    ]
    return [
        *map(captured, every_chain()),
        *(with_part(*change) for change in changes),
        with_part(Observation, "timings", Timings(tcp=9.0, tls=99.0)),
        replace(SEEN, chain=(), cut_leaf=parse_cut(SEEN.chain[0].der[:500])),
        replace(SEEN, chain=(), handshake=replace(SHAKEN, certificates=(), sealed=4000)),
    ]


@pytest.fixture(params=["known", "unknown"])
def held(request):
    """What observations are held against: all that a reference can have, or little."""
    if request.param == "unknown":
        return reference()
    keys = frozenset((key_of("honest"),))
    return reference(
        expectation(ca_keys=keys, pins=keys, choices=CHOICES),
        labels=[LABEL],
        company=Company(),
        ct_logs=KNOWN_LOGS,
    )


def test_no_check_looks_at_anything_else(held):
    """Neither checks nor judge look at what is no evidence: without it they say the same."""
    for seen in varied():
        assert _judge(poisoned(seen), held) == _judge(seen, held)


ALLOWED = {
    ("delays", "timings"),
    ("evidence", "address"), ("evidence", "client_hellos"), ("evidence", "certificates"),
    ("evidence", "server_hello"), ("minting", "address"),
    ("company", "server_hello"), ("server_choices_unusual", "server_hello"),
    ("shortfall", "server_hello"),
    ("server_choices_unusual", "client_hellos"), ("shortfall", "client_hellos"),
    ("address_family_broken", "address"), ("company", "address"),
    ("talked_down", "client_hellos"), ("transparency_missing", "client_hello"),
    ("answers_where_nobody_is", "address"), ("hop_endings", "address"), ("hops", "address"),
    ("contrast", "address"), ("contrast", "client_hello"),
}  # fmt: skip
"""Who may look at what is no evidence: whoever looks only whether it is there, at what a client
offers, at whether an address is public, at whether an answer was late, at another look's or a hop's, or
at what a capture never has."""


def judging():
    """The sources of whoever judges, and of whatever of the model they rest on, however far down."""
    package = Path(tlsprobe.__file__).parent
    waiting = [package / "judge.py", *(package / "checks").glob("*.py")]
    waiting += imported(package / "analysis.py", package)  # it remembers, and makes observations
    found = set()
    while waiting:
        source = waiting.pop()
        if source not in found:
            found.add(source)
            waiting += imported(source, package)
    return found


def imported(source, package):
    """The modules of the model that a source imports."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            for name in names:
                path = package.parent.joinpath(*name.split(".")).with_suffix(".py")
                if name.startswith("tlsprobe.model.") and path.exists():
                    yield path


def test_nobody_else_reads_it():
    """No source of checks, of the judge or of what they rest on names what is no evidence."""
    sources = judging()
    # One that is imported by who is imported only.
    assert "hops" in {one.stem for one in sources}
    names = {name for named in NOT_EVIDENCE.values() for name in named}
    names = (names | {"client_hello"}) - {"taken", "file", "at"}
    read = {
        (source.stem, node.attr)
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in names
    }
    assert read <= ALLOWED


def test_size():
    """The size of evidence grows with its bytes."""
    large = with_part(Handshake, "garbage", bytes(10_000))
    assert 10_000 <= size(evidence(large)) - size(evidence(SEEN)) < 11_000
