"""Revocation lookups against a CA's books on loopback."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier, UnrecognizedExtension, ocsp

from tests.live.books import opened
from tests.live.loopback import PATIENCE, run, serve
from tests.revoking import (
    NOW,
    ROOT,
    ROOT_CERTIFICATE,
    STRANGER,
    answer,
    bundle,
    issuing,
    ours,
    revocation_list,
    server,
)
from tlsprobe.certs import crl
from tlsprobe.certs import revocation as certs_revocation
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.live import revocation
from tlsprobe.live.http_fetch import Way
from tlsprobe.live.limits import Limits
from tlsprobe.live.lookups import Subject
from tlsprobe.live.revocation import HttpLookups
from tlsprobe.live.shared_answers import Room
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.revocation import LookupKind, Outcome, fetched_issuers, without_answer

PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
CA = issuing()


def asker(limits=PATIENT, now=NOW):
    """Who asks, on a day when the certificates are valid."""
    return HttpLookups(Way(dial=TcpDial()), limits=limits, now=lambda: now)


def about(one, issuer=CA, **fields):
    """A certificate to ask about."""
    return Subject(ours(one), issuer and ours(issuer), **fields)


def test_both_ways_to_ask():
    """OCSP by GET, and the list; each with what it says, who signed, and how long it holds."""

    async def test():
        async with opened() as books:
            leaf = server(ocsp_at=(books.at("/ocsp"),), lists_at=(books.at("/1.crl"),))
            books.pages = {"/ocsp": answer(leaf, CA), "/1.crl": revocation_list(5)}
            asked, listed = await asker().ask([about(leaf)])
            assert (asked.kind, listed.kind) == (LookupKind.OCSP, LookupKind.CRL)
            for one in (asked, listed):
                assert (one.outcome, one.status) == (Outcome.ANSWERED, Revocation.GOOD)
                assert one.authority is Authority.ISSUER
                assert one.next_update == NOW + timedelta(days=1)
                assert one.elapsed > 0
            assert sorted(one[:10] for one in books.asked) == ["GET /1.crl", "GET /ocsp/"]

    run(test())


def test_a_revoked_certificate():
    """By either."""

    async def test():
        async with opened() as books:
            leaf = server(ocsp_at=(books.at("/ocsp"),), lists_at=(books.at("/1.crl"),))
            books.pages = {
                "/ocsp": answer(leaf, CA, ocsp.OCSPCertStatus.REVOKED),
                "/1.crl": revocation_list(leaf.serial_number),
            }
            found = await asker().ask([about(leaf)])
            assert [one.status for one in found] == [Revocation.REVOKED] * 2
            assert [one.reason for one in found] == ["superseded", "keyCompromise"]

    run(test())


def test_a_long_question_is_posted():
    """Where the address leaves no room for it in a path."""

    async def test():
        async with opened() as books:
            path = "/" + "x" * 200
            leaf = server(ocsp_at=(books.at(path),))
            books.pages = {path: answer(leaf, CA)}
            (found,) = await asker().ask([about(leaf)])
            assert found.status is Revocation.GOOD
            assert books.asked == [f"POST {path}"]

    run(test())


@pytest.mark.parametrize(
    ("body", "unfit", "detail"),
    [
        (b"", Unfit.NO_ANSWER, "0 bytes came that are no such answer: none at all"),
        (b"no such file", Unfit.NO_ANSWER, '12 bytes came that are no such answer: "no such file"'),
        (revocation_list(by=STRANGER), Unfit.WRONG_SIGNER, "nobody signed it who may"),
        (revocation_list(by=ROOT), Unfit.OTHER_CERTIFICATE, "it is the list of another CA"),
    ],
)  # fmt: skip
def test_what_comes_is_of_no_use(body, unfit, detail):
    """Something answers, and no client can use it."""

    async def test():
        async with opened() as books:
            leaf = server(lists_at=(books.at("/1.crl"),))
            books.pages = {"/1.crl": body}
            (found,) = await asker().ask([about(leaf)])
            assert (found.outcome, found.unfit) == (Outcome.UNFIT, unfit)
            assert found.detail.startswith(detail)
            assert without_answer((found,)) == {ours(leaf): (found,)}

    run(test())


@pytest.mark.parametrize(
    "body", [b"<html><title>Access denied</title>", b"<!DOCTYPE html><p>Please log in"]
)
def test_a_page_is_no_answer_of_a_responders(body):
    """Whatever its status is: to a list, to a responder, and to an issuer's certificate."""

    async def test():
        async with opened() as books:
            leaf = server(
                ocsp_at=(books.at("/ocsp"),),
                lists_at=(books.at("/1.crl"),),
                issuer_at=(books.at("/ca.cer"),),
            )
            books.pages = dict.fromkeys(("/ocsp", "/1.crl", "/ca.cer"), body)
            found = await asker().ask([about(leaf, issuer_missing=True)])
            assert [one.kind.value for one in found] == ["issuer", "ocsp", "crl"]
            for one in found:
                assert (one.outcome, one.unfit) == (Outcome.BLOCKED, None)
                assert one.detail.startswith(
                    "a page came in its place: HTTP answered 200 X, a page"
                )

    run(test())


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_responder_that_fails_itself_is_nobodys_to_open(status):
    """It answers, and what it answers is no refusal of anybody's on the way."""

    async def test():
        async with opened() as books:
            leaf = server(ocsp_at=(books.at("/ocsp"),))
            books.pages = {"/ocsp": b"<html><title>Oops</title>"}
            books.statuses = {"/ocsp": status}
            (found,) = await asker().ask([about(leaf)])
            assert (found.outcome, found.unfit) == (Outcome.UNFIT, Unfit.REFUSED)
            assert found.detail.startswith(
                f"whoever is asked there fails itself: HTTP answered {status}"
            )

    run(test())


