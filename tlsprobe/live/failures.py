"""What the system says went wrong, as a `Failure`: the one place that knows error numbers.

Numbers come from three families: POSIX (`errno`), Winsock (10000 and above), and the Windows codes
that asyncio's ProactorEventLoop passes on from overlapped I/O (such as 1225 for a refusal). The
families do not overlap where they are used here, so one table serves every system.
"""

import errno
import os
import socket

from tlsprobe.model.observation import Failure, FailureKind, Stage

_NAMED = {
    FailureKind.REFUSED: ("ECONNREFUSED",),
    FailureKind.RESET: ("ECONNRESET", "ECONNABORTED", "EPIPE", "ESHUTDOWN", "ENETRESET"),
    FailureKind.UNREACHABLE: ("ENETUNREACH", "EHOSTUNREACH", "EHOSTDOWN", "ENETDOWN", "ENONET"),
    FailureKind.SILENCE: ("ETIMEDOUT",),
}
_WINDOWS = {
    # WSAECONNREFUSED, ERROR_CONNECTION_REFUSED
    FailureKind.REFUSED: (10061, 1225),
    # WSAECONNRESET, WSAECONNABORTED, WSAENETRESET, WSAESHUTDOWN, ERROR_NETNAME_DELETED,
    # ERROR_GRACEFUL_DISCONNECT, ERROR_CONNECTION_ABORTED
    FailureKind.RESET: (10054, 10053, 10052, 10058, 64, 1226, 1236),
    # WSAENETUNREACH, WSAEHOSTUNREACH, WSAEHOSTDOWN, WSAENETDOWN, ERROR_NETWORK_UNREACHABLE,
    # ERROR_HOST_UNREACHABLE, ERROR_PROTOCOL_UNREACHABLE, ERROR_PORT_UNREACHABLE
    FailureKind.UNREACHABLE: (10051, 10065, 10064, 10050, 1231, 1232, 1233, 1234),
    # WSAETIMEDOUT, ERROR_SEM_TIMEOUT, ERROR_TIMEOUT
    FailureKind.SILENCE: (10060, 121, 1460),
}
_POSIX_KINDS = {
    getattr(errno, name): kind
    for kind, names in _NAMED.items()
    for name in names
    if hasattr(errno, name)
}
_WINDOWS_KINDS = {code: kind for kind, codes in _WINDOWS.items() for code in codes}

# The name does not exist, or has no address of a family that was asked for: what a resolver says
# with authority. Windows has WSAHOST_NOT_FOUND (11001) and WSANO_DATA (11004).
_UNKNOWN_HOST = {11001, 11004} | {
    getattr(socket, name)
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if hasattr(socket, name)
}


def kind_of(error: OSError) -> FailureKind:
    """What kind of trouble an error of a socket is; LOCAL for all that the network does not do."""
    windows = getattr(error, "winerror", None)
    if windows in _WINDOWS_KINDS:
        return _WINDOWS_KINDS[windows]
    if error.errno is not None:
        kind = _POSIX_KINDS.get(error.errno) or (
            _WINDOWS_KINDS.get(error.errno) if error.errno >= 10000 else None
        )
        if kind is not None:
            return kind
    # asyncio makes some errors itself, without a number.
    if isinstance(error, ConnectionRefusedError):
        return FailureKind.REFUSED
    if isinstance(error, ConnectionError):
        return FailureKind.RESET
    if isinstance(error, TimeoutError):
        return FailureKind.SILENCE
    return FailureKind.LOCAL


def from_connecting(error: OSError, peer: str, elapsed: float) -> Failure:
    """The failure of a connection to `peer` that did not come about in `elapsed` seconds."""
    kind = kind_of(error)
    after = milliseconds(elapsed)
    match kind:
        case FailureKind.REFUSED:
            detail = f"{peer} refused the connection after {after}: nothing listens there, or a filter rejects it"
        case FailureKind.RESET:
            detail = f"{peer} reset the connection after {after}, before it stood"
        case FailureKind.UNREACHABLE:
            detail = f"{peer} cannot be reached: {reason(error)} (told after {after})"
        case FailureKind.SILENCE:
            detail = f"{peer} did not answer: the system gave up after {after}"
        case _:
            detail = f"this machine could not connect to {peer}: {reason(error)}"
    return Failure(stage=Stage.TCP, kind=kind, detail=detail)


def no_connection(peer: str, elapsed: float) -> Failure:
    """The failure of a connection whose deadline passed."""
    return Failure(
        stage=Stage.TCP,
        kind=FailureKind.SILENCE,
        detail=f"{peer} did not answer: no connection within {seconds(elapsed)}",
    )


def from_resolver(error: OSError, host: str) -> Failure:
    """The failure of a name that did not resolve."""
    if not isinstance(error, socket.gaierror):  # the resolver could not even open its socket
        kind, detail = FailureKind.LOCAL, f"this machine could not ask for {host}"
    elif error.errno in _UNKNOWN_HOST:
        kind, detail = FailureKind.UNKNOWN_HOST, f"the name {host} has no address"
    else:
        kind, detail = FailureKind.RESOLVER_FAILED, f"the resolver could not answer for {host}"
    return Failure(stage=Stage.DNS, kind=kind, detail=f"{detail}: {reason(error)}")


def impossible_name(host: str, why: str) -> Failure:
    """The failure of a name that cannot be in the DNS, such as one with an empty label."""
    return Failure(
        stage=Stage.DNS,
        kind=FailureKind.UNKNOWN_HOST,
        detail=f"{host!r} cannot be a host name: {why}",
    )


def no_answer_of_resolver(host: str, elapsed: float) -> Failure:
    """The failure of a name whose deadline passed."""
    return Failure(
        stage=Stage.DNS,
        kind=FailureKind.RESOLVER_FAILED,
        detail=f"the resolver did not answer for {host} within {seconds(elapsed)}",
    )


def reason(error: OSError) -> str:
    """The system's words for an error, and the name of its number where it has one."""
    if error.errno is None:
        return str(error) or type(error).__name__
    # asyncio words some errors itself ("Connect call failed (...)"); the system's words are plainer.
    known = not isinstance(error, socket.gaierror) and error.errno in errno.errorcode
    words = os.strerror(error.errno) if known else str(error.strerror or error)
    return f"{words} ({errno.errorcode[error.errno]})" if known else words


def milliseconds(elapsed: float) -> str:
    """``21.4 ms``, or seconds from one second on."""
    return f"{elapsed * 1000:.1f} ms" if elapsed < 1 else seconds(elapsed)


def seconds(elapsed: float) -> str:
    """``5 s``, ``0.2 s``."""
    return f"{round(elapsed, 2):g} s"
