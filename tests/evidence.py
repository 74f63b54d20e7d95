"""Observations and references to judge: the chains of `fixtures/chains` in whole handshakes.

A server that is written by hand presents each chain and proves its key, so that broken and hostile
chains, which no stack would load, go through the same reader as honest ones.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from OpenSSL import crypto

from fixtures.chains.authority import Key, ec_key
from fixtures.chains.cast import HOST, MINTED_KEY, MINTER, SERVER_KEY
from fixtures.chains.timestamps import LOGS, spki
from tests.server13 import Server13, block, extension
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.ct_log import Log, LogList, LogState, Standing
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Direction, Ending, Origin, Segment, Transcript
from tlsprobe.hello import templates
from tlsprobe.live.verification import Roots
from tlsprobe.model.company import Company
from tlsprobe.model.names import NameAnswer, NameAnswers
from tlsprobe.model.observation import (
    Captured,
    Change,
    Failure,
    FailureKind,
    Observation,
    Opinion,
    SourceKind,
    Stage,
    Target,
    Variation,
)
from tlsprobe.model.reference import (
    Expectation,
    Expectations,
    IssuerLabel,
    ListedCAs,
    Reference,
)
from tlsprobe.observe import observe
from tlsprobe.store.ct_logs import CtLogs, written

CHAINS = Path(__file__).parents[1] / "fixtures" / "chains"
TAKEN = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When all of it is observed; the chains of the fixtures are valid then."""
KEYS = (SERVER_KEY, MINTED_KEY, MINTER.key, ec_key("malformed"))
REFUSED = Failure(stage=Stage.TCP, kind=FailureKind.REFUSED, detail="192.0.2.7:443 refused")
RESET = Failure(stage=Stage.TLS, kind=FailureKind.RESET, detail="the connection was reset")

LISTED_ON = date(2026, 11, 1)
"""The day of the lists of logs and of public CAs."""

Chain = tuple[Certificate, ...]


def logs(*keys: Key, **fields: object) -> CtLogs:
    """The logs of these keys, or the fixtures', in a list: usable, each of an operator of its own."""
    usable = Standing("chrome", LogState.USABLE, datetime(2024, 1, 1, tzinfo=UTC))
    known = [
        Log(
            log_id=sha256(spki(key)).digest(),
            encoded_key=b64encode(spki(key)).decode(),
            **{
                "operator": f"Operator {number}",
                "description": f"Log {number}",
                "standings": (usable,),
                **fields,
            },
        )
        for number, key in enumerate(keys or LOGS, start=1)
    ]
    text = written(known, as_of=LISTED_ON, origin="test")
    return CtLogs(text.encode(), source="test")


KNOWN_LOGS = logs()


def chain(name: str) -> Chain:
    """The certificates of a fixture, in the order presented."""
    blocks = (CHAINS / f"{name}.pem").read_bytes().split(b"-----BEGIN CERTIFICATE-----")[1:]
    return tuple(parse(b64decode(block.partition(b"-----END")[0])) for block in blocks)


def every_chain() -> list[str]:
    """The names of all fixtures that somebody presents."""
    return sorted(file.stem for file in CHAINS.glob("*.pem"))


@cache
def store(name: str, *, complete: bool = True, doubt: str = "") -> TrustStore:
    """The CAs of a file of ``fixtures/chains/stores``; self-issued ones are roots."""
    return store_of(chain(f"stores/{name}"), name=name, complete=complete, doubt=doubt)


def store_of(
    certificates: Iterable[Certificate],
    *,
    name: str = "test",
    complete: bool = True,
    doubt: str = "",
) -> TrustStore:
    """A store of these CAs."""
    return TrustStore(
        name=name,
        origin=name,
        cas=tuple(KnownCA.of(one, root=one.self_issued, origin=name) for one in certificates),
        complete=complete,
        doubt=doubt,
    )


def listing(*listed: Certificate) -> TrustStore:
    """The public roots, and CAs of which a list has the keys and their identifiers, but no more."""
    cas = (
        KnownCA(spki_sha256=one.spki_sha256, origin="list", root=False, key_id=one.subject_key_id)
        for one in listed
    )
    index = TrustStore(name="list", origin="list", cas=tuple(cas))
    return TrustStore.merge(store("public"), index)


