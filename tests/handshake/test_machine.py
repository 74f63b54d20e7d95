"""The table of legal moves: whole handshakes are legal, whatever else comes is survived."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.handshake.machine import State, Step, move, step_of
from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire import messages

C, S = Direction.CLIENT, Direction.SERVER
HELLOS_13 = [(C, Step.CLIENT_HELLO), (S, Step.SERVER_HELLO_13), (S, Step.ENCRYPTED_EXTENSIONS)]
RETRY = [(C, Step.CLIENT_HELLO), (S, Step.HELLO_RETRY)]
PROOF_13 = [(S, Step.CERTIFICATE), (S, Step.CERTIFICATE_VERIFY), (S, Step.FINISHED)]
HELLOS_12 = [(C, Step.CLIENT_HELLO), (S, Step.SERVER_HELLO_12)]
ENDING_12 = [(S, Step.SERVER_HELLO_DONE), (C, Step.CLIENT_KEY_EXCHANGE)]

LEGAL = {
    "1.3": [*HELLOS_13, *PROOF_13, (C, Step.FINISHED), (S, Step.NEW_SESSION_TICKET)],
    "1.3, retry": [*RETRY, *HELLOS_13, *PROOF_13, (C, Step.FINISHED)],
    "1.3, both certificates": [
        *HELLOS_13, (S, Step.CERTIFICATE_REQUEST), *PROOF_13, (C, Step.CERTIFICATE),
        (C, Step.CERTIFICATE_VERIFY), (C, Step.FINISHED),
    ],
    "1.3, no client certificate": [
        *HELLOS_13, (S, Step.CERTIFICATE_REQUEST), *PROOF_13, (C, Step.CERTIFICATE),
        (C, Step.FINISHED),
    ],
    "1.3, resumed": [*HELLOS_13, (S, Step.FINISHED), (C, Step.FINISHED)],
    "1.2, ephemeral": [
        *HELLOS_12, (S, Step.CERTIFICATE), (S, Step.SERVER_KEY_EXCHANGE), *ENDING_12,
        (S, Step.NEW_SESSION_TICKET),
    ],
    "1.2, RSA": [*HELLOS_12, (S, Step.CERTIFICATE), *ENDING_12],
    "1.2, stapled, both certificates": [
        *HELLOS_12, (S, Step.CERTIFICATE), (S, Step.CERTIFICATE_STATUS),
        (S, Step.SERVER_KEY_EXCHANGE), (S, Step.CERTIFICATE_REQUEST), (S, Step.SERVER_HELLO_DONE),
        (C, Step.CERTIFICATE), (C, Step.CLIENT_KEY_EXCHANGE), (C, Step.CERTIFICATE_VERIFY),
    ],
    "1.2, anonymous": [*HELLOS_12, (S, Step.SERVER_KEY_EXCHANGE), *ENDING_12],
    "1.2, resumed": [*HELLOS_12, (S, Step.NEW_SESSION_TICKET)],
}  # fmt: skip


def walk(moves, *, tls13):
    """The states after each move, and which of the moves were legal."""
    state, states, legal = State.START, [], []
    for sender, step in moves:
        state, lawful = move(state, sender, step, tls13=tls13)
        states.append(state)
        legal.append(lawful)
    return states, legal


@pytest.mark.parametrize("name", LEGAL)
def test_legal(name):
    """Every handshake that the RFCs draw goes through, and stands somewhere else at each step."""
    states, legal = walk(LEGAL[name], tls13=name.startswith("1.3"))
    assert all(legal)
    assert all(one is not other or one.name.startswith("DONE") for one, other in pairwise(states))


@pytest.mark.parametrize(
    "moves",
    [
        [(S, Step.CERTIFICATE)],
        [(S, Step.CLIENT_HELLO)],
        [*HELLOS_13, (S, Step.CERTIFICATE_VERIFY)],
        [*HELLOS_13, (C, Step.CERTIFICATE)],
        [*HELLOS_13, (S, Step.SERVER_HELLO_13)],
        [*RETRY, (S, Step.SERVER_HELLO_13)],
        [*RETRY, (C, Step.CLIENT_HELLO), (S, Step.SERVER_HELLO_13), (S, Step.HELLO_RETRY)],
        [*HELLOS_12, (S, Step.CERTIFICATE), (S, Step.CERTIFICATE)],
        [*HELLOS_12, (S, Step.CERTIFICATE), (S, Step.FINISHED)],
    ],
)
def test_illegal(moves):
    """What stands in no RFC is told, at the last of these moves and not before."""
    _, legal = walk(moves, tls13=True)
    assert legal == [True] * (len(moves) - 1) + [False]


def test_reading_goes_on():
    """After an oddity the state follows the message, so that what comes after is read as usual."""
    states, legal = walk([*HELLOS_13[:2], *PROOF_13], tls13=True)
    assert legal == [True, True, False, True, True]
    assert states[-1] is State.SERVER_FINISHED_13


@given(st.sampled_from(State), st.sampled_from(Direction), st.sampled_from(Step), st.booleans())
def test_every_move_leads_somewhere(state, sender, step, tls13):
    """From everywhere, with every message of either side, there is a next state."""
    following, legal = move(state, sender, step, tls13=tls13)
    assert isinstance(following, State)
    assert legal in (True, False)


@given(st.integers(0, 255))
def test_every_code_has_a_part(code):
    """A message type has its part in the play, or is one of the others."""
    named = {messages.CLIENT_HELLO: Step.CLIENT_HELLO, messages.FINISHED: Step.FINISHED,
             messages.COMPRESSED_CERTIFICATE: Step.CERTIFICATE}  # fmt: skip
    assert step_of(code) is named.get(code, step_of(code))
    assert step_of(200) is Step.OTHER


def test_others_say_nothing():
    """A message that plays no part moves nothing, and only a server may send one."""
    for state in State:
        assert move(state, S, Step.OTHER, tls13=False) == (state, True)
        assert move(state, C, Step.OTHER, tls13=False) == (state, False)
