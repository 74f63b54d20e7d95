"""Logins at HTTP proxies: which is chosen, what it comes to, and that none is tried twice."""

import asyncio
import sys

import pytest

from tests.live.loopback import run, serve
from tests.live.proxy.relay import (
    BASIC,
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
from tlsprobe.live.proxy import spnego_login
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.proxy.spnego_login import NoLoginError, SpnegoLogin, current_user_counts
from tlsprobe.model.observation import Failure, FailureKind
from tlsprobe.model.route import Credentials

DENIED = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"


def asking_for(*schemes, taken=BASIC, seen=None, keep=True):
    """A script of a proxy that lets through who says `taken`; `seen` takes what was said."""

    async def script(reader, writer):
        while True:
            try:
                given = authorization(await head_of(reader))
            except asyncio.IncompleteReadError:
                return
            if seen is not None:
                seen.append(given)
            if given == taken:
                writer.write(OPEN)
                return
            answer = refusing(*schemes, page=b"<title>Log in</title>")
            writer.write(
                answer if keep else answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
            )
            if not keep:
                writer.write_eof()
                return

    return script


def outcomes(script, *, login=LOGIN, times=1):
    """What comes of connecting so many times through one dial, one after the other."""
    found = []

    async def test():
        async with serve(script) as peer:
            dial = dial_at(peer, login=login)
            for _ in range(times):
                outcome = await reach(dial)
                found.append(outcome)
                if not isinstance(outcome, Failure):
                    outcome.close()

    run(test())
    return found


def kinds(found):
    """Kinds of failures; for what came through, the login that it took."""
    return [one.kind if isinstance(one, Failure) else one.reply.login for one in found]


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "closed"])
def test_basic(keep):
    """It is asked first without a login, on a kept connection or another, and then with it at once."""
    seen = []
    found = outcomes(asking_for('Basic realm="x"', seen=seen, keep=keep), times=2)
    assert kinds(found) == ["Basic", "Basic"]
    assert seen == [None, BASIC, BASIC]


def test_a_proxy_that_asks_for_nothing_gets_nothing():
    """A login goes to nobody who has not asked for it."""
    seen = []
    assert kinds(outcomes(asking_for("Basic", taken=None, seen=seen))) == [None]
    assert seen == [None]


def test_a_refused_login_is_not_tried_again():
    """Each attempt with a wrong password may lock an account: one is made, whatever follows."""
    seen = []
    found = outcomes(asking_for("Basic", taken="Basic other", seen=seen), times=3)
    assert kinds(found) == [FailureKind.LOGIN_REFUSED] * 3
    assert seen == [None, BASIC]
    assert "refuses the login that was given, by Basic (407 Login, please" in found[0].detail
    assert found[0].reply.title == "Log in"


def test_the_first_login_is_made_alone():
    """However many connections begin at once, one tries the login, and the others learn of it."""
    seen = []

    async def test():
        async with serve(asking_for("Basic", taken="Basic other", seen=seen)) as peer:
            dial = dial_at(peer, login=LOGIN)
            found = await asyncio.gather(*(reach(dial) for _ in range(8)))
        assert kinds(found) == [FailureKind.LOGIN_REFUSED] * 8

    run(test())
    assert seen.count(BASIC) == 1


def test_many_connections_with_one_good_login():
    """Where it is taken, all of them come through."""

    async def test():
        async with serve(asking_for("Basic")) as peer:
            dial = dial_at(peer, login=LOGIN)
            found = await asyncio.gather(*(reach(dial) for _ in range(8)))
            assert kinds(found) == ["Basic"] * 8
            for one in found:
                one.close()

    run(test())


def test_a_proxy_that_denies_has_taken_the_login():
    """A 403 to a login is about the endpoint."""

    async def script(reader, writer):
        await head_of(reader)
        writer.write(refusing("Basic"))
        await head_of(reader)
        writer.write(DENIED)

    (failure,) = outcomes(script)
    assert failure.kind is FailureKind.PROXY_DENIED
    assert failure.reply.login == "Basic"


@pytest.mark.parametrize("scheme", ["NTLM", "Negotiate"])
def test_a_login_by_tokens(scheme):
    """A domain's user comes through with the right password, each time over one connection."""
    seen = []

    async def test():
        async with spnego_proxy(scheme, {"CORP:anna": "horse battery"}, seen) as peer:
            dial = dial_at(peer, login=LOGIN)
            for _ in range(2):
                connection = await reach(dial)
                assert kinds([connection]) == [scheme]
                arrived = await connection.receive(dial.clock() + 20)
                assert arrived.data == b"open"
                connection.close()

    run(test())
    assert seen == ["CORP\\anna"] * 2


@pytest.mark.parametrize("scheme", ["NTLM", "Negotiate"])
@pytest.mark.parametrize("login", ["CORP%5Canna:wrong", "anna:horse%20battery", "CORP%5Cbob:x"])
def test_a_wrong_login_by_tokens(scheme, login):
    """Another password, domain or user is refused."""
    seen = []

    async def test():
        async with spnego_proxy(scheme, {"CORP:anna": "horse battery"}, seen) as peer:
            found = await reach(dial_at(peer, login=login))
        assert kinds([found]) == [FailureKind.LOGIN_REFUSED]

    run(test())
    assert seen == []


