"""Reports made by hand, the same bytes every time, for every renderer to be tested on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.handshake.events import Anomaly, AnomalyKind, KeyProof
from tlsprobe.handshake.summary import AlertSeen, Handshake, Reached
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import CheckResult, Fact, Finding, Ground, Leaning, Ran, Weight
from tlsprobe.model.names import NameAnswer, NameAnswers
from tlsprobe.model.observation import (
    Captured,
    Failure,
    FailureKind,
    Fingerprints,
    HelloSize,
    Observation,
    Opinion,
    SourceKind,
    Stage,
    Target,
    Timings,
    Unreached,
)
from tlsprobe.model.report import Pins, Report
from tlsprobe.model.verdict import Conclusion, Interceptor, PinStatus, Verdict
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import CertificateRequest

HOST = "login.example.com"
TAKEN = datetime(2026, 11, 22, 15, 0, 0, 123456, tzinfo=UTC)

Reason = tuple[CheckResult, Finding]


@cache
def certificate(subject: str, issuer: str, *names: str) -> Certificate:
    """A certificate with an Ed25519 key made of its subject's name, signed by one of its issuer's."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(_key(subject).public_key())
        .serial_number(1 + len(subject))
        .not_valid_before(datetime(2026, 11, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 11, 1, tzinfo=UTC))
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    return parse(builder.sign(_key(issuer), None).public_bytes(Encoding.DER))


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Ltd"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


MINTED = (
    certificate(HOST, "Example Inspection CA", HOST, "example.com"),
    certificate("Example Inspection CA", "Example Inspection Root"),
)
HONEST = (
    certificate(HOST, "Example Public CA 1", HOST),
    certificate("Example Public CA 1", "Example Public Root"),
    certificate("Example Public Root", "Example Public Root"),
)
PIN = "sha256/" + "A" * 43 + "="


def reason(
    check: str,
    summary: str,
    *,
    leaning: Leaning = Leaning.INTERCEPTION,
    weight: Weight = Weight.PROOF,
    ground: Ground = Ground.ISSUER,
    facts: Mapping[str, Fact] | None = None,
) -> Reason:
    """What one check found, as a verdict refers to it."""
    finding = Finding(leaning=leaning, weight=weight, summary=summary, facts=dict(facts or {}))
    return (
        CheckResult(check=check, ground=ground, ran=Ran.YES, findings=(finding,)),
        finding,
    )


def lacking(check: str, lacked: str, ran: Ran = Ran.NOT_APPLICABLE) -> CheckResult:
    """A check that was not carried out."""
    return CheckResult(check=check, ground=Ground.PIN, ran=ran, lacked=lacked)


def handshake(chain: tuple[Certificate, ...]) -> Handshake:
    """A TLS 1.3 handshake that came as far as the proof."""
    return Handshake(
        version=0x0304,
        cipher_suite=0x1301,
        group=0x001D,
        alpn=b"h2",
        certificates=tuple(one.der for one in chain),
        key_proof=KeyProof.PROVEN,
        signature_scheme=0x0807,
        reached=Reached.PROOF,
    )


def observation(
    chain: tuple[Certificate, ...] = (),
    *,
    shaken: Handshake | None = None,
    failure: Failure | None = None,
    timings: Timings = Timings(dns=1.23456, tcp=20.1, tls=41.04),
    target: Target = Target(host=HOST, sni=HOST, address="10.77.0.2"),
) -> Observation:
    """A probe's observation of the host."""
    return Observation(
        target=target,
        source=SourceKind.PROBE,
        profile="openssl",
        taken=TAKEN,
        handshake=handshake(chain) if shaken is None else shaken,
        chain=chain,
        fingerprints=Fingerprints(
            ja3="ada70206e40642a3e4461f35503241d5",
            ja3s="f4febc55ea12b31ae17cfb7e614afda8",
            ja4="t13d1516h2_8daaf6152771_e5627efa2ab1",
        ),
        failure=failure,
        timings=timings,
    )


def opinion(
    chain: tuple[Certificate, ...],
    *,
    public_error: str | None = None,
    machine_error: str | None = None,
    completed: bool = True,
    failure: Failure | None = None,
) -> Observation:
    """A TLS library's own look at the host."""
    return Observation(
        target=Target(host=HOST, sni=HOST, address="10.77.0.2"),
        source=SourceKind.SECOND_OPINION,
        profile="OpenSSL 4.0.3",
        taken=TAKEN,
        handshake=Handshake(),
        chain=chain,
        failure=failure,
        opinion=Opinion(
            library="OpenSSL 4.0.3",
            completed=completed,
            chain_sha256=tuple(one.sha256.hex() for one in chain),
            public_error=public_error,
            machine_error=machine_error,
        ),
    )


