"""The records that the tool writes as JSON, field for field: this file is the published schema.

A new field needs no new number; a field that is renamed, removed or means something else does.
"""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tlsprobe.handshake.events import AnomalyKind, KeyProof
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Ground, Leaning
from tlsprobe.model.json_canary import CanaryRecord
from tlsprobe.model.json_circumstance_records import (
    HelloSizeRecord,
    NamesRecord,
    ProxyRecord,
    RevocationRecord,
    SlowerRecord,
    UnreachedRecord,
)
from tlsprobe.model.json_hop_records import HopsRecord
from tlsprobe.model.json_parts import TIME, CertificateRecord, FailureRecord
from tlsprobe.model.verdict import Conclusion, PinStatus

REPORT_SCHEMA: Final = "tlsprobe.report/1"
CATALOGUE_SCHEMA: Final = "tlsprobe.checks/1"
DIFFERENCES_SCHEMA: Final = "tlsprobe.differences/1"


class TargetRecord(Struct, frozen=True):
    """The endpoint and the route to it, as it was asked for."""

    host: Annotated[str, Meta(description="The name or address that the user means.")]
    port: Annotated[int, Meta(description="TCP port.", ge=0, le=65535)]
    sni: Annotated[str | None, Meta(description="Name sent in server_name; null when none was.")]
    address: Annotated[str | None, Meta(description="Address connected to; null when unknown.")]
    via: Annotated[str | None, Meta(description="The proxy, as a URL without credentials.")]


class ProbeSourceRecord(Struct, frozen=True, tag_field="kind", tag="probe"):
    """The tool made the handshake itself."""


class CaptureSourceRecord(Struct, frozen=True, tag_field="kind", tag="capture"):
    """The handshake stands in a capture: where."""

    file: Annotated[str, Meta(description="The capture, as the caller named it; `-` is stdin.")]
    stream: Annotated[
        int, Meta(description="TCP connection in the file, from 0, in order of first packets.")
    ]
    frame: Annotated[int, Meta(description="Packet that begins the ClientHello, from 1.")]
    client: Annotated[str, Meta(description="Address and port of the client.")]
    server: Annotated[
        str, Meta(description="Address and port that the client spoke to: the endpoint or a proxy.")
    ]
    client_random: Annotated[
        str | None, Meta(description="Random of the ClientHello, in hex; null when none was seen.")
    ]
    prelude: Annotated[
        str | None,
        Meta(
            description="Spoken before TLS: `connect`, `socks4`, `socks5` or a protocol's STARTTLS."
        ),
    ]
    complete: Annotated[
        bool, Meta(description="Whether both directions are there from the start of TLS on.")
    ]
    comments: Annotated[
        list[str], Meta(description="Comments of its packets; captures of Windows name a process.")
    ]


class PacketsRecord(Struct, frozen=True):
    """What packets tell beside their payload."""

    syn_ack_ttl: Annotated[
        int | None, Meta(description="TTL or hop limit of the SYN-ACK, as it arrived.")
    ]
    answer_ttl: Annotated[
        int | None, Meta(description="The same of the packet that begins the ServerHello.")
    ]
    overlaps: Annotated[
        int,
        Meta(
            description="Bytes that came twice and differently; the first ones count, unless checksums"
            " tell that the others are right."
        ),
    ]


class InterceptorRecord(Struct, frozen=True):
    """Who intercepts, as far as the evidence names him."""

    vendor: Annotated[str | None, Meta(description="Maker of the product that writes such names.")]
    product: Annotated[str | None, Meta(description="The product that writes such names.")]
    issuer: Annotated[
        str, Meta(description="The name that signed the leaf, as the chain shows it.")
    ]
    hop: Annotated[int | None, Meta(description="At which hop TCP or TLS ends, where known.")]
    confidence: Annotated[
        str | None,
        Meta(description="How sure the product is: documented, observed or weak."),
    ] = None


class PinsRecord(Struct, frozen=True):
    """Pins beside the verdict: a path can be inspected *and* break a pin."""

    status: Annotated[PinStatus, Meta(description="What became of the pins.")]
    expected: Annotated[
        list[str], Meta(description="The pinned keys, as sha256/BASE64 of the SPKI.")
    ]
    presented: Annotated[
        list[str], Meta(description="Keys of the presented chain, each once, in wire order.")
    ]