def test_a_stale_list():
    """As of the time when it is asked for."""

    async def test():
        async with opened() as books:
            leaf = server(lists_at=(books.at("/1.crl"),))
            books.pages = {"/1.crl": revocation_list()}
            (found,) = await asker(now=NOW + timedelta(days=3)).ask([about(leaf)])
            assert (found.outcome, found.unfit) == (Outcome.UNFIT, Unfit.OUT_OF_DATE)

    run(test())


def test_what_the_network_does():
    """A refusal, a status and a silence are values, and none delays another."""

    async def test():
        async with opened() as gone:
            refused = gone.at("/1.crl")
        async with opened() as books:
            leaf = server(
                lists_at=(
                    refused,
                    books.at("/403.crl"),
                    books.at("/404.crl"),
                    books.at("/none.crl"),
                )
            )
            books.pages = {"/403.crl": b"<html><title>Denied</title>", "/none.crl": None}
            books.statuses = {"/403.crl": 403}
            limits = Limits(total=0.3)
            found = await asker(limits).ask([about(leaf)])
            outcomes = [one.outcome for one in found]
            assert outcomes == [*[Outcome.BLOCKED] * 2, Outcome.UNFIT, Outcome.BLOCKED]
            kinds = [one.failure and one.failure.kind for one in found]
            assert kinds == [FailureKind.REFUSED, None, None, FailureKind.SILENCE]
            assert found[1].detail == 'HTTP answered 403 X, a page titled "Denied"'
            assert found[2].detail == "whoever is asked there fails itself: HTTP answered 404 X"
            assert found[1].reply.status == 403

    run(test())


def test_other_addresses_are_listed_and_not_asked():
    """LDAP, file shares, and what is no address at all."""

    async def test():
        places = ("ldap:///CN=a,DC=b", "file://host/a.crl", "https://a.example/a.crl", "nonsense")
        found = await asker().ask([about(server(lists_at=places))])
        assert [one.outcome for one in found] == [Outcome.NOT_ASKED] * 4
        assert [one.detail for one in found] == [
            "it is an address of LDAP, which is not asked here",
            "it is an address of a file share, which is not asked here",
            "it is an address of HTTPS, which is not asked here",
            "it is no address of plain HTTP that could be asked",
        ]
        assert without_answer(found) == {}

    run(test())


def test_what_endpoints_share_is_asked_once():
    """Side by side or later; a list also where it is asked about several certificates."""

    async def test():
        async with opened() as books:
            lists = (books.at("/1.crl"),)
            leafs = [server(lists_at=lists), server(lists_at=lists, ocsp_at=("ldap:x",))]
            books.pages = {"/1.crl": revocation_list(), "/ca.crl": revocation_list(by=ROOT)}
            above = issuing(lists_at=(books.at("/ca.crl"),))
            shared = about(above, ROOT_CERTIFICATE)
            asking = asker()
            await asyncio.gather(*(asking.ask([about(one), shared]) for one in leafs * 3))
            await asking.ask([about(leafs[0]), shared])
            assert sorted(books.asked) == ["GET /1.crl", "GET /ca.crl"]

    run(test())