def report(
    seen: Observation,
    conclusion: Conclusion,
    summary: str,
    *,
    rule: str = "proof",
    because: tuple[Reason, ...] = (),
    against: tuple[Reason, ...] = (),
    not_looked_at: tuple[CheckResult, ...] = (),
    interceptor: Interceptor | None = None,
    breaks: tuple[str, ...] = (),
    pins: Pins | None = None,
    controls: tuple[Observation, ...] = (),
) -> Report:
    """A report whose results are those that its verdict refers to."""
    results = (*(result for result, _ in (*because, *against)), *not_looked_at)
    return Report(
        tool_version="0.1.0",
        observation=seen,
        controls=controls,
        results=tuple(sorted(results, key=lambda one: one.check)),
        verdict=Verdict(
            conclusion=conclusion,
            rule=rule,
            summary=summary,
            because=because,
            against=against,
            not_looked_at=not_looked_at,
            interceptor=interceptor,
            breaks=breaks,
        ),
        pins=pins or Pins(status=PinStatus.NONE_GIVEN, presented=_keys(seen)),
    )


def _keys(seen: Observation) -> tuple[bytes, ...]:
    return tuple(one.spki_sha256 for one in seen.chain)


_NOT_PUBLIC = (
    "no public CA's key stands behind the chain: it ends at CN=Example Inspection Root,O=Example Ltd,"
    " a root of nobody's public programme, though public CAs sign for this name of Example"
)
_HOLDS_KEY = reason(
    "key-possession",
    "the peer proved that it holds the leaf's key",
    leaning=Leaning.ORIGIN,
    weight=Weight.HINT,
    ground=Ground.POSSESSION,
)
_NO_PINS = (
    lacking("no-pinned-key-presented", "pins for this host"),
    lacking("pinned-key-presented", "pins for this host"),
)


def inspected() -> Report:
    """A box that mints, known by its issuer, and a pin that it breaks."""
    seen = observation(MINTED)
    return report(
        seen,
        Conclusion.INSPECTED,
        f"TLS to {HOST} is re-signed on the path, under the name CN=Example Inspection CA,O=Example Ltd:"
        f" {_NOT_PUBLIC}",
        because=(
            reason(
                "issuer-key-not-public",
                _NOT_PUBLIC,
                facts={
                    "issuer": "CN=Example Inspection Root,O=Example Ltd",
                    "ends": "issuer-not-presented",
                    "topmost_key": PIN,
                },
            ),
            reason(
                "transparency-missing",
                "the certificate was never logged: it has no signed certificate timestamp,"
                " as every public CA's has",
                weight=Weight.STRONG,
                ground=Ground.TRANSPARENCY,
            ),
            reason(
                "issuer-labelled",
                "the issuer's name is one that Example Gateway writes (documented)",
                weight=Weight.HINT,
                facts={"vendor": "Example", "product": "Gateway"},
            ),
        ),
        against=(_HOLDS_KEY,),
        not_looked_at=(lacking("second-opinion-refuses", "a second opinion by a TLS library"),),
        interceptor=Interceptor(
            issuer="CN=Example Inspection CA,O=Example Ltd", vendor="Example", product="Gateway"
        ),
        breaks=("untrusted-by-clients-without-the-CA", "pinned-clients", "client-certificate"),
        pins=Pins(
            status=PinStatus.BROKEN,
            expected=tuple(bytes([number] * 32) for number in range(5)),
            presented=_keys(seen),
        ),
        controls=(
            opinion(
                MINTED, public_error="unable to get local issuer certificate (1 above the leaf)"
            ),
        ),
    )


def direct() -> Report:
    """The origin itself, which asks for a client certificate."""
    names = tuple(one.subject_der for one in HONEST)
    shaken = handshake(HONEST)
    asked = Handshake(
        **{name: getattr(shaken, name) for name in Handshake.__struct_fields__}
        | {"certificate_request": CertificateRequest(authorities=(*names, *names[:1]))}
    )
    found = "a CA key that Example is known to use signed the chain"
    return report(
        observation(HONEST, shaken=asked),
        Conclusion.DIRECT,
        f"TLS to {HOST} ends at its owner: {found}",
        rule="evidence-for-the-origin",
        because=(
            reason(
                "issuer-is-the-owners",
                found,
                leaning=Leaning.ORIGIN,
                weight=Weight.STRONG,
                facts={"keys": [PIN], "as_of": "2026-11-22", "origin": "shipped with tlsprobe"},
            ),
            _HOLDS_KEY,
        ),
        not_looked_at=_NO_PINS,
        controls=(opinion(HONEST),),
    )