class FindingRecord(Struct, frozen=True):
    """What one check found."""

    check: Annotated[str, Meta(description="Id of the check; `tlsprobe checks` says what it does.")]
    ground: Annotated[
        Ground, Meta(description="Kind of evidence; two findings on one ground count once.")
    ]
    leaning: Annotated[Leaning, Meta(description="What the finding speaks for.")]
    weight: Annotated[
        Literal["hint", "strong", "proof"],
        Meta(description="A hint is never counted, proof needs nothing beside it."),
    ]
    summary: Annotated[str, Meta(description="One sentence that stands alone.")]
    facts: Annotated[
        dict[str, str | int | float | bool | list[str] | None],
        Meta(description="What it rests on, to be checked; the names are the check's own."),
    ]


class NotLookedAtRecord(Struct, frozen=True):
    """A check that could not be carried out."""

    check: Annotated[str, Meta(description="Id of the check.")]
    lacked: Annotated[str, Meta(description="What was missing, in words.")]


class CutLeafRecord(Struct, frozen=True):
    """What came of a leaf that packet loss has cut; null for what is not whole in it."""

    subject: Annotated[str | None, Meta(description="Subject in the form of RFC 4514.")]
    issuer: Annotated[str | None, Meta(description="Issuer in the form of RFC 4514.")]
    not_before: Annotated[
        str | None, Meta(description="Begin of its validity.", extra_json_schema=TIME)
    ]
    not_after: Annotated[
        str | None, Meta(description="End of its validity.", extra_json_schema=TIME)
    ]
    spki_sha256: Annotated[str | None, Meta(description="SHA-256 of its SPKI, in base64.")]
    dns_names: Annotated[list[str] | None, Meta(description="DNS names of its subjectAltName.")]
    size: Annotated[int, Meta(description="Bytes of it that came.")]


class TlsRecord(Struct, frozen=True):
    """What was negotiated. Names are IANA's; a number without one is hex, as 0x1a2b."""

    version: Annotated[str, Meta(description="`SSL 3.0`, `TLS 1.0` ... `TLS 1.3`.")]
    cipher: Annotated[str, Meta(description="Cipher suite.")]
    group: Annotated[str | None, Meta(description="Group of the key exchange; null where none.")]
    alpn: Annotated[str | None, Meta(description="Application protocol that the server chose.")]
    key_proof: Annotated[
        KeyProof, Meta(description="Whether the peer proved to hold the leaf's private key.")
    ]
    reached: Annotated[
        Literal["server-hello", "certificate", "proof"],
        Meta(description="The last thing of the server's that could be read."),
    ]
    resumed: Annotated[
        bool, Meta(description="Whether an earlier session goes on: no certificate is sent then.")
    ]
    finished: Annotated[
        bool, Meta(description="TLS 1.2 and before: whether the server went on to its Finished.")
    ]
    sealed_bytes: Annotated[
        int,
        Meta(description="TLS 1.3: size of the certificate flight, where no key opens it; else 0."),
    ]
    sealed_records: Annotated[
        list[int], Meta(description="The records that `sealed_bytes` sums up (first 16).")
    ]
    client_sealed_bytes: Annotated[
        int | None,
        Meta(description="TLS 1.3: size of the client's first record, where no key opens it."),
    ]


class FingerprintsRecord(Struct, frozen=True):
    """Fingerprints of the hello that was sent, of its answer, and of the server."""

    ja3: Annotated[str | None, Meta(description="JA3 of the ClientHello.")]
    ja3s: Annotated[str | None, Meta(description="JA3S of the ServerHello.")]
    ja4: Annotated[str | None, Meta(description="JA4 of the ClientHello.")]
    jarm: Annotated[
        str | None,
        Meta(description="JARM of the endpoint; zeros without an answer, null if not asked."),
    ] = None


class TimingsRecord(Struct, frozen=True):
    """How long each phase took, in milliseconds; null where there was none."""

    dns: Annotated[float | None, Meta(description="To resolve the name.")]
    tcp: Annotated[float | None, Meta(description="To connect: to the proxy where there is one.")]
    proxy: Annotated[float | None, Meta(description="To get through the proxy.")]
    tls: Annotated[float | None, Meta(description="From the hello to the last byte needed.")]


class AlertRecord(Struct, frozen=True, rename={"sender": "from"}):
    """An alert."""

    sender: Annotated[Direction, Meta(description="Who sent it.")]
    level: Annotated[int, Meta(description="1 is a warning, 2 is fatal.")]
    name: Annotated[str, Meta(description="IANA's name; `number 77` where there is none.")]