def test_the_better_login_is_chosen():
    """Of what is offered, in whatever order and form, Negotiate goes before NTLM before Basic."""
    for offered, first in (
        (("Basic", "NTLM", "negotiate"), "Negotiate"),
        (('Digest realm="a, NTLM", Basic realm="b"', "ntlm"), "NTLM"),
        (('Digest realm="a, NTLM", Basic realm="b"',), "Basic"),
    ):
        seen = []
        outcomes(asking_for(*offered, seen=seen, taken="nothing"))
        assert seen[1].startswith(f"{first} ")


def test_a_login_that_is_turned_down_unheard_leaves_room_for_the_next():
    """A proxy that takes Negotiate only with Kerberos says so before any password counts."""
    seen = []
    found = outcomes(asking_for("Negotiate", "Basic", seen=seen), times=2)
    assert kinds(found) == ["Basic", "Basic"]
    assert [one and one.split()[0] for one in seen] == [None, "Negotiate", "Basic", "Basic"]


@pytest.mark.parametrize(("offered", "login", "kind"), IMPOSSIBLE)
def test_logins_that_cannot_be(offered, login, kind):
    """They are failures, and the proxy is told nothing."""
    seen = []
    assert kinds(outcomes(asking_for(*offered, seen=seen), login=login)) == [kind]
    assert seen == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows its current user")
def test_the_current_user_where_there_is_none():
    """An empty login means whoever runs this; a machine that does not know him says so."""
    (failure,) = outcomes(asking_for("NTLM"), login=":")
    assert failure.kind is FailureKind.LOGIN_UNSUPPORTED
    assert "takes a login by NTLM, for which this machine has none" in failure.detail


def test_who_counts_as_the_current_user(monkeypatch):
    """On Windows whoever gives no login, elsewhere only who gives an empty one."""
    monkeypatch.setattr(spnego_login.sys, "platform", "linux")
    assert not current_user_counts(None)
    assert current_user_counts(Credentials(user="", password=""))
    monkeypatch.setattr(spnego_login.sys, "platform", "win32")
    assert current_user_counts(None)
    assert not current_user_counts(Credentials(user="anna", password=""))


@pytest.mark.parametrize("token", ["", "!!!", "AAAA", "TlRMTVNTUAACAAAA", "A" * 100_000])
def test_a_challenge_that_is_none(token):
    """A challenge that cannot be read ends the login, and says nothing of the password."""
    script = answering(refusing("NTLM"), refusing(f"NTLM {token}"), DENIED)
    found = outcomes(script)
    expected = FailureKind.LOGIN_REFUSED if token in ("", "!!!") else FailureKind.MALFORMED
    assert kinds(found) == [expected]


def test_a_proxy_that_hangs_up_in_the_middle():
    """NTLM is a matter of one connection: without it there is no login."""
    challenge = refusing("NTLM TlRMTVNTUAACAAAA").replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    (announced,) = outcomes(answering(refusing("NTLM"), challenge, close=True))
    assert announced.kind is FailureKind.CLOSED
    assert "hangs up in the middle of a login by NTLM" in announced.detail
    (silent,) = outcomes(answering(refusing("NTLM"), b"", close=True))
    assert silent.kind is FailureKind.CLOSED


def test_a_proxy_that_never_has_enough():
    """A proxy that always sends another token is left."""
    endless = answering(*[refusing("Negotiate oYG2MIGzoAMKAQE=")] * 20)
    (failure,) = outcomes(endless)
    assert isinstance(failure, Failure)


def test_a_token_cannot_hold_anybody_up(monkeypatch):
    """A system that never finds a token, as without its domain controller, is left at the deadline."""

    async def stuck(self, token):
        await asyncio.Event().wait()

    monkeypatch.setattr(SpnegoLogin, "step", stuck)

    async def test():
        async with serve(asking_for("NTLM")) as peer:
            found = await reach(dial_at(peer, login=LOGIN), seconds=0.3)
        assert kinds([found]) == [FailureKind.SILENCE]

    run(test())


def test_why_there_is_no_token_is_told_without_the_login(monkeypatch):
    """The words of the library may hold the login, and are kept without it."""

    async def failing(self, token):
        raise NoLoginError("no ticket for CORP\\anna with 'horse battery'")

    monkeypatch.setattr(SpnegoLogin, "step", failing)
    (failure,) = outcomes(asking_for("NTLM"))
    assert "no ticket for *** with '***'" in failure.detail


def test_a_dial_shows_no_login():
    """Nor does the dial itself."""

    async def test():
        async with serve(asking_for("Basic")) as peer:
            dial: ProxyDial = dial_at(peer, login=LOGIN)
            (await reach(dial)).close()
            for value in (dial, vars(dial), dial._protocol, vars(dial._protocol)):
                assert "horse" not in repr(value)
                assert "anna" not in repr(value)

    run(test())