def blocked() -> Report:
    """A reset in answer to the hello, after an alert."""
    failure = Failure(
        stage=Stage.TLS,
        kind=FailureKind.RESET,
        detail="10.77.0.2:443 reset the connection 12.0 ms after the hello",
    )
    shaken = Handshake(
        alerts=(AlertSeen(Direction.SERVER, Alert(level=2, description=40)),),
        anomalies=tuple(
            Anomaly(
                direction=Direction.SERVER,
                at=0.1,
                kind=AnomalyKind.BAD_RECORD,
                detail=f"record {number} does not open",
            )
            for number in range(4)
        ),
    )
    return report(
        observation(shaken=shaken, failure=failure, timings=Timings(tcp=20.1)),
        Conclusion.BLOCKED,
        f"no TLS handshake with {HOST} came about: {failure.detail}",
        rule="no-handshake",
        not_looked_at=(
            lacking("issuer-key-public", "a certificate chain"),
            lacking("pinned-key-presented", "a certificate chain and pins for this host"),
        ),
        pins=Pins(status=PinStatus.NOT_SEEN, expected=(bytes(32),)),
        controls=(opinion((), completed=False, failure=failure),),
    )


def astray() -> Report:
    """A name that resolvers do not agree on, and an address that does not answer."""
    failure = Failure(
        stage=Stage.TCP,
        kind=FailureKind.SILENCE,
        detail="10.0.0.4:443 did not answer: no connection within 5 s",
    )
    split = reason(
        "name-answered-privately",
        "10.0.0.53:53 answers for this name of Example with 10.0.0.4, a private address, though it"
        " is a public one",
        leaning=Leaning.FAULT,
        weight=Weight.HINT,
        facts={"answers": ["10.0.0.53:53: 10.0.0.4 (private)"]},
    )
    asked = NameAnswers(
        resolvers=(
            NameAnswer(
                resolver="10.0.0.53:53", addresses=("10.0.0.4",), rcode="NOERROR", ttl=60,
                aliases=("login.inside.example",), elapsed=1.25,
            ),
            NameAnswer(
                resolver="192.0.2.53:53", rcode="NOERROR", ttl=300, elapsed=30.0,
                addresses=tuple(f"93.184.215.{number}" for number in range(1, 8)),
                invented=("198.51.100.9",),
            ),
            NameAnswer(resolver="[2001:db8::53]:53", failure="no answer within 5 s", elapsed=5000),
            NameAnswer(resolver="192.0.2.54:53", rcode="SERVFAIL", elapsed=9.0),
        ),
        system=("10.0.0.9",), hosts_file=("10.0.0.9",), invented_name="bcdfghjklmnpqrst.com",
    )  # fmt: skip
    refused = Failure(
        stage=Stage.TCP, kind=FailureKind.REFUSED, detail="[2001:db8::9]:443 refused the connection"
    )
    seen = replace(
        observation(
            shaken=Handshake(),
            failure=failure,
            timings=Timings(tcp=5000.0),
            target=Target(host=HOST, sni=HOST, address="10.0.0.4"),
        ),
        names=asked,
        unreached=(Unreached("2001:db8::9", refused),),
        hello_size=HelloSize(1745, 1448),
    )
    return report(
        seen,
        Conclusion.BLOCKED,
        f"no TLS handshake with {HOST} came about: {failure.detail}",
        rule="no-handshake",
        because=(split,),
    )


def undecided() -> Report:
    """A private chain on a name of which nothing is known, and a check that broke."""
    found = "no public CA's key stands behind the chain; of this name nothing is known"
    return report(
        observation(MINTED, target=Target(host="2001:db8::7", port=8443, address="2001:db8::7")),
        Conclusion.UNDECIDED,
        f"too little is known to say who answers for 2001:db8::7: {found}",
        rule="too-little",
        because=(reason("issuer-key-not-public", found, weight=Weight.HINT),),
        not_looked_at=(
            *_NO_PINS,
            lacking(
                "issuer-is-the-owners", "the CA keys that sign for this name, in the reference"
            ),
            lacking("name-not-covered", "KeyError: 'x'", Ran.BROKE),
        ),
        controls=(opinion(HONEST, machine_error="certificate has expired (the leaf)"),),
    )


