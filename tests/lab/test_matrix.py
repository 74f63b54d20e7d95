"""What the installed command says of honest paths, and of each interceptor in each disguise."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import DECRYPTING, SPLICE, SSLSPLIT, Interceptor
from tests.lab.laboratory import Box, Laboratory, Run
from tests.lab.servers import (
    ASKS_TLS12,
    ASKS_TLS13,
    EITHER,
    ORIGINS,
    RETRY_384,
    RETRY_521,
    TLS12,
    TLS13_RSA,
    UNKNOWN,
    Origin,
)

PROFILES = (
    "probe",
    "openssl",
    "openssl-4",
    "schannel-2019",
    "schannel-2022",
    "chrome",
    "tls12",
)
TLS12_PROFILES = ("schannel-2019", "tls12")
NO_SECOND_OPINION = ("--second-opinion", "never")
ETHERNET_SEGMENT = 1460
GROUPS = {RETRY_384: "secp384r1", RETRY_521: "secp521r1"}


def by_name(value: Origin | Interceptor) -> str:
    """The test id of an origin or an interceptor."""
    return value.name


@pytest.fixture(scope="module")
def honest(lab: Laboratory) -> Run:
    """One run over all origins, with nobody in the way."""
    return lab.probe(*ORIGINS, options=["--json", "--hello", "openssl"])


@pytest.fixture(scope="module")
def spliced(lab: Laboratory) -> Run:
    """One run over all origins, behind a squid that passes TLS on."""
    with lab.standing_in_the_way(lab.box(SPLICE, Disguise.OWN_NAME)):
        return lab.probe(*ORIGINS, options=["--json"])


def assert_direct(run: Run, schema: dict[str, Any], lab: Laboratory, origin: Origin) -> None:
    """The run says `direct` of `origin`, and tells the chain that it presents."""
    record = run.record(origin)
    jsonschema.validate(record, schema)
    assert (record["verdict"], run.exit_code) == ("direct", 0), run
    assert record["interceptor"] is None
    assert record["failure"] is None
    assert record["tls"]["key_proof"] == "proven"
    expected = (lab.leaves[origin], lab.chain.issuing)
    assert [entry["pem"].strip() for entry in record["chain"]] == [
        authority.certificate_pem.decode().strip() for authority in expected
    ]


def assert_inspected(run: Run, schema: dict[str, Any], box: Box, origin: Origin = EITHER) -> None:
    """The run says `inspected` of `origin`, and by whose CA."""
    record = run.record(origin)
    jsonschema.validate(record, schema)
    assert (record["verdict"], run.exit_code) == ("inspected", 5), run
    assert record["tls"]["key_proof"] == "proven"
    leaf = record["chain"][0]
    assert box.signed_pem(leaf["pem"])
    assert leaf["issuer"] == record["interceptor"]["issuer"]
    assert box.authority.common_name in leaf["issuer"]
    assert any(finding["leaning"] == "interception" for finding in record["findings"])


@pytest.mark.parametrize("origin", ORIGINS, ids=by_name)
def test_honest_origin(lab: Laboratory, schema: dict[str, Any], honest: Run, origin: Origin):
    """Every honest way to answer is direct: both versions, both keys, a retry, a question back."""
    assert_direct(honest, schema, lab, origin)
    tls = honest.record(origin)["tls"]
    assert tls["version"] == ("TLS 1.2" if origin.protocols == "TLSv1.2" else "TLS 1.3")
    # The hello brings a share for x25519 alone, so another group means that a retry was answered.
    assert tls["group"] == GROUPS.get(origin, "x25519")


@pytest.mark.parametrize("origin", [ASKS_TLS12, ASKS_TLS13], ids=by_name)
def test_client_certificate_is_asked_for(lab: Laboratory, honest: Run, origin: Origin):
    """Where a server asks for a client certificate, the record tells which CAs may sign it."""
    names = honest.record(origin)["certificate_request"]["authorities"]
    assert len(names) == 2
    assert lab.chain.root.common_name in names[1]
    assert lab.chain.issuing.common_name in names[0]


def test_honest_over_ipv6(lab: Laboratory, schema: dict[str, Any]):
    """An IPv6 address is probed as well as an IPv4 one."""
    run = lab.probe(EITHER, options=["--json", "--address", EITHER.address6])
    assert_direct(run, schema, lab, EITHER)
    assert run.record(EITHER)["target"]["address"] == EITHER.address6


@pytest.mark.parametrize("origin", ORIGINS, ids=by_name)
def test_splice_is_direct(lab: Laboratory, schema: dict[str, Any], spliced: Run, origin: Origin):
    """A proxy that only reads the server name and passes TLS on is no interception."""
    assert_direct(spliced, schema, lab, origin)


@pytest.mark.parametrize(("hello", "version"), [("openssl", "TLS 1.3"), ("tls12", "TLS 1.2")])
@pytest.mark.parametrize("trusted", [True, False], ids=["trusted-here", "not-trusted-here"])
@pytest.mark.parametrize("disguise", Disguise, ids=lambda disguise: disguise.value)
@pytest.mark.parametrize("interceptor", DECRYPTING, ids=by_name)
def test_interceptor(
    lab: Laboratory,
    schema: dict[str, Any],
    *,
    interceptor: Interceptor,
    disguise: Disguise,
    trusted: bool,
    hello: str,
    version: str,
):
    """Every interceptor is found, under any name, whether this machine trusts its CA or not."""
    box = lab.box(interceptor, disguise)
    store = lab.machine_store(with_ca_of=box if trusted else None)
    options = ("--json", "--hello", hello, "--address", EITHER.address)
    with lab.standing_in_the_way(box):
        run = lab.probe(EITHER, options=[*options, "--os-store", store])
    assert_inspected(run, schema, box)
    assert run.record(EITHER)["tls"]["version"] == version


@pytest.mark.parametrize("interceptor", DECRYPTING, ids=by_name)
def test_interceptor_before_other_origins(
    lab: Laboratory, schema: dict[str, Any], interceptor: Interceptor
):
    """The interceptor is found before origins that it cannot imitate in all respects, too."""
    origins = (TLS12, TLS13_RSA, RETRY_384, ASKS_TLS12, ASKS_TLS13)
    box = lab.box(interceptor, Disguise.OWN_NAME)
    with lab.standing_in_the_way(box):
        run = lab.probe(*origins, options=["--json"])
    for origin in origins:
        assert_inspected(run, schema, box, origin)
        # None of them passes the question for a client certificate on.
        assert run.record(origin)["certificate_request"] is None
        assert "client-certificate" in run.record(origin)["breaks"]


def test_private_chain_on_unknown_name(lab: Laboratory, schema: dict[str, Any]):
    """A private chain on an unknown name may be the owner's, until an invented one gets one too."""
    with lab.standing_in_the_way(lab.box(SSLSPLIT, Disguise.OWN_NAME)):
        looks = [
            lab.probe(UNKNOWN, options=["--json", "--other-names", when])
            for when in ("never", "doubt")
        ]
    for run, said in zip(looks, [("undecided", 3), ("inspected", 5)], strict=True):
        record = run.record(UNKNOWN)
        jsonschema.validate(record, schema)
        assert (record["verdict"], run.exit_code) == said, run
        assert record["not_looked_at"]


