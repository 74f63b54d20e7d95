"""What traces come to: boxes are found at their hop, and no honest path has one."""

import pytest
from msgspec.structs import replace

from tests.traces import ADDRESS, END, ROUTERS, again, sweep, trace
from tlsprobe.model.hop_endings import Outcome, endings, sentence
from tlsprobe.model.hops import Hops, Kind, Reply, Step
from tlsprobe.model.places import Place

SILENT = (None,) * len(ROUTERS)


def with_sweep(hops, one):
    """The same trace with another sweep in the place of one."""
    others = tuple(each for each in hops.sweeps if each.kind is not one.kind)
    return replace(hops, sweeps=(*others, one))


@pytest.mark.parametrize("hop", range(1, END))
def test_a_box_at_each_hop(hop):
    """Who ends TCP to the port before the endpoint is found, with his address and place."""
    found = endings(trace(tcp=hop))
    assert (found.outcome, found.box) == (Outcome.NEARER, hop)
    assert found.box_address == ROUTERS[hop - 1]
    assert found.place is (Place.INSIDE, Place.EDGE, Place.BEYOND, Place.BEYOND)[hop - 1]
    assert found.measured
    assert found.gap == END - hop


@pytest.mark.parametrize(
    "replies",
    [
        {},
        {"echo": None},
        {"udp": None, "echo": None},  # only another port
        {"port": None},
        {"port": 2},  # a proxy for HTTP, or a filter that refuses in the endpoint's name
        {"udp": 3},  # a firewall that answers for the address
        {"tcp": END + 1},  # passed on to a machine behind the address
    ],
    ids=str,
)
def test_an_honest_path(replies):
    """Where nothing of the endpoint is farther than TCP ends, nobody is blamed."""
    found = endings(trace(**replies))
    assert (found.outcome, found.box) == (Outcome.SAME, None)


def test_only_the_port_is_open():
    """Where nothing else of the address answers, nobody is blamed, and it is said what is not known."""
    found = endings(trace(port=None, udp=None, echo=None))
    assert (found.outcome, found.box) == (Outcome.UNKNOWN, None)
    assert any("how far" in one for one in found.limits)


def test_only_the_port_is_open_behind_a_box():
    """Routers beyond where TCP ends show that the endpoint is farther, though it says nothing."""
    found = endings(trace(tcp=2, port=None, udp=None, echo=None))
    assert (found.outcome, found.box, found.endpoint) == (Outcome.NEARER, 2, None)
    assert found.at_least == END
    assert "or farther" in sentence(trace(tcp=2, port=None, udp=None, echo=None), found)


def test_a_box_for_every_port():
    """Who ends TCP to the other port as well is found by what else of the address answers."""
    assert endings(trace(tcp=2, port=2)).box == 2


def test_silent_hops():
    """Where no router tells anything, the hop is found, without an address."""
    found = endings(trace(tcp=2, udp=None, echo=None, routers=SILENT))
    assert (found.outcome, found.box, found.box_address) == (Outcome.NEARER, 2, None)
    assert endings(trace(udp=None, echo=None, routers=SILENT)).box is None


def test_ports_that_are_passed_on_differently():
    """A port that is passed on to a machine behind the address is no sign of a box before it."""
    assert endings(trace(tcp=END, port=END + 1, udp=END, echo=END)).box is None


@pytest.mark.parametrize("all_of_them", [True, False], ids=["every-protocol", "tcp-alone"])
def test_a_box_that_sets_ttls_anew(all_of_them):
    """Where TTLs are reset everything arrives, but answers come back from afar: nobody is blamed."""
    others = {"udp": 2, "echo": 2} if all_of_them else {}
    found = endings(trace(tcp=2, port=2, back=65 - END, **others))
    assert found.box is None
    assert all_of_them or any("TTLs anew" in one for one in found.limits)


def test_where_ttls_are_set_anew_nothing_ends():
    """What only seems to end there is called so, of the port as of the other one."""
    hops = trace(tcp=2, port=2, back=65 - END)
    found = endings(hops)
    assert "seems to end at hop 2" in sentence(hops, found)
    assert [one for one in found.limits if "port 80" in one] == [
        "TCP to port 80 seems to end at hop 2, before the endpoint"
    ]
    from_afar = trace(tls=3, back=65 - END)
    assert "seems" not in sentence(from_afar, endings(from_afar))


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ({"tcp": 2}, "beside TCP to 443: how far beyond hop 4 it is nobody can say"),
        ({"tcp": 2, "port": 2}, "beside TCP to 443 and 80: how far beyond hop 4 it is"),
        ({"tcp": None}, "nothing of the address answers: how far beyond hop 4 it is"),
    ],
    ids=str,
)
def test_how_far_the_endpoint_is(replies, said):
    """What is known of it and what is not do not contradict each other."""
    hops = trace(**{"port": None, "udp": None, "echo": None, **replies})
    found = endings(hops)
    assert found.endpoint is None
    assert any(said in one for one in found.limits)


