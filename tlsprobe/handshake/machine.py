"""The table of legal moves: who may send which message when (RFC 8446 appendix A, RFC 5246 7.3).

Two rules for this file. It knows message names and senders, no bytes. And it does not stop anybody:
a move outside the table is named by the reader, the state follows the message, and reading goes on,
since a detector needs what comes after an oddity more than a protocol stack does.
"""

from enum import Enum, auto

from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire import messages


class Step(Enum):
    """A handshake message by its part in the play; ServerHello has three."""

    __hash__ = object.__hash__  # as `Direction`: every message looks up its move

    CLIENT_HELLO = auto()
    HELLO_RETRY = auto()
    SERVER_HELLO_13 = auto()
    SERVER_HELLO_12 = auto()
    ENCRYPTED_EXTENSIONS = auto()
    CERTIFICATE_REQUEST = auto()
    CERTIFICATE = auto()
    CERTIFICATE_VERIFY = auto()
    CERTIFICATE_STATUS = auto()
    SERVER_KEY_EXCHANGE = auto()
    SERVER_HELLO_DONE = auto()
    CLIENT_KEY_EXCHANGE = auto()
    NEW_SESSION_TICKET = auto()
    FINISHED = auto()
    OTHER = auto()


class State(Enum):
    """Where the handshake stands: named for what was seen last."""

    __hash__ = object.__hash__

    START = auto()
    CLIENT_HELLO = auto()
    HELLO_RETRY = auto()
    SERVER_HELLO_13 = auto()
    ENCRYPTED_EXTENSIONS = auto()
    REQUEST_13 = auto()
    CERTIFICATE_13 = auto()
    PROOF_13 = auto()
    SERVER_FINISHED_13 = auto()
    CLIENT_CERTIFICATE_13 = auto()
    CLIENT_PROOF_13 = auto()
    DONE_13 = auto()
    SERVER_HELLO_12 = auto()
    CERTIFICATE_12 = auto()
    STATUS_12 = auto()
    KEY_EXCHANGE_12 = auto()
    REQUEST_12 = auto()
    HELLO_DONE_12 = auto()
    CLIENT_CERTIFICATE_12 = auto()
    CLIENT_KEY_EXCHANGE_12 = auto()
    DONE_12 = auto()


_C, _S = Direction.CLIENT, Direction.SERVER

