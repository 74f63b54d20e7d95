"""Which of several addresses stands first."""

import asyncio
import socket
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.loopback import PATIENCE, run, serve
from tlsprobe.live import racing as module
from tlsprobe.live.racing import Rest, by_turns, first_to_stand, racing
from tlsprobe.live.tcp import TcpDial, has_route
from tlsprobe.model.observation import Failure, FailureKind, Stage, Timings

V4, V4_TOO, V6, V6_TOO = "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"
REFUSED = Failure(stage=Stage.TCP, kind=FailureKind.REFUSED, detail="refused")
UNREACHABLE = Failure(stage=Stage.TCP, kind=FailureKind.UNREACHABLE, detail="no route")


@dataclass
class Standing:
    """A connection that stands, and is closed once at least."""

    address: str
    timings: Timings
    closed: bool = False

    def close(self):
        """End it."""
        self.closed = True


@dataclass
class Scripted:
    """A dial whose outcomes are given: a failure, `stands`, or an event to wait for first."""

    outcomes: dict
    asked: list = field(default_factory=list)
    made: list = field(default_factory=list)
    given_up: list = field(default_factory=list)
    late: dict = field(default_factory=dict)
    """What an event is followed by, where it is no connection."""
    ticks: float = 0.0
    tcp: float = 1.0

    def clock(self):
        """Seconds that the test counts."""
        return self.ticks

    async def connect(self, host, port, deadline):
        """What is due for the address."""
        self.asked.append(host)
        outcome = self.outcomes[host]
        if isinstance(outcome, asyncio.Event):
            try:
                await outcome.wait()
            except asyncio.CancelledError:
                self.given_up.append(host)
                raise
            outcome = self.late.get(host, stands)
        if isinstance(outcome, Failure):
            return outcome
        self.made.append(Standing(host, Timings(tcp=self.tcp)))
        return self.made[-1]


stands = object()


def raced(dial, *addresses, stagger=0.01):
    """What comes of a race."""
    found = []

    async def test():
        found.append(await first_to_stand(dial, addresses, 443, PATIENCE, stagger=stagger))

    run(test())
    return found[0]


@pytest.mark.parametrize(
    ("addresses", "order"),
    [
        ((V6, V6_TOO, V4, V4_TOO), (V6, V4, V6_TOO, V4_TOO)),
        ((V4, V4_TOO, V6), (V4, V6, V4_TOO)),
        ((V4, V4_TOO), (V4, V4_TOO)),
        ((V6,), (V6,)),
    ],
)
def test_families_take_turns(addresses, order):
    """The system's first leads, then one of the other family."""
    assert by_turns(addresses) == order


@given(st.lists(st.sampled_from([V4, V4_TOO, V6, V6_TOO, "::1", "127.0.0.1"]), min_size=1))
def test_turns_lose_nobody(addresses):
    """Every address has its turn, and the first is the first."""
    order = by_turns(addresses)
    assert sorted(order) == sorted(addresses)
    assert order[0] == addresses[0]


def test_the_first_that_stands_is_taken_alone():
    """Where the first stands within its time, no other is bothered."""
    dial = Scripted({V6: stands, V4: stands})
    race = raced(dial, V6, V4, stagger=PATIENCE)
    assert (race.address, race.unreached, dial.asked) == (V6, (), [V6])
    assert not race.dialled.outcome.closed


def test_a_failure_is_no_reason_to_wait():
    """The next is tried as soon as one has failed, and the failure is kept."""
    dial = Scripted({V6: REFUSED, V4: stands})
    race = raced(dial, V6, V4, stagger=PATIENCE)
    assert race.address == V4
    assert [(one.address, one.failure) for one in race.unreached] == [(V6, REFUSED)]


def overtaken(then, *, at, tcp=1.0):
    """(race, rest) where IPv4 stands at once, and `then` comes of IPv6 when that much time has passed."""

    async def test():
        dial = Scripted({V6: asyncio.Event(), V4: stands}, tcp=tcp)
        dial.late[V6] = then
        async with racing(dial, (V6, V4), 443, PATIENCE, stagger=0.001) as race:
            assert race.address == V4
            assert race.unreached == ()
            dial.ticks = at
            if then is not None:
                dial.outcomes[V6].set()
                while race.running:  # noqa: ASYNC110 - a turn of the loop is all that it takes
                    await asyncio.sleep(0)
            rest = await race.rest()
        found.append((rest, dial))

    found = []
    run(test())
    return found[0]


def test_a_family_that_says_nothing():
    """IPv6 that is silent for as long as no way takes that works is given up, and told."""
    rest, dial = overtaken(None, at=1.1)
    assert dial.given_up == [V6]
    ((address, failure, instead),) = [(o.address, o.failure, o.instead) for o in rest.unreached]
    assert (address, failure.kind, instead) == (V6, FailureKind.SILENCE, V4)
    assert "[2001:db8::1]:443 had not answered after 1.1 s" in failure.detail
    assert rest.slower == ()