def seldom(one, *, answered):
    """The same, but of all that came to the endpoint it answered one TTL alone."""
    steps = [
        Step(ttl=each.ttl, reply=Reply.SILENT) if each.ended else each
        for each in (*one.steps, *one.again)
    ]
    swept, more = steps[: len(one.steps)], steps[len(one.steps) :]
    late = [Step(ttl=ttl, reply=Reply.SILENT) for ttl in range(len(swept) + 1, answered)]
    said = Step(ttl=answered, reply=Reply.ANSWERED, address=ADDRESS, ms=20.0)
    return replace(one, steps=(*swept, *late, said), again=tuple(more))


def test_an_endpoint_that_answers_seldom():
    """Where a limit let an answer through at a greater TTL only, that is not how far the endpoint is."""
    hops = trace(echo=None)
    found = endings(with_sweep(hops, seldom(hops.of(Kind.UDP), answered=END + 9)))
    assert (found.outcome, found.box, found.endpoint) == (Outcome.SAME, None, END)
    assert not any("before the endpoint" in one for one in found.limits)


def test_an_endpoint_that_answers_seldom_and_nothing_else():
    """How far it is is not known then, and it is said why."""
    hops = trace(echo=None, port=None)
    found = endings(with_sweep(hops, seldom(hops.of(Kind.UDP), answered=END + 9)))
    assert (found.outcome, found.box, found.endpoint) == (Outcome.UNKNOWN, None, None)
    assert any("now and then only: how far beyond hop 4" in one for one in found.limits)


def test_an_endpoint_that_answers_seldom_behind_a_box():
    """Routers show that what was not answered died on the way; where they say nothing, nobody is blamed."""
    hops = trace(tcp=2, port=2, echo=None)
    assert endings(with_sweep(hops, seldom(hops.of(Kind.UDP), answered=END + 9))).box == 2
    dark = trace(tcp=2, port=2, echo=None, routers=SILENT)
    assert endings(dark).box == 2
    assert endings(with_sweep(dark, seldom(dark.of(Kind.UDP), answered=END + 9))).box is None


def test_too_few_connections_to_tell_the_first():
    """That a hop before the one that was found may read along too is said."""
    found = endings(replace(trace(tls=3), untold=True))
    assert found.box == 3
    assert any("too few connections" in one for one in found.limits)
    assert not any("too few connections" in one for one in endings(trace(tls=3)).limits)


def test_answers_of_unknown_distance():
    """Where the TTL of answers could not be seen, the box is not sure to be one."""
    hops = trace(tcp=2)
    tls = hops.of(Kind.TLS)
    blind = replace(
        tls,
        steps=tuple(replace(one, back_ttl=None) for one in tls.steps),
        again=tuple(replace(one, back_ttl=None) for one in tls.again),
    )
    found = endings(with_sweep(hops, blind))
    assert (found.box, found.measured) == (2, False)


@pytest.mark.parametrize("kind", [Kind.UDP, Kind.ECHO, Kind.REFERENCE])
def test_routes_of_unequal_length(kind):
    """One packet of the references that came to the endpoint so soon explains the difference."""
    hops = trace(tcp=4)
    early = Step(ttl=4, reply=Reply.ANSWERED, address=ADDRESS, ms=20.0)
    one = hops.of(kind)
    assert endings(with_sweep(hops, replace(one, again=(*one.again, early)))).box is None


def test_not_every_syn_is_answered():
    """A SYN that died where others were answered explains the difference as well."""
    hops = trace(tcp=4)
    late = Step(ttl=4, reply=Reply.EXPIRED, address=ROUTERS[3])
    one = hops.of(Kind.TCP)
    found = endings(with_sweep(hops, replace(one, again=(*one.again, late))))
    assert found.box is None
    assert any("unequal" in one for one in found.limits)


def test_too_few_flows():
    """What was asked once only is not enough to blame somebody."""
    hops = trace(tcp=2)
    once = tuple(replace(one, again=()) for one in hops.sweeps)
    assert endings(replace(hops, sweeps=once)).box is None


@pytest.mark.parametrize("hop", [1, 3, 4])
def test_who_reads_along(hop):
    """Who answers hellos before TCP ends is found at the first hop that is answered."""
    found = endings(trace(tls=hop))
    assert (found.outcome, found.box, found.reads_along) == (Outcome.NEARER, hop, True)


def test_hellos_answered_from_afar():
    """An early hello whose answer comes from where TCP ends went there: TTLs are reset meanwhile."""
    assert endings(trace(tls=3, back=65 - END)).box is None


def test_refused():
    """A port that is refused before the endpoint is blocked there, and ends no TLS."""
    hops = trace()
    refused = sweep(Kind.TCP, 2, reply=Reply.REFUSED)
    found = endings(with_sweep(hops, again(refused, 2, None)))
    assert (found.outcome, found.box, found.tcp) == (Outcome.UNKNOWN, None, None)


def test_nothing_was_sent():
    """A trace of nothing comes to nothing, and says so."""
    found = endings(Hops(address=ADDRESS, port=443))
    assert (found.outcome, found.box) == (Outcome.UNKNOWN, None)
    assert any("route" in one for one in found.limits)
