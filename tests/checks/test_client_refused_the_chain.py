"""The check `client-refused-the-chain`."""

import pytest

from tests.checks.outcomes import finding, out_of_place, said, silent
from tests.evidence import captured, observation, reference
from tlsprobe.handshake.summary import AlertSeen
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.wire.alerts import FATAL, Alert

CLIENT, SERVER = Direction.CLIENT, Direction.SERVER


def alerting(number, direction=CLIENT):
    """A captured handshake in which somebody sent that alert."""
    return captured("minted", seen={"alerts": (AlertSeen(direction, Alert(FATAL, number)),)})


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (42, "bad_certificate"),
        (45, "certificate_expired"),
        (46, "certificate_unknown"),
        (48, "unknown_ca"),
    ],
)
def test_an_alert_that_speaks_of_trust(number, name, look):
    """The client says in the clear that it does not like the certificate: a hint, by its name."""
    result = look(alerting(number), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert name in finding(result).summary


def test_a_sealed_alert(look):
    """A first sealed record of 19 bytes can only be an alert: a Finished has 53 at least."""
    sealed = captured("honest", seen={"certificates": (), "client_sealed": 19})
    assert said(look(sealed, reference())) == (Leaning.INTERCEPTION, Weight.HINT)


@pytest.mark.parametrize("size", [None, 18, 53, 69, 1000])
def test_silence_for_a_client_that_goes_on(size, look):
    """A Finished, or anything else that is no alert, says nothing."""
    assert silent(look(captured("honest", seen={"client_sealed": size}), reference()))


@pytest.mark.parametrize("number", [0, 20, 40, 70, 90, 112])
def test_silence_for_other_alerts(number, look):
    """Alerts that speak of versions, names or the end of the session are no word on trust."""
    assert silent(look(alerting(number), reference()))


def test_the_servers_own_alerts_are_another_matter(look):
    """A server that refuses the client's certificate says nothing of its own."""
    assert silent(look(alerting(42, SERVER), reference()))


def test_a_resumed_session_shows_nothing_to_refuse(look):
    """Without a certificate in it, an early alert is about something else."""
    assert silent(
        look(captured("honest", seen={"client_sealed": 19, "resumed": True}), reference())
    )


def test_not_applicable(look):
    """A probe hears no other client."""
    assert out_of_place(look(observation("honest"), reference()))