class AnomalyRecord(Struct, frozen=True, rename={"sender": "from"}):
    """Bytes that break rules."""

    sender: Annotated[Direction, Meta(description="Who sent them.")]
    kind: Annotated[AnomalyKind, Meta(description="Which rule they break.")]
    detail: Annotated[str, Meta(description="The same in words.")]


class CertificateRequestRecord(Struct, frozen=True):
    """The server asked for a client certificate."""

    authorities: Annotated[
        list[str], Meta(description="The CAs that it accepts, as far as it names any (first 64).")
    ]


class ControlRecord(Struct, frozen=True):
    """Another look at the same endpoint, to compare with."""

    source: Annotated[
        str,
        Meta(
            description="`second-opinion`: a TLS library's own handshake; `other-name`: the same address"
            " under a name that nobody has, or none; `other-owner`: the same under an unrelated owner's"
            " name; `other-hello`: another hello of ours; `other-route`: the same endpoint"
            " over another route; `nowhere`: an address that nobody has; `baseline`: what a clean place"
            " saw."
        ),
    ]
    sni: Annotated[str | None, Meta(description="The name that it sent; null where it sent none.")]
    address: Annotated[str | None, Meta(description="The address that was asked.")]
    via: Annotated[str | None, Meta(description="The proxy that it went through; null for none.")]
    profile: Annotated[str, Meta(description="Name of the hello that it sent.")]
    library: Annotated[str | None, Meta(description="The TLS library and its version.")]
    completed: Annotated[bool | None, Meta(description="Whether it finished its handshake.")]
    chain_sha256: Annotated[
        list[str], Meta(description="SHA-256 of each certificate that it was shown, leaf first.")
    ]
    chain: Annotated[
        list[CertificateRecord] | None,
        Meta(
            description="What it was shown, in wire order, where that is not the report's own chain;"
            " null where it is the same, or no chain was shown."
        ),
    ]
    public_error: Annotated[
        str | None, Meta(description="Why it refuses the chain against the public roots.")
    ]
    machine_error: Annotated[
        str | None, Meta(description="Why it refuses the chain against the machine's own store.")
    ]
    detail: Annotated[str, Meta(description="More in the library's words; often empty.")]
    failure: Annotated[
        FailureRecord | None, Meta(description="Null when the handshake came about.")
    ]