_SERVER_HELLOS = {
    (_S, Step.SERVER_HELLO_13): State.SERVER_HELLO_13,
    (_S, Step.SERVER_HELLO_12): State.SERVER_HELLO_12,
}
_AFTER_CERTIFICATE_12 = {
    (_S, Step.SERVER_KEY_EXCHANGE): State.KEY_EXCHANGE_12,
    (_S, Step.CERTIFICATE_REQUEST): State.REQUEST_12,
    (_S, Step.SERVER_HELLO_DONE): State.HELLO_DONE_12,
}
_TABLE: dict[State, dict[tuple[Direction, Step], State]] = {
    # A one-sided capture shows the server's hello first, or the client's second flight after its
    # hello: both are legal moves of which the other half was not seen.
    State.START: {(_C, Step.CLIENT_HELLO): State.CLIENT_HELLO, **_SERVER_HELLOS},
    State.CLIENT_HELLO: {
        (_S, Step.HELLO_RETRY): State.HELLO_RETRY,
        (_C, Step.CERTIFICATE): State.CLIENT_CERTIFICATE_12,
        (_C, Step.CLIENT_KEY_EXCHANGE): State.CLIENT_KEY_EXCHANGE_12,
        **_SERVER_HELLOS,
    },
    State.HELLO_RETRY: {(_C, Step.CLIENT_HELLO): State.CLIENT_HELLO},
    State.SERVER_HELLO_13: {(_S, Step.ENCRYPTED_EXTENSIONS): State.ENCRYPTED_EXTENSIONS},
    State.ENCRYPTED_EXTENSIONS: {
        (_S, Step.CERTIFICATE_REQUEST): State.REQUEST_13,
        (_S, Step.CERTIFICATE): State.CERTIFICATE_13,
        (_S, Step.FINISHED): State.SERVER_FINISHED_13,  # resumed
    },
    State.REQUEST_13: {(_S, Step.CERTIFICATE): State.CERTIFICATE_13},
    State.CERTIFICATE_13: {(_S, Step.CERTIFICATE_VERIFY): State.PROOF_13},
    State.PROOF_13: {(_S, Step.FINISHED): State.SERVER_FINISHED_13},
    State.SERVER_FINISHED_13: {
        (_C, Step.CERTIFICATE): State.CLIENT_CERTIFICATE_13,
        (_C, Step.FINISHED): State.DONE_13,
    },
    State.CLIENT_CERTIFICATE_13: {
        (_C, Step.CERTIFICATE_VERIFY): State.CLIENT_PROOF_13,
        (_C, Step.FINISHED): State.DONE_13,
    },
    State.CLIENT_PROOF_13: {(_C, Step.FINISHED): State.DONE_13},
    State.DONE_13: {(_S, Step.NEW_SESSION_TICKET): State.DONE_13},
    State.SERVER_HELLO_12: {
        (_S, Step.CERTIFICATE): State.CERTIFICATE_12,
        (_S, Step.NEW_SESSION_TICKET): State.DONE_12,  # resumed, with a new ticket
        **_AFTER_CERTIFICATE_12,  # anonymous and PSK suites have no certificate
    },
    State.CERTIFICATE_12: {
        (_S, Step.CERTIFICATE_STATUS): State.STATUS_12,
        **_AFTER_CERTIFICATE_12,
    },
    State.STATUS_12: _AFTER_CERTIFICATE_12,
    State.KEY_EXCHANGE_12: {
        (_S, Step.CERTIFICATE_REQUEST): State.REQUEST_12,
        (_S, Step.SERVER_HELLO_DONE): State.HELLO_DONE_12,
    },
    State.REQUEST_12: {(_S, Step.SERVER_HELLO_DONE): State.HELLO_DONE_12},
    State.HELLO_DONE_12: {
        (_C, Step.CERTIFICATE): State.CLIENT_CERTIFICATE_12,
        (_C, Step.CLIENT_KEY_EXCHANGE): State.CLIENT_KEY_EXCHANGE_12,
        (_S, Step.NEW_SESSION_TICKET): State.DONE_12,  # one-sided again
    },
    State.CLIENT_CERTIFICATE_12: {(_C, Step.CLIENT_KEY_EXCHANGE): State.CLIENT_KEY_EXCHANGE_12},
    State.CLIENT_KEY_EXCHANGE_12: {
        (_C, Step.CERTIFICATE_VERIFY): State.DONE_12,
        (_S, Step.NEW_SESSION_TICKET): State.DONE_12,
    },
    State.DONE_12: {(_S, Step.NEW_SESSION_TICKET): State.DONE_12},
}

_STEPS = {
    messages.CLIENT_HELLO: Step.CLIENT_HELLO,
    messages.ENCRYPTED_EXTENSIONS: Step.ENCRYPTED_EXTENSIONS,
    messages.CERTIFICATE_REQUEST: Step.CERTIFICATE_REQUEST,
    messages.CERTIFICATE: Step.CERTIFICATE,
    messages.COMPRESSED_CERTIFICATE: Step.CERTIFICATE,
    messages.CERTIFICATE_VERIFY: Step.CERTIFICATE_VERIFY,
    messages.CERTIFICATE_STATUS: Step.CERTIFICATE_STATUS,
    messages.SERVER_KEY_EXCHANGE: Step.SERVER_KEY_EXCHANGE,
    messages.SERVER_HELLO_DONE: Step.SERVER_HELLO_DONE,
    messages.CLIENT_KEY_EXCHANGE: Step.CLIENT_KEY_EXCHANGE,
    messages.NEW_SESSION_TICKET: Step.NEW_SESSION_TICKET,
    messages.FINISHED: Step.FINISHED,
}


def step_of(code: int) -> Step:
    """The step of a message type; a ServerHello's depends on its content, so not here."""
    return _STEPS.get(code, Step.OTHER)


def move(state: State, sender: Direction, step: Step, *, tls13: bool) -> tuple[State, bool]:
    """(next state, whether the move was legal)."""
    following = _TABLE[state].get((sender, step))
    if following is not None:
        return following, True
    # HelloRequest and the like say nothing of the handshake's state (RFC 5246 section 7.4.1.1).
    if step is Step.OTHER:
        return state, sender is Direction.SERVER
    return _RESUME.get((tls13, sender, step), state), False


def _states_after() -> dict[tuple[bool, Direction, Step], State]:
    """Where each message leads, wherever it comes from: how reading goes on after an oddity."""
    after: dict[tuple[bool, Direction, Step], State] = {}
    for state, moves in _TABLE.items():
        for (sender, step), following in moves.items():
            if following is not state:
                after.setdefault((following.name.endswith("_13"), sender, step), following)
                if not following.name.endswith(("_12", "_13")):
                    after.setdefault((True, sender, step), following)
    return after


_RESUME = _states_after()