@dataclass(frozen=True, slots=True)
class Presenting:
    """An identity of bytes: whatever is to be presented, and the key that signs for it."""

    presented: tuple[bytes, ...]
    key: ec.EllipticCurvePrivateKey


def shake_hands(presented: Chain, *, host: str = HOST, **oddities: object) -> Handshake:
    """What our reader sees of a server that presents this; `oddities` are those of `Server13`.

    The server holds the key of its leaf where that is one of the fixtures'.
    """
    shown = presented[0].spki_der if presented else b""
    key = next((key for key in KEYS if spki(key) == shown), MINTED_KEY)
    who = Presenting(tuple(one.der for one in presented), key)
    crafted = templates.load("probe").stamp(server_name=host, entropy=os.urandom)
    flight = Server13(who=who, **oddities).answer(crafted.record)
    transcript = Transcript(
        origin=Origin.LIVE,
        client=None,
        server=None,
        started=TAKEN,
        segments=(
            Segment(Direction.CLIENT, crafted.record),
            Segment(Direction.SERVER, flight, 0.01),
        ),
        ending=Ending.OPEN,
    )
    return read(transcript, crafted.keys)


def observation(
    presented: str | Chain,
    *,
    host: str = HOST,
    taken: datetime = TAKEN,
    failure: Failure | None = None,
    **oddities: object,
) -> Observation:
    """A probe that is shown a chain: a fixture's, or certificates."""
    certificates = chain(presented) if isinstance(presented, str) else presented
    return observe(
        shake_hands(certificates, host=host, **oddities),
        target=Target(host=host, sni=host, address="192.0.2.7"),
        source=SourceKind.PROBE,
        profile="probe",
        taken=taken,
        failure=failure,
    )


def captured(
    presented: str | Chain,
    *,
    seen: Mapping[str, object] | None = None,
    packets: Mapping[str, object] | None = None,
    **arguments: object,
) -> Observation:
    """The same as a capture shows it; `seen` are fields of the handshake, `packets` of `Captured`."""
    live = observation(presented, **arguments)
    return as_captured(
        replace(live, handshake=replace(live.handshake, **(seen or {}))), **(packets or {})
    )


def as_captured(live: Observation, **packets: object) -> Observation:
    """An observation as if a capture had shown it."""
    where = {"file": "test.pcap", "stream": 0, "frame": 1, "client": "10.0.0.5:50122"}
    server = f"{live.target.address}:{live.target.port}"
    return replace(
        live,
        source=SourceKind.CAPTURE,
        profile="captured",
        captured=Captured(**{**where, "server": server, **packets}),
    )


def unanswered(failure: Failure | None = RESET, *, host: str = HOST) -> Observation:
    """A probe that is shown nothing."""
    return observe(
        Handshake(),
        target=Target(host=host, sni=host, address="192.0.2.7"),
        source=SourceKind.PROBE,
        profile="probe",
        taken=TAKEN,
        failure=failure,
    )


def second_opinion(
    presented: str | Chain,
    *,
    completed: bool = True,
    public: str = "public",
    taken: datetime = TAKEN,
    **arguments: object,
) -> Observation:
    """What OpenSSL sees and thinks of a chain: its verifier's own answer."""
    seen = observation(presented, taken=taken, **arguments)
    loaded = [crypto.load_certificate(crypto.FILETYPE_ASN1, one.der) for one in seen.chain]
    roots = Roots(lambda: [one.der for one in chain(f"stores/{public}") if one.self_issued])
    opinion = Opinion(
        library="OpenSSL",
        completed=completed,
        chain_sha256=tuple(one.sha256.hex() for one in seen.chain),
        public_error=roots.refusal(loaded, taken),
        machine_error=None,
    )
    return replace(seen, source=SourceKind.SECOND_OPINION, profile="OpenSSL", opinion=opinion)


def under_another_name(
    presented: str | Chain | None, sni: str | None = "www.qzvbxkwtrmpdnc.net"
) -> Observation:
    """What the same address shows to another name, or to none."""
    look = unanswered() if presented is None else observation(presented)
    asked = replace(look.target, host=sni or look.target.host, sni=sni)
    return replace(look, source=SourceKind.OTHER_NAME, target=asked)


