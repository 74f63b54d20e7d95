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

    What is true of too many is only work; nothing that `begins` says yes to may be missed. A payload that
    is shorter than its row goes on there with what lies behind it: no more may be asked of a row than
    every payload of its kind has.
    """
    first, second, third, fourth, fifth = heads.T
    word = _WORD[first] & _WORD[second] & _WORD[third] & _WORD[fourth]
    # A number may be all that is said; behind a tag, one of a few words follows.
    word &= (fourth != _SPACE) | (first <= _NINE) | _WORD_BEGINS[fifth]
    hope: npt.NDArray[np.bool_] = _PAIR[first, second] | word
    hope |= ((first == 0) & (fourth == 8)) | ((fourth == 0) & (fifth == 10))
    return hope


_SPACE, _NINE = b" 9"
_WORD = np.zeros(256, dtype=np.bool_)
_WORD[list(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_. -")] = True
_WORD_BEGINS = np.zeros(256, dtype=np.bool_)
_WORD_BEGINS[list(b"SAEHLCsaehlc")] = True
_PAIR = np.zeros((256, 256), dtype=np.bool_)
for _first, _seconds in {
    b"\x15\x16\x80": range(256), b"\3": b"\0", b"\4": b"\1\2", b"\5": range(16), b"\x12": b"\0\1",
    b"0": range(0x0C, 0x85), b" ": b"\0", b"\r": b"\n", b"<": b"?SsPp", b"*": b" ", b"+": b" Oo",
}.items():  # fmt: skip
    _PAIR[np.ix_(list(_first), list(_seconds))] = True