def hostile() -> Report:
    """A chain whose names are written by somebody who knows terminals."""
    name = "[red]OK[/] \x1b[2J\x1b]0;x\x07 \u202egpj.exe\u2066\r\ndirect: me\x9b1m\u200b"
    chain = (certificate(f"{name} {'x' * 3}", name, "\x1b[1m.example.com"),)
    seen = observation(
        chain,
        target=Target(host=HOST, sni=HOST, address="10.77.0.2"),
        failure=Failure(stage=Stage.TLS, kind=FailureKind.GARBAGE, detail=name),
    )
    return report(
        seen,
        Conclusion.INSPECTED,
        f"TLS to {HOST} is re-signed on the path, under the name {chain[0].issuer}: {name}",
        because=(reason("issuer-key-not-public", name, facts={"issuer\x1b": [name, name]}),),
        not_looked_at=(lacking("pinned-key-presented", name),),
        interceptor=Interceptor(issuer=chain[0].issuer, vendor=name, product=name),
        breaks=(name,),
        controls=(opinion(chain, public_error=name),),
    )


def captured(
    chain: tuple[Certificate, ...] = (),
    *,
    shaken: Handshake | None = None,
    **where: object,
) -> Observation:
    """The host, as seen in a capture."""
    seen = observation(chain, shaken=shaken, timings=Timings(tcp=20.1, tls=41.04))
    cut = seen.handshake.cut_leaf
    return replace(
        seen,
        source=SourceKind.CAPTURE,
        profile="captured",
        cut_leaf=parse_cut(cut) if cut else None,
        captured=Captured(
            **{
                "file": "trace.pcapng",
                "stream": 12,
                "frame": 345,
                "client": "10.0.0.5:50122",
                "server": "10.77.0.2:443",
                "syn_ack_ttl": 57,
                "answer_ttl": 57,
                **where,
            }
        ),
    )


def sealed() -> Report:
    """TLS 1.3 in a capture, without keys, of a process that was noted."""
    shaken = replace(
        handshake(()), key_proof=KeyProof.NOT_SEEN, signature_scheme=None, alpn=None,
        reached=Reached.SERVER_HELLO, sealed=4101, sealed_records=(58, 4000, 43), client_sealed=53,
    )  # fmt: skip
    return report(
        captured(shaken=shaken, comments=("PID=4711", "PID=4711 retransmitted"), answer_ttl=118),
        Conclusion.UNDECIDED,
        f"too little is known to say who answers for {HOST}: TLS 1.3: the certificate is encrypted,"
        " and no key log was given that opens it",
        rule="too-little",
        not_looked_at=(lacking("issuer-key-public", "a certificate chain"), *_NO_PINS),
    )


def resumed() -> Report:
    """A session that goes on with an earlier one, behind a proxy."""
    shaken = replace(
        handshake(()), version=0x0303, cipher_suite=0xC02F, group=None, key_proof=KeyProof.NOT_SEEN,
        signature_scheme=None, reached=Reached.SERVER_HELLO, resumed=True,
    )  # fmt: skip
    seen = captured(shaken=shaken, prelude="connect", server="10.77.0.9:3128")
    return report(
        replace(seen, target=replace(seen.target, address=None, via="http://10.77.0.9:3128")),
        Conclusion.UNDECIDED,
        f"too little is known to say who answers for {HOST}: a resumed session: no certificate is"
        " sent in it",
        rule="too-little",
        not_looked_at=(lacking("issuer-key-public", "a certificate chain"), *_NO_PINS),
    )


def cut() -> Report:
    """A leaf that loss has cut, in a capture that has other oddities too."""
    shaken = replace(
        handshake(()), key_proof=KeyProof.NOT_SEEN, signature_scheme=None,
        certificates_cut=True, cut_leaf=MINTED[0].der[:300], reached=Reached.SERVER_HELLO,
    )  # fmt: skip
    return report(
        captured(shaken=shaken, complete=False, overlaps=7),
        Conclusion.UNDECIDED,
        f"too little is known to say who answers for {HOST}: the leaf was cut by loss",
        rule="too-little",
        not_looked_at=(lacking("issuer-key-public", "a certificate chain"), *_NO_PINS),
    )


ALL = {
    one.__name__: one
    for one in (inspected, direct, blocked, astray, undecided, hostile, sealed, resumed, cut)
}