@pytest.mark.parametrize("disguise", [Disguise.OWN_NAME, Disguise.ISSUING_COPIED])
@pytest.mark.parametrize("interceptor", DECRYPTING, ids=by_name)
def test_text_names_the_issuer(lab: Laboratory, interceptor: Interceptor, disguise: Disguise):
    """The text that a person reads says inspected, and by the CA of which name."""
    box = lab.box(interceptor, disguise)
    with lab.standing_in_the_way(box):
        run = lab.probe(EITHER)
    assert run.exit_code == 5, run
    assert "inspected" in run.stdout
    # Long lines may have been folded.
    assert box.authority.common_name in " ".join(run.stdout.split())


@pytest.mark.parametrize("interceptor", DECRYPTING, ids=by_name)
def test_the_program_is_named(lab: Laboratory, interceptor: Interceptor):
    """Each program is told by how it makes leaves, though its CA has a customer's name."""
    with lab.standing_in_the_way(lab.box(interceptor, Disguise.OWN_NAME)):
        run = lab.probe(EITHER, options=["--json"])
    named = run.record(EITHER)["interceptor"]
    assert (named["vendor"].lower(), named["confidence"]) == (interceptor.name, "weak")


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile(lab: Laboratory, schema: dict[str, Any], profile: str):
    """Each hello profile gets the honest certificate, and behind sslsplit the other."""
    options = ["--json", "--hello", profile]
    version = "TLS 1.2" if profile in TLS12_PROFILES else "TLS 1.3"
    run = lab.probe(EITHER, options=options)
    assert_direct(run, schema, lab, EITHER)
    assert run.record(EITHER)["tls"]["version"] == version

    box = lab.box(SSLSPLIT, Disguise.OWN_NAME)
    with lab.standing_in_the_way(box):
        run = lab.probe(EITHER, options=options)
    assert_inspected(run, schema, box)
    assert run.record(EITHER)["tls"]["version"] == version


def test_no_profile_is_forgotten(lab: Laboratory):
    """The profiles tested here are all that the command knows, by its own words."""
    run = lab.probe(EITHER, options=["--hello", "no-such-profile"])
    assert run.exit_code == 2, run
    known = run.stderr.partition("one of ")[2].partition(", or FILE")[0]
    assert sorted(known.split(", ")) == sorted(PROFILES)


@pytest.mark.parametrize("interceptor", DECRYPTING, ids=by_name)
def test_hello_of_two_segments(lab: Laboratory, schema: dict[str, Any], interceptor: Interceptor):
    """A hello that needs two TCP segments passes each interceptor and is answered."""
    box = lab.box(interceptor, Disguise.OWN_NAME)
    with lab.standing_in_the_way(box):
        run = lab.probe(EITHER, options=["--json", "--hello", "chrome"])
    assert_inspected(run, schema, box)


def test_chrome_needs_two_segments(lab: Laboratory, schema: dict[str, Any]):
    """Chrome's hello is larger than a segment, and a server that then hangs up is blocked."""
    with lab.network.server.new_socket(socket.AF_INET) as listener:
        listener.bind((EITHER.address, 8443))
        listener.listen()
        listener.settimeout(30)
        with ThreadPoolExecutor(max_workers=1) as thread:
            first_record = thread.submit(read_record, listener)
            target = f"{EITHER.name}:8443"
            run = lab.run("probe", target, "--json", "--hello", "chrome", *NO_SECOND_OPINION)
            assert len(first_record.result()) > ETHERNET_SEGMENT
    record = run.record(EITHER)
    jsonschema.validate(record, schema)
    assert (record["verdict"], run.exit_code) == ("blocked", 3), run
    assert record["failure"]["stage"] == "tls"


def read_record(listener: socket.socket) -> bytes:
    """Accept one connection, read one TLS record from it, and hang up."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        connection.settimeout(30)
        header = stream.read(5)
        return header + stream.read(int.from_bytes(header[3:5], "big"))