def under_anothers_name(presented: str | Chain, sni: str) -> Observation:
    """What the same address shows to a name of an unrelated owner."""
    return replace(under_another_name(presented, sni), source=SourceKind.OTHER_OWNER)


def by_another_hello(presented: str | Chain, **arguments: object) -> Observation:
    """What another client's hello is shown."""
    variation = Variation(change=Change.CLIENT, size=1800)
    look = observation(presented, **arguments)
    return replace(look, source=SourceKind.OTHER_HELLO, profile="chrome", variation=variation)


def over_another_route(
    presented: str | Chain | None,
    *,
    via: str | None = "http://proxy.example:3128",
    failure: Failure | None = RESET,
    **arguments: object,
) -> Observation:
    """What the same endpoint shows over another route; None fails."""
    look = unanswered(failure) if presented is None else observation(presented, **arguments)
    return replace(
        look, source=SourceKind.OTHER_ROUTE, target=replace(look.target, via=via, address=None)
    )


def nowhere(presented: str | Chain | None, *, failure: Failure | None = None) -> Observation:
    """What an address that nobody has shows to an invented name."""
    look = unanswered(failure) if presented is None else observation(presented)
    asked = replace(look.target, sni="www.qzvbxkwtrmpdnc.net", address="192.0.2.99")
    return replace(look, source=SourceKind.NOWHERE, target=asked)


def baseline(presented: str | Chain, **arguments: object) -> Observation:
    """What a clean place saw."""
    return replace(observation(presented, **arguments), source=SourceKind.BASELINE)


def answered(
    *answers: NameAnswer | Sequence[str],
    to: Observation | None = None,
    **fields: object,
) -> Observation:
    """An observation, of nothing by default, with what resolvers say of its name.

    An answer may be written as its addresses; resolvers are numbered.
    """
    whole = [
        one
        if isinstance(one, NameAnswer)
        else NameAnswer(
            resolver=f"192.0.2.{number}:53",
            addresses=tuple(one),
            rcode="NOERROR" if one else "NXDOMAIN",
        )
        for number, one in enumerate(answers, start=1)
    ]
    names = NameAnswers(
        resolvers=tuple(whole), **{"invented_name": "bcdfghjklmnpqrst.com", **fields}
    )
    return replace(unanswered() if to is None else to, names=names)


def expectation(*names: str, **fields: object) -> Expectation:
    """What is known of the fixtures' host, or of `names`: public CAs sign for it."""
    given = {"owner": "Example", "as_of": date(2026, 11, 1), "origin": "test", **fields}
    return Expectation(names=names or (HOST,), **given)


def reference(
    *expectations: Expectation,
    public: str | TrustStore = "public",
    added: TrustStore | None = None,
    machine: str | TrustStore | None = None,
    labels: Sequence[IssuerLabel] = (),
    pins: Sequence[bytes] | dict[str, frozenset[bytes]] = (),
    controls: Sequence[Observation] = (),
    company: Company | None = None,
    recorded: TrustStore | None = None,
    ct_logs: LogList | None = None,
    listed: ListedCAs | None = None,
    **more: object,
) -> Reference:
    """What observations are held against; stores by the name of their file, pins for every host."""
    return Reference(
        as_of=TAKEN,
        public=store(public) if isinstance(public, str) else public,
        added=added,
        machine=store(machine) if isinstance(machine, str) else machine,
        expectations=Expectations(expectations),
        labels=tuple(labels),
        pins=pins if isinstance(pins, dict) else {"": frozenset(pins)},
        controls=tuple(controls),
        company=company,
        recorded=recorded,
        ct_logs=ct_logs,
        listed=listed,
        **more,
    )


def key_of(name: str, index: int = 0) -> bytes:
    """SPKI hash of a fixture's certificate, the leaf's by default."""
    return chain(name)[index].spki_sha256


def stapled(name: str) -> bytes:
    """The extension that carries a staple of ``fixtures/chains/staples`` beside the leaf."""
    body = (CHAINS / "staples" / f"{name}.der").read_bytes()
    return extension(5, b"\1" + block(body, 3))