class ReportRecord(Struct, frozen=True):
    """The verdict on one endpoint, as seen once, and all that it rests on."""

    schema: Annotated[
        Literal["tlsprobe.report/1"], Meta(description="Name and number of the schema.")
    ]
    tool: Annotated[str, Meta(description="What wrote the record: name and version.")]
    taken: Annotated[
        str, Meta(description="When the handshake began (RFC 3339, UTC).", extra_json_schema=TIME)
    ]
    target: TargetRecord
    source: Annotated[
        ProbeSourceRecord | CaptureSourceRecord, Meta(description="Where the handshake was seen.")
    ]
    profile: Annotated[
        str, Meta(description="Name of the hello that was sent; `captured` if it was another's.")
    ]
    verdict: Annotated[Conclusion, Meta(description="What all findings come to.")]
    rule: Annotated[str, Meta(description="The rule that drew the verdict.")]
    summary: Annotated[str, Meta(description="One sentence that a person can forward.")]
    interceptor: Annotated[
        InterceptorRecord | None, Meta(description="Null unless the evidence names one.")
    ]
    pins: PinsRecord
    breaks: Annotated[list[str], Meta(description="What will not work over this path.")]
    because: Annotated[
        list[str], Meta(description="Checks whose findings speak for the verdict, heaviest first.")
    ]
    against: Annotated[
        list[str], Meta(description="Checks whose findings lean another way, heaviest first.")
    ]
    findings: Annotated[list[FindingRecord], Meta(description="All that was found.")]
    not_looked_at: Annotated[
        list[NotLookedAtRecord], Meta(description="Checks that could not be carried out.")
    ]
    chain: Annotated[
        list[CertificateRecord], Meta(description="As presented by the server, in wire order.")
    ]
    chain_cut: Annotated[
        bool, Meta(description="Whether packet loss cut the chain: there was more of it.")
    ]
    cut_leaf: Annotated[
        CutLeafRecord | None, Meta(description="Null unless already the leaf was cut.")
    ]
    scts: Annotated[
        int, Meta(description="Certificate timestamps for the leaf, from all places together.")
    ]
    tls: Annotated[TlsRecord | None, Meta(description="Null when no ServerHello was seen.")]
    fingerprints: FingerprintsRecord
    timings_ms: TimingsRecord
    packets: Annotated[PacketsRecord | None, Meta(description="Null for probes.")]
    certificate_request: Annotated[
        CertificateRequestRecord | None,
        Meta(description="Null unless the server asked for a client certificate."),
    ]
    alerts: Annotated[list[AlertRecord], Meta(description="Alerts, in the order seen.")]
    anomalies: Annotated[list[AnomalyRecord], Meta(description="Oddities, in the order seen.")]
    controls: Annotated[list[ControlRecord], Meta(description="Other looks at the endpoint.")]
    names: Annotated[
        NamesRecord | None, Meta(description="Null unless each resolver was asked by itself.")
    ]
    unreached: Annotated[
        list[UnreachedRecord], Meta(description="Other addresses that were tried in vain.")
    ]
    slower: Annotated[
        list[SlowerRecord],
        Meta(description="Other addresses that stood as well, and too late to be taken."),
    ]
    left_out: Annotated[
        list[str],
        Meta(description="Looks that were wanted, and for which `--connections` left no room."),
    ]
    hello: Annotated[
        HelloSizeRecord | None, Meta(description="Null where no hello of ours was sent.")
    ]
    failure: Annotated[
        FailureRecord | None, Meta(description="Null when the handshake came about.")
    ]
    pack: Annotated[
        str | UnsetType, Meta(description="The pack that asked; in the records of `check` only.")
    ] = UNSET
    feature: Annotated[
        list[str] | UnsetType, Meta(description="What of the pack needs the endpoint; likewise.")
    ] = UNSET
    canary: Annotated[
        CanaryRecord | None,
        Meta(description="Null unless the endpoint is the caller's canary (`--canary`)."),
    ] = None
    proxy: Annotated[
        ProxyRecord | None,
        Meta(description="Answer of the proxy on the route; null where none answered."),
    ] = None
    revocation: Annotated[
        list[RevocationRecord] | None,
        Meta(description="What came of asking whether the chain was revoked; null if not asked."),
    ] = None
    hops: Annotated[
        HopsRecord | None, Meta(description="A trace of the way; null without one.")
    ] = None


class CatalogueRecord(Struct, frozen=True):
    """A check, as `tlsprobe checks --json` lists it."""

    schema: Annotated[
        Literal["tlsprobe.checks/1"], Meta(description="Name and number of the schema.")
    ]
    check: Annotated[str, Meta(description="Its id.")]
    ground: Annotated[Ground, Meta(description="The kind of evidence that it rests on.")]
    needs: Annotated[list[str], Meta(description="What it cannot do without, in words.")]
    cites: Annotated[str, Meta(description="What it rests on.")]
    text: Annotated[str, Meta(description="What it finds, and what that means.")]


class DifferenceRecord(Struct, frozen=True):
    """One thing in which an endpoint is not as it was."""

    what: Annotated[str, Meta(description="What differs.")]
    then: Annotated[str, Meta(description="What it was.")]
    now: Annotated[str, Meta(description="What it is.")]


class DifferencesRecord(Struct, frozen=True):
    """An endpoint held against a baseline, as `tlsprobe baseline diff --json` writes it."""

    schema: Annotated[
        Literal["tlsprobe.differences/1"], Meta(description="Name and number of the schema.")
    ]
    tool: Annotated[str, Meta(description="What wrote the record: name and version.")]
    target: TargetRecord
    then: Annotated[
        str | None,
        Meta(
            description="When the baseline was taken; null where the endpoint is not in it.",
            extra_json_schema=TIME,
        ),
    ]
    now: Annotated[str, Meta(description="When it was asked now.", extra_json_schema=TIME)]
    verdict: Annotated[Conclusion, Meta(description="The verdict now.")]
    rule: Annotated[str, Meta(description="The rule that drew it.")]
    summary: Annotated[str, Meta(description="The same in a sentence.")]
    because: Annotated[list[str], Meta(description="Checks that speak for it, the heaviest first.")]
    differences: Annotated[list[DifferenceRecord], Meta(description="All that is not as it was.")]
