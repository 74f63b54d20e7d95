"""The chain of a real server looked up in its CA's books, all the way to the verdict."""

import asyncio
import os
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp

from tests.evidence import reference, store_of
from tests.live.books import Books, opened
from tests.live.loopback import PATIENCE, run, serve, speak_tls
from tests.revoking import (
    HOST,
    LEAF_KEY,
    NOW,
    ROOT,
    ROOT_CERTIFICATE,
    answer,
    issuing,
    ours,
    revocation_list,
    server,
)
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.certs.ocsp import Authority
from tlsprobe.hello import templates
from tlsprobe.live.http_fetch import Way
from tlsprobe.live.limits import Limits
from tlsprobe.live.revocation import HttpLookups
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model import jsonable
from tlsprobe.model.json_schemas import schema
from tlsprobe.model.report import Report
from tlsprobe.model.revocation import Outcome
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_text
from tlsprobe.report.page import plain

PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)


@dataclass
class Scene:
    """A server and its CA's books: what it presents, and what they say."""

    books: Books
    issuer_sent: bool = True
    asks: bool = True
    leaf: object = field(init=False)
    issuer: object = field(init=False)
    asking: HttpLookups = field(init=False)

    def __post_init__(self):
        """Write the books."""
        self.asking = HttpLookups(Way(dial=TcpDial()), limits=PATIENT, now=lambda: NOW)
        self.leaf = server(
            ocsp_at=(self.books.at("/ocsp"),),
            lists_at=(self.books.at("/1.crl"),),
            issuer_at=(self.books.at("/ca.cer"),),
        )
        self.issuer = issuing(lists_at=(self.books.at("/ca.crl"),))
        self.books.pages = {
            "/ocsp": answer(self.leaf, self.issuer),
            "/1.crl": revocation_list(),
            "/ca.crl": revocation_list(by=ROOT),
            "/ca.cer": self.issuer.public_bytes(Encoding.DER),
        }

    def context(self):
        """What the server speaks TLS with."""
        sent = [self.leaf, *([self.issuer] if self.issuer_sent else [])]
        key = LEAF_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "identity.pem")
            file.write_bytes(key + b"".join(one.public_bytes(Encoding.PEM) for one in sent))
            context.load_cert_chain(file)
        return context

    async def report(self) -> Report:
        """What a probe of it comes to."""
        settings = Settings(
            template=templates.load("default"),
            reference=reference(public=store_of((ours(ROOT_CERTIFICATE),))),
            second_opinion=When.NEVER,
            other_names=When.NEVER,
            limits=PATIENT,
        )
        dial = TcpDial()
        world = World(
            dial=dial, now=lambda: NOW, entropy=os.urandom,
            revocation=(lambda _: self.asking) if self.asks else None,
        )  # fmt: skip
        async with serve(speak_tls(self.context())) as peer:
            request = ProbeRequest(host=HOST, port=peer.port, sni=HOST, address=peer.host)
            (report,) = await probe(request, settings, world)
        return report


def reported(change=lambda scene: None, **fields) -> Report:
    """The report of a scene that was changed."""
    found = []

    async def test():
        async with opened() as books:
            scene = Scene(books=books, **fields)
            change(scene)
            found.append(await scene.report())

    run(test())
    return found[0]


def test_books_that_are_open():
    """Three addresses, three answers, and a CA that knows the certificate."""
    report = reported()
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert [one.outcome for one in report.observation.revocation] == [Outcome.ANSWERED] * 3
    assert "revocation-good" in [result.check for result, _ in report.verdict.because]


def test_nobody_asks_unasked():
    """Without the option nothing goes out, and the report says that it was not looked at."""
    report = reported(asks=False)
    assert report.observation.revocation is None
    assert any("--revocation" in one.lacked for one in report.verdict.not_looked_at)


def close(scene, *pages):
    """Block pages of the books, as a proxy does."""
    for page in pages:
        scene.books.pages[page] = b"<html><title>Denied by policy</title>"
        scene.books.statuses[page] = 403


def test_blocked_beside_an_honest_chain():
    """Faulty, and what fails is named; one way that is open makes it a delay only."""
    report = reported(lambda scene: close(scene, "/ocsp", "/1.crl"))
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "whether CN=sync.cloud.example was revoked cannot be looked up" in report.verdict.summary
    assert report.verdict.breaks == ("revocation-checking-clients",)
    half = reported(lambda scene: close(scene, "/ocsp"))
    assert half.verdict.conclusion is Conclusion.DIRECT
    assert half.verdict.breaks == ()


def test_an_intermediates_list_that_is_blocked():
    """It is the one that is forgotten."""
    report = reported(lambda scene: close(scene, "/ca.crl"))
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "whether CN=Books Issuing" in report.verdict.summary


def test_revoked():
    """By its CA's word."""

    def revoke(scene):
        said = answer(scene.leaf, scene.issuer, ocsp.OCSPCertStatus.REVOKED)
        scene.books.pages["/ocsp"] = said

    report = reported(revoke)
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "was revoked on 2026-11-14 (superseded)" in report.verdict.summary


def test_an_intermediate_that_was_not_sent_is_fetched():
    """Then the chain can be judged; its server is at fault."""
    report = reported(issuer_sent=False)
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "does not send the intermediate CN=Books Issuing" in report.verdict.summary
    assert "issuer-key-public" in [result.check for result, _ in report.verdict.against]
    told = {one.url.rpartition("/")[2]: one.authority for one in report.observation.revocation}
    assert told["ca.crl"] is Authority.ISSUER, "the machine's own root is who signed it"
    unfetched = reported(issuer_sent=False, asks=False)
    assert unfetched.verdict.conclusion is Conclusion.UNDECIDED


def test_the_record_fits_the_schema_and_the_text_is_plain():
    """Whatever came of the lookups."""

    def mixed(scene):
        close(scene, "/ocsp")
        scene.books.pages["/1.crl"] = b"<html><title>\x1b[2J</title>"

    for change in (lambda scene: None, mixed):
        report = reported(change, issuer_sent=False)
        record = msgspec.json.decode(jsonable.encode(report))
        jsonschema.validate(record, schema())
        assert {one["kind"] for one in record["revocation"]} == {"ocsp", "crl", "issuer"}
        for verbose in (False, True):
            text = plain(as_text.rows(report, verbose=verbose), 90)
            assert "revocation " in text
            assert all(line.isprintable() for line in text.split("\n"))


def test_many_endpoints_of_one_ca():
    """Ask for its list once."""

    async def test():
        async with opened() as books:
            scene = Scene(books=books)
            reports = await asyncio.gather(*(scene.report() for _ in range(3)))
            assert {one.verdict.conclusion for one in reports} == {Conclusion.DIRECT}
            assert len(books.asked) == len(set(books.asked)) == 3

    run(test())
