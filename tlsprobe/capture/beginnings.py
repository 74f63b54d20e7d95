"""Whether TLS can still be read in a connection that a capture shows from the middle on."""

import re

import numpy as np
import numpy.typing as npt

from tlsprobe.capture.hello_search import FIRST_BYTES, find_client_hello, server_begins
from tlsprobe.capture.preludes import recognise


def begins(payload: bytes) -> bool:
    """Whether a connection of which the beginning was not seen begins to speak TLS here.

    With a hello of either side, or with something that is known to come before one.
    """
    if payload[0] in FIRST_BYTES:
        found = find_client_hello(payload)
        if found.at == 0 or not found.searched or server_begins(payload) == 0:
            return True
    return bool(_BEFORE_TLS.match(payload)) and any(
        (prelude := recognise(*both)) and prelude.kind != "unknown"
        for both in ((payload, b""), (b"", payload))
    )


# What preludes begin with, to look no further into most packets: SOCKS, PostgreSQL, RDP, TDS, LDAP, MySQL's
# greeting and request, a header of the PROXY protocol, an answer to CONNECT (that has no body), and words.
_BEFORE_TLS = re.compile(
    rb"\x03\0|\x04[\1\2]|\x05[\0-\x0f]|\x12[\0\1]|0[\x0c-\x84]|\0\0\0\x08\x04\xd2|...\0\n|\x20\0\0\x01"
    rb"|CONNECT |PROXY |\r\n\r\n\0\r|<(?:\?xml|stream|starttls|proceed)|[0-9]{3}[ -]|\* |\+ ?OK"
    rb"|HTTP/1\.[01] 2(?=.{0,4000}\r\n\r\n\Z)(?!.{0,4000}\nContent-)"
    rb"|(?:[\w.]{1,32} )?(?:STARTTLS|STLS|AUTH|EHLO|HELO|LHLO|CAPA)\b",
    re.DOTALL | re.IGNORECASE,
)

HEAD = 5
"""Bytes that tell most of what is hopeless."""


def hopeful(heads: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """In bulk, of rows of `HEAD` bytes: whether `begins` need be asked at all.

    What is true of too many is only work; nothing that `begins` says yes to may be missed.
    """
    first, fourth, fifth = heads[:, 0], heads[:, 3], heads[:, 4]
    hope: npt.NDArray[np.bool_] = _HOPEFUL[first] | ((fourth == 0) & (fifth == 10))
    return hope


_HOPEFUL = np.zeros(256, dtype=np.bool_)
_HOPEFUL[[0, 3, 4, 5, 0x12, 0x15, 0x16, 0x20, 0x80]] = True
_HOPEFUL[list(b"\r<*+._0123456789")] = True
_HOPEFUL[list(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] = True