def test_one_that_is_only_slower_is_not_blamed():
    """Who stands later than a quarter of a second after the other works, and its connection is closed."""
    rest, dial = overtaken(stands, at=0.9)
    assert rest.unreached == ()
    assert [(o.address, o.took, o.instead) for o in rest.slower] == [(V6, 900.0, V4)]
    assert [one.closed for one in dial.made] == [False, True]


def test_one_that_fails_after_all():
    """What an attempt fails by counts, however late it comes."""
    rest, _ = overtaken(UNREACHABLE, at=0.9)
    assert [(one.address, one.failure) for one in rest.unreached] == [(V6, UNREACHABLE)]


def test_a_deadline_before_any_way_could_have_answered():
    """An attempt that was cut short by its own deadline shows nothing, and one that had its time does."""
    cut = Failure(stage=Stage.TCP, kind=FailureKind.SILENCE, detail="nothing came")
    assert overtaken(cut, at=0.3)[0] == Rest()
    assert [one.failure for one in overtaken(cut, at=1.0)[0].unreached] == [cut]


def test_a_long_way_is_given_longer():
    """On a long way both need their time: round trips of the winner's come on top."""
    cut = Failure(stage=Stage.TCP, kind=FailureKind.SILENCE, detail="nothing came")
    assert overtaken(cut, at=2.3, tcp=600.0)[0] == Rest()
    assert len(overtaken(None, at=2.9, tcp=600.0)[0].unreached) == 1


def test_the_rest_is_waited_for():
    """What is still on its way is heard before it is told."""

    async def test():
        dial = Scripted({V6: asyncio.Event(), V4: stands}, late={V6: REFUSED})
        async with racing(dial, (V6, V4), 443, PATIENCE, stagger=0.001) as race:
            asking = asyncio.ensure_future(race.rest())
            await asyncio.sleep(0)
            assert not asking.done()
            dial.outcomes[V6].set()
            assert [one.failure for one in (await asking).unreached] == [REFUSED]

    run(test())


def test_none_stands():
    """Where all fail, the answer is about the first in the system's order."""
    second = Failure(stage=Stage.TCP, kind=FailureKind.SILENCE, detail="silent")
    race = raced(Scripted({V4: second, V6: REFUSED, V4_TOO: REFUSED}), V4, V4_TOO, V6)
    assert (race.address, race.dialled.outcome) == (V4, second)
    assert [one.address for one in race.unreached] == [V6, V4_TOO]


def test_both_stand_at_once():
    """Of two that stand one is taken, and the other is closed."""

    async def test():
        together = asyncio.Event()
        dial = Scripted({V6: together, V4: together})
        asking = asyncio.ensure_future(first_to_stand(dial, (V6, V4), 443, PATIENCE, stagger=0.001))
        while dial.asked != [V6, V4]:  # noqa: ASYNC110
            await asyncio.sleep(0)
        together.set()
        race = await asking
        assert [one.closed for one in dial.made if one is race.dialled.outcome] == [False]
        assert all(one.closed for one in dial.made if one is not race.dialled.outcome)
        assert race.unreached == ()

    run(test())


@pytest.mark.parametrize("late", [True, False])
def test_cancelled(late):
    """Whoever calls the race off is left no connection, not even one that stands by then."""

    async def test():
        dial = Scripted({V6: asyncio.Event(), V4: asyncio.Event()})
        asking = asyncio.ensure_future(first_to_stand(dial, (V6, V4), 443, PATIENCE, stagger=0.001))
        while dial.asked != [V6, V4]:  # noqa: ASYNC110
            await asyncio.sleep(0)
        if late:
            dial.outcomes[V4].set()
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert all(one.closed for one in dial.made)
        assert len(dial.made) == late

    run(test())


def test_without_a_way(monkeypatch):
    """A family that this machine has no way for at all was never tried, and is not broken."""
    dial = Scripted({V6: UNREACHABLE, V4: stands})
    monkeypatch.setattr(module, "has_route", lambda _: False)
    assert raced(dial, V6, V4).unreached == ()
    monkeypatch.setattr(module, "has_route", lambda _: True)
    assert [one.failure for one in raced(dial, V6, V4).unreached] == [UNREACHABLE]


def test_routes():
    """Loopback can always be reached; a zone that does not exist, and no destination, cannot."""
    assert has_route("127.0.0.1")
    assert not has_route("fe80::1%nosuchzone")


def test_by_sockets():
    """The same on real sockets: a port where nobody listens is passed over."""

    async def greet(_, writer):
        writer.write(b"hello")

    async def test():
        async with serve(greet) as peer:
            with socket.socket() as taken:
                taken.bind(("127.0.0.2", 0))
            dial = TcpDial()
            deadline = dial.clock() + PATIENCE
            race = await first_to_stand(dial, ("127.0.0.2", peer.host), peer.port, deadline)
            assert race.address == peer.host
            ((passed_over, failure),) = [(one.address, one.failure) for one in race.unreached]
            assert (passed_over, failure.kind) == ("127.0.0.2", FailureKind.REFUSED)
            connection = race.dialled.outcome
            assert (await connection.receive(deadline)).data == b"hello"
            assert connection.segment_size > 0
            connection.close()

    run(test())