def test_a_list_is_read_once(monkeypatch):
    """However many certificates it is about: its frame, and who signed it."""
    work = []
    monkeypatch.setattr(crl, "parse", counted(work, crl.parse))
    monkeypatch.setattr(certs_revocation, "signer", counted(work, certs_revocation.signer))

    async def test():
        async with opened() as books:
            leafs = [server(lists_at=(books.at("/1.crl"),), ocsp_at=(f"ldap:{n}",)) for n in "ab"]
            books.pages = {"/1.crl": revocation_list()}
            asking = asker()
            found = [one for leaf in leafs for one in await asking.ask([about(leaf)])]
            told = [one.status for one in found if one.kind is LookupKind.CRL]
            assert told == [Revocation.GOOD] * 2

    run(test())
    assert work == ["parse", "signer"]


def counted(work, function):
    """The same function, which notes in `work` that it was called."""

    def noting(*arguments):
        work.append(function.__name__)
        return function(*arguments)

    return noting


class Watched(Room):
    """Room that remembers the most that was held in it."""

    peak = 0

    async def until_there_are(self, size):
        """Also when it is asked for."""
        await super().until_there_are(size)
        self.peak = max(self.peak, self.held + size)


def test_lists_take_no_more_room_than_there_is():
    """However many are large, each is read, and never more of them are held than that."""
    size = 300_000
    rest = UnrecognizedExtension(ObjectIdentifier("2.5.29.99"), bytes(size))
    listed = revocation_list(extensions=((rest, False),))

    async def test():
        async with opened() as books:
            paths = [f"/{number}.crl" for number in range(8)]
            leafs = [server(lists_at=(books.at(path),)) for path in paths]
            books.pages = dict.fromkeys(paths, listed)
            dial = TcpDial()
            room = Watched(most=3 * size, free=size // 10, clock=dial.clock)
            asking = HttpLookups(Way(dial=dial), limits=PATIENT, now=lambda: NOW, room=room)
            found = await asking.ask([about(one) for one in leafs])
            assert [one.status for one in found] == [Revocation.GOOD] * len(paths)
            assert size < room.peak <= 3 * size

    run(test())


def test_lists_that_drip_hold_nobody_up_for_long():
    """What waits for them is given up, and says nothing of the network: it was not looked at."""
    limits = Limits(total=1.0)

    async def dripping(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n" + bytes(500))

    async def test():
        dial = TcpDial()
        room = Room(most=1000, free=100, clock=dial.clock, patience=0.2)
        asking = HttpLookups(Way(dial=dial), limits=limits, now=lambda: NOW, room=room)
        async with serve(dripping) as peer, asyncio.timeout(PATIENCE):
            at = f"http://{peer.host}:{peer.port}"
            leafs = [server(lists_at=(f"{at}/{number}",)) for number in range(4)]
            found = await asking.ask([about(one) for one in leafs])
            (first,) = (one for one in found if one.outcome is Outcome.BLOCKED)
            others = [one for one in found if one.outcome is Outcome.NOT_ASKED]
            assert len(others) == len(leafs) - 1
            assert "others as large took too long" in others[0].detail
            assert without_answer(found).keys() == {first.certificate}
            assert room.held == 500

    run(test())


def test_a_hostile_certificate_has_us_ask_little():
    """Of a thousand addresses a few are asked, and of a long chain a few certificates."""

    async def test():
        async with opened() as books:
            leaf = server(lists_at=tuple(books.at(f"/{number}.crl") for number in range(100)))
            asking = asker()
            assert len(await asking.ask([about(leaf)])) == revocation.MAX_ADDRESSES
            many = [server(lists_at=(books.at(f"/a{number}"),)) for number in range(20)]
            found = await asking.ask([about(one) for one in many])
            assert len(found) == revocation.MAX_CERTIFICATES
            assert len(books.asked) == revocation.MAX_ADDRESSES + revocation.MAX_CERTIFICATES

    run(test())


@pytest.mark.parametrize("form", ["der", "bundle"])
def test_a_missing_issuer_is_fetched(form):
    """It is known by its key, and then it can be asked about, and the leaf by OCSP."""

    async def test():
        async with opened() as books:
            above = issuing(lists_at=(books.at("/ca.crl"),), issuer_at=(books.at("/root.cer"),))
            leaf = server(ocsp_at=(books.at("/ocsp"),), issuer_at=(books.at("/ca.cer"),))
            plain = above.public_bytes(Encoding.DER)
            books.pages = {
                "/ca.cer": plain if form == "der" else bundle(ROOT_CERTIFICATE, above),
                "/root.cer": ROOT_CERTIFICATE.public_bytes(Encoding.DER),
                "/ocsp": answer(leaf, above),
                "/ca.crl": revocation_list(by=ROOT),
            }
            found = await asker().ask([about(leaf, None)])
            assert fetched_issuers(found) == (ours(above), ours(ROOT_CERTIFICATE))
            told = {one.kind: one for one in found if one.kind is not LookupKind.ISSUER}
            assert told[LookupKind.OCSP].authority is Authority.ISSUER
            assert told[LookupKind.CRL].certificate == ours(above)
            assert told[LookupKind.CRL].authority is Authority.ISSUER

    run(test())


def test_a_missing_issuer_that_the_machine_knows_is_fetched_as_well():
    """Its clients may not know it; what is known is used to ask."""

    async def test():
        async with opened() as books:
            leaf = server(ocsp_at=(books.at("/ocsp"),), issuer_at=(books.at("/gone.cer"),))
            books.pages = {"/ocsp": answer(leaf, CA)}
            issuer, asked = await asker().ask([about(leaf, issuer_missing=True)])
            assert (issuer.kind, issuer.unfit) == (LookupKind.ISSUER, Unfit.REFUSED)
            assert asked.status is Revocation.GOOD

    run(test())


@pytest.mark.parametrize(
    ("body", "unfit"),
    [
        (ROOT_CERTIFICATE.public_bytes(Encoding.DER), Unfit.WRONG_SIGNER),
        (bundle(ROOT_CERTIFICATE), Unfit.WRONG_SIGNER),
        (b"gone", Unfit.NO_ANSWER),
    ],
)
def test_another_certificate_is_no_issuer(body, unfit):
    """Whoever answers there may send what he likes: the key decides."""

    async def test():
        async with opened() as books:
            leaf = server(ocsp_at=(books.at("/ocsp"),), issuer_at=(books.at("/ca.cer"),))
            books.pages = {"/ca.cer": body}
            issuer, asked = await asker().ask([about(leaf, None)])
            assert (issuer.outcome, issuer.unfit, issuer.fetched) == (Outcome.UNFIT, unfit, None)
            assert asked.outcome is Outcome.NOT_ASKED
            assert asked.detail == "the issuer's certificate is not at hand to ask by"

    run(test())


def test_a_list_can_be_read_without_the_issuer():
    """It is there, and that its signature could not be checked is said."""

    async def test():
        async with opened() as books:
            leaf = server(lists_at=(books.at("/1.crl"),))
            books.pages = {"/1.crl": revocation_list()}
            (found,) = await asker().ask([about(leaf, None)])
            assert (found.outcome, found.authority) == (Outcome.ANSWERED, Authority.UNTOLD)

    run(test())


def test_a_large_list():
    """Its signature is verified beside the event loop, which goes on meanwhile."""

    async def test():
        async with opened() as books:
            leaf = server(lists_at=(books.at("/1.crl"),))
            large = revocation_list(*range(1, 12_000), leaf.serial_number)
            assert len(large) > revocation._LARGE
            books.pages = {"/1.crl": large}
            (found,) = await asker().ask([about(leaf)])
            assert (found.status, found.authority) == (Revocation.REVOKED, Authority.ISSUER)

    run(test())


def test_a_list_beyond_all_measure(monkeypatch):
    """Is not read to its end, and the bound is named."""
    monkeypatch.setattr(revocation, "MAX_LIST", 1000)

    async def test():
        async with opened() as books:
            leaf = server(lists_at=(books.at("/1.crl"),))
            books.pages = {"/1.crl": bytes(400_000)}
            (found,) = await asker().ask([about(leaf)])
            assert found.outcome is Outcome.BLOCKED
            assert found.failure.kind is FailureKind.ENDLESS
            assert "more than 1,000 bytes came" in found.detail

    run(test())
