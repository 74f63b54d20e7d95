"""Questions that an HTTP proxy passes on: its logins are those of its tunnels, and nothing of them shows."""

import asyncio
import ssl

import pytest

from tests.live.loopback import PATIENCE, run, serve
from tests.live.proxy.relay import (
    BASIC,
    FETCHED,
    IMPOSSIBLE,
    LOGIN,
    OPEN,
    answering,
    authorization,
    dial_at,
    head_of,
    reach,
    refusing,
    spnego_proxy,
)
from tlsprobe.live.http_fetch import Fetched, Question, fetch
from tlsprobe.live.limits import Limits
from tlsprobe.live.proxy import tls
from tlsprobe.live.proxy.dial import way_by
from tlsprobe.model.observation import Failure, FailureKind, Stage

PATIENT = Limits(resolve=PATIENCE, connect=PATIENCE, handshake=PATIENCE, total=PATIENCE)
QUESTION = Question(url="http://crl.example/a.crl", max_bytes=1000)


def passing(*schemes, taken=BASIC, seen, keep=True):
    """A script of a proxy that passes on for who says `taken`; `seen` takes the method and login of all."""

    async def script(reader, writer):
        while True:
            try:
                head = await head_of(reader)
            except asyncio.IncompleteReadError:
                return
            given = authorization(head)
            seen.append((head.partition(" ")[0], given))
            if given == taken:
                writer.write(OPEN if seen[-1][0] == "CONNECT" else FETCHED)
                return
            answer = refusing(*schemes, page=b"<title>Log in</title>")
            if keep:
                writer.write(answer)
                continue
            writer.write(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            writer.write_eof()
            return

    return script


def asked(script, *, login=LOGIN, times=1) -> list[Fetched]:
    """What comes of so many questions along one way, one after the other."""
    found = []

    async def test():
        async with serve(script) as peer:
            way = way_by(dial_at(peer, login=login))
            found.extend([await fetch(QUESTION, way, PATIENT) for _ in range(times)])

    run(test())
    return found


def test_a_login_goes_to_nobody_who_has_not_asked_for_it():
    """Though one is given."""
    seen = []
    (found,) = asked(passing(taken=None, seen=seen))
    assert found.body == b"list"
    assert seen == [("GET", None)]


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "closed"])
def test_basic(keep):
    """It is asked first without a login, on a kept connection or another, and then with it at once."""
    seen = []
    found = asked(passing('Basic realm="x"', seen=seen, keep=keep), times=2)
    assert [one.body for one in found] == [b"list"] * 2
    assert [login for _, login in seen] == [None, BASIC, BASIC]


def test_the_better_login_is_chosen():
    """A proxy that wants NTLM is not told the password, whatever else it would take."""
    seen = []
    asked(passing("Basic", "NTLM", seen=seen, taken="nothing"))
    assert seen[1][1].startswith("NTLM ")


@pytest.mark.parametrize("scheme", ["NTLM", "Negotiate"])
def test_a_login_by_tokens(scheme):
    """A domain's user has his answer, each time over one connection."""
    seen = []

    async def test():
        async with spnego_proxy(scheme, {"CORP:anna": "horse battery"}, seen) as peer:
            way = way_by(dial_at(peer, login=LOGIN))
            posted = Question(url="http://ocsp.example/", body=b"who?", max_bytes=1000)
            for question in (QUESTION, posted):
                assert (await fetch(question, way, PATIENT)).body == b"list"

    run(test())
    assert seen == ["CORP\\anna"] * 2


@pytest.mark.parametrize(("offered", "login", "kind"), IMPOSSIBLE)
def test_logins_that_cannot_be(offered, login, kind):
    """They are failures at the proxy, with what it said."""
    (found,) = asked(passing(*offered, seen=[]), login=login)
    assert (found.failure.stage, found.failure.kind) == (Stage.PROXY, kind)
    assert found.failure.reply.status == 407


def test_a_refused_login_is_not_tried_again():
    """Neither for another question nor for a tunnel: each attempt may lock an account."""
    seen = []

    async def test():
        async with serve(passing("Basic", taken="Basic other", seen=seen)) as peer:
            dial = dial_at(peer, login=LOGIN)
            asking = (fetch(QUESTION, way_by(dial), PATIENT) for _ in range(8))
            found = [one.failure for one in await asyncio.gather(*asking)]
            tunnel = await reach(dial)
            assert isinstance(tunnel, Failure)
            assert {one.kind for one in (*found, tunnel)} == {FailureKind.LOGIN_REFUSED}

    run(test())
    assert [login for _, login in seen if login] == [BASIC]


def test_what_was_found_to_work_serves_tunnels_too():
    """One login, one proxy."""
    seen = []

    async def test():
        async with serve(passing("Basic", seen=seen)) as peer:
            dial = dial_at(peer, login=LOGIN)
            await fetch(QUESTION, way_by(dial), PATIENT)
            (await reach(dial)).close()

    run(test())
    assert seen == [("GET", None), ("GET", BASIC), ("CONNECT", BASIC)]


def test_nothing_of_the_login_shows():
    """The proxy may send it back in any field, as title, or as what is no HTTP."""
    told = f"user CORP\\anna, horse%20battery, {BASIC}"
    page = f"<html><title>{told} <b>horse&#32;battery</b></title>".encode()
    answer = (
        f"HTTP/1.1 403 {told}\r\nServer: {told}\r\nLocation: http://x/?{told}\r\n"
        f"Content-Length: {len(page)}\r\n\r\n"
    ).encode() + page
    (found,) = asked(answering(answer))
    assert found.reply.status == 403
    (garbage,) = asked(answering(f"so you are {told}\r\n\r\n".encode(), close=True))
    assert garbage.failure is not None
    for secret in ("anna", "horse", "battery", BASIC[6:20]):
        assert secret not in repr(found.reply)
        assert secret not in repr(garbage.failure)


def test_a_way_on_that_holds_a_part_of_the_login_is_followed_all_the_same():
    """Names of users stand in addresses by chance; they are hidden from eyes alone."""
    heads = []

    async def script(reader, writer):
        heads.append(await head_of(reader))
        on = b"HTTP/1.1 302 X\r\nLocation: /anna.crl\r\nContent-Length: 0\r\n\r\n"
        writer.write(on if len(heads) == 1 else FETCHED)

    (found,) = asked(script, login="anna:horse")
    assert found.body == b"list"
    assert heads[1].startswith("GET http://crl.example/anna.crl HTTP/1.1\r\n")
    assert found.reply.redirects == ("http://crl.example/***.crl",)


def test_inside_of_tls_to_the_proxy(authority, monkeypatch):
    """Such a proxy is asked for the URL as well: many let nobody connect to port 80."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(tls, "_context", lambda: trusting)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    seen = []
    inside = passing("Basic", seen=seen)

    async def script(reader, writer):
        await writer.start_tls(context)
        await inside(reader, writer)

    async def test():
        async with serve(script) as peer:
            way = way_by(dial_at(peer, "https", LOGIN))
            assert (await fetch(QUESTION, way, PATIENT)).body == b"list"

    run(test())
    assert seen == [("GET", None), ("GET", BASIC)]
