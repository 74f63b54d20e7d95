"""Whether TLS can still be read in a connection that a capture shows from the middle on."""

import re

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
# greeting and request, and words.
_BEFORE_TLS = re.compile(
    rb"\x03\0|\x04[\1\2]|\x05[\0-\x0f]|\x12[\0\1]|0[\x0c-\x84]|\0\0\0\x08|...\0\n|...\x01"
    rb"|CONNECT |PROXY |\r\n\r\n\0\r|<(?:\?xml|stream|starttls|proceed)|[0-9]{3}[ -]|\* |\+ ?OK|HTTP/1\.[01] 200"
    rb"|(?:[\w.]{1,32} )?(?:STARTTLS|STLS|AUTH|EHLO|HELO|LHLO|CAPA)\b",
    re.DOTALL | re.IGNORECASE,
)
